// Which frame of a clip is on the screen, and where to seek to see it. Pure: no video, no page.
//
// Only the clip's own table of times knows. Any formula with a frame rate is wrong on some clip, and a seek to the
// very beginning of a frame may show the one before: so every seek goes to the middle of its frame.

const ROUNDING_S = 1e-4; // a browser keeps its clock in microseconds

export class Frames {
  /** `frame_times_s` in the clip's clock, ascending; game time = `start_game_s` + clip time / `slow_motion`. */
  constructor({ frame_times_s, start_game_s, duration_s, slow_motion = 1 }) {
    this.times_s = frame_times_s;
    this.start_game_s = start_game_s;
    this.slow_motion = slow_motion;
    this.end_s = Math.max(duration_s, frame_times_s.at(-1) + ROUNDING_S);
  }

  get last() {
    return this.times_s.length - 1;
  }

  get end_game_s() {
    return this.toGame(this.end_s);
  }

  toClip(game_s) {
    return (game_s - this.start_game_s) * this.slow_motion;
  }

  toGame(clip_s) {
    return this.start_game_s + clip_s / this.slow_motion;
  }

  /** The frame shown at a moment of the clip: the last that has begun. */
  at(clip_s) {
    let [low, high] = [0, this.last];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.times_s[middle] <= clip_s + ROUNDING_S) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Where to seek in the clip, s, to see frame `index`. */
  middle(index) {
    const next_s = index < this.last ? this.times_s[index + 1] : this.end_s;
    return (this.times_s[index] + next_s) / 2;
  }

  /** When frame `index` is shown first, in game time, s. */
  gameTime(index) {
    return this.toGame(this.times_s[index]);
  }

  clamp(index) {
    return Math.min(Math.max(index, 0), this.last);
  }
}
