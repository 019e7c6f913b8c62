// Which play is on the screen, and which are loaded behind it, so that the next one is there at once.

import { Player } from "./player.js";

const WATCHED_AHEAD = 2;

export class Theatre {
  /** `tell` is called whenever what is on the screen changes. */
  constructor(stage, settings, fetchFrames, tell) {
    Object.assign(this, { stage, settings, fetchFrames, tell });
    this.players = new Map();
    this.current = null;
  }

  /** Show a play from the beginning of its window; load those that come next, forget the rest. */
  show(item, upcoming) {
    const kept = [item, ...upcoming.slice(0, WATCHED_AHEAD)];
    this.#forgetAllBut(new Set(kept.map((each) => each.item_id)));
    const before = this.current;
    this.current = this.#loaded(item);
    if (before !== this.current) before?.pause();
    for (const player of this.players.values()) player.element.classList.toggle("on", player === this.current);
    this.current.isSlow = false;
    this.current.zoomTo(1, 0.5, 0.5);
    if (this.current.works) this.#begin(this.current);
    for (const each of kept) this.#loaded(each);
  }

  close() {
    this.#forgetAllBut(new Set());
    this.current = null;
  }

  #begin(player) {
    player.seekGame(player.window.start_game_s);
    player.play();
  }

  #loaded(item) {
    const known = this.players.get(item.item_id);
    if (known) return known;
    const player = new Player(item, this.settings, () => player === this.current && this.tell());
    this.players.set(item.item_id, player);
    this.stage.append(player.element);
    player.load(this.fetchFrames).then(() => player === this.current && player.works && this.#begin(player));
    return player;
  }

  #forgetAllBut(kept) {
    for (const [item_id, player] of this.players) {
      if (kept.has(item_id)) continue;
      player.close();
      this.players.delete(item_id);
    }
  }
}
