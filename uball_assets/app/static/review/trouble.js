// What was not saved: somebody else was first, or the server refused it. It is said, and a person chooses.
//
// While it is asked about nothing else is decided, so that a key struck in the flow of work settles nothing.

import { byId } from "./dom.js";
import * as drafts from "./draft.js";
import { decisionWords, say, warn } from "./speech.js";

const isBusy = () => document.activeElement?.matches("input, textarea") || document.querySelector("dialog[open]") !== null;

export class Troubles {
  constructor(sitting) {
    this.sitting = sitting;
    this.returnTo = null;
    sitting.outbox.addEventListener("trouble", ({ detail }) => this.#heard(detail));
    document.addEventListener("focusout", () => setTimeout(() => this.face(), 0));
  }

  /** Ask about the first, unless the reviewer is typing or is being asked already. */
  face() {
    const { sitting } = this;
    const next = sitting.outbox.troubles[0];
    if (sitting.trouble || !next || isBusy()) return;
    sitting.trouble = next;
    this.returnTo = sitting.item;
    sitting.queue.goTo(next.current ?? next.item);
    sitting.show();
    warn(["title", "theirs", "yours"].map((part) => byId(`trouble-${part}`).textContent).join(" "));
    byId("trouble").focus();
  }

  settle(isMine) {
    const { sitting } = this;
    const { trouble, queue, outbox } = sitting;
    if (!trouble || (isMine && trouble.body.action === "undo")) return undefined;
    outbox.remove(trouble);
    queue.forgetDecided(trouble.key);
    sitting.trouble = null;
    warn("");
    if (!isMine) return this.#leave("It stays as it stands.");
    if (trouble.state === "refused") return this.#mend(trouble);
    const entry = sitting.post(trouble.current, trouble.body);
    queue.remember({ key: entry.key, item_id: trouble.item_id });
    return this.#leave("Yours takes its place.");
  }

  #heard({ entry, isMoot }) {
    if (entry.current) this.sitting.queue.replace(entry.current);
    if (isMoot) say(`Somebody else decided that play: ${decisionWords(entry.current?.decision ?? entry.body)}.`);
    else this.face();
  }

  /** A refused decision becomes a draft again, on the play as it is now. */
  #mend({ item, body }) {
    const { sitting } = this;
    sitting.queue.goTo(sitting.queue.items.find(({ item_id }) => item_id === item.item_id) ?? item);
    sitting.set(drafts.draftFrom(sitting.item.play, body));
    sitting.show("Mend it and save it again.");
  }

  #leave(words) {
    const { sitting } = this;
    if (sitting.outbox.troubles.length) return this.face();
    const back = sitting.queue.items.find(({ item_id }) => item_id === this.returnTo?.item_id);
    if (!back || !sitting.queue.isOpen(back)) return sitting.advance(words);
    sitting.queue.goTo(back);
    return sitting.show(words);
  }
}
