"""Clips whose every frame is made anew, and their proof against the video's own pictures.

Belongs here: from which small or whole video ffmpeg makes them, and comparing what came out. Not here: ffmpeg
itself (`reencode`), when a clip is made anew (`cut`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from uball_assets.domain.clipping.clips import Recipe
from uball_assets.domain.errors import Permanent
from uball_assets.media.bytes.fetched import Fetched
from uball_assets.media.bytes.ranges import FileRanges
from uball_assets.media.cutting.edit import copy_span
from uball_assets.media.cutting.plan import (
    LARGEST_LEAD_IN_BYTES,
    CutClip,
    Planned,
    Tools,
)
from uball_assets.media.cutting.reencode import CLOCK_STEP_S, reencode
from uball_assets.media.mp4.index import Index
from uball_assets.media.videos.likeness import Small, ends_of
from uball_assets.media.videos.lost_packets import losses_between
from uball_assets.media.videos.piece import piece_of
from uball_assets.media.videos.samples import Samples, read_samples
from uball_assets.media.videos.sequence import size_change, stretch_of, unlike_video
from uball_assets.media.videos.shown import Shown
from uball_assets.media.videos.span import Span, Times, is_begun_late, with_frame_before

Pictures = Mapping[int, Small]
"""Of a clip, by place."""


def anew_from_span(
    planned: Planned, index: Index, span: Span, fetched: Fetched, recipe: Recipe, tools: Tools, reason: str
) -> CutClip:
    """Re-encoded from a video of just this span: the whole one need not be on this machine."""
    track, timescale = index.video_track, index.video_track.timescale
    wide = with_frame_before(track, span) if is_begun_late(track, span) else span
    more = len(wide.shown) - len(span.shown)
    shown = Shown(track.pts[wide.shown] - wide.start_tick, Fraction(1, timescale))
    window = tuple((tick - wide.start_tick) / timescale for tick in (span.start_tick, span.end_tick))
    tools.work_folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=tools.work_folder) as folder:
        mini = Path(folder) / Path(planned.video.name).with_suffix(".mp4").name
        with mini.open("wb") as file:
            file.writelines(copy_span(index, wide, fetched))
        with _size_changes_told(planned, mini):
            clip, pictures = _reencoded(planned, mini, shown, (window[0], window[1]), recipe, tools, reason)
        places = _places_of(clip, shown.times_s[more:], recipe)
        shown_at = {place: frame + more for place, frame in places.items()}
        if why := unlike_mini(pictures, mini, len(shown), shown_at):
            raise Permanent(f"the clip {planned.window} is refused: {why}; probe the video for damage")
    return replace(clip, first_s=span.start_tick / timescale)


def anew_from_video(planned: Planned, recipe: Recipe, tools: Tools) -> CutClip:
    video, reason = planned.video, str(planned.video.joint)
    tools.work_folder.mkdir(parents=True, exist_ok=True)
    path, samples = video.walk(tools.work_folder)
    # From a video's only keyframe decoding may take as long as the video: such a clip is not a hang.
    tools = replace(tools, limit_s=tools.limit_s + lead_in_s(planned, samples))
    if video.index is not None:
        reason = f"over {LARGEST_LEAD_IN_BYTES // 2**20} MB stand between its keyframe and START"
        if len(samples.shown) != len(video.shown_s):
            raise Permanent(
                f"the video cannot be cut at {planned.window}: {reason}, and its packets tell of "
                f"{len(samples.shown)} frames, its index of {len(video.shown_s)}"
            )
    with tempfile.TemporaryDirectory(dir=tools.work_folder) as folder, FileRanges(path) as source:
        with _size_changes_told(planned, path, samples):
            clip, pictures = _anew(planned, path, samples, source, Path(folder), recipe, tools, reason)
        frames = planned.frames
        places = _places_of(clip, video.shown_s[frames.first : frames.last + 1], recipe)
        shown_at = {place: frames.first + shown for place, shown in places.items()}
        if why := unlike_video(pictures, source, samples, shown_at):
            raise Permanent(f"the clip {planned.window} is refused: {why}; probe the video for damage")
    return clip


def lead_in_s(planned: Planned, samples: Samples) -> float:
    """Seconds of video between a clip's first frame and the keyframe that its decoding begins at."""
    first_s = planned.frames.first_s
    keyframes_s = samples.time_s[samples.is_keyframe]
    before_s = keyframes_s[keyframes_s <= first_s]
    return first_s - float(before_s.max()) if len(before_s) else first_s


def _anew(
    planned: Planned,
    path: Path,
    samples: Samples,
    source: FileRanges,
    folder: Path,
    recipe: Recipe,
    tools: Tools,
    reason: str,
) -> tuple[CutClip, Pictures]:
    """From the video as ffmpeg reads it; where that does not give the frames, from their packets alone.

    ffmpeg decodes on past END, where pictures may have another size, and leaves out what it takes for
    damaged.
    """
    stretch = stretch_of(samples, planned.frames.first, planned.frames.last) if samples.is_ordered else (0, 0)
    if lost := losses_between(samples, *stretch):
        raise Permanent(f"the video cannot be cut at {planned.window}: {lost}")
    refusal = None
    if samples.is_ordered and samples.is_entered_whole and not samples.restarts:
        window, picture = (planned.start_file_s, planned.end_file_s), str(samples.stream)
        try:
            return _reencoded(planned, path, samples.shown, window, recipe, tools, reason, picture)
        except Permanent as error:
            refusal = error
    try:
        piece = folder / Path(planned.video.name).name
        shown = piece_of(source, samples, planned.frames, piece)
        window = (0.0, planned.frames.duration_s)
        clip, pictures = _reencoded(planned, piece, shown, window, recipe, tools, reason)
    except Permanent as error:
        raise refusal or error from None
    return replace(clip, first_s=planned.frames.first_s), pictures


@contextmanager
def _size_changes_told(planned: Planned, path: Path, samples: Samples | None = None) -> Iterator[None]:
    """A clip made anew has pictures of one size: where the video's are not, this is why it is refused.

    `path` holds just the window's frames where no `samples` are given.
    """
    try:
        yield
    except Permanent:
        change = _size_change(planned, path, samples)
        if change is None:
            raise
        raise Permanent(
            f"the video cannot be cut at {planned.window}: its pictures change their size {change}, and made "
            "anew they have one size; cut up to there and from there on"
        ) from None


def _size_change(planned: Planned, path: Path, samples: Samples | None) -> str | None:
    """Where and how; None where the size stays, or the video cannot be read: then another reason stands."""
    first = planned.frames.first if samples else 0
    last = first + planned.frames.count - 1
    try:
        samples = samples or read_samples(path)
        with FileRanges(path) as source:
            return size_change(source, samples, first, last) if last < len(samples.shown) else None
    except (Permanent, av.error.FFmpegError):
        return None


def _places_of(clip: CutClip, shown_s: Times, recipe: Recipe) -> dict[int, int]:
    """The places of a clip made anew that are looked at, and which of `shown_s`, the window's frames, belong
    there."""
    places = ends_of(clip.frame_count)
    if not recipe.frame_rate:
        return {place: place for place in places}
    times_clip_s = (shown_s - shown_s[0]) * recipe.slow_motion
    due_clip_s = np.array(places) / recipe.frame_rate + CLOCK_STEP_S / 2 * recipe.slow_motion
    return dict(zip(places, (np.searchsorted(times_clip_s, due_clip_s, "right") - 1).tolist(), strict=True))


def unlike_mini(pictures: Pictures, mini: Path, frame_count: int, places: Mapping[int, int]) -> str | None:
    """Why a clip with these pictures does not show the frames of a video of just its span, which are at
    `places`; None where it does."""
    samples = read_samples(mini)
    if len(samples.shown) != frame_count:
        return f"of its {frame_count} frames {len(samples.shown)} stand in the video"
    with FileRanges(mini) as source:
        return unlike_video(pictures, source, samples, places)


def _reencoded(
    planned: Planned,
    video: Path,
    shown: Shown,
    window: tuple[float, float],
    recipe: Recipe,
    tools: Tools,
    reason: str,
    picture: str = "v:0",
) -> tuple[CutClip, Pictures]:
    """The clip, and what it shows at its ends and in its middle."""
    anew = replace(recipe, mode="reencode")
    made = reencode(video, shown, *window, anew, tools.ffmpeg, tools.work_folder, tools.limit_s, picture)
    clip = CutClip(
        parts=(made.data,),
        frame_count=made.expected.count,
        first_s=made.first_s,
        duration_s=made.duration_s,
        mode_used="reencode",
        reason="" if recipe.mode == "reencode" else reason,
        copied_count=0,
        clamped=planned.frames.is_clamped,
    )
    return clip, made.pictures
