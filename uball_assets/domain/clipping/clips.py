"""Clips: which seconds of which file show a play, what that clip is keyed by, and when a cut one is accepted.

Belongs here: the plan and the verdict. Not here: cutting and decoding (`media`). A plan is in file time; its
timestamp counts from the clip's start.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from uball_assets.domain.errors import Permanent, Quarantined
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.rig import Camera
from uball_assets.domain.footage.timeline import Window, file_to_clip, game_to_file
from uball_assets.domain.hashing import content_hash
from uball_assets.domain.plays.plays import Play

SHORTEST_REST_S = 1.0
"""What must be left of a play that its file cuts short: models sample a frame a second."""


class Mode(StrEnum):
    """How a clip's frames come to be; all but `keyframe` show exactly those of the window."""

    SMART = "smart"
    """Re-encoded from the start to the next keyframe and at the very end, copied between."""
    EDIT = "edit"
    """Copied whole; an edit list hides what stands before the start and after the end."""
    KEYFRAME = "keyframe"
    """Copied from the keyframe before the start on."""
    REENCODE = "reencode"
    """Every frame made anew."""


class Codec(StrEnum):
    """What the pictures of a clip that is made anew are coded in."""

    H264 = "h264"
    H265 = "h265"


FASTEST_FRAME_RATE = 240.0
"""No camera of the league videos faster."""
SLOWEST_MOTION = 60.0
"""At 60 times, a look a second sees every frame of the fastest camera that is used, 60 frames a second."""


@dataclass(frozen=True)
class Recipe:
    """How clips are cut; part of each clip's key, so that a changed recipe re-cuts.

    Raises Permanent for a mode or codec there is not, a number out of its range, and for a height, frame
    rate, slow motion or another codec with a mode that copies frames as they were filmed.
    """

    mode: str = Mode.SMART
    """One of Mode."""
    preset: str = "ultrafast"
    """x264's: slower ones save bytes, not quality, and cost up to four times the time on 1080p."""
    crf: int = 20
    """x264's quality of the frames made anew. For the few of a seam 20 costs no play in the demo, and less
    time and space than 18; in mode reencode, where it is all of them, 20 cost its newest model 3 of 43."""
    height_px: int | None = None
    """Even. None keeps the source's height."""
    frame_rate: float | None = None
    """Frames a second of clip time, all equally long. None keeps each frame and its time."""
    slow_motion: float = 1.0
    """Every frame is shown so many times longer, for services that look once a second of clip time."""
    codec: str = Codec.H264
    """One of Codec."""

    def __post_init__(self) -> None:
        if self.mode not in list(Mode):
            raise Permanent(f"there is no clip mode '{self.mode}': use one of {', '.join(Mode)}")
        if self.codec not in list(Codec):
            raise Permanent(f"there is no clip codec '{self.codec}': use one of {', '.join(Codec)}")
        self._refuse_unless(0 <= self.crf <= 51, "crf", "0 to 51")
        self._refuse_unless(
            self.height_px is None or (self.height_px > 0 and self.height_px % 2 == 0),
            "height_px",
            "an even number above 0",
        )
        self._refuse_unless(
            self.frame_rate is None or 0 < self.frame_rate <= FASTEST_FRAME_RATE,
            "frame_rate",
            f"above 0, at most {FASTEST_FRAME_RATE:g}",
        )
        self._refuse_unless(
            1 <= self.slow_motion <= SLOWEST_MOTION, "slow_motion", f"1 to {SLOWEST_MOTION:g}"
        )
        changed = [name for name in ("height_px", "frame_rate") if getattr(self, name) is not None]
        changed += ["slow_motion"] if self.slow_motion != 1 else []
        changed += ["codec"] if self.codec != Codec.H264 else []
        if changed and self.mode != Mode.REENCODE:
            raise Permanent(
                f"clip mode '{self.mode}' copies frames as they were filmed and cannot change "
                f"{', '.join(changed)}: use mode 'reencode', or leave the clip as filmed"
            )

    def _refuse_unless(self, holds: bool, name: str, may_be: str) -> None:
        if not holds:
            raise Permanent(f"a clip's {name} cannot be {getattr(self, name)}: use {may_be}")

    @property
    def text(self) -> str:
        """All that decides a clip's bytes: `reencode ultrafast crf=18 height=480 rate=source slow=1`."""
        rate = "source" if self.frame_rate is None else f"{self.frame_rate:.12g}"
        return (
            f"{self.mode} {self.preset} crf={self.crf} height={self.height_px or 'source'} "
            f"rate={rate} slow={self.slow_motion:.12g}"
            # H.264 goes without saying: clips of before there was a choice keep their keys.
            + ("" if self.codec == Codec.H264 else f" codec={self.codec}")
        )


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
    """The primary event, from the planned start, in the clip's own clock (stretched in slow motion).

    None when the play does not say."""
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


WALKED = "frames by whole ticks"
"""How clips of videos without an index are cut, part of their keys: those cut in another way may be a frame
off."""


def content_key(camera: Camera, window_file: Window, recipe: Recipe) -> str:
    """32 hex digits of what decides a clip's bytes: the source, the seconds of it (to the ms), the recipe."""
    window_ms = [round(window_file.start_s * 1000), round(window_file.end_s * 1000)]
    return content_hash([camera.fingerprint, window_ms, recipe.text, *([WALKED] if camera.is_walked else [])])


def plan_clips(
    game_id: str, camera: Camera, plays: Iterable[Play], recipe: Recipe
) -> tuple[list[ClipPlan], list[Quarantined]]:
    """One clip for each play of the camera's side, to the millisecond; a loss for each the file cannot show.

    A play that begins before the first frame or runs past the last is clamped to the file and flagged. It is
    lost when nothing of use is left: under a second of it, or its primary event falls outside the clip.
    """
    plans, quarantined = [], []
    for play in plays:
        if play.side != camera.angle.play_side:
            continue
        planned = _plan(game_id, camera, play, recipe)
        if isinstance(planned, Quarantined):
            quarantined.append(planned)
        else:
            plans.append(planned)
    return plans, quarantined


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


def _plan(game_id: str, camera: Camera, play: Play, recipe: Recipe) -> ClipPlan | Quarantined:
    filmed = camera.filmed
    wanted = play.window.shifted(camera.sync_offset_s)
    start_file_s = round(max(wanted.start_s, filmed.start_s), 3)
    end_file_s = round(min(wanted.end_s, filmed.end_s), 3)
    clamped = wanted.start_s < filmed.start_s or wanted.end_s > filmed.end_s

    def lost(why: str) -> Quarantined:
        file = f"it runs from {filmed.start_s:.3f} to {filmed.end_s:.3f} s ({filmed.duration_s:.1f} s long)"
        remedy = "upload the whole file, or correct the play's window or the camera's sync offset"
        return Quarantined(f"clip {play.play_id}_{camera.angle}", camera.name, f"{why}; {file}", remedy)

    seconds = f"{wanted.start_s:.3f} to {wanted.end_s:.3f} s in file time"
    if start_file_s >= end_file_s:
        return lost(f"the play, {seconds}, is not in the file")
    if clamped and end_file_s - start_file_s < SHORTEST_REST_S:
        return lost(f"only {end_file_s - start_file_s:.3f} s of the play, {seconds}, are in the file")
    timestamp_clip_s = None
    if play.timestamp_game_s is not None:
        event_file_s = game_to_file(play.timestamp_game_s, camera.sync_offset_s)
        timestamp_clip_s = round(file_to_clip(event_file_s, start_file_s, recipe.slow_motion), 3)
        end_clip_s = round(file_to_clip(end_file_s, start_file_s, recipe.slow_motion), 3)
        if clamped and not 0 <= timestamp_clip_s <= end_clip_s:
            return lost(f"the primary event, at {event_file_s:.3f} s in file time, is not in the file")
        # Rounding may leave an event on the clip's edge a millisecond outside.
        timestamp_clip_s = min(max(timestamp_clip_s, 0.0), end_clip_s)
    return ClipPlan(
        play_id=play.play_id,
        game_id=game_id,
        angle=camera.angle,
        name=clip_name(game_id, play.play_id, camera.angle),
        start_file_s=start_file_s,
        end_file_s=end_file_s,
        timestamp_clip_s=timestamp_clip_s,
        key=content_key(camera, Window(start_file_s, end_file_s), recipe),
        clamped=clamped,
    )
