// The bar below the film: where in the clip we are, the play's window and moment, what stands around it.

import { byId, el, write } from "../dom.js";
import { cameraName, clock, labelName } from "../speech.js";

const AROUND_S = 30;
const NAME_ROOM = 0.08; // of the strip: a name this near to the one before would stand on it

const share = (game_s, [from, to]) => Math.min(Math.max((game_s - from) / (to - from), 0), 1);

function place(element, game_s, range, end_s = null) {
  element.style.setProperty("left", `${share(game_s, range) * 100}%`);
  if (end_s !== null) element.style.setProperty("width", `${(share(end_s, range) - share(game_s, range)) * 100}%`);
  return element;
}

export class Timeline {
  /** `seek(game_s)` is called while a finger or the mouse is on the bar. */
  constructor(seek) {
    this.bar = byId("bar");
    this.marks = byId("marks");
    this.around = byId("around");
    this.cursor = byId("cursor");
    this.range = null;
    const scrub = (event) => {
      if (!this.range || !(event.buttons & 1)) return;
      const { left, width } = this.bar.getBoundingClientRect();
      const at = Math.min(Math.max((event.clientX - left) / width, 0), 1);
      seek(this.range[0] + at * (this.range[1] - this.range[0]));
    };
    this.bar.addEventListener("pointerdown", (event) => {
      this.bar.setPointerCapture(event.pointerId);
      scrub(event);
    });
    this.bar.addEventListener("pointermove", scrub);
  }

  /** What stands still while a play is shown: its marks, and its neighbours. */
  draw(player, item, draft) {
    this.range = player?.works ? [player.lead.frames.start_game_s, player.lead.frames.end_game_s] : null;
    this.marks.replaceChildren(...(this.range ? this.#marksOf(player, item, draft) : []));
    this.#drawAround(item, draft);
  }

  /** What moves: called at every frame. */
  follow(player) {
    if (!this.range) return;
    const now_game_s = player.now_game_s;
    place(this.cursor, now_game_s, this.range);
    write(byId("now"), clock(now_game_s));
    write(byId("frame"), player.isPlaying ? "" : `frame ${player.index + 1} of ${player.lead.frames.last + 1}`);
    if (!player.isPlaying) this.#tell(now_game_s);
  }

  /** To a screen reader, when it stands still. */
  #tell(now_game_s) {
    this.bar.setAttribute("aria-valuemin", this.range[0].toFixed(2));
    this.bar.setAttribute("aria-valuemax", this.range[1].toFixed(2));
    this.bar.setAttribute("aria-valuenow", now_game_s.toFixed(2));
    this.bar.setAttribute("aria-valuetext", clock(now_game_s));
  }

  #marksOf(player, item, draft) {
    const { start_game_s, end_game_s } = player.window;
    const isHere = (game_s) => game_s !== null && game_s >= this.range[0] && game_s <= this.range[1];
    const said = item.cameras.filter(({ says }) => says?.label && isHere(says.moment_game_s));
    const nearby = item.neighbours.filter(({ moment_game_s }) => isHere(moment_game_s));
    const moments = draft.parts.map((part) => part.moment_game_s).filter(isHere);
    return [
      place(el("span", { class: "window" }), start_game_s, this.range, end_game_s),
      ...nearby.map((each) => place(el("span", { class: "nearby", title: labelName(each.label) }), each.moment_game_s, this.range)),
      ...said.map(({ camera, says }) =>
        place(el("span", { class: "said", title: `${cameraName(camera)}: ${labelName(says.label)}` }), says.moment_game_s, this.range),
      ),
      ...moments.map((moment_game_s) => place(el("span", { class: "moment", title: `the moment, ${clock(moment_game_s)}` }), moment_game_s, this.range)),
    ];
  }

  #drawAround(item, draft) {
    const middle_s = item.play.moment_game_s ?? item.play.start_game_s;
    const range = [middle_s - AROUND_S, middle_s + AROUND_S];
    const near = item.neighbours.filter(({ moment_game_s }) => Math.abs(moment_game_s - middle_s) <= AROUND_S);
    const own = share(middle_s, range);
    let free = NAME_ROOM / 2;
    const events = near.map(({ label, moment_game_s, side, kind }) => {
      const at = share(moment_game_s, range);
      const isNamed = at >= free && at <= 1 - NAME_ROOM / 2 && Math.abs(at - own) >= NAME_ROOM;
      if (isNamed) free = at + NAME_ROOM;
      const away_s = moment_game_s - middle_s;
      const when = ` ${Math.abs(away_s).toFixed(1)} s ${away_s < 0 ? "before" : "after"}, ${side.toLowerCase()} side`;
      const name = el("span", { class: isNamed ? null : "visually-hidden", text: labelName(label) });
      const mark = el("li", { class: `${kind} ${side === item.side ? "same" : "other"}`, title: labelName(label) + when }, name);
      mark.append(el("span", { class: "visually-hidden", text: when }));
      return place(mark, moment_game_s, range);
    });
    const here = place(el("li", { class: "here" }, el("span", { text: labelName(draft.parts[0].label) })), middle_s, range);
    this.around.replaceChildren(...events, here);
  }
}
