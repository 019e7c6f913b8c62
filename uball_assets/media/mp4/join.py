"""A recording that its camera split into several files, as one video with one timeline.

Belongs here: laying the files' bytes and indexes end to end. Not here: which files belong together
(`domain.footage.angles`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np

from uball_assets.media.bytes.ranges import Ranged
from uball_assets.media.mp4.boxes import children
from uball_assets.media.mp4.index import AudioTrack, Index, Ints, Sizes, Unsupported, VideoTrack
from uball_assets.media.mp4.nal import VISUAL_ENTRY_BYTES

SOUND_ENTRY_BYTES = 28
"""Channels, sample size and rate of a sound sample entry."""
FAR_TICKS = 2**62


class JoinedRanges:
    """The files' bytes, one file behind the other."""

    def __init__(self, parts: Sequence[Ranged]) -> None:
        self.parts = tuple(parts)
        *self.starts, self._size_bytes = accumulate((part.size_bytes for part in parts), initial=0)

    @property
    def name(self) -> str:
        return self.parts[0].name

    @property
    def size_bytes(self) -> int:
        return self._size_bytes

    @property
    def local_path(self) -> Path | None:
        """None: no file on this machine holds all of it."""
        return None

    def read_range(self, offset: int, length: int) -> bytes:
        blocks, end = [], min(offset + length, self._size_bytes)
        while offset < end:
            place = bisect_right(self.starts, offset) - 1
            part, begin = self.parts[place], offset - self.starts[place]
            block = part.read_range(begin, min(end - offset, part.size_bytes - begin))
            if not block:
                break
            blocks.append(block)
            offset += len(block)
        return b"".join(blocks)


def join_indexes(indexes: Sequence[Index], sizes_bytes: Sequence[int]) -> tuple[Index, list[float]]:
    """One index over files laid end to end, and each file's shift: joined time minus its own, seconds.

    A file's first frame is shown when the last frame of the file before it ends. Where frames of a file are
    missing, the files after it show nothing: no clip may span a hole. Raises Unsupported for files that are
    not of one recording.
    """
    first = indexes[0]
    for index in indexes[1:]:
        _refuse_strangers(first.video_track, index.video_track)
    edges = list(accumulate(sizes_bytes, initial=0))
    places = [_Place(begin, end, edges[-1]) for begin, end in pairwise(edges)]
    shifts = _shifts([index.video_track for index in indexes])
    video_track = _joined_video_track([index.video_track for index in indexes], places, shifts)
    audio = _joined_audio(indexes, places, shifts)
    joined = replace(
        first, video_track=video_track, audio=audio, index_bytes=sum(index.index_bytes for index in indexes)
    )
    return joined, [shift / video_track.timescale for shift in shifts]


@dataclass(frozen=True)
class _Place:
    """Where a file stands among the joined bytes."""

    begin: int
    end: int
    all_bytes: int

    def of(self, offset: Ints, size: Sizes) -> Ints:
        """Where samples stand; what is missing at the file's end is not read from the next, but nowhere."""
        moved = offset + self.begin
        placed: Ints = np.where((offset >= 0) & (moved + size <= self.end), moved, self.all_bytes)
        return placed


def _refuse_strangers(first: VideoTrack, other: VideoTrack) -> None:
    same = ("codec", "width_px", "height_px", "matrix", "shown_size", "timescale")
    if any(getattr(first, name) != getattr(other, name) for name in same) or _picture_setup(
        first.entry
    ) != _picture_setup(other.entry):
        raise Unsupported("its parts were not filmed with the same settings")


def _picture_setup(entry: bytes) -> tuple[bytes, dict[bytes, bytes]]:
    """What a decoder needs of a sample entry; not the bit rate, which each file states of itself."""
    boxes = children(memoryview(entry)[VISUAL_ENTRY_BYTES:])
    return entry[:VISUAL_ENTRY_BYTES], {kind: bytes(payload) for kind, payload in boxes if kind != b"btrt"}


def _sound_setup(audio: AudioTrack) -> tuple[object, ...]:
    return audio.codec, audio.timescale, audio.sample_bytes, audio.entry[:SOUND_ENTRY_BYTES]


def _shifts(video_tracks: Sequence[VideoTrack]) -> list[int]:
    """Ticks that each file's clock is moved by."""
    shifts = [0]
    for before, after in pairwise(video_tracks):
        begins = int(after.pts[after.shown[0]]) if len(after.shown) else 0
        shifts.append(before.end_tick + shifts[-1] - begins)
    return shifts


def _joined_video_track(
    video_tracks: Sequence[VideoTrack], places: Sequence[_Place], shifts: Sequence[int]
) -> VideoTrack:
    counts = [0, *accumulate(len(video_track.pts) for video_track in video_tracks)]
    pts = np.concatenate(
        [video_track.pts + shift for video_track, shift in zip(video_tracks, shifts, strict=True)]
    )
    whole = next(
        (place for place, video_track in enumerate(video_tracks) if video_track.missing_count),
        len(video_tracks) - 1,
    )
    return replace(
        video_tracks[0],
        offset=np.concatenate(
            [
                place.of(video_track.offset, video_track.size)
                for video_track, place in zip(video_tracks, places, strict=True)
            ]
        ),
        size=np.concatenate([video_track.size for video_track in video_tracks]),
        pts=pts,
        is_sync=np.concatenate([video_track.is_sync for video_track in video_tracks]),
        shown=np.concatenate(
            [
                video_track.shown + count
                for video_track, count in zip(video_tracks[: whole + 1], counts, strict=False)
            ]
        ),
        end_tick=video_tracks[-1].end_tick + shifts[-1],
        missing_count=sum(video_track.missing_count for video_track in video_tracks),
    )


def _joined_audio(
    indexes: Sequence[Index], places: Sequence[_Place], shifts: Sequence[int]
) -> AudioTrack | None:
    """All packets on the joined clock; a file without sound is silent.

    A file's sound is heard until the next file with sound shows its first frame and is heard. Raises
    Unsupported where the sound of two files differs.
    """
    sounds = [
        _Sound(index.audio, place, shift, index.video_track)
        for index, place, shift in zip(indexes, places, shifts, strict=True)
        if index.audio is not None
    ]
    if not sounds:
        return None
    first, last = sounds[0], sounds[-1]
    if any(_sound_setup(sound.track) != _sound_setup(first.track) for sound in sounds):
        raise Unsupported("its parts' sound was not recorded with the same settings")
    ends = [min(before.end_tick, after.begin_tick) for before, after in pairwise(sounds)]
    begins = [-FAR_TICKS, *(sound.begin_tick for sound in sounds[1:])]
    stretches = zip(sounds, begins, [*ends, FAR_TICKS], strict=True)
    pieces = [sound.between(begin, end) for sound, begin, end in stretches]
    start, offset, size = (np.concatenate(columns) for columns in zip(*pieces, strict=True))
    return replace(
        first.track,
        start=start,
        offset=offset,
        size=size.astype(np.int32),
        end_tick=last.end_tick,
        shown_from=first.track.shown_from + first.shift,
        file_bytes=places[-1].all_bytes,
    )


class _Sound:
    """One file's sound on the joined clock; audio ticks."""

    def __init__(self, track: AudioTrack, place: _Place, video_shift: int, video_track: VideoTrack) -> None:
        self.track, self._place = track, place
        self.shift = _rescaled(video_shift, video_track, track)
        shows = int(video_track.pts[video_track.shown[0]]) if len(video_track.shown) else 0
        heard = max(int(track.start[0]), track.shown_from) + self.shift
        self.begin_tick = max(_rescaled(video_shift + shows, video_track, track), heard)
        self.end_tick = track.end_tick + self.shift

    def between(self, begin: int, end: int) -> tuple[Ints, Ints, Ints]:
        """Start, offset and size of the packets that lie there by more than half; PCM to the very sample."""
        start, size = self.track.start + self.shift, self.track.size.astype(np.int64)
        offset = self._place.of(self.track.offset, self.track.size)
        if sample_bytes := self.track.sample_bytes:
            late = np.clip(begin - start, 0, size // sample_bytes)
            early = np.clip(start + size // sample_bytes - end, 0, size // sample_bytes - late)
            start, offset = start + late, offset + late * sample_bytes
            size = size - (late + early) * sample_bytes
            kept = size > 0
        else:
            middle = start + _packet_ticks(self.track) // 2
            kept = (middle >= begin) & (middle < end)
        return start[kept], offset[kept], size[kept]


def _rescaled(ticks: int, video_track: VideoTrack, audio: AudioTrack) -> int:
    return round(Fraction(ticks * audio.timescale, video_track.timescale))


def _packet_ticks(track: AudioTrack) -> int:
    distances: Ints = np.diff(track.start)
    return int(np.median(distances)) if len(distances) else 0
