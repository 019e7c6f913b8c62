"""Clips: which seconds of which file show a play, what that clip is keyed by, and when a cut one is accepted.

Belongs here: the plan and the verdict. Not here: cutting and decoding (`media`). A plan is in file time; its
timestamp counts from the clip's start.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from uball_assets.domain.angles import Angle
from uball_assets.domain.errors import Loss
from uball_assets.domain.hashing import content_hash
from uball_assets.domain.plays import Play
from uball_assets.domain.timeline import Window, file_to_clip, game_to_file

SHORTEST_REST_S = 1.0
"""What must be left of a play that its file cuts short: models sample a frame a second."""


@dataclass(frozen=True)
class Recipe:
    """How clips are cut; part of each clip's key, so that a changed recipe re-cuts."""

    mode: str = "reencode"
    preset: str = "ultrafast"
    """x264's: slower ones save bytes, not quality, and cost up to four times the time on 1080p."""
    crf: int = 18
    """x264's quality. At 20 this fast preset cost the demo's newest model 3 of 43 plays against 18."""
    height_px: int | None = None
    """None keeps the source's height."""

    @property
    def text(self) -> str:
        """The recipe as one line: `reencode ultrafast crf=18 height=source`."""
        return f"{self.mode} {self.preset} crf={self.crf} height={self.height_px or 'source'}"


@dataclass(frozen=True)
class Source:
    """One camera's file as it was probed."""

    angle: Angle
    name: str
    """The object's name, for messages."""
    fingerprint: str
    filmed_s: Window
    """File time, from the first frame to the end of the last."""
    sync_offset_s: float


@dataclass(frozen=True)
class ClipPlan:
    play_id: str
    game_id: str
    angle: Angle
    name: str
    """The object's name in the training bucket."""
    start_file_s: float
    end_file_s: float
    timestamp_clip_s: float | None
    """The primary event, from the clip's start; None when the play does not say."""
    key: str
    clamped: bool
    """The file holds only part of the play."""


@dataclass(frozen=True)
class Frames:
    """What a clip's video decodes to; times are seconds from the clip's start."""

    count: int
    first_s: float
    last_s: float


def clip_name(game_id: str, play_id: str, angle: Angle) -> str:
    """The clip's object name; outside readers rely on it (DOMAIN: 'Training bucket')."""
    return f"games/{game_id}/clips/{play_id}_{angle}.mp4"


def content_key(fingerprint: str, window_file: Window, recipe: Recipe) -> str:
    """32 hex digits of what decides a clip's bytes: the source, the seconds of it (to the ms), the recipe."""
    window_ms = [round(window_file.start_s * 1000), round(window_file.end_s * 1000)]
    return content_hash([fingerprint, window_ms, recipe.text])


def plan_clips(
    game_id: str, source: Source, plays: Iterable[Play], recipe: Recipe
) -> tuple[list[ClipPlan], list[Loss]]:
    """One clip for each play of the camera's side, to the millisecond; a loss for each the file cannot show.

    A play that begins before the first frame or runs past the last is clamped to the file and flagged. It is
    lost when nothing of use is left: under a second of it, or its primary event falls outside the clip.
    """
    plans, losses = [], []
    for play in plays:
        if play.side != source.angle.play_side:
            continue
        planned = _plan(game_id, source, play, recipe)
        if isinstance(planned, Loss):
            losses.append(planned)
        else:
            plans.append(planned)
    return plans, losses


def verdict(expected: Frames, decoded: Frames, frame_duration_s: float) -> str | None:
    """None when the clip is what was planned, else the reason it is refused.

    The frame count must be exact and the first frame within half a frame of its time. The last may be off by
    one frame: more means that the clip plays too fast or too slow, and its timestamps point elsewhere.
    """
    if decoded.count == 0:
        return f"no frame decodes, {expected.count} expected"
    if decoded.count != expected.count:
        return f"{decoded.count} frames decode, {expected.count} expected"
    if abs(decoded.first_s - expected.first_s) > frame_duration_s / 2:
        return f"the first frame is at {decoded.first_s:.3f} s, expected at {expected.first_s:.3f} s"
    if abs(decoded.last_s - expected.last_s) > frame_duration_s:
        return f"the last frame is at {decoded.last_s:.3f} s, expected at {expected.last_s:.3f} s"
    return None


def _plan(game_id: str, source: Source, play: Play, recipe: Recipe) -> ClipPlan | Loss:
    filmed = source.filmed_s
    wanted = play.window.shifted(source.sync_offset_s)
    start_file_s = round(max(wanted.start_s, filmed.start_s), 3)
    end_file_s = round(min(wanted.end_s, filmed.end_s), 3)
    clamped = wanted.start_s < filmed.start_s or wanted.end_s > filmed.end_s

    def lost(why: str) -> Loss:
        file = f"it runs from {filmed.start_s:.3f} to {filmed.end_s:.3f} s ({filmed.duration_s:.1f} s long)"
        remedy = "upload the whole file, or correct the play's window or the camera's sync offset"
        return Loss(f"clip {play.play_id}_{source.angle}", source.name, f"{why}; {file}", remedy)

    seconds = f"{wanted.start_s:.3f} to {wanted.end_s:.3f} s in file time"
    if start_file_s >= end_file_s:
        return lost(f"the play, {seconds}, is not in the file")
    if clamped and end_file_s - start_file_s < SHORTEST_REST_S:
        return lost(f"only {end_file_s - start_file_s:.3f} s of the play, {seconds}, are in the file")
    timestamp_clip_s = None
    if play.timestamp_game_s is not None:
        event_file_s = game_to_file(play.timestamp_game_s, source.sync_offset_s)
        timestamp_clip_s = round(file_to_clip(event_file_s, start_file_s), 3)
        if clamped and not 0 <= timestamp_clip_s <= round(end_file_s - start_file_s, 3):
            return lost(f"the primary event, at {event_file_s:.3f} s in file time, is not in the file")
        # Rounding may leave an event on the clip's edge a millisecond outside.
        timestamp_clip_s = min(max(timestamp_clip_s, 0.0), round(end_file_s - start_file_s, 3))
    return ClipPlan(
        play_id=play.play_id,
        game_id=game_id,
        angle=source.angle,
        name=clip_name(game_id, play.play_id, source.angle),
        start_file_s=start_file_s,
        end_file_s=end_file_s,
        timestamp_clip_s=timestamp_clip_s,
        key=content_key(source.fingerprint, Window(start_file_s, end_file_s), recipe),
        clamped=clamped,
    )
