"""`smart`: only the frames around START and END are encoded anew, every other is copied bit for bit.

    keyframe … START … IDR ………… IDR …… END … last
               └encode┘└────── copy ─────┘└encode┘     a tail only where frames before END need one after

Exact in every reader: the clip holds no frame that is not shown. Belongs here: where to copy. Not here: how a
few frames are encoded (`seam`), how the file is put together (`assemble`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from uball_assets.domain.clipping.clips import Recipe
from uball_assets.media.bytes.fetched import Fetched
from uball_assets.media.cutting.assemble import Buffer, ClipPictures, assemble
from uball_assets.media.cutting.seam import Encoded, decoded, encode, joined_entry
from uball_assets.media.mp4.index import Index, Ints, Unsupported, VideoTrack
from uball_assets.media.mp4.nal import is_idr
from uball_assets.media.sound.clip_sound import clip_sound
from uball_assets.media.videos.joint import Joint
from uball_assets.media.videos.span import Positions, Span

EMPTY: Positions = np.empty(0, np.int64)


@dataclass(frozen=True)
class Parts:
    """Decode positions of a clip's frames; each of head and tail in the order of their times."""

    head: Positions
    copied: Positions
    tail: Positions


def cut_smart(
    index: Index, span: Span, fetched: Fetched, joint: Joint, recipe: Recipe
) -> tuple[list[Buffer], int]:
    """The clip's MP4 in parts, and how many of its frames are copied.

    Raises Unsupported where frames of the window cannot be told apart, Permanent where they do not decode.
    """
    video_track = index.video_track
    parts = parts_of(video_track, span, lambda position: _is_idr(video_track, fetched, joint, position))
    rate = _frame_rate(video_track, span)
    seams = [
        encode(
            decoded(video_track, fetched, joint, _needed(video_track, span.sync, seam), seam),
            video_track,
            joint,
            recipe,
            rate,
        )
        if len(seam)
        else Encoded((), b"")
        for seam in (parts.head, parts.tail)
    ]
    head, tail = seams
    order = np.r_[parts.head, parts.copied, parts.tail]
    is_sync = np.zeros(len(order), np.bool_)
    is_sync[len(parts.head) : len(parts.head) + len(parts.copied)] = video_track.is_sync[parts.copied]
    for place, seam in ((0, head), (len(order) - len(parts.tail), tail)):
        if seam.samples:
            is_sync[place] = True
    if head.record and tail.record and head.record != tail.record:
        raise Unsupported("its two seams need different parameter sets")
    encoded = head if head.record else tail
    pictures = ClipPictures(
        head=head.samples,
        copied=parts.copied,
        tail=tail.samples,
        pts=video_track.pts[order] - span.start_tick,
        is_sync=is_sync,
        entry=joined_entry(video_track, joint, encoded) if encoded.record else video_track.entry,
        end_tick=span.end_tick - span.start_tick,
    )
    return assemble(index, fetched, pictures, clip_sound(index, span, fetched, span.start_tick)), len(
        parts.copied
    )


def parts_of(video_track: VideoTrack, span: Span, is_idr_at: Callable[[int], bool]) -> Parts:
    """Which of a span's frames are copied. `is_idr_at` says whether decoding can begin at a keyframe."""
    begin = _first_copied(video_track, span, is_idr_at)
    if begin is None:
        return Parts(span.shown, EMPTY, EMPTY)
    run = np.arange(begin, span.last + 1)
    count = _closed(video_track.pts[run], span.end_tick)
    head, rest = span.shown[span.shown < begin], span.shown[span.shown >= begin]
    copied, tail = rest[rest < begin + count], rest[rest >= begin + count]
    if len(copied) != count:
        raise Unsupported("it hides frames in its middle")
    if count == 0:
        return Parts(span.shown, EMPTY, EMPTY)
    return Parts(head, np.sort(copied), tail)


def border_of(video_track: VideoTrack, span: Span, fetched: Fetched, joint: Joint) -> int | None:
    """Which of the shown frames is the first copied; None where none is."""
    begin = _first_copied(video_track, span, lambda position: _is_idr(video_track, fetched, joint, position))
    return None if begin is None else int(np.flatnonzero(span.shown == begin)[0])


def _first_copied(video_track: VideoTrack, span: Span, is_idr_at: Callable[[int], bool]) -> int | None:
    """The first keyframe of the window that parts what is shown before it from what is decoded after it."""
    keyframes = np.arange(span.sync, span.last + 1)[video_track.is_sync[span.sync : span.last + 1]]
    for position in keyframes[video_track.pts[keyframes] >= span.start_tick].tolist():
        pts = int(video_track.pts[position])
        before, after = (
            video_track.pts[span.shown[span.shown < position]],
            video_track.pts[position : span.last + 1],
        )
        if pts < span.end_tick and (before < pts).all() and (after >= pts).all() and is_idr_at(position):
            return int(position)
    return None


def _closed(pts: Ints, end_tick: int) -> int:
    """How many samples from the first on are all shown before END and before all that follow."""
    is_shown = pts < end_tick
    longest = len(pts) if is_shown.all() else int(np.argmin(is_shown))
    highest = np.maximum.accumulate(pts)
    lowest_after = np.append(np.minimum.accumulate(pts[::-1])[::-1][1:], np.iinfo(np.int64).max)
    closed = np.flatnonzero((highest < lowest_after)[:longest])
    return int(closed[-1]) + 1 if len(closed) else 0


def _needed(video_track: VideoTrack, sync: int, wanted: Positions) -> Positions:
    """The samples to decode for some frames, from the nearest keyframe on, without what it hides."""
    first, last = int(wanted.min()), int(wanted.max())
    keyframes = np.flatnonzero(video_track.is_sync[sync : first + 1]) + sync
    keyframes = keyframes[video_track.pts[keyframes] <= video_track.pts[wanted].min()]
    begin = int(keyframes[-1]) if len(keyframes) else sync
    run = np.arange(begin, last + 1)
    needed: Positions = run[video_track.pts[run] >= video_track.pts[begin]]
    return needed


def _is_idr(video_track: VideoTrack, fetched: Fetched, joint: Joint, position: int) -> bool:
    sample = fetched.view(int(video_track.offset[position]), int(video_track.size[position]))
    return is_idr(sample, joint.config.length_bytes, is_hevc=False)


def _frame_rate(video_track: VideoTrack, span: Span) -> Fraction:
    return Fraction(
        len(span.shown) * video_track.timescale, max(1, span.end_tick - span.start_tick)
    ).limit_denominator(1001)
