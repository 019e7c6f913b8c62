// The films of one play, in step: the first leads, the others follow it on the game's clock.
//
// Belongs here: playing, looping, stepping, seeking. Not here: which play is shown (theatre), keys, drawing the timeline.

import { el } from "../dom.js";
import { Frames } from "./frames.js";
import { pause_s } from "../server.js";
import { answerWords, cameraName } from "../speech.js";

const JUMP_BEYOND_S = 0.25; // a follower that is farther off jumps; one that is nearer runs a little faster or slower
const MOST_DRIFT = 0.1;
const IN_STEP_S = 0.01;
const MOST_TRIES = 4;

/** One camera's clip: a `<video>`, its frames, and the words below it. */
class Film {
  constructor(camera) {
    this.camera = camera;
    this.frames = null;
    this.wanted_s = null;
    this.video = el("video", { playsinline: true, preload: "auto", "aria-label": `Film of ${cameraName(camera.camera)}` });
    this.video.muted = true;
    this.video.addEventListener("seeked", () => this.#seekWanted());
    this.notice = el("p", { class: "film-notice", text: "Loading…" });
    this.figure = el("figure", { class: "film" }, el("div", { class: "lens" }, this.video), this.notice, this.#caption());
  }

  get works() {
    return this.frames !== null;
  }

  /** The table first: a clip that has one is there, and worth asking for again. */
  async load(fetchFrames) {
    try {
      const film = this.#picture();
      const table = await fetchFrames(this.camera.frames_url);
      if (!table.frame_times_s.length) throw new Error("its film has no frame");
      for (let tries = 1; !(await film) && !(await this.#picture()); tries++) {
        if (tries === MOST_TRIES) throw new Error("its film cannot be read");
        await pause_s(tries);
      }
      this.frames = new Frames(table);
      this.notice.hidden = true;
    } catch (error) {
      this.notice.textContent = `${cameraName(this.camera.camera)} is missing: ${error.message}`;
    }
  }

  /** Ask for the clip; whether there is something to see. */
  #picture() {
    const seen = new Promise((done) => {
      this.video.addEventListener("loadeddata", () => done(true), { once: true });
      this.video.addEventListener("error", () => done(false), { once: true });
    });
    this.video.src = this.camera.video_url;
    return seen;
  }

  /** Show a moment of the clip; while one seek is under way the newest wish waits, older ones are forgotten. */
  seek(clip_s) {
    this.wanted_s = clip_s;
    if (!this.video.seeking) this.#seekWanted();
  }

  #seekWanted() {
    if (this.wanted_s === null) return;
    const clip_s = this.wanted_s;
    this.wanted_s = null;
    if (Math.abs(clip_s - this.video.currentTime) > 1e-6) this.video.currentTime = clip_s;
  }

  play() {
    this.video.play().catch(() => {}); // a newer wish (pause, another source) ends it: nothing to tell
  }

  /** Give the decoder and the connection back. */
  close() {
    this.video.pause();
    this.video.removeAttribute("src");
    this.video.load();
  }

  #caption() {
    const { camera, says } = this.camera;
    return el("figcaption", {}, el("b", { text: cameraName(camera) }), " ", el("span", { text: answerWords(says) }));
  }
}

export class Player {
  /** `settings`: the reviewer's wishes that outlive a play: `rate`, `loops`, `sound`, `view` (FAR or NEAR). */
  constructor(item, settings, tell) {
    this.item = item;
    this.settings = settings;
    this.tell = tell;
    this.films = item.cameras.map((camera) => new Film(camera));
    this.lead = null;
    this.isPlaying = false;
    this.isSlow = false;
    this.index = 0;
    this.zoom = { times: 1, x: 0.5, y: 0.5 };
    this.element = el("div", { class: "deck" }, ...this.films.map((film) => film.figure));
    for (const film of this.films) film.video.addEventListener("ended", () => film === this.lead && this.#atTheEnd());
  }

  /** Resolves when the first picture of the window can be shown. */
  async load(fetchFrames) {
    await Promise.all(this.films.map((film) => film.load(fetchFrames)));
    const working = this.films.filter((film) => film.works);
    this.#leadWith(working.find((film) => film.camera.camera.startsWith(this.settings.view)) ?? working[0] ?? null);
    if (this.lead) this.showFrame(this.lead.frames.at(this.lead.frames.toClip(this.window.start_game_s)));
  }

  get works() {
    return this.lead !== null;
  }

  /** What is looped, in game time: the play's window, as far as it was filmed. */
  get window() {
    const { start_game_s, end_game_s } = this.item.play;
    const { frames } = this.lead;
    const start = Math.max(start_game_s, frames.start_game_s);
    const end = Math.min(end_game_s, frames.end_game_s);
    return end > start ? { start_game_s: start, end_game_s: end } : frames;
  }

  get rate() {
    return this.isSlow ? 0.25 : this.settings.rate;
  }

  /** Game time of what is on the screen, s. */
  get now_game_s() {
    const { frames, video } = this.lead;
    return this.isPlaying ? frames.toGame(video.currentTime) : frames.gameTime(this.index);
  }

  play() {
    if (!this.works) return;
    if (!this.isPlaying && this.settings.loops && this.now_game_s >= this.window.end_game_s - 0.05) this.seekGame(this.window.start_game_s);
    else if (this.index === this.lead.frames.last) this.seekGame(this.window.start_game_s);
    this.isPlaying = true;
    for (const film of this.films) {
      film.video.muted = !(this.settings.sound && film === this.lead);
      film.video.playbackRate = this.rate;
      if (film.works) film.play();
    }
    requestAnimationFrame(() => this.#tick());
    this.tell();
  }

  /** Stop on a whole frame. */
  pause() {
    if (!this.works) return;
    for (const film of this.films) film.video.pause();
    if (this.isPlaying) {
      this.isPlaying = false;
      this.showFrame(this.lead.frames.at(this.lead.video.currentTime));
    }
    this.tell();
  }

  toggle() {
    if (this.isPlaying) this.pause();
    else this.play();
  }

  step(count) {
    if (!this.works) return;
    this.pause();
    this.showFrame(this.index + count);
    this.tell();
  }

  /** Every film on the frame that it shows at the middle of the leader's frame `index`. */
  showFrame(index) {
    const { frames } = this.lead;
    this.index = frames.clamp(index);
    const game_s = frames.toGame(frames.middle(this.index));
    for (const film of this.films.filter((film) => film.works)) {
      film.seek(film.frames.middle(film.frames.at(film.frames.toClip(game_s))));
    }
  }

  seekGame(game_s) {
    if (!this.works) return;
    this.showFrame(this.lead.frames.at(this.lead.frames.toClip(game_s)));
    this.tell();
  }

  /** A finger on the timeline. */
  scrub(game_s) {
    this.pause();
    this.seekGame(game_s);
  }

  setRate() {
    for (const film of this.films) film.video.playbackRate = this.rate;
    this.tell();
  }

  setSound() {
    for (const film of this.films) film.video.muted = !(this.settings.sound && film === this.lead);
    this.tell();
  }

  /** The next camera leads; the moment stays. */
  swap(film = null) {
    const working = this.films.filter((each) => each.works);
    if (working.length < 2) return;
    const game_s = this.now_game_s;
    this.#leadWith(film ?? working[(working.indexOf(this.lead) + 1) % working.length]);
    this.settings.view = this.lead.camera.camera.split("_")[0];
    if (this.isPlaying) this.index = this.lead.frames.at(this.lead.frames.toClip(game_s));
    else this.seekGame(game_s + 1e-3);
    this.setSound();
  }

  zoomTo(times, x = this.zoom.x, y = this.zoom.y) {
    const within = (share) => Math.min(Math.max(share, 0), 1);
    this.zoom = { times, x: within(x), y: within(y) };
    this.element.style.setProperty("--zoom", times);
    this.element.style.setProperty("--zoom-x", `${this.zoom.x * 100}%`);
    this.element.style.setProperty("--zoom-y", `${this.zoom.y * 100}%`);
    this.tell();
  }

  /** A click on the large film plays or pauses; on a small one makes it the large one. Says whether it was on one. */
  click(target) {
    const film = this.#filmAt(target);
    if (!film) return false;
    if (film === this.lead) this.toggle();
    else this.swap(film);
    return true;
  }

  /** A double click looks closer at that point, or from afar again. */
  zoomAt({ target, clientX, clientY }) {
    if (this.#filmAt(target) !== this.lead || !this.lead) return;
    const { left, top, width, height } = this.lead.video.parentElement.getBoundingClientRect();
    this.zoomTo(this.zoom.times > 1 ? 1 : 2, (clientX - left) / width, (clientY - top) / height);
  }

  #filmAt(target) {
    return this.films.find((film) => film.works && film.figure.contains(target));
  }

  close() {
    this.isPlaying = false;
    for (const film of this.films) film.close();
    this.element.remove();
  }

  #leadWith(film) {
    this.lead = film;
    for (const each of this.films) each.figure.classList.toggle("lead", each === film);
  }

  #atTheEnd() {
    if (!this.isPlaying) return;
    if (this.settings.loops) this.#restart();
    else this.pause();
  }

  #restart() {
    this.seekGame(this.window.start_game_s);
    for (const film of this.films) if (film.works) film.play();
  }

  #tick() {
    if (!this.isPlaying) return;
    const { frames, video } = this.lead;
    this.index = frames.at(video.currentTime);
    if (!video.seeking) {
      if (this.settings.loops && frames.toGame(video.currentTime) >= this.window.end_game_s) this.#restart();
      else for (const film of this.films) if (film.works && film !== this.lead) this.#follow(film);
    }
    this.tell();
    requestAnimationFrame(() => this.#tick());
  }

  #follow(film) {
    const wanted_s = film.frames.toClip(this.lead.frames.toGame(this.lead.video.currentTime));
    const behind_s = wanted_s - film.video.currentTime;
    const isOutside = wanted_s < 0 || wanted_s >= film.frames.end_s;
    if (isOutside) film.video.pause();
    else if (film.video.paused) film.play();
    if (film.video.seeking || isOutside) return;
    if (Math.abs(behind_s) > JUMP_BEYOND_S) film.seek(wanted_s);
    const nudge = Math.abs(behind_s) < IN_STEP_S ? 0 : Math.min(Math.max(behind_s * 2, -MOST_DRIFT), MOST_DRIFT);
    const rate = this.rate * (film.frames.slow_motion / this.lead.frames.slow_motion) * (1 + nudge);
    if (Math.abs(film.video.playbackRate - rate) > 0.002) film.video.playbackRate = rate;
  }
}
