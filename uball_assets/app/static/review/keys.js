// Single keys: what each does, when it counts, how it is written. Not here: what the actions do (main).
//
// A key is dead inside an input, while a dialog is open, together with Ctrl, Alt or Cmd, and when the reviewer switched
// single keys off (WCAG 2.1.4). A key that is held down repeats only where that harms nothing.

/** Actions that are on the page from the first moment; those of the labels come from the server. */
export const ACTIONS = [
  { name: "accept", keys: ["Enter"], group: "Decide", words: "Accept, or save what you changed" },
  { name: "reject", keys: ["x"], group: "Decide", words: "Reject: no play here" },
  { name: "undo", keys: ["u", "Backspace"], group: "Decide", words: "Take your last decision back" },
  { name: "moment", keys: ["m"], group: "Decide", words: "This frame is the moment" },
  { name: "player_a", keys: ["p"], group: "Decide", words: "Who did it" },
  { name: "player_b", keys: ["Shift+p"], group: "Decide", words: "Who else" },
  { name: "note", keys: ["n"], group: "Decide", words: "Write a note" },
  { name: "split", keys: ["c"], group: "Decide", words: "Split: one more play in this film" },
  { name: "missed", keys: ["i"], group: "Decide", words: "Insert a missed play at this frame" },
  { name: "next", keys: ["ArrowDown", "g"], group: "Go", words: "Next play, without deciding" },
  { name: "previous", keys: ["ArrowUp"], group: "Go", words: "Play before" },
  { name: "discard", keys: ["Escape"], group: "Go", words: "Forget what you changed" },
  { name: "play", keys: [" "], group: "Film", words: "Play, pause" },
  { name: "back", keys: ["ArrowLeft", ","], group: "Film", words: "One frame back", repeats: true },
  { name: "forward", keys: ["ArrowRight", "."], group: "Film", words: "One frame on", repeats: true },
  { name: "far_back", keys: ["Shift+ArrowLeft"], group: "Film", words: "Ten frames back; zoomed in: look left", repeats: true },
  { name: "far_forward", keys: ["Shift+ArrowRight"], group: "Film", words: "Ten frames on; zoomed in: look right", repeats: true },
  { name: "look_up", keys: ["Shift+ArrowUp"], group: "Film", words: "Zoomed in: look up", repeats: true },
  { name: "look_down", keys: ["Shift+ArrowDown"], group: "Film", words: "Zoomed in: look down", repeats: true },
  { name: "to_moment", keys: ["k"], group: "Film", words: "Go to the moment" },
  { name: "slow", keys: ["j"], group: "Film", words: "Quarter speed" },
  { name: "slower", keys: ["-"], group: "Film", words: "Slower", repeats: true },
  { name: "faster", keys: ["+", "="], group: "Film", words: "Faster", repeats: true },
  { name: "loop", keys: ["l"], group: "Film", words: "Loop on, off" },
  { name: "zoom", keys: ["z"], group: "Film", words: "Zoom" },
  { name: "camera", keys: ["v"], group: "Film", words: "Next camera" },
  { name: "sound", keys: ["y"], group: "Film", words: "Sound on, off" },
  { name: "theirs", keys: ["8"], group: "When yours was not saved", words: "Leave it as it stands" },
  { name: "mine", keys: ["9"], group: "When yours was not saved", words: "Put yours in its place, or mend it" },
  { name: "help", keys: ["?"], group: "Page", words: "All keys" },
];

const WRITTEN = { " ": "Space", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Backspace: "⌫", Escape: "Esc" };
const TYPED_INTO = "input, textarea, select, [contenteditable]";
const PRESSED = "button, a[href], summary, [role=button]";

/** A key as people write it. */
export function written(key) {
  const [shift, plain] = key.startsWith("Shift+") ? ["⇧", key.slice(6)] : ["", key];
  return shift + (WRITTEN[plain] ?? (plain.length === 1 ? plain.toUpperCase() : plain));
}

/** The word a pressed key has in the table: `a`, `Shift+p`, `?`. */
function wordOf(event) {
  if (event.key.length > 1) return event.shiftKey ? `Shift+${event.key}` : event.key;
  const lower = event.key.toLowerCase();
  const isLetter = lower !== event.key.toUpperCase();
  return isLetter && event.shiftKey ? `Shift+${lower}` : lower;
}

/** An input of a dialog that has just been closed keeps the focus until the page is drawn again. */
const isTyping = (target) => target.closest(TYPED_INTO) !== null && !target.closest("dialog:not([open])");

export class Keys {
  /** `perform(name)` does an action. Where two actions want one key, the first in the list has it. */
  constructor(actions, perform) {
    this.actions = actions;
    this.perform = perform;
    this.isOn = true;
    this.byKey = new Map();
    for (const action of actions) for (const key of action.keys) if (!this.byKey.has(key)) this.byKey.set(key, action);
    document.addEventListener("keydown", (event) => this.#pressed(event));
  }

  #pressed(event) {
    const action = this.byKey.get(wordOf(event)) ?? this.byKey.get(/^Digit\d$/.test(event.code) ? event.code.slice(5) : "");
    if (!action || !this.#counts(event)) return;
    event.preventDefault();
    if (!event.repeat || action.repeats) this.perform(action.name);
  }

  #counts(event) {
    if (!this.isOn || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return false;
    if (document.querySelector("dialog[open]") || isTyping(event.target)) return false;
    return !(["Enter", " "].includes(event.key) && event.target.closest(PRESSED));
  }
}
