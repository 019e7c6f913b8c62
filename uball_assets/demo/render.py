"""Films a demo game: every camera's real H.264 and AAC, from what truly happened.

Belongs here: frames in order, encoding, files. Not here: where anything is (`moves`, `scene`) or how it looks
(`picture`). The same game gives the same bytes every time: one encoder thread, no clock, no metadata.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from fractions import Fraction
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import av
import numpy as np

from uball_assets.adapters.machine.processes import end_with_parent
from uball_assets.demo import court, moves, picture, sound
from uball_assets.demo.court import HOOP_M, Camera, Floats, camera, spot
from uball_assets.demo.league import Batch, DemoGame, Row, length_game_s
from uball_assets.demo.mess import TRUNCATED_AT, Broken
from uball_assets.demo.picture import Hall
from uball_assets.demo.scene import Moments, Stage
from uball_assets.demo.teams import chance, on_court
from uball_assets.domain.footage.angles import Angle, Side

FPS = 15
IDLE_EVERY = 5
"""Where nothing is played, only every fifth frame is drawn anew: people sway, slowly."""
CODEC = {
    "preset": "ultrafast",
    "crf": "28",
    "x264-params": f"keyint={FPS}:scenecut=0:threads=1:sliced-threads=0",
}
AUDIO_CODEC = {"aac_coder": "fast"}
AUDIO_BITS_PER_S = 24_000


def render_game(game: DemoGame, folder: Path) -> list[Path]:
    """The game's files under `folder/Games/<game_id>/`, by their names in `video_metadata`.

    Each appears whole under its final name; what is already there is not made again.
    """
    return [render_camera(game, angle, folder) for angle in _filming(game)]


def render_all(batches: Sequence[Batch], folder: Path, workers: int, on_done: Callable[[str], None]) -> None:
    """Every game of every batch, the earliest first; `on_done` hears of each file made, in any order."""
    todo = [
        (game, angle)
        for batch in batches
        for game in batch.games
        for angle in _filming(game)
        if not _path(game, angle, folder).exists()
    ]
    if workers <= 1 or len(todo) <= 1:
        for game, angle in todo:
            on_done(str(render_camera(game, angle, folder)))
        return
    with ProcessPoolExecutor(workers, get_context("spawn"), end_with_parent) as pool:
        started = [pool.submit(render_camera, game, angle, folder) for game, angle in todo]
        try:
            for done in as_completed(started):
                on_done(str(done.result()))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def render_camera(game: DemoGame, angle: Angle, folder: Path) -> Path:
    """One camera's file, made if it is not there yet."""
    path = _path(game, angle, folder)
    if not path.exists():
        film(game, angle, {side: stage_of(game, side) for side in Side}, path)
    return path


def film(
    game: DemoGame, angle: Angle, stages: Mapping[Side, Stage], path: Path, *, is_restless: bool = False
) -> None:
    """What the camera sees of its stage, and hears of both. `is_restless`: people move between plays too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    offset_s = float(_video(game, angle)["sync_offset_seconds"] or 0.0)
    length_s = length_game_s(game.truth)
    frame_count = round((length_s + offset_s) * FPS)
    sounds = [each for stage in stages.values() for each in stage.sounds]
    samples = sound.microphone(
        sound.hall(sounds, length_s, chance("hall", game.game_id)),
        offset_s,
        frame_count / FPS,
        chance("microphone", game.game_id, angle),
    )
    shot = Shot(game, angle, stages[angle.play_side])
    if is_restless:
        shot.plays = [(-offset_s, length_s)]
    frames = shot.frames(np.arange(frame_count) / FPS - offset_s)
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        _encode(partial, frames, samples)
        if game.broken.get(angle) is Broken.TRUNCATED:
            os.truncate(partial, int(partial.stat().st_size * TRUNCATED_AT))
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _filming(game: DemoGame) -> list[Angle]:
    """The cameras that left a file."""
    angles = [Angle(video["angle"]) for video in game.videos]
    return [angle for angle in angles if game.broken.get(angle) is not Broken.MISSING]


def _video(game: DemoGame, angle: Angle) -> Row:
    return next(video for video in game.videos if video["angle"] == angle)


def _path(game: DemoGame, angle: Angle, folder: Path) -> Path:
    return folder / "Games" / game.game_id / str(_video(game, angle)["filename"])


def stage_of(
    game: DemoGame, side: Side, between: Callable[[Stage, float, float], None] = lambda *_: None
) -> Stage:
    """The half's whole game, from its true plays; `between`: what is done from one play's end to the next
    one's start, game time."""
    people = on_court(game.row, side)
    homes = [spot(distance, bearing) for distance in (7.6, 5.4) for bearing in (-0.8, 0.0, 0.8)]
    stage = Stage(people, [*homes, (9.5, 1.4)])
    places = {person.player_id: index for index, person in enumerate(people)}
    free_game_s = 0.0
    for row in game.truth:
        if row["angle"] == side:
            between(stage, free_game_s, row["start_timestamp"])
            moves.play(stage, _script(row, places), chance("play", row["id"]))
            free_game_s = row["end_timestamp"]
    return stage


def _script(row: Row, places: dict[str, int]) -> moves.Script:
    rebounds = [event["playerAId"] for event in row["events"] if event["label"].endswith("REBOUND")]
    return moves.Script(
        label=row["classification"],
        start_game_s=row["start_timestamp"],
        end_game_s=row["end_timestamp"],
        event_game_s=row["timestamp_seconds"],
        lead=places[row["player_a_id"]],
        other=places[row["player_b_id"]] if row["player_b_id"] else None,
        rebounder=places[rebounds[0]] if rebounds else None,
    )


# --- one camera's frames


@dataclass(frozen=True)
class Item:
    """Something to paste: nearer things cover farther ones."""

    depth_m: float
    sprite: picture.Sprite
    x_px: float
    y_px: float


class Shot:
    """One camera in one game: its mount, its light, its half of the court."""

    def __init__(self, game: DemoGame, angle: Angle, stage: Stage) -> None:
        self.stage = stage
        self.camera: Camera = camera(angle, chance("mount", game.game_id, angle))
        light, wood = chance("light", game.game_id, angle), chance("wood", game.game_id)
        self.exposure = round(float(light.uniform(0.88, 1.08)), 2)
        shade = wood.integers(-10, 11, 3)
        self.background = picture.background(
            self.camera,
            Hall(
                exposure=self.exposure,
                wood=(204 + int(shade[0]), 182 + int(shade[0] + shade[1] // 2), 150 + int(shade[0])),
                paint=(120 + int(shade[1]), 138 + int(shade[1]), 170 + int(shade[2])),
                stands_seed=int(wood.integers(2**31)),
            ),
        )
        rows = [row for row in game.truth if row["angle"] == angle.play_side]
        margin_s = moves.BEFORE_S + 0.1
        self.plays = [(row["start_timestamp"] - margin_s, row["end_timestamp"] + margin_s) for row in rows]

    def frames(self, times_game_s: Floats) -> Iterator[av.VideoFrame]:
        moments = self.stage.at(times_game_s)
        feet_px, depth_m = self.camera.project(moments.feet_m)
        floor = moments.feet_m * (1.0, 1.0, 0.0)
        shadows_px, _ = self.camera.project(floor)
        balls_px, balls_depth_m = self.camera.project(np.nan_to_num(moments.balls_m))
        ball_shadows_px, _ = self.camera.project(np.nan_to_num(moments.balls_m) * (1.0, 1.0, 0.0))
        busy = np.zeros(len(times_game_s), dtype=bool)
        for start, end in self.plays:
            busy |= (times_game_s >= start) & (times_game_s <= end)
        poses = self._poses(moments, times_game_s)
        frame = None
        for index in range(len(times_game_s)):
            if frame is None or busy[index] or index % IDLE_EVERY == 0:
                people = self._people(feet_px[index], shadows_px[index], depth_m[index], poses[index])
                balls = self._balls(
                    moments.balls_m[index], balls_px[index], ball_shadows_px[index], balls_depth_m[index]
                )
                frame = self._draw([*people, *balls], bool(moments.net[index]))
            yield frame

    def _draw(self, items: list[Item], net: bool) -> av.VideoFrame:
        drawn = self.background.copy()
        if net:
            (x, y), depth = self.camera.project(HOOP_M)
            width = max(round(0.75 * self.camera.focal_px / float(depth)), 4)
            drawn.paste(picture.net_flash(width), float(x), float(y))
        for item in sorted(items, key=lambda item: -item.depth_m):
            drawn.paste(item.sprite, item.x_px, item.y_px)
        return drawn.to_frame()

    def _people(
        self, feet_px: Floats, shadows_px: Floats, depth_m: Floats, poses: Sequence[str]
    ) -> Iterator[Item]:
        for who, person in enumerate(self.stage.people):
            scale = self.camera.focal_px / float(depth_m[who])
            height = max(round(picture.FIGURE_M * scale / 2) * 2, 8)
            x, y = (float(v) for v in feet_px[who])
            yield Item(
                float(depth_m[who]) + 50, picture.shadow(round(scale * 0.8)), *map(float, shadows_px[who])
            )
            drawn = picture.figure(person.color, person.number, height, poses[who], self.exposure)
            yield Item(float(depth_m[who]), drawn, x, y)

    def _balls(self, balls_m: Floats, at_px: Floats, shadows_px: Floats, depth_m: Floats) -> Iterator[Item]:
        for ball_m, place, shade, depth in zip(balls_m, at_px, shadows_px, depth_m, strict=True):
            if np.isfinite(ball_m[0]):
                radius = max(round(picture.BALL_RADIUS_M * self.camera.focal_px / float(depth)), 3)
                yield Item(float(depth) + 50, picture.shadow(2 * radius), *map(float, shade))
                yield Item(float(depth) - 0.8, picture.ball(radius, self.exposure), *map(float, place))

    def _poses(self, moments: Moments, times_game_s: Floats) -> list[list[str]]:
        """Who runs, by how fast they move; who has arms up."""
        step_m = np.linalg.norm(
            np.diff(moments.feet_m[..., :2], axis=0, prepend=moments.feet_m[:1, :, :2]), axis=-1
        )
        running = step_m * FPS > 0.6
        stride = (times_game_s * 6).astype(int) % 2
        legs = np.where(running, np.where(stride[:, None] == 0, "left", "right"), "stand")
        return np.where(moments.arms, "up", legs).tolist()  # type: ignore[no-any-return]


# --- the file


def _encode(path: Path, frames: Iterator[av.VideoFrame], samples: sound.Samples) -> None:
    """One second of pictures, one second of sound, and so on; the index goes to the front."""
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as out:
        video = out.add_stream("libx264", rate=FPS, options=CODEC)
        video.width, video.height, video.pix_fmt = court.WIDTH_PX, court.HEIGHT_PX, "yuv420p"
        video.thread_count = 1
        audio = out.add_stream("aac", rate=sound.RATE_HZ, options=AUDIO_CODEC)
        audio.layout, audio.bit_rate = "mono", AUDIO_BITS_PER_S
        for count, frame in enumerate(frames):
            if count % FPS == 0:
                start = count // FPS * sound.RATE_HZ
                _encode_sound(out, audio, samples[start : start + sound.RATE_HZ], start)
            frame.pts, frame.time_base = count, Fraction(1, FPS)
            out.mux(video.encode(frame))
        out.mux(video.encode())
        out.mux(audio.encode())


def _encode_sound(out: Any, audio: Any, samples: sound.Samples, start: int) -> None:
    if len(samples):
        frame = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = sound.RATE_HZ, start, Fraction(1, sound.RATE_HZ)
        out.mux(audio.encode(frame))
