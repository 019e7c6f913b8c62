// When nothing of a game is left to decide: closing its review, so that it is trained on. Games that people annotated
// from the beginning, and those that are closed, ask nothing.

import { byId, el } from "./dom.js";
import { newKey } from "./outbox.js";
import { say, warn } from "./speech.js";

export class Closing {
  constructor(server, reviewer) {
    Object.assign(this, { server, reviewer });
  }

  /** Ask about each of these games that is fully decided. `titles`: by game's id. */
  async offer(titles) {
    this.forget();
    for (const [game_id, title] of titles) {
      const { state, left, plays } = await this.server.game(game_id);
      if (state === "open" && left === 0) byId("closing").append(this.#question(game_id, title, plays));
    }
  }

  forget() {
    byId("closing").replaceChildren();
  }

  #question(game_id, title, plays) {
    const words = `Are all plays of ${title} there? It has ${plays}. Once its review is closed, models learn from it.`;
    const close = el("button", { type: "button", class: "main", text: "Close its review" });
    const question = el("div", { class: "card" }, el("p", { text: words }), close);
    close.addEventListener("click", async () => {
      close.disabled = true;
      const refused = await this.server.close(game_id, newKey(), this.reviewer());
      close.disabled = false;
      if (refused) return warn(refused);
      question.replaceChildren(el("p", { text: `The review of ${title} is closed.` }));
      return say(`The review of ${title} is closed.`);
    });
    return question;
  }
}
