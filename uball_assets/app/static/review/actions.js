// What each action of the page does (`keys` says which key is whose, the buttons bear the same names).

import { byId } from "./dom.js";
import * as drafts from "./draft.js";
import { clock, say } from "./speech.js";

const SPEEDS = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3];
const PAN = 0.1;
const FAR = 10;
const NO_FILM = "The film is not there yet.";
const INSIDE_S = 1e-3; // a moment is a frame's beginning: look just behind it

/** Actions on the film: they need one that works, and settle nothing. */
function looking(sitting, keepWishes) {
  const { wishes } = sitting;
  const speed = (by) => {
    const { player } = sitting;
    const at = Math.min(Math.max(SPEEDS.indexOf(player.rate) + by, 0), SPEEDS.length - 1);
    wishes.rate = SPEEDS[at];
    player.isSlow = false;
    player.setRate();
    keepWishes();
    say(`Speed ${wishes.rate}.`);
  };
  const stepOrPan = (frames, x, y) => {
    const { player } = sitting;
    const { times, x: at_x, y: at_y } = player.zoom;
    if (times > 1) player.zoomTo(times, at_x + x * PAN, at_y + y * PAN);
    else if (frames) player.step(frames);
  };
  return {
    play: () => sitting.player.toggle(),
    back: () => sitting.player.step(-1),
    forward: () => sitting.player.step(1),
    far_back: () => stepOrPan(-FAR, -1, 0),
    far_forward: () => stepOrPan(FAR, 1, 0),
    look_up: () => stepOrPan(0, 0, -1),
    look_down: () => stepOrPan(0, 0, 1),
    to_moment: () => {
      const { player } = sitting;
      player.pause();
      player.seekGame((drafts.activePart(sitting.draft).moment_game_s ?? player.window.start_game_s) + INSIDE_S);
    },
    slow: () => {
      sitting.player.isSlow = !sitting.player.isSlow;
      sitting.player.setRate();
    },
    slower: () => speed(-1),
    faster: () => speed(1),
    loop: () => {
      wishes.loops = !wishes.loops;
      keepWishes();
      sitting.drawFilm();
    },
    zoom: () => {
      sitting.player.zoomTo((sitting.player.zoom.times % 3) + 1);
      say(`Zoom ${sitting.player.zoom.times}.`);
    },
    camera: () => {
      sitting.player.swap();
      keepWishes();
      sitting.draw();
    },
    sound: () => {
      wishes.sound = !wishes.sound;
      keepWishes();
      sitting.player.setSound();
    },
  };
}

/** Actions on the play. */
function deciding(sitting, picker) {
  const stopped = () => {
    if (!sitting.player.works) {
      say(NO_FILM);
      return null;
    }
    sitting.player.pause();
    return Math.round(sitting.player.now_game_s * 1000) / 1000;
  };
  const choosePlayer = (field, title) => {
    const { player } = sitting;
    const wasPlaying = player.isPlaying;
    player.pause();
    picker.open({
      title,
      players: sitting.item.players,
      now: drafts.activePart(sitting.draft)[field],
      chosen: (name) => sitting.change(field, name),
      after: () => wasPlaying && player.play(),
    });
  };
  const begin = (draftAt, words) => {
    const now_game_s = stopped();
    if (now_game_s === null) return;
    sitting.set(draftAt(now_game_s));
    say(words);
  };
  return {
    accept: () => sitting.accept(),
    reject: () => sitting.decide({ action: "reject" }),
    moment: () => {
      const now_game_s = stopped();
      if (now_game_s === null) return;
      sitting.change("moment_game_s", now_game_s);
      say(`The moment is ${clock(now_game_s)}.`);
    },
    player_a: () => choosePlayer("player_a", "Who did it?"),
    player_b: () => choosePlayer("player_b", "Who else?"),
    note: () => byId("note").focus(),
    split: () => begin((at_game_s) => drafts.withPart(sitting.draft, at_game_s), "One more play in this film, at this frame. Which label?"),
    missed: () => begin(drafts.missedAt, "A missed play at this frame. Which label?"),
    next: () => sitting.move(1),
    previous: () => sitting.move(-1),
    discard: () => sitting.discard(),
  };
}

/** `perform(name)`: does an action by its name; any other name is a label. */
export function actionsOf({ sitting, troubles, picker, keepWishes }) {
  const [look, decide] = [looking(sitting, keepWishes), deciding(sitting, picker)];
  return (name) => {
    if (name === "help") return byId("help").showModal();
    if (name === "theirs" || name === "mine") return troubles.settle(name === "mine");
    if (sitting.trouble && !(name in look)) return byId("trouble").focus();
    if (name === "undo") return sitting.undo();
    if (!sitting.item) return undefined;
    if (name in look) return sitting.player.works ? look[name]() : say(NO_FILM);
    return name in decide ? decide[name]() : sitting.chooseLabel(name);
  };
}
