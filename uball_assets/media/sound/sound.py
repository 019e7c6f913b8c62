"""A short stretch of a video's sound, read from where it stands in the file and from nowhere else.

Belongs here: bytes to samples on the file's clock. Not here: what is heard in them
(`domain.footage.cross_correlation`).

The index says where each packet of sound lies; only the packets of the wanted stretch are read, side by side,
and of the picture between them as little as the line allows: a minute of sound is about a megabyte.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from typing import Any

import av
import numpy as np

from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage.cross_correlation import RATE_HZ, Samples
from uball_assets.domain.footage.sync import Heard
from uball_assets.media.bytes.range_file import RangeFile
from uball_assets.media.bytes.ranges import Ranged
from uball_assets.media.videos.samples import own_zero_s

_FETCHES = 8
"""Side by side; with the next number, 16 MiB in memory at most."""
_LONGEST_FETCH_BYTES = 2 * 1024 * 1024
_GAP_BYTES = 128 * 1024
"""Where bytes come over a line, packets nearer than this are fetched together: a request costs more."""
_LEAD_IN_PACKETS = 2
"""Decoded before the stretch and left out: a packet of AAC needs the one before it to sound right."""

Span = tuple[int, int]
"""Offset and length, bytes."""


@dataclass(frozen=True)
class _Piece:
    """Decoded samples; `start` counts samples from the file clock's 0."""

    start: int
    rate_hz: int
    samples: Samples

    @property
    def end(self) -> int:
        return self.start + len(self.samples)


class Sound:
    """One video's first sound track, opened once: `sound(start_file_s, duration_s)` is a stretch of it."""

    def __init__(self, source: Ranged) -> None:
        """Reads the index. Raises Permanent where the file is no video or has no sound that can be found."""
        self._source = source
        with _translated(source):
            self._container = av.open(RangeFile(source), "r")
        try:
            self._stream = _sound_stream(self._container)
            with _translated(source):
                self._zero_s = own_zero_s(self._container)
        except Permanent:
            self.close()
            raise

    def __call__(self, start_file_s: float, duration_s: float) -> Heard:
        """What the file holds of it, mono at `RATE_HZ`, exact to the sample; damaged packets are silence.

        Raises Permanent where nothing of it is in the file or decodes.
        """
        # The index and the packets go by the file's own clock.
        start_file_s += self._zero_s
        end_file_s = start_file_s + duration_s
        with _translated(self._source):
            pieces = list(self._decoded(self._packets(start_file_s, end_file_s)))
        rate_hz = pieces[0].rate_hz if pieces else RATE_HZ
        begin = max(round(start_file_s * rate_hz), min((piece.start for piece in pieces), default=0))
        end = min(round(end_file_s * rate_hz), max((piece.end for piece in pieces), default=0))
        if begin >= end:
            raise Permanent(
                f"no sound that decodes from {start_file_s:.1f} s to {end_file_s:.1f} s in the file"
            )
        return Heard(begin / rate_hz - self._zero_s, _at_our_rate(_joined(pieces, begin, end), rate_hz))

    def close(self) -> None:
        self._container.close()

    def __enter__(self) -> Sound:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _packets(self, start_file_s: float, end_file_s: float) -> Iterator[av.Packet[Any]]:
        index, tick_s = self._stream.index_entries, self._stream.time_base or Fraction(1)
        first = index.search_timestamp(round(start_file_s / tick_s), any_frame=True)
        last = index.search_timestamp(round(end_file_s / tick_s), backward=False, any_frame=True)
        entries = index[max(0, first - _LEAD_IN_PACKETS) : len(index) if last < 0 else last + 1]
        whole = [entry for entry in entries if entry.pos + entry.size <= self._source.size_bytes]
        spans = [(entry.pos, entry.size) for entry in whole]
        for entry, coded in zip(whole, _read(self._source, spans), strict=True):
            packet: av.Packet[Any] = av.Packet(coded)
            packet.pts, packet.time_base = entry.timestamp, tick_s
            yield packet

    def _decoded(self, packets: Iterator[av.Packet[Any]]) -> Iterator[_Piece]:
        codec, mixer = self._stream.codec_context, av.AudioResampler("fltp", "mono")
        codec.flush_buffers()
        for packet in packets:
            try:
                frames = codec.decode(packet)
            except av.error.InvalidDataError:
                continue
            for frame in chain.from_iterable(mixer.resample(frame) for frame in frames):
                if frame.time is not None:
                    start = round(frame.time * frame.sample_rate)
                    yield _Piece(start, frame.sample_rate, frame.to_ndarray()[0])


def _sound_stream(container: av.container.InputContainer) -> av.AudioStream:
    if not container.streams.audio:
        raise Permanent("it has no sound track")
    stream = container.streams.audio[0]
    if not len(stream.index_entries):
        raise Permanent("its index does not say where its sound is (a fragmented or unfinished file)")
    return stream


def _read(source: Ranged, spans: Sequence[Span]) -> Iterator[bytes]:
    """The bytes of each span, in order; spans near each other are fetched as one, and what lies between them
    is let go at once."""
    gap_bytes = _GAP_BYTES if source.local_path is None else 0
    groups: list[list[Span]] = []
    for span in spans:
        if groups and _is_near(groups[-1], span, gap_bytes):
            groups[-1].append(span)
        else:
            groups.append([span])

    def fetch(group: Sequence[Span]) -> list[bytes]:
        first, (last, length) = group[0][0], group[-1]
        data = source.read_range(first, last + length - first)
        return [data[offset - first : offset - first + size] for offset, size in group]

    with ThreadPoolExecutor(_FETCHES) as pool:
        yield from chain.from_iterable(pool.map(fetch, groups))


def _is_near(group: Sequence[Span], span: Span, gap_bytes: int) -> bool:
    """Whether `span` follows the group closely enough to be fetched with it."""
    gap = span[0] - sum(group[-1])
    return 0 <= gap <= gap_bytes and sum(span) - group[0][0] <= _LONGEST_FETCH_BYTES


def _joined(pieces: Sequence[_Piece], begin: int, end: int) -> Samples:
    """Each piece in its place from `begin` to `end`; zeros where there is none."""
    joined = np.zeros(end - begin, np.float32)
    for piece in pieces:
        first, last = max(piece.start, begin), min(piece.end, end)
        if first < last:
            joined[first - begin : last - begin] = piece.samples[first - piece.start : last - piece.start]
    return joined


def _at_our_rate(samples: Samples, rate_hz: int) -> Samples:
    if rate_hz == RATE_HZ:
        return samples
    frame = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
    frame.sample_rate = rate_hz
    resampler = av.AudioResampler("fltp", "mono", RATE_HZ)
    parts = [part.to_ndarray()[0] for part in [*resampler.resample(frame), *resampler.resample(None)]]
    return np.concatenate(parts).astype(np.float32)


@contextmanager
def _translated(source: Ranged) -> Iterator[None]:
    try:
        yield
    except av.error.FFmpegError as error:
        raise Permanent(f"the sound of {source.name} cannot be read: {error.strerror}") from error
