// Everything the page says in words: names, times, sentences, and saying them aloud to a screen reader.

import { byId, write } from "./dom.js";

export const labelName = (label) => (label ? label.replaceAll("_", " ") : "no label");
export const cameraName = (camera) => camera.replaceAll("_", " ").toLowerCase();

/** What a model said of one camera's clip. */
export function answerWords(says) {
  if (!says) return "no answer";
  if (!says.label) return "saw no play";
  const sure = says.confidence === null ? [] : [`${Math.round(says.confidence * 100)} %`];
  return [labelName(says.label), ...sure, ...(says.player_a ? [says.player_a] : [])].join(", ");
}

/** `12:34.56`, or `1:02:03.45` from an hour on. */
export function clock(game_s, digits = 2) {
  if (game_s === null || game_s === undefined) return "no moment";
  const unit = 10 ** digits;
  const whole = Math.round(Math.abs(game_s) * unit);
  const seconds = Math.floor(whole / unit);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (number) => String(number).padStart(2, "0");
  const rest = digits ? `.${String(whole % unit).padStart(digits, "0")}` : "";
  return `${game_s < 0 ? "−" : ""}${hours ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)}${rest}`;
}

export const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);

const DONE = { accept: "accepted", correct: "corrected", reject: "rejected", split: "split", add: "added", undo: "taken back" };

/** What somebody decided, in one sentence's worth of words. */
export function decisionWords({ action, label, moment_game_s, player_a, player_b, note }) {
  const words = [DONE[action] ?? action];
  if (label && action !== "reject") words.push(labelName(label));
  if (moment_game_s !== null && moment_game_s !== undefined && action !== "reject") words.push(`at ${clock(moment_game_s)}`);
  if (player_a) words.push(`by ${player_a}`);
  if (player_b) words.push(`with ${player_b}`);
  return words.join(" ") + (note ? `: “${note}”` : "");
}

/** A moment on the wall's clock, `14:03`. */
export function wallClock(when) {
  const at = new Date(when);
  return Number.isNaN(at.getTime()) ? String(when) : at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

export function paceWords({ done, left, per_minute }) {
  const words = [`${done} done`, `${left} left`];
  if (per_minute > 0) {
    const minutes = Math.ceil(left / per_minute);
    words.push(`${per_minute.toFixed(1)} a minute`, minutes > 90 ? `some ${Math.round(minutes / 60)} h more` : `some ${minutes} min more`);
  }
  return words.join(" · ");
}

/** Said when there is time for it: what was done, what is shown. */
export const say = (text) => write(byId("status"), text);

/** Said at once: something of yours was not saved. */
export const warn = (text) => write(byId("alert"), text);
