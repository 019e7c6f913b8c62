"""`edit` and `keyframe`: clips of copied frames only, and the mini video that re-encoding starts from.

    edit       lead-in from the keyframe before START and frames past END are there, hidden by an edit list
    keyframe   begins at the keyframe before START and says so; nothing is hidden

Belongs here: clips without a codec at work. Not here: re-encoded frames (`smart`, `reencode`).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from uball_assets.media.bytes.fetched import Fetched
from uball_assets.media.cutting.assemble import Buffer, ClipPictures, assemble
from uball_assets.media.mp4.index import Index, Unsupported, VideoTrack
from uball_assets.media.mp4.nal import is_idr, nal_length_bytes
from uball_assets.media.sound.clip_sound import clip_sound
from uball_assets.media.videos.span import Positions, Span, packets_of, usable_end_s


def copy_span(index: Index, span: Span, fetched: Fetched) -> list[Buffer]:
    """The span's frames as they stand; an edit list hides those that are not shown."""
    video_track = index.video_track
    # Shown before the keyframe, such frames lean on what stands in front of it and is not here.
    copied = span.video_positions[video_track.pts[span.video_positions] >= video_track.pts[span.sync]]
    pictures = ClipPictures(
        head=(),
        copied=copied,
        tail=(),
        pts=video_track.pts[copied] - span.start_tick,
        is_sync=video_track.is_sync[copied],
        entry=video_track.entry,
        end_tick=span.end_tick - span.start_tick,
    )
    return assemble(index, fetched, pictures, clip_sound(index, span, fetched, span.start_tick))


def needs_idr(video_track: VideoTrack, span: Span, fetched: Fetched) -> str:
    """Why no copy may begin at the span's keyframe; '' where it may.

    Players start only at an IDR picture: at other keyframes of H.264 Chromium stops with an error.
    """
    length_bytes = nal_length_bytes(video_track.codec, video_track.entry)
    if not length_bytes:
        return f"its codec is {video_track.codec}, not H.264 or HEVC"
    sample = fetched.view(int(video_track.offset[span.sync]), int(video_track.size[span.sync]))
    if not is_idr(sample, length_bytes, is_hevc=video_track.codec in ("hvc1", "hev1")):
        return "the keyframe before START is no IDR picture: players cannot begin there"
    return ""


def keyframe_span(index: Index, span: Span) -> Span:
    """The span from its keyframe to the first place at or after END where every frame decoded is shown.

    Raises Unsupported where frames between are hidden.
    """
    video_track, begin = index.video_track, span.sync
    run = np.arange(begin, len(video_track.pts))[: span.last + 1 - begin + MOST_REORDERED]
    run = run[video_track.pts[run] >= video_track.pts[begin]]
    highest = np.maximum.accumulate(video_track.pts[run])
    lowest_after = np.append(
        np.minimum.accumulate(video_track.pts[run][::-1])[::-1][1:], np.iinfo(np.int64).max
    )
    closed = np.flatnonzero((highest < lowest_after) & (run >= span.last))
    shown = run[: int(closed[0]) + 1]
    shown = shown[np.argsort(video_track.pts[shown], kind="stable")]
    if not np.isin(shown, video_track.shown).all():
        raise Unsupported("frames after its keyframe are hidden")
    start_tick, end_tick = int(video_track.pts[begin]), _end_tick(video_track, shown)
    return replace(
        span,
        shown=shown,
        start_tick=start_tick,
        end_tick=end_tick,
        last=int(shown.max()),
        audio=packets_of(index, start_tick, end_tick),
    )


MOST_REORDERED = 64
"""Frames that may be decoded between one and the next shown: H.264 and HEVC allow 16."""


def _end_tick(video_track: VideoTrack, shown: Positions) -> int:
    after = int(np.searchsorted(video_track.pts[video_track.shown], video_track.pts[shown[-1]], "right"))
    if after < len(video_track.shown):
        return int(video_track.pts[video_track.shown[after]])
    return round(usable_end_s(video_track.shown_s, video_track.end_s) * video_track.timescale)
