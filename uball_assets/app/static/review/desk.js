// The right half of the page: the play, why it is here, its labels, what was changed, what was decided, what went wrong.
//
// Belongs here: drawing, and hearing the note. Not here: what a button does (main), the film (theatre, timeline).

import { byId, el, write } from "./dom.js";
import { activePart, changedFields, isChanged, isMissed, isSplit } from "./draft.js";
import { written } from "./keys.js";
import { capital, clock, decisionWords, labelName, wallClock } from "./speech.js";

const isShot = ({ label }) => /_(MAKE|MISS)$/.test(label);

export class Desk {
  /** `onLabel(label)`, `onNote(text)` and `onPart(index)` hear what a person chose here. */
  constructor({ onLabel, onNote, onPart }) {
    this.onLabel = onLabel;
    this.onPart = onPart;
    this.buttons = new Map();
    const note = byId("note");
    note.addEventListener("input", () => onNote(note.value.trim() ? note.value : null));
    note.addEventListener("keydown", (event) => {
      if (event.isComposing || !["Enter", "Escape"].includes(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      note.blur();
    });
  }

  /** The labels' buttons, shots first, made beside missed; once. */
  drawLabels(labels) {
    const group = (name, of) => el("div", { class: name }, ...of.map((label) => this.#labelButton(label)));
    const shots = labels.filter(isShot);
    byId("labels").replaceChildren(group("shots", shots), group("others", labels.filter((label) => !isShot(label))));
  }

  draw({ item, draft, decision }) {
    const part = activePart(draft);
    const changed = new Set(isSplit(draft) ? [] : changedFields(draft));
    write(byId("where"), whereWords(item, draft));
    write(byId("title"), labelName(part.label));
    byId("title").classList.toggle("changed", changed.has("label"));
    write(byId("shown"), shownWords(draft, changed));
    byId("reasons").replaceChildren(...item.reasons.filter(({ sentence }) => sentence).map(({ sentence }) => el("li", { text: capital(sentence) })));
    this.#drawDecided(decision, draft);
    this.#drawParts(draft);
    for (const [label, button] of this.buttons) button.setAttribute("aria-pressed", String(label === part.label));
    fact("moment", `Moment ${clock(part.moment_game_s)}`, "this frame is it", changed.has("moment_game_s"));
    fact("player_a", part.player_a ?? "Nobody named", "who did it", changed.has("player_a"));
    fact("player_b", part.player_b ?? "Nobody else", "who else", changed.has("player_b"));
    const note = byId("note");
    if (document.activeElement !== note) note.value = part.note ?? "";
    byId("note-row").classList.toggle("changed", changed.has("note"));
    write(button("accept"), acceptWords(draft));
    button("discard").parentElement.hidden = !isChanged(draft);
  }

  /** Something of the reviewer's was not saved: what stands, what was wanted, and the choice. */
  drawTrouble(trouble) {
    byId("trouble").hidden = trouble === null;
    if (trouble === null) return;
    const { state, current, body, item, why } = trouble;
    const theirs = current?.decision;
    const who = theirs ? `${theirs.who} decided this play at ${wallClock(theirs.at)}` : "This play has changed since you saw it";
    const isConflict = state === "conflict";
    write(byId("trouble-title"), isConflict ? `${who}. Yours was NOT saved.` : "Yours was NOT saved.");
    write(byId("trouble-theirs"), isConflict ? `It stands as: ${theirs ? decisionWords(theirs) : decisionWords({ ...current.play, action: "shown" })}.` : `The server says: ${why}.`);
    const wanted = body.action === "accept" ? { ...item.play, note: null, ...body } : { action: "add", ...body };
    write(byId("trouble-yours"), `You wanted: ${decisionWords(wanted)}.`);
    write(button("theirs"), isConflict ? "Leave it as it stands" : "Let mine go");
    write(button("mine"), isConflict ? "Put mine in its place" : "Mend mine");
    button("mine").parentElement.hidden = body.action === "undo"; // nobody takes back what somebody else decided
  }

  /** Everything is decided, or nothing can be shown: one sentence in the stage, no buttons that mean nothing. */
  drawEmpty(words) {
    write(byId("stage-words"), words);
    byId("desk").classList.add("empty");
  }

  drawFull() {
    write(byId("stage-words"), "");
    byId("desk").classList.remove("empty");
  }

  #labelButton({ label, key, points }) {
    const sort = label.endsWith("_MAKE") ? "make" : label.endsWith("_MISS") ? "miss" : "";
    const made = el(
      "button",
      { type: "button", class: `label ${sort}`, "aria-pressed": "false", "aria-keyshortcuts": key ?? null, on: { click: () => this.onLabel(label) } },
      labelWords(label),
      points ? el("small", { text: points === 1 ? "1 point" : `${points} points` }) : null,
      key ? el("kbd", { text: written(key), "aria-hidden": "true" }) : null,
    );
    this.buttons.set(label, made);
    return made;
  }

  #drawDecided(decision, draft) {
    const line = byId("decided");
    line.hidden = decision === null || isMissed(draft);
    if (line.hidden) return;
    write(line, `${decision.who}, ${wallClock(decision.at)}: ${decisionWords(decision)}.`);
  }

  #drawParts(draft) {
    const group = byId("parts");
    group.hidden = !isSplit(draft);
    const chip = ({ label, moment_game_s }, at) =>
      el("button", {
        type: "button",
        "aria-pressed": String(at === draft.active),
        text: `${at + 1}: ${labelName(label)}, ${clock(moment_game_s)}`,
        on: { click: () => this.onPart(at) },
      });
    group.replaceChildren(...(isSplit(draft) ? draft.parts.map(chip) : []));
  }
}

/** `3PT` above `MAKE`: what tells two labels apart stands out. */
function labelWords(label) {
  const shot = label.match(/^(.+)_(MAKE|MISS)$/);
  return shot ? el("span", {}, el("b", { text: labelName(shot[1]) }), ` ${shot[2]}`) : el("span", { text: labelName(label) });
}

const button = (action) => document.querySelector(`[data-action="${action}"] span`);

function fact(action, words, hint, isNew) {
  const element = button(action);
  element.replaceChildren(el("b", { text: words }), el("small", { text: hint }));
  element.parentElement.classList.toggle("changed", isNew);
}

function whereWords(item, draft) {
  const said = item.kind === "machine" ? "the model’s" : "a person’s";
  const side = `${item.side.toLowerCase()} side`;
  return isMissed(draft) ? `${item.game_title} · ${side} · a play that nobody wrote down` : `${item.game_title} · ${side} · ${said}`;
}

function shownWords(draft, changed) {
  if (isMissed(draft) || !changed.size) return "";
  const was = [];
  if (changed.has("label")) was.push(labelName(draft.before.label));
  if (changed.has("moment_game_s")) was.push(clock(draft.before.moment_game_s));
  if (changed.has("player_a")) was.push(draft.before.player_a ?? "nobody named");
  if (changed.has("player_b")) was.push(draft.before.player_b ?? "nobody else");
  return was.length ? `was ${was.join(", ")}` : "";
}

function acceptWords(draft) {
  if (isMissed(draft)) return "Add this play";
  if (isSplit(draft)) return `Save ${draft.parts.length} plays`;
  return isChanged(draft) ? "Save the correction" : "Accept";
}
