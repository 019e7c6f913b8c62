// One reviewer's sitting: the play on the screen, what was changed of it, and deciding it.
//
// Belongs here: what is shown, and what a decision does. Not here: which key does what (actions), what was not saved
// (trouble), how it looks (desk, timeline).

import { byId, write } from "./dom.js";
import * as drafts from "./draft.js";
import * as kept from "./kept.js";
import { decisionAddress, missedAddress } from "./server.js";
import { capital, clock, decisionWords, labelName, paceWords, say, warn } from "./speech.js";

const DRAFTS = "uball-review:drafts";
const REVIEWER = "uball-review:reviewer";
const ASK_AGAIN_S = 1;

export const spanOf = (action) => document.querySelector(`[data-action="${action}"] span`);

export function press(button, isPressed) {
  button.setAttribute("aria-pressed", String(isPressed));
}

export class Sitting {
  /** `keyName`: who the server knows the reviewer to be; null where people type their name. */
  constructor({ keyName, wishes, server, outbox, queue }) {
    Object.assign(this, { keyName, wishes, server, outbox, queue });
    this.drafts = kept.get(DRAFTS, {});
    this.trouble = null;
  }

  /** What draws, and what plays; it tells the sitting of clicks, and so comes after it. */
  furnish({ desk, timeline, theatre, closing }) {
    Object.assign(this, { desk, timeline, theatre, closing });
  }

  get item() {
    return this.queue.current;
  }

  get player() {
    return this.theatre.current;
  }

  get reviewer() {
    return this.keyName ?? kept.get(REVIEWER);
  }

  get draft() {
    return this.drafts[this.item.item_id] ?? drafts.draftOf(this.item.play);
  }

  // Showing

  draw() {
    this.drawProgress();
    if (!this.item) return;
    this.desk.draw({ item: this.item, draft: this.draft, decision: this.trouble ? null : this.queue.decisionOn(this.item) });
    this.desk.drawTrouble(this.trouble);
    this.timeline.draw(this.player, this.item, this.draft);
    this.drawFilm();
  }

  /** Called at every frame. */
  drawFilm() {
    const { player, wishes, timeline } = this;
    if (!player.works) return;
    if (!timeline.range) timeline.draw(player, this.item, this.draft);
    timeline.follow(player);
    write(spanOf("play"), player.isPlaying ? "Pause" : "Play");
    write(byId("speed"), `${player.rate}×`);
    write(spanOf("zoom"), player.zoom.times > 1 ? `Zoom ${player.zoom.times}×` : "Zoom");
    press(spanOf("slow").parentElement, player.isSlow);
    press(spanOf("loop").parentElement, wishes.loops);
    press(spanOf("sound").parentElement, wishes.sound);
  }

  drawProgress() {
    const progress = this.queue.progress;
    const percent = Math.round((100 * progress.done) / Math.max(progress.done + progress.left, 1));
    write(byId("progress"), paceWords(progress));
    byId("progress-bar").setAttribute("aria-valuenow", percent);
    byId("progress-bar").firstElementChild.style.setProperty("width", `${percent}%`);
    this.#drawOutbox();
    byId("reviewer").hidden = this.keyName !== null;
    write(byId("reviewer"), `Reviewer: ${this.reviewer ?? "who?"}`);
    press(byId("keys-switch"), this.wishes.keys);
    write(byId("keys-switch"), `Single keys: ${this.wishes.keys ? "on" : "off"}`);
  }

  #drawOutbox() {
    const { outbox } = this;
    const [waiting, stuck] = [outbox.waiting.length, outbox.troubles.length];
    const words = [];
    if (stuck) words.push(`${stuck} not saved`);
    if (waiting) words.push(`${waiting} waiting${outbox.why ? `: ${outbox.why}` : ""}`);
    if (outbox.others.length) words.push(`${outbox.others.join(", ")} must log in: something of theirs waits here`);
    if (waiting && !outbox.keeps) words.push("do not close this page");
    write(byId("outbox"), words.join(" · ") || "all saved");
    byId("outbox").className = `badge ${stuck ? "bad" : words.length ? "warn" : "good"}`;
    byId("sign-in").hidden = !outbox.needsKey;
  }

  /** Put the queue's current play on the screen, and those that come next behind it. */
  show(before = "") {
    const { item } = this;
    this.desk.drawFull();
    this.closing.forget();
    this.timeline.range = null;
    history.replaceState(null, "", `#${encodeURIComponent(item.item_id)}`);
    this.theatre.show(item, this.queue.upcoming());
    this.draw();
    const { label, moment_game_s, player_a } = item.play;
    const shown = `${labelName(label)} at ${clock(moment_game_s)}, ${item.side.toLowerCase()} side${player_a ? `, ${player_a}` : ""}.`;
    say(`${before} Now: ${shown}`.trim());
    this.#lookAhead();
  }

  /** More of the queue in time; and whether somebody else has decided the play that comes next. */
  async #lookAhead() {
    try {
      if (this.queue.runsShort) await this.queue.more();
      const [next] = this.queue.upcoming();
      if (next) this.queue.refresh(next, await this.server.item(next.item_id));
      this.drawProgress();
    } catch {
      // not reachable now: the next play asks again, and the outbox says so once there is something to send
    }
  }

  /** On to the next open play, with a word on what was done before. */
  async advance(before = "") {
    if (this.queue.advance()) return this.show(before);
    this.#empty(`${before} Looking for more.`.trim()); // no key decides the last play again meanwhile
    try {
      await this.queue.search();
    } catch (error) {
      return this.#empty(`${before} No more plays can be read: ${error.message}. Reload to go on.`.trim());
    }
    if (this.item) return undefined; // the reviewer went back to one
    if (this.queue.advance()) return this.show(before);
    const words = this.#whyNothing();
    this.#empty(`${before} ${words ?? "Nothing is left to decide."}`.trim());
    if (words === null) return this.closing.offer(this.queue.games).catch(({ message }) => warn(message));
    return setTimeout(() => this.item ?? this.advance(), ASK_AGAIN_S * 1000);
  }

  #empty(words) {
    this.theatre.close();
    this.queue.leave();
    this.timeline.range = null;
    this.desk.drawEmpty(words);
    this.drawProgress();
    history.replaceState(null, "", location.pathname + location.search);
    say(words);
  }

  /** Why the server may have more plays than it tells now; null when it has none. */
  #whyNothing() {
    if (this.outbox.waiting.length) return "What comes next is known once your decisions are saved.";
    return this.queue.isBeingRead ? "The games are being read." : null;
  }

  move(count) {
    if (this.queue.move(count)) return this.show();
    return count > 0 ? this.advance() : say("This is the first.");
  }

  // Changing

  set(draft) {
    const { item_id } = this.item;
    if (draft === null || !drafts.isChanged(draft)) delete this.drafts[item_id];
    else this.drafts[item_id] = draft;
    kept.put(DRAFTS, this.drafts);
    this.draw();
  }

  change(field, value) {
    this.set(drafts.withField(this.draft, field, value));
  }

  chooseLabel(label) {
    if (!this.item || this.trouble) return;
    this.change("label", label);
    say(`${labelName(label)}. Enter: ${spanOf("accept").textContent.toLowerCase()}.`);
  }

  discard() {
    const { draft } = this;
    this.set(drafts.isSplit(draft) ? drafts.withoutPart(draft, draft.active) : null);
    say("Forgotten.");
  }

  // Deciding

  accept() {
    const { draft } = this;
    const lacking = drafts.lacking(draft);
    if (lacking) return warn(`${lacking}.`);
    return drafts.isMissed(draft) ? this.#addMissed(drafts.decisionOf(draft)) : this.decide(drafts.decisionOf(draft));
  }

  decide(body) {
    if (!this.reviewer) return this.askName(() => this.decide(body));
    const { item } = this;
    const entry = this.post(item, body);
    this.queue.remember({ key: entry.key, item_id: item.item_id });
    this.set(null);
    warn("");
    const said = body.action === "accept" ? { ...item.play, ...body } : body;
    return this.advance(`${capital(decisionWords(said))}.`);
  }

  post(item, body) {
    const { item_id, version } = item;
    return this.outbox.add({ method: "PUT", address: decisionAddress(item_id), body, version, item_id, item, reviewer: this.reviewer });
  }

  #addMissed(given) {
    if (!this.reviewer) return this.askName(() => this.#addMissed(given));
    const { item } = this;
    const body = { side: item.side, ...given };
    const address = missedAddress(item.game_id);
    const entry = this.outbox.add({ method: "POST", address, body, version: null, item_id: null, item, reviewer: this.reviewer });
    this.queue.remember({ key: entry.key, item_id: null });
    this.set(null);
    warn("");
    return say(`${capital(decisionWords({ action: "add", ...body }))}. Back to the play.`);
  }

  /** The decision on the play that is shown, if it is this reviewer's; else their last. The play is shown again. */
  async undo() {
    const last = this.queue.history.filter(({ item_id }) => item_id === this.item?.item_id).at(-1) ?? this.queue.history.at(-1);
    if (!last) return say("There is nothing of yours to take back.");
    if (last.item_id === null) return say("The missed play is on its way: take it back once it is saved.");
    try {
      this.queue.goTo(await this.queue.find(last.item_id));
    } catch (error) {
      return warn(`It cannot be taken back now: ${error.message}.`);
    }
    const decision = this.queue.decisionOn(this.item);
    if (decision?.state && decision.state !== "waiting") return undefined; // it was not saved: that is asked about now
    this.queue.forgetDecided(last.key);
    if (!decision) return this.show("It was taken back already.");
    if (![this.reviewer, "You"].includes(decision.who)) return this.show(`${decision.who} has decided it since.`);
    if (!decision.can_undo) return this.show("A model has learned from it: decide it anew instead.");
    this.post(this.item, { action: "undo" });
    return this.show("Taken back.");
  }

  // The reviewer's name

  askName(then = () => {}) {
    const dialog = byId("asking");
    byId("asking-name").value = this.reviewer ?? "";
    const heard = () => {
      const name = byId("asking-name").value.trim();
      if (name) kept.put(REVIEWER, name);
      this.drawProgress();
      if (name) then();
    };
    dialog.addEventListener("close", heard, { once: true });
    dialog.showModal();
  }
}
