"""Cutting one clip: in the mode that its recipe asks for, or re-encoded where that is not exact; proved.

The rule: a clip shows the frames with `START <= time < END` of the file's own clock, the first of them at
clip time 0, with the sound of these very moments.
Belongs here: choosing and proving. Not here: what a clip needs (`plan`), a mode itself (`smart`, `edit`,
`anew`), many clips at once (`batch`), which seconds to cut (`domain.clipping.clips`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np

from uball_assets.domain.clipping.clips import Frames as Expected
from uball_assets.domain.clipping.clips import Recipe
from uball_assets.domain.errors import Permanent
from uball_assets.media.bytes.fetched import Fetched, fetch
from uball_assets.media.cutting.anew import anew_from_span, anew_from_video, unlike_mini
from uball_assets.media.cutting.assemble import Buffer
from uball_assets.media.cutting.edit import copy_span, keyframe_span, needs_idr
from uball_assets.media.cutting.integrity import damage
from uball_assets.media.cutting.plan import (
    CutClip,
    Planned,
    Tools,
    is_held,
    plan_clip,
    ranges_for,
)
from uball_assets.media.cutting.smart import border_of, cut_smart
from uball_assets.media.cutting.verify import Decoded, check_clip, decoded
from uball_assets.media.mp4.boxes import Moov, children
from uball_assets.media.mp4.index import Index, Unsupported, VideoTrack
from uball_assets.media.mp4.index_parser import parse_index
from uball_assets.media.sound.correlation import unlike_sound
from uball_assets.media.videos.decode_entry import MOST_FRAMES, MOST_NAMED, true_syncs
from uball_assets.media.videos.likeness import ends_of
from uball_assets.media.videos.span import Span, is_begun_late, part_of, span_of
from uball_assets.media.videos.video import Video

TRIAL_FRAMES = 8
"""Copied and decoded as proof that a video's frames follow re-encoded ones; more than any codec reorders."""


def cut_clip(video: Video, start_file_s: float, end_file_s: float, recipe: Recipe, tools: Tools) -> CutClip:
    """One clip, read, cut and decoded again. Raises Permanent with the reason; leaves no file behind."""
    planned = plan_clip(video, start_file_s, end_file_s, recipe)
    return cut_planned(planned, fetch(video.source, planned.ranges), recipe, tools, is_decoded_again=True)


def joins(planned: Planned, fetched: Fetched, recipe: Recipe, work_folder: Path) -> bool | None:
    """Whether re-encoded frames and the video's own decode together, tried on a few frames of a `smart` clip.

    The trial has one re-encoded frame, some copied ones and a re-encoded end, as the clip has: what holds for
    one keyframe of a video holds for all. None where these few frames join nothing.
    """
    index, span, joint = planned.video.index, planned.span, planned.video.joint
    if index is None or span is None or isinstance(joint, str):
        return None
    with suppress(Permanent, Unsupported):
        if (border := border_of(index.video_track, span, fetched, joint)) is None:
            return None
        trial = span_of(index, part_of(planned.video.shown_s, planned.frames, border, TRIAL_FRAMES))
        clip, shown = _copied(replace(planned, span=trial), index, trial, fetched, recipe)
        if not clip.is_joined:
            return None
        found = decoded(clip.data, ends_of(clip.frame_count))
        if found.refusal(*_expected(clip, index.video_track, shown)):
            return False
        return _unlike_span(found, index, shown, fetched, work_folder) is None
    return False


def cut_planned(
    planned: Planned, fetched: Fetched, recipe: Recipe, tools: Tools, *, is_decoded_again: bool
) -> CutClip:
    """The clip from the bytes of its plan, proved; `is_decoded_again` decodes every frame of it as proof.

    Without, the proof is that copied samples are whole, that seams decode, and that the clip's own index
    shows exactly the frames planned. Raises Permanent with the reason.
    """
    clip = _cut(planned, fetched, recipe, tools, is_decoded_again=is_decoded_again)
    if is_decoded_again and (why := unlike_heard(planned, clip, recipe, tools.work_folder)):
        raise Permanent(f"the clip {planned.window} is refused: {why}; transfer the video again")
    return clip


def unlike_heard(planned: Planned, clip: CutClip, recipe: Recipe, work_folder: Path) -> str | None:
    """Why a clip's sound is not the video's; None where it is, or where nothing can tell.

    AAC is what every video has and was proved with: of a video far away it is not read again.
    """
    video = planned.video
    if video.pieces or recipe.slow_motion != 1:
        return None
    audio = None if video.index is None else video.index.audio
    is_walked = video.walked is not None
    if (audio is None and not is_walked) or (video.walked is not None and video.walked.restarts):
        return None
    if audio is not None and audio.codec == "mp4a" and video.source.local_path is None:
        return None
    with tempfile.TemporaryDirectory(dir=work_folder) as folder:
        path = Path(folder) / "clip.mp4"
        with path.open("wb") as file:
            file.writelines(clip.parts)
        return unlike_sound(path, video.source, clip.first_s, clip.duration_s, is_walked=is_walked)


def _cut(
    planned: Planned, fetched: Fetched, recipe: Recipe, tools: Tools, *, is_decoded_again: bool
) -> CutClip:
    begun = _truly_begun(planned, fetched, recipe)
    try:
        return _cut_begun(*begun, recipe, tools, is_decoded_again=is_decoded_again)
    except Permanent:
        # Where no named keyframe told, decoding began at one that pictures may lean across.
        farther = _truly_begun(planned, fetched, recipe, MOST_FRAMES)
        if farther[0].sync == begun[0].sync:
            raise
    return _cut_begun(*farther, recipe, tools, is_decoded_again=is_decoded_again)


def _cut_begun(
    planned: Planned, fetched: Fetched, recipe: Recipe, tools: Tools, *, is_decoded_again: bool
) -> CutClip:
    index, span = planned.video.index, planned.span
    if index is None or span is None:
        return anew_from_video(planned, recipe, tools)
    if bad := damage(index.video_track, span.video_positions, fetched):
        raise Permanent(f"the video cannot be cut at {planned.window}: {bad}")
    if recipe.mode == "reencode":
        return anew_from_span(planned, index, span, fetched, recipe, tools, "")
    try:
        clip, shown = _copied(planned, index, span, fetched, recipe)
        prove_index(clip, index.video_track, shown)
        if is_decoded_again:
            found = decoded(clip.data, ends_of(clip.frame_count))
            if reason := found.refusal(*_expected(clip, index.video_track, shown)):
                raise _refusal(planned, index, span, fetched, reason)
            if reason := _unlike_span(found, index, shown, fetched, tools.work_folder):
                raise Unsupported(reason)
    except Unsupported as unsupported:
        return anew_from_span(planned, index, span, fetched, recipe, tools, str(unsupported))
    return clip


def _truly_begun(
    planned: Planned, fetched: Fetched, recipe: Recipe, most_named: int = MOST_NAMED
) -> tuple[Planned, Fetched]:
    """The same clip from where decoding can begin, where the index names keyframes that are none."""
    video, index, span = planned.video, planned.video.index, planned.span
    if index is None or span is None:
        return planned, fetched
    first = int(span.shown.min())
    flags = true_syncs(video.source, index.video_track, span.sync, first, span.last, fetched, most_named)
    if flags is None:
        return planned, fetched
    index = replace(index, video_track=replace(index.video_track, is_sync=flags))
    video = replace(video, index=index)
    if is_held(video, span := span_of(index, planned.frames)):
        ranges = ranges_for(index, span, recipe)
        return replace(planned, video=video, span=span, ranges=ranges), fetch(video.source, ranges)
    return replace(planned, video=video, span=None, ranges=()), fetched


def prove_index(clip: CutClip, video_track: VideoTrack, span: Span) -> None:
    """Reads the clip's own index and compares it, tick for tick. Raises Permanent where it differs."""
    boxes = dict(children(memoryview(clip.parts[0])))
    own = parse_index(Moov(bytes(boxes[b"moov"]), 0, 0, is_at_end=False), clip.size_bytes).video_track
    planned = video_track.pts[span.shown] - span.start_tick
    if own.missing_count or not np.array_equal(own.pts[own.shown], planned):
        raise Permanent(
            f"the clip's index shows {len(own.shown)} frames otherwise than the {len(planned)} planned"
        )


def _copied(
    planned: Planned, index: Index, span: Span, fetched: Fetched, recipe: Recipe
) -> tuple[CutClip, Span]:
    """A clip in a mode that copies, and what it shows. Raises Unsupported where it would not be exact."""
    joint = planned.video.joint
    if is_begun_late(index.video_track, span):
        raise Unsupported("two pictures are shown at its first time, and players begin with the second")
    if recipe.mode == "smart":
        if isinstance(joint, str):
            raise Unsupported(joint)
        parts, copied_count = cut_smart(index, span, fetched, joint, recipe)
        reason = "" if copied_count else "no IDR picture stands in the window that frames can be copied from"
        return _clip(planned, index, span, parts, copied_count, "smart", reason), span
    if reason := needs_idr(index.video_track, span, fetched):
        raise Unsupported(reason)
    if recipe.mode == "keyframe":
        span = keyframe_span(index, span)
    return _clip(
        planned, index, span, copy_span(index, span, fetched), len(span.shown), recipe.mode, ""
    ), span


def _clip(
    planned: Planned,
    index: Index,
    span: Span,
    parts: Sequence[Buffer],
    copied_count: int,
    mode: str,
    reason: str,
) -> CutClip:
    timescale = index.video_track.timescale
    return CutClip(
        parts=parts,
        frame_count=len(span.shown),
        first_s=span.start_tick / timescale,
        duration_s=(span.end_tick - span.start_tick) / timescale,
        mode_used=mode,
        reason=reason,
        copied_count=copied_count,
        clamped=planned.frames.is_clamped,
    )


def _expected(clip: CutClip, video_track: VideoTrack, span: Span) -> tuple[Expected, float]:
    """What decoding must find in a clip that copies frames, and how long a frame lasts."""
    last_s = (int(video_track.pts[span.shown[-1]]) - span.start_tick) / video_track.timescale
    return Expected(clip.frame_count, 0.0, last_s), clip.duration_s / clip.frame_count


def _refusal(planned: Planned, index: Index, span: Span, fetched: Fetched, reason: str) -> Exception:
    """The video's own frames do not decode: nothing can be cut there. They do: the seams are to blame."""
    own = Expected(
        len(span.shown),
        0.0,
        (int(index.video_track.pts[span.shown[-1]]) - span.start_tick) / index.video_track.timescale,
    )
    if check_clip(b"".join(copy_span(index, span, fetched)), own, own.last_s / own.count):
        return Permanent(f"the clip {planned.window} is refused: {reason}; probe the video for damage")
    return Unsupported(f"its frames do not join re-encoded ones ({reason})")


def _unlike_span(found: Decoded, index: Index, span: Span, fetched: Fetched, work_folder: Path) -> str | None:
    """Why a clip of copied frames does not show a span's, decoded from their keyframe; None if it does."""
    work_folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=work_folder) as folder:
        own = Path(folder) / "own.mp4"
        with own.open("wb") as file:
            file.writelines(copy_span(index, span, fetched))
        places = {place: place for place in ends_of(len(span.shown))}
        return unlike_mini(found.pictures, own, len(span.shown), places)
