"""The video track's samples as the index and the packets tell them, without decoding.

Belongs here: times, sizes, places and wholeness of coded frames. Not here: judging a file (`probe`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Samples:
    """Samples that lie inside the file, in decode order; arrays of one length. Times: file clock."""

    time_s: Times
    is_keyframe: Flags
    is_shown: Flags
    """False where an edit list hides the frame."""
    is_damaged: Flags
    """True where the NAL lengths do not add up to the sample, as in zeroed or overwritten data."""
    missing_count: int
    """Samples the index promises beyond the end of the file."""
    missing_from_s: float | None
    """No frame shown before this time is missing (the first missing sample's decode time)."""

    @property
    def shown_s(self) -> Times:
        """Presentation times of the frames a cut may count on, sorted."""
        shown = np.sort(self.time_s[self.is_shown])
        return shown if self.missing_from_s is None else shown[shown < self.missing_from_s]

    @property
    def damaged_s(self) -> Times:
        return np.sort(self.time_s[self.is_shown & self.is_damaged])


def read_samples(path: Path) -> Samples:
    """Walk the packets of the first video stream.

    Raises what PyAV raises where the container cannot be opened, IndexError without a video stream.
    """
    file_size = path.stat().st_size
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        tick_s = float(stream.time_base or 0)
        length_size = _nal_length_size(stream)
        rows = []
        for packet in _packets(container, stream):
            is_inside = packet.pos is not None and packet.pos + packet.size <= file_size
            if packet.pts is not None and is_inside and not packet.is_corrupt:
                damaged = length_size > 0 and not _nal_lengths_fit(bytes(packet), length_size)
                rows.append((packet.pts * tick_s, packet.is_keyframe, not packet.is_discard, damaged))
        missing = [entry.timestamp for entry in stream.index_entries if entry.pos + entry.size > file_size]
    times, keyframes, shown, damaged_flags = np.array(rows or np.empty((0, 4)), dtype=np.float64).T
    return Samples(
        time_s=times,
        is_keyframe=keyframes.astype(bool),
        is_shown=shown.astype(bool),
        is_damaged=damaged_flags.astype(bool),
        missing_count=len(missing),
        missing_from_s=min(missing) * tick_s if missing else None,
    )


def gop_starts(samples: Samples) -> NDArray[np.int64]:
    """Decode indices of the keyframes."""
    return np.flatnonzero(samples.is_keyframe)


def mean_gop_s(samples: Samples, end_s: float) -> float:
    """Mean distance of the keyframes; the whole film where there is only one."""
    starts_s = [*samples.time_s[gop_starts(samples)], end_s]
    return (
        float(np.mean([after - before for before, after in pairwise(starts_s)])) if len(starts_s) > 1 else 0.0
    )


def _packets(
    container: av.container.InputContainer, stream: av.VideoStream
) -> Iterator[av.Packet[av.VideoStream]]:
    """Every packet with data; a file that ends early just ends early."""
    with suppress(av.error.FFmpegError):
        yield from (packet for packet in container.demux(stream) if packet.size)


def _nal_length_size(stream: av.VideoStream) -> int:
    """Bytes of a NAL length in H.264 and HEVC samples (avcC, hvcC); 0 for other codecs and layouts."""
    header = stream.codec_context.extradata or b""
    place = {"h264": 4, "hevc": 21}.get(stream.codec_context.name)
    if place is None or len(header) <= place or header[0] != 1:
        return 0
    return (header[place] & 3) + 1


def _nal_lengths_fit(sample: bytes, length_size: int) -> bool:
    offset = 0
    while offset + length_size <= len(sample):
        length = int.from_bytes(sample[offset : offset + length_size], "big")
        if length == 0:
            return offset > 0
        offset += length_size + length
    return offset == len(sample)
