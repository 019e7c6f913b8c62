// Choosing a player: by number, by name, or down the list; a combobox with a list below it.

import { byId, el, write } from "./dom.js";

const MOST_SHOWN = 60;

/** Players that hold every typed word, an exact number first: `7` is #7 before #17 and #77, and `0` is not `00`. */
export function matching(players, typed) {
  const words = typed.toLowerCase().split(/[\s#]+/).filter(Boolean);
  const hits = players.filter((player) => words.every((word) => player.toLowerCase().includes(word)));
  const isExact = (player) => words.some((word) => player.match(/#(\w+)/)?.[1].toLowerCase() === word);
  return [...hits.filter(isExact), ...hits.filter((player) => !isExact(player))];
}

export class Picker {
  constructor() {
    this.dialog = byId("picker");
    this.input = byId("picker-typed");
    this.list = byId("picker-list");
    this.shown = [];
    this.at = 0;
    this.input.addEventListener("input", () => this.#draw(0));
    this.input.addEventListener("keydown", (event) => this.#pressed(event));
    this.list.addEventListener("click", (event) => {
      const row = event.target.closest("li");
      if (row) this.#choose(Number(row.dataset.at));
    });
    this.dialog.addEventListener("close", () => this.after?.());
  }

  /** Ask who; `chosen(player)` hears the name, or null for nobody; `after()` is called when the list is gone. */
  open({ title, players, now, chosen, after }) {
    Object.assign(this, { players, now, chosen, after });
    write(byId("picker-title"), title);
    this.input.value = "";
    this.dialog.showModal();
    this.#draw(Math.max(players.indexOf(now), 0));
    this.input.focus();
  }

  #draw(at) {
    const typed = this.input.value.trim();
    const found = matching(this.players, typed);
    this.shown = [...found.slice(0, MOST_SHOWN), ...(typed ? [] : [null])];
    this.at = Math.min(at, Math.max(this.shown.length - 1, 0));
    this.list.replaceChildren(...this.shown.map((player, each) => this.#row(player, each)));
    this.list.hidden = this.shown.length === 0;
    if (this.shown.length) this.input.setAttribute("aria-activedescendant", `player-${this.at}`);
    else this.input.removeAttribute("aria-activedescendant");
    this.list.children[this.at]?.scrollIntoView({ block: "nearest" });
    const none = this.players.length ? `Nobody on the roster is “${typed}”` : "This game has no roster";
    write(byId("picker-count"), found.length ? `${found.length} of ${this.players.length}` : none);
  }

  #row(player, each) {
    const isActive = each === this.at;
    return el("li", { id: `player-${each}`, role: "option", "data-at": each, "aria-selected": isActive ? "true" : "false", text: player ?? "Nobody" });
  }

  #pressed(event) {
    if (!this.dialog.open) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps && this.shown.length) {
      event.preventDefault();
      this.#draw((this.at + steps[event.key] + this.shown.length) % this.shown.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      event.stopPropagation(); // the key that closes the list does no more
      if (this.shown.length) this.#choose(this.at);
    }
  }

  #choose(at) {
    this.chosen(this.shown[at]);
    this.input.blur();
    this.dialog.close();
  }
}
