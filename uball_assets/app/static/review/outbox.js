// Decisions on their way to the server. Each is written down in this browser before anything else happens, sent in
// order, and struck out only when the server said that it holds it: a reload, a lost connection or a restart of the
// server loses none, and its key (Idempotency-Key) keeps it from being counted twice.

import * as kept from "./kept.js";

const PREFIX = "uball-review:outbox:";
const MOST_FAULTS = 4; // what the server breaks over so often is put aside, so that the others get through
const WAITS_S = [0.5, 1, 2, 4, 8, 10];

export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // randomUUID exists on https and loopback only
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Outbox extends EventTarget {
  /**
   * `send(entry)` tells what became of it, as `Server.send` does. `keyName`: who is logged in by a key; what others left
   * waiting in this browser waits on until they are, for it would be signed by the wrong person. Null: names are typed,
   * and each entry goes under its own. Events: `changed`, `saved`, `trouble`.
   */
  constructor(send, keyName) {
    super();
    this.send = send;
    this.keyName = keyName;
    this.keeps = true; // is it safe from a reload?
    this.known = null; // what stands in the browser's storage, read once until it changes
    this.count = 0;
    this.tries = 0;
    this.why = null;
    this.needsKey = false;
    this.isSending = false;
    this.timer = null;
    window.addEventListener("online", () => this.run());
    window.addEventListener("storage", ({ key }) => key?.startsWith(PREFIX) && this.#changed()); // another tab's
  }

  get entries() {
    return this.#all().filter((entry) => this.#mayGo(entry));
  }

  /** Whose decisions wait here for them to log in. */
  get others() {
    return [...new Set(this.#all().filter((entry) => !this.#mayGo(entry)).map((entry) => entry.reviewer))];
  }

  #all() {
    this.known ??= kept.names(PREFIX).map((name) => kept.get(name)).filter(Boolean);
    return this.known;
  }

  #mayGo({ reviewer }) {
    return this.keyName === null || reviewer === this.keyName;
  }

  get waiting() {
    return this.entries.filter((entry) => entry.state === "waiting");
  }

  /** Those that were not saved and never will be as they are: a person must say what becomes of them. */
  get troubles() {
    return this.entries.filter((entry) => entry.state !== "waiting");
  }

  add(entry) {
    const order = `${String(Date.now()).padStart(15, "0")}-${String(this.count++).padStart(6, "0")}`;
    const key = newKey();
    const added = { ...entry, key, place: `${order}-${key.slice(0, 8)}`, state: "waiting", made_at: new Date().toISOString() };
    this.#put(added);
    this.#changed();
    this.run();
    return added;
  }

  remove(entry) {
    this.#strike(entry);
    this.#changed();
  }

  /** Send what waits, oldest first, one tab of this browser at a time. */
  async run() {
    if (this.isSending) return;
    this.isSending = true;
    clearTimeout(this.timer);
    try {
      if (navigator.locks) await navigator.locks.request("uball-review:outbox", () => this.#sendAll());
      else await this.#sendAll(); // two tabs may send the same then: its key makes one of it
    } finally {
      this.isSending = false;
    }
    if (this.waiting.length && !this.timer) this.run();
  }

  async #sendAll() {
    this.timer = null;
    for (let entry = this.waiting[0]; entry; entry = this.waiting[0]) {
      const result = await this.send(entry);
      const faults = (entry.faults ?? 0) + (result.isFault ? 1 : 0);
      if (result.outcome === "later" && faults < MOST_FAULTS) {
        this.#put({ ...entry, faults });
        return this.#tryLater(result);
      }
      this.tries = 0;
      this.why = null;
      this.needsKey = false;
      if (result.outcome === "saved") this.#saved(entry, result.item);
      else this.#troubled(entry, { ...result, outcome: result.outcome === "conflict" ? "conflict" : "refused" });
    }
    return undefined;
  }

  #tryLater({ wait_s, why, needsKey = false }) {
    this.why = why;
    this.needsKey = needsKey;
    const wait = wait_s ?? WAITS_S[Math.min(this.tries++, WAITS_S.length - 1)];
    this.timer = setTimeout(() => this.run(), wait * 1000);
    this.#changed();
  }

  /** What is next in line for the same play stands on the version that this one made. */
  #saved(entry, item) {
    for (const later of this.#behind(entry)) this.#put({ ...later, version: item.version });
    this.#strike(entry);
    this.dispatchEvent(new CustomEvent("saved", { detail: { entry, item } }));
    this.#changed();
  }

  /** One trouble a play: the last that its reviewer wanted. If that was to take it back, nothing is left to want. */
  #troubled(entry, { outcome, current = null, why }) {
    const behind = this.#behind(entry);
    const wanted = behind.at(-1) ?? entry;
    for (const each of [entry, ...behind]) this.#strike(each);
    const isMoot = behind.length > 0 && wanted.body.action === "undo";
    const kept = { ...wanted, state: outcome, current, why };
    if (!isMoot) this.#put(kept);
    this.dispatchEvent(new CustomEvent("trouble", { detail: { entry: kept, isMoot } }));
    this.#changed();
  }

  #behind(entry) {
    return this.waiting.filter((each) => each.item_id !== null && each.item_id === entry.item_id && each.place > entry.place);
  }

  #put(entry) {
    this.keeps = kept.put(PREFIX + entry.place, entry);
    this.known = null;
  }

  #strike({ place }) {
    kept.remove(PREFIX + place);
    this.known = null;
  }

  #changed() {
    this.known = null;
    this.dispatchEvent(new Event("changed"));
  }
}
