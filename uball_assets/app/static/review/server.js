// Talking to the server: questions, and what became of a decision that was sent.

const PATIENCE_MS = 15_000;
const MOST_TRIES = 4;
const LONGEST_WAIT_S = 10;

export const pause_s = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

export class Server {
  /** `reviewer()` is the name that was typed on this page; a key's own name stands above it. */
  constructor(reviewer) {
    this.reviewer = reviewer;
  }

  labels = () => this.#get("/api/review/labels");
  item = (item_id) => this.#get(itemAddress(item_id));
  frames = (address) => this.#get(address);
  game = (game_id) => this.#get(gameAddress(game_id));

  queue({ game_id, after }) {
    const asked = new URLSearchParams({ limit: "50" });
    if (game_id) asked.set("game_id", game_id);
    if (after) asked.set("after", after);
    return this.#get(`/api/review/queue?${asked}`);
  }

  /**
   * Send an entry of the outbox. Says one of
   * `saved` (with the item), `conflict` (with the item as it is now), `refused` (never will be saved, with the reason),
   * `later` (ask again after `wait_s`, or null for soon; `isFault`: the server broke over this very entry).
   */
  async send({ method, address, body, version, key, reviewer }) {
    const headers = { "Content-Type": "application/json", "Idempotency-Key": key, ...nameHeader(reviewer) };
    if (version !== null) headers["If-Match"] = `"${version}"`;
    let answer;
    try {
      answer = await fetch(address, { method, headers, body: JSON.stringify(body), signal: AbortSignal.timeout(PATIENCE_MS) });
    } catch {
      return { outcome: "later", wait_s: null, why: "the server cannot be reached" };
    }
    const said = await answer.json().catch(() => null);
    if (answer.ok && said) return { outcome: "saved", item: said };
    return outcomeOf(answer, said ?? {});
  }

  /** Close a game's review; why it was refused, or null. */
  async close(game_id, key, reviewer) {
    const result = await this.send({ method: "PUT", address: gameAddress(game_id), body: { state: "closed" }, version: null, key, reviewer });
    return result.outcome === "saved" ? null : `It was not closed: ${result.why}.`;
  }

  /** A server that is too busy is asked again when it said so. */
  async #get(address, tries = MOST_TRIES) {
    const answer = await fetch(address, { headers: nameHeader(this.reviewer()), signal: AbortSignal.timeout(PATIENCE_MS) });
    if ([429, 503].includes(answer.status) && tries > 1) {
      await pause_s(Math.min(Number(answer.headers.get("Retry-After")) || 1, LONGEST_WAIT_S));
      return this.#get(address, tries - 1);
    }
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(problemWords(answer.status, said));
    return said;
  }
}

export const itemAddress = (item_id) => `/api/review/items/${encodeURIComponent(item_id)}`;
export const decisionAddress = (item_id) => `${itemAddress(item_id)}/decision`;
const gameAddress = (game_id) => `/api/review/games/${encodeURIComponent(game_id)}`;
export const missedAddress = (game_id) => `${gameAddress(game_id)}/plays`;

/** A header holds ASCII only: a name travels percent-encoded. */
const nameHeader = (reviewer) => (reviewer ? { "X-Reviewer": encodeURIComponent(reviewer) } : {});

function outcomeOf(answer, problem) {
  const wait_s = Number(answer.headers.get("Retry-After")) || null;
  const why = problemWords(answer.status, problem);
  if (answer.status === 412 && problem.current) return { outcome: "conflict", current: problem.current, why };
  const isUnderWay = answer.status === 409 && wait_s !== null;
  const isForLater = [401, 403, 408, 425, 429].includes(answer.status) || answer.status >= 500;
  return isUnderWay || isForLater ? { outcome: "later", wait_s, why, needsKey: answer.status === 401, isFault: answer.status === 500 } : { outcome: "refused", why };
}

const problemWords = (status, { title, detail }) => detail ?? title ?? `the server answered ${status}`;
