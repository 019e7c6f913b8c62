"""Putting a clip's file together: re-encoded frames, copied frames and sound, in the order they stand.

Belongs here: from samples to the parts of an MP4. Not here: which frames are copied (`smart`, `edit`) or the
boxes (`mp4.writer`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from uball_assets.media.bytes.fetched import Fetched
from uball_assets.media.mp4.index import Flags, Index, Ints, Sizes
from uball_assets.media.mp4.writer import Track, header
from uball_assets.media.sound.clip_sound import ClipSound
from uball_assets.media.videos.span import Positions

Buffer = bytes | memoryview


@dataclass(frozen=True)
class ClipPictures:
    """A clip's video samples in decode order: `head` encoded, `copied` from the video, `tail` encoded."""

    head: Sequence[bytes]
    copied: Positions
    tail: Sequence[bytes]
    pts: Ints
    """Of all samples; clip clock, ticks of the video's video track."""
    is_sync: Flags
    entry: bytes
    end_tick: int
    """Clip clock."""


def assemble(index: Index, fetched: Fetched, pictures: ClipPictures, sound: ClipSound | None) -> list[Buffer]:
    """The clip's MP4, in parts that point into `fetched` where frames are copied."""
    video_track, audio = index.video_track, index.audio
    copied_sound = sound.copied if sound is not None else np.empty(0, np.int64)
    offset, size = video_track.offset[pictures.copied], video_track.size[pictures.copied]
    if audio is not None:
        offset = np.r_[offset, audio.offset[copied_sound]]
        size = np.r_[size, audio.size[copied_sound]]
    head_sizes, tail_sizes = _sizes(pictures.head), _sizes(pictures.tail)
    made_sound = sound.encoded if sound is not None else ()
    begin = int(head_sizes.sum())
    runs, places = _runs(fetched, offset, size, begin)
    middle_end = begin + int(size.sum())
    sound_begin = middle_end + int(tail_sizes.sum())
    frame_count = len(pictures.copied)
    tracks = [
        Track(
            handler=b"vide",
            codec=video_track.codec.encode("latin-1"),
            entry=pictures.entry,
            timescale=video_track.timescale,
            pts=pictures.pts,
            last_ticks=_last_ticks(pictures),
            end_tick=pictures.end_tick,
            offset=np.r_[_places(head_sizes, 0), places[:frame_count], _places(tail_sizes, middle_end)],
            size=np.r_[head_sizes, video_track.size[pictures.copied], tail_sizes],
            is_sync=None if pictures.is_sync.all() else pictures.is_sync,
            shown_size=video_track.shown_size,
            matrix=video_track.matrix,
        )
    ]
    if sound is not None:
        made_sizes = _sizes(made_sound)
        tracks.append(
            Track(
                handler=b"soun",
                codec=b"mp4a",
                entry=sound.entry,
                timescale=sound.timescale,
                pts=sound.start,
                last_ticks=sound.last_ticks,
                end_tick=sound.end_tick,
                offset=np.r_[places[frame_count:], _places(made_sizes, sound_begin)],
                size=np.r_[size[frame_count:], made_sizes],
            )
        )
    data_bytes = sound_begin + sum(map(len, made_sound))
    return [header(tracks, data_bytes), *pictures.head, *runs, *pictures.tail, *made_sound]


def _sizes(samples: Sequence[bytes]) -> Sizes:
    return np.array([len(sample) for sample in samples], np.int32)


def _places(sizes: Sizes, begin: int) -> Ints:
    return np.cumsum(sizes, dtype=np.int64) - sizes + begin


def _runs(fetched: Fetched, offset: Ints, size: Sizes, begin: int) -> tuple[list[memoryview], Ints]:
    """Neighbouring samples of all tracks as one run each, in the video's order; each sample's new place."""
    if not len(offset):
        return [], offset
    order = np.argsort(offset, kind="stable")
    starts, ends = offset[order], offset[order] + size[order]
    places = np.empty_like(offset)
    places[order] = np.cumsum(size[order], dtype=np.int64) - size[order] + begin
    breaks = np.flatnonzero(starts[1:] != ends[:-1]) + 1
    firsts, lasts = np.r_[0, breaks], np.r_[breaks, len(starts)] - 1
    runs = [
        fetched.view(int(starts[a]), int(ends[b] - starts[a])) for a, b in zip(firsts, lasts, strict=True)
    ]
    return runs, places


def _last_ticks(pictures: ClipPictures) -> int:
    """To the clip's end; where hidden frames follow it, as long as the frame before."""
    last = int(pictures.pts.max())
    if last < pictures.end_tick:
        return pictures.end_tick - last
    ordered = np.sort(pictures.pts)
    return int(ordered[-1] - ordered[-2]) if len(ordered) > 1 else 1
