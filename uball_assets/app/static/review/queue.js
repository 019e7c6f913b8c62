// The plays to decide, in the order of their worth: where the reviewer is, what is left, how fast it goes.

import * as kept from "./kept.js";

const HISTORY = "uball-review:history";
const FEW_AHEAD = 10;
const MOST_ROUNDS = 5; // while the server still reads its games
const PACE_MINUTES = 15;
const MOST_REMEMBERED = 500;

export class Queue {
  constructor(server, outbox, game_id) {
    Object.assign(this, { server, outbox, game_id });
    this.items = [];
    this.at = -1;
    this.cursor = null; // what the next page begins behind
    this.asking = null;
    this.isBeingRead = false; // the server has not looked at every game yet
    this.leftThen = 0;
    this.countedThen = new Set();
  }

  /** Titles of the games that were met, by id. */
  get games() {
    return new Map(this.items.map(({ game_id, game_title }) => [game_id, game_title]));
  }

  /** Stand on no play: nothing is left. */
  leave() {
    this.at = -1;
  }

  get current() {
    return this.items[this.at] ?? null;
  }

  /** What was decided about a play: what is on its way counts above what the server said last. */
  decisionOn(item) {
    const mine = this.outbox.entries.filter((entry) => entry.item_id === item.item_id).at(-1);
    if (!mine) return item.decision;
    return mine.body.action === "undo" ? null : { ...mine.body, who: "You", at: mine.made_at, can_undo: true, state: mine.state };
  }

  isOpen = (item) => this.decisionOn(item) === null;

  get left() {
    const decided = new Set(this.items.filter((item) => !this.isOpen(item)).map((item) => item.item_id));
    const since = [...decided].filter((item_id) => !this.countedThen.has(item_id)).length;
    const reopened = [...this.countedThen].filter((item_id) => !decided.has(item_id)).length;
    return Math.max(this.leftThen - since + reopened, 0);
  }

  /** Ask for the next page; behind the last, for the first anew, since a page holds but the best of a game. */
  more() {
    this.asking ??= this.#ask().finally(() => (this.asking = null));
    return this.asking;
  }

  async #ask() {
    const page = await this.server.queue({ game_id: this.game_id, after: this.cursor });
    this.isBeingRead = page.unread_games > 0;
    this.cursor = page.next;
    this.leftThen = page.left;
    const known = new Set(this.items.map((item) => item.item_id));
    this.items.push(...page.items.filter((item) => !known.has(item.item_id)));
    this.countedThen = new Set(this.items.filter((item) => item.decision).map((item) => item.item_id));
  }

  /** Ask until an open play is known, or all pages had none. Says whether there is one. */
  async search() {
    for (let rounds = 0; rounds < MOST_ROUNDS; ) {
      const isFirstPage = this.cursor === null;
      if (isFirstPage) rounds++;
      await this.more();
      if (this.upcoming().length) return true;
      if (isFirstPage && this.cursor === null && !this.isBeingRead) return false;
    }
    return false;
  }

  /** A play as it is now, in place of what was known of it. Says whether it was known. */
  replace(item) {
    const at = this.items.findIndex((each) => each.item_id === item.item_id);
    if (at >= 0) this.items[at] = item;
    return at >= 0;
  }

  /** What the server said of a play that it was asked about; nothing, if more was heard of it since. */
  refresh(asked, item) {
    if (this.items.includes(asked) && this.isOpen(asked)) this.replace(item);
  }

  /** Stand on a play, wherever it is in the queue; one that is not in it is put here. */
  goTo(item) {
    if (!this.replace(item)) this.items.splice(this.at + 1, 0, item);
    this.at = this.items.findIndex((each) => each.item_id === item.item_id);
  }

  async find(item_id) {
    return this.items.find((item) => item.item_id === item_id) ?? this.server.item(item_id);
  }

  /** The open plays from here on, those that were passed over last. */
  upcoming() {
    return [...this.items.slice(this.at + 1), ...this.items.slice(0, Math.max(this.at, 0))].filter(this.isOpen);
  }

  get runsShort() {
    const ahead = this.upcoming().length;
    return ahead < FEW_AHEAD && this.left > ahead + 1;
  }

  /** Step to the next open play; false when there is none that is known. */
  advance() {
    const next = this.upcoming()[0];
    if (next) this.at = this.items.indexOf(next);
    return Boolean(next);
  }

  move(count) {
    const at = this.at + count;
    if (at < 0 || at >= this.items.length) return false;
    this.at = at;
    return true;
  }

  // What this reviewer decided, newest last: to take it back, and for the pace.

  get history() {
    return kept.get(HISTORY, []);
  }

  remember(decided) {
    kept.put(HISTORY, [...this.history, { ...decided, at_ms: Date.now() }].slice(-MOST_REMEMBERED));
  }

  forgetDecided(key) {
    kept.put(HISTORY, this.history.filter((decided) => decided.key !== key));
  }

  /** A missed play has a name once the server wrote it down. */
  nameDecided(key, item_id) {
    kept.put(HISTORY, this.history.map((decided) => (decided.key === key ? { ...decided, item_id } : decided)));
  }

  get progress() {
    const midnight = new Date().setHours(0, 0, 0, 0);
    const lately = this.history.filter(({ at_ms }) => at_ms > Date.now() - PACE_MINUTES * 60_000);
    const minutes = lately.length > 1 ? (lately.at(-1).at_ms - lately[0].at_ms) / 60_000 : 0;
    const done = this.history.filter(({ at_ms }) => at_ms >= midnight).length;
    return { done, left: this.left, per_minute: minutes > 0 ? (lately.length - 1) / minutes : 0 };
  }
}
