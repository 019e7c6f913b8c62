"""Which coded frames a clip needs: those that it shows, those that must be decoded for them, their bytes.

The rule, ffmpeg's own: a clip shows the frames with START <= time < END.
Belongs here: arithmetic on an index. Not here: reading or cutting anything.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from uball_assets.domain.errors import Permanent
from uball_assets.media.mp4.index import Index, VideoTrack

Times = NDArray[np.float64]
Positions = NDArray[np.int64]

LEAD_IN_PACKETS = 1
"""Sound packets before the first that is heard: a decoder needs them to warm up (AAC overlaps by one)."""
LEAD_IN_OPUS_PACKETS = 4
"""80 ms of packets of the usual 20 ms, as its container asks for after a jump (RFC 7845, 4.6)."""
SMALLEST_GAP_BYTES = 256 * 1024
"""Closer byte ranges are read in one request: it costs no more than another at 30 ms, 1 Gbit/s, 8 at once."""


@dataclass(frozen=True)
class Frames:
    """The frames of a window: positions in the video's shown frames, and its seconds."""

    first: int
    last: int
    first_s: float
    """File time of the first: the clip's time 0."""
    end_s: float
    """Where the last ends."""
    is_clamped: bool
    """The video holds only a part of the window."""

    @property
    def count(self) -> int:
        return self.last - self.first + 1

    @property
    def duration_s(self) -> float:
        return self.end_s - self.first_s


@dataclass(frozen=True)
class Span:
    """The coded frames of a clip, by decode position in its video."""

    shown: Positions
    """In the order of their times."""
    start_tick: int
    end_tick: int
    """File clock: where the clip begins and ends."""
    sync: int
    """The last keyframe at or before the first shown frame: decoding begins here."""
    last: int
    """Everything shown is decoded once this one is."""
    audio: Positions
    """Sound packets, with one before the first that is heard."""

    @property
    def video_positions(self) -> Positions:
        return np.arange(self.sync, self.last + 1)


def frames_of(shown_s: Times, video_end_s: float, start_file_s: float, end_file_s: float) -> Frames:
    """The frames with `start <= time < end`.

    Raises Permanent where there are none, naming where the video runs.
    """
    window = f"{start_file_s:.3f}-{end_file_s:.3f} s"
    if len(shown_s) == 0:
        raise Permanent("the video has no usable frames; probe it for the reason")
    video_end_s = usable_end_s(shown_s, video_end_s)
    runs = f"the video's usable frames run from {shown_s[0]:.3f} s to {video_end_s:.3f} s"
    if not (np.isfinite(start_file_s) and np.isfinite(end_file_s)):
        raise Permanent(f"the window {window} is not a stretch of time; give seconds")
    first = int(np.searchsorted(shown_s, start_file_s, "left"))
    last = int(np.searchsorted(shown_s, end_file_s, "left")) - 1
    if start_file_s < end_file_s and (start_file_s >= video_end_s or end_file_s <= shown_s[0]):
        raise Permanent(f"the window {window} lies outside the video: {runs}")
    if last < first:
        apart_s = float(np.median(np.diff(shown_s))) if len(shown_s) > 1 else video_end_s - shown_s[0]
        raise Permanent(f"the window {window} holds no frame: frames are {apart_s:.3f} s apart there")
    return Frames(
        first=first,
        last=last,
        first_s=float(shown_s[first]),
        end_s=float(shown_s[last + 1]) if last + 1 < len(shown_s) else video_end_s,
        is_clamped=bool(start_file_s < shown_s[0] - 1e-9 or end_file_s > video_end_s + 1e-3),
    )


def part_of(shown_s: Times, frames: Frames, border: int, count: int) -> Frames:
    """A few of a window's frames: the one before its frame `border`, and `count` from there on."""
    first = frames.first + max(0, border - 1)
    last = min(frames.last, frames.first + border + count - 1)
    end_s = frames.end_s if last == frames.last else float(shown_s[last + 1])
    return Frames(first, last, float(shown_s[first]), end_s, frames.is_clamped)


def span_of(index: Index, frames: Frames) -> Span:
    """What has to be read and decoded to show `frames`. Raises Permanent where no keyframe stands before."""
    video_track = index.video_track
    shown = video_track.shown[frames.first : frames.last + 1]
    start_tick = int(video_track.pts[shown[0]])
    end_tick = _end_tick(video_track, frames)
    syncs = np.flatnonzero(video_track.is_sync[: shown[0] + 1])
    syncs = syncs[video_track.pts[syncs] <= start_tick]
    if not len(syncs):
        raise Permanent(
            f"no keyframe stands before {frames.first_s:.3f} s: the video cannot be decoded there"
        )
    return Span(
        shown=shown,
        start_tick=start_tick,
        end_tick=end_tick,
        sync=int(syncs[-1]),
        last=int(shown.max()),
        audio=packets_of(index, start_tick, end_tick),
    )


def is_begun_late(video_track: VideoTrack, span: Span) -> bool:
    """Whether a keyframe is shown at the time of a span's first frame, behind it: players begin with that."""
    at_once = span.shown[video_track.pts[span.shown] == span.start_tick]
    return bool(video_track.is_sync[at_once[1:]].any())


def with_frame_before(video_track: VideoTrack, span: Span) -> Span:
    """The span with one more frame in front; as it is where none stands behind its keyframe."""
    place = int(np.flatnonzero(video_track.shown == span.shown[0])[0])
    before = int(video_track.shown[place - 1]) if place else -1
    if before < span.sync:
        return span
    return replace(span, shown=np.r_[before, span.shown], start_tick=int(video_track.pts[before]))


def byte_ranges(offset: NDArray[np.int64], size: NDArray[np.int32]) -> list[tuple[int, int]]:
    """Offset and length of the fewest reads that hold all samples, without large gaps."""
    order = np.argsort(offset, kind="stable")
    starts = offset[order]
    ends = np.maximum.accumulate(starts + size[order])
    breaks = np.flatnonzero(starts[1:] - ends[:-1] > SMALLEST_GAP_BYTES) + 1
    firsts, lasts = np.r_[0, breaks], np.r_[breaks, len(starts)] - 1
    return [(int(starts[a]), int(ends[b] - starts[a])) for a, b in zip(firsts, lasts, strict=True)]


def ranges_of(index: Index, span: Span, video_track: Positions | None = None) -> list[tuple[int, int]]:
    """The reads that fetch a span: its frames (or just `video`) and its sound."""
    video_track = span.video_positions if video_track is None else video_track
    offset, size = index.video_track.offset[video_track], index.video_track.size[video_track]
    if index.audio is not None:
        offset = np.r_[offset, index.audio.offset[span.audio]]
        size = np.r_[size, index.audio.size[span.audio]]
    return byte_ranges(offset, size)


def usable_end_s(shown_s: Times, video_end_s: float) -> float:
    """The video's end, or a frame after its last usable one where it breaks off before."""
    last_s, steps = float(shown_s[-1]), np.diff(shown_s)
    if len(steps) and not last_s < video_end_s <= last_s + 2 * float(steps.max()):
        return last_s + float(np.median(steps))
    return max(video_end_s, last_s)


def _end_tick(video_track: VideoTrack, frames: Frames) -> int:
    after = frames.last + 1
    if after < len(video_track.shown):
        return int(video_track.pts[video_track.shown[after]])
    return round(frames.end_s * video_track.timescale)


def packets_of(index: Index, start_tick: int, end_tick: int) -> Positions:
    """The sound packets between two video ticks, and those that warm the decoder up.

    They end before the first that is not in the file: what is shown there is silent.
    """
    video_track, audio = index.video_track, index.audio
    if audio is None:
        return np.empty(0, np.int64)
    begin = start_tick * audio.timescale / video_track.timescale
    end = min(end_tick * audio.timescale / video_track.timescale, audio.end_tick)
    lead_in = LEAD_IN_OPUS_PACKETS if audio.codec == "Opus" else LEAD_IN_PACKETS
    first = int(np.searchsorted(audio.start, begin, "right")) - 1 - lead_in
    last = int(np.searchsorted(audio.start, end, "left"))
    packets = np.arange(max(0, first), max(0, last))
    is_there = audio.offset[packets] + audio.size[packets] <= audio.file_bytes
    return packets[np.logical_and.accumulate(is_there)]
