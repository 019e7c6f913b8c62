"""Writing a clip's MP4: `ftyp`, `moov`, `mdat`, in this order, the same bytes for the same samples.

Belongs here: boxes and their tables. Not here: which samples a clip has (`smart`, `edit`).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from uball_assets.media.mp4.boxes import box
from uball_assets.media.mp4.index import IDENTITY_MATRIX, Flags, Ints, Sizes

FINEST_TIMESCALE = 90_000
"""Edits are told in ticks at least so short: 11 microseconds."""
LARGEST_32_BIT = 2**32 - 1


@dataclass(frozen=True)
class Track:
    """A track of a clip; arrays are in decode order, one entry a sample."""

    handler: bytes
    """`vide` or `soun`."""
    codec: bytes
    """The sample entry's four letters."""
    entry: bytes
    """The sample entry's payload."""
    timescale: int
    pts: Ints
    """Clip clock, ticks: 0 is where the clip begins; before it and from `end_tick` on nothing is shown."""
    last_ticks: int
    """How long the last sample lasts, by time."""
    end_tick: int
    offset: Ints
    """Where the sample stands in the picture data."""
    size: Sizes
    is_sync: Flags | None = None
    """None: every sample is one."""
    shown_size: bytes = bytes(8)
    """Width and height for the track header, 16.16."""
    matrix: bytes = IDENTITY_MATRIX


def header(tracks: Sequence[Track], data_bytes: int) -> bytes:
    """Everything in front of `data_bytes` of sample data."""
    kind = box(b"ftyp", b"isom", struct.pack(">I", 512), b"isomiso2avc1mp41")
    timescale = tracks[0].timescale * -(-FINEST_TIMESCALE // tracks[0].timescale)
    duration = _rescaled(tracks[0].end_tick, timescale, tracks[0].timescale)
    is_large = data_bytes + 64 * 1024 * 1024 > LARGEST_32_BIT
    data_header = (
        struct.pack(">I4sQ", 1, b"mdat", data_bytes + 16)
        if is_large
        else struct.pack(">I4s", data_bytes + 8, b"mdat")
    )

    tables = [_Tables.of(track) for track in tracks]

    def moov(data_start: int) -> bytes:
        boxes = [
            _trak(number, track, made, timescale, data_start)
            for number, (track, made) in enumerate(zip(tracks, tables, strict=True), start=1)
        ]
        return box(b"moov", _mvhd(timescale, duration, len(tracks) + 1), *boxes)

    length = len(kind) + len(moov(LARGEST_32_BIT + 1 if is_large else 0)) + len(data_header)
    return kind + moov(length) + data_header


def _mvhd(timescale: int, duration: int, next_id: int) -> bytes:
    times = struct.pack(">QQIQ", 0, 0, timescale, duration)
    rest = struct.pack(">IH10x", 0x10000, 0x100) + IDENTITY_MATRIX + bytes(24) + struct.pack(">I", next_id)
    return box(b"mvhd", b"\1\0\0\0", times, rest)


@dataclass(frozen=True)
class _Tables:
    """What of a track is the same wherever its data begins."""

    delay: int
    media_ticks: int
    sample_boxes: bytes
    """Of `stbl`, all but where the chunks begin."""
    chunks: Ints
    """Where they begin in the picture data."""

    @classmethod
    def of(cls, track: Track) -> _Tables:
        dts, delay = _decode_times(track.pts)
        deltas = np.append(np.diff(dts), track.last_ticks)
        starts = np.flatnonzero(np.append(True, track.offset[1:] != track.offset[:-1] + track.size[:-1]))
        counts = np.diff(starts, append=len(track.offset))
        boxes = _sample_boxes(track, dts, delay, deltas, counts)
        return cls(delay, int(deltas.sum()), boxes, track.offset[starts])


def _trak(number: int, track: Track, tables: _Tables, movie_timescale: int, data_start: int) -> bytes:
    is_video = track.handler == b"vide"
    duration = _rescaled(track.end_tick, movie_timescale, track.timescale)
    times = struct.pack(">QQI4xQ8xHHHxx", 0, 0, number, duration, 0, 0, 0 if is_video else 0x100)
    kind = box(b"vmhd", struct.pack(">IQ", 1, 0)) if is_video else box(b"smhd", bytes(8))
    here = box(b"dinf", box(b"dref", struct.pack(">II", 0, 1), box(b"url ", struct.pack(">I", 1))))
    media_times = struct.pack(">QQIQHH", 0, 0, track.timescale, tables.media_ticks, 0x55C4, 0)
    name = b"VideoHandler\0" if is_video else b"SoundHandler\0"
    return box(
        b"trak",
        box(b"tkhd", b"\1\0\0\3", times, track.matrix, track.shown_size),
        _edts(track, tables.delay, movie_timescale, duration),
        box(
            b"mdia",
            box(b"mdhd", b"\1\0\0\0", media_times),
            box(b"hdlr", bytes(8), track.handler, bytes(12), name),
            box(
                b"minf", kind, here, box(b"stbl", tables.sample_boxes, _chunk_box(tables.chunks + data_start))
            ),
        ),
    )


def _decode_times(pts: Ints) -> tuple[Ints, int]:
    """Decode times from 0 on, and what presentation runs behind them: the i-th sample is decoded at the i-th
    smallest time, so that both clocks only ever rise, whatever the frame rate."""
    dts = np.sort(pts) - pts.min()
    return dts, int((dts - (pts - pts.min())).max())


def _edts(track: Track, delay: int, movie_timescale: int, duration: int) -> bytes:
    """Where the clip's 0:00 is in the track; nothing where the track just begins and ends with the clip."""
    first = int(track.pts.min())
    media_time = delay + max(0, -first)
    total = int(track.pts.max()) + track.last_ticks
    if media_time == 0 and first == 0 and total == track.end_tick:
        return b""
    gap = _rescaled(max(0, first), movie_timescale, track.timescale)
    edits = [(gap, -1)] if gap else []
    shown = _rescaled(min(total, track.end_tick), movie_timescale, track.timescale) - gap
    edits.append((min(shown, duration - gap), media_time))
    rows = b"".join(struct.pack(">QqHH", length, start, 1, 0) for length, start in edits)
    return box(b"edts", box(b"elst", struct.pack(">II", 1 << 24, len(edits)), rows))


def _sample_boxes(track: Track, dts: Ints, delay: int, deltas: Ints, counts: Ints) -> bytes:
    composition = track.pts - track.pts.min() + delay - dts
    return b"".join(
        (
            box(b"stsd", struct.pack(">II", 0, 1), box(track.codec, track.entry)),
            box(b"stts", _runs(deltas)),
            box(b"ctts", _runs(composition)) if composition.any() else b"",
            b"" if track.is_sync is None else _stss(track.is_sync),
            box(b"stsc", _stsc(counts)),
            box(b"stsz", struct.pack(">III", 0, 0, len(track.size)), track.size.astype(">u4").tobytes()),
        )
    )


def _chunk_box(chunks: Ints) -> bytes:
    wide = int(chunks.max()) > LARGEST_32_BIT
    offsets = chunks.astype(">u8" if wide else ">u4").tobytes()
    return box(b"co64" if wide else b"stco", struct.pack(">II", 0, len(chunks)), offsets)


def _runs(values: Ints) -> bytes:
    """`stts` and `ctts`: equal neighbours as one row."""
    starts = np.flatnonzero(np.append(True, values[1:] != values[:-1]))
    rows = np.stack([np.diff(starts, append=len(values)), values[starts]], axis=1)
    return struct.pack(">II", 0, len(rows)) + rows.astype(">u4").tobytes()


def _stss(is_sync: Flags) -> bytes:
    numbers = np.flatnonzero(is_sync) + 1
    return box(b"stss", struct.pack(">II", 0, len(numbers)), numbers.astype(">u4").tobytes())


def _stsc(counts: Ints) -> bytes:
    starts = np.flatnonzero(np.append(True, counts[1:] != counts[:-1]))
    rows = np.stack([starts + 1, counts[starts], np.ones_like(starts)], axis=1)
    return struct.pack(">II", 0, len(rows)) + rows.astype(">u4").tobytes()


def _rescaled(ticks: int, to_timescale: int, from_timescale: int) -> int:
    return (ticks * to_timescale + from_timescale // 2) // from_timescale
