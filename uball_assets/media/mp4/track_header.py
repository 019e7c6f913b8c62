"""What stands before a track's tables: its kind and clock, its place in the file's time, how it is shown.

Belongs here: headers and edit lists. Not here: the tables themselves (`sample_table`).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from uball_assets.media.mp4.boxes import Boxes, NotAVideo, boxes_in, child
from uball_assets.media.mp4.index import IDENTITY_MATRIX, Unsupported

FINEST_TIMESCALE = 2**31 - 1
"""Ticks a second that codecs can count in; cameras use up to some millions."""


def handler_of(track: memoryview) -> str:
    raw = child(track, b"mdia", b"hdlr")
    return bytes(raw[8:12]).decode("latin-1") if raw is not None and len(raw) >= 12 else ""


def timescale_of(header: memoryview) -> int:
    ticks = int(struct.unpack_from(">I", header, 20 if header[0] == 1 else 12)[0])
    if not 0 < ticks <= FINEST_TIMESCALE:
        raise NotAVideo(f"the index (moov) has a clock of {ticks} ticks a second: the file is damaged")
    return ticks


def media_timescale(track: memoryview) -> int:
    header = child(track, b"mdia", b"mdhd")
    if header is None:
        raise NotAVideo("the index (moov) has a track without a clock: the file is damaged")
    return timescale_of(header)


def created_s(header: memoryview) -> int:
    return int(struct.unpack_from(">Q" if header[0] == 1 else ">I", header, 4)[0])


@dataclass(frozen=True)
class _Edit:
    shift: int
    """File clock = media clock - shift; ticks of the track."""
    from_tick: int
    to_tick: int | None


def edit_of(track: memoryview, movie_timescale: int, timescale: int) -> _Edit:
    """The edit list, where it is one stretch of the track after at most a gap."""
    raw = child(track, b"edts", b"elst")
    if raw is None:
        return _Edit(0, -(2**62), None)
    version, count = raw[0], struct.unpack_from(">I", raw, 4)[0]
    form = struct.Struct(">QqHH" if version == 1 else ">IiHH")
    if count * form.size > len(raw) - 8:
        raise Unsupported("its edit list is cut short")
    if count > 1000:
        raise Unsupported(f"its edit list has {count} parts")
    entries = [form.unpack_from(raw, 8 + form.size * place) for place in range(count)]
    gap_movie_ticks = 0
    while entries and entries[0][1] == -1:
        gap_movie_ticks += entries.pop(0)[0]
    gap = _rescaled(gap_movie_ticks, timescale, movie_timescale)
    if not entries:
        return _Edit(-gap, -(2**62), None)
    if len(entries) > 1 or entries[0][1] < 0:
        raise Unsupported(f"its edit list has {len(entries)} stretches")
    duration, media_time, rate, fraction = entries[0]
    if (rate, fraction) != (1, 0):
        raise Unsupported("its edit list changes the speed")
    to_tick = gap + _rescaled(duration, timescale, movie_timescale) if duration else None
    return _Edit(media_time - gap, gap, to_tick)


def _rescaled(ticks: int, to_timescale: int, from_timescale: int) -> int:
    """To the nearest tick, as players round."""
    return (ticks * to_timescale + from_timescale // 2) // from_timescale


def matrix_of(track: memoryview) -> bytes:
    header = child(track, b"tkhd")
    if header is None:
        return IDENTITY_MATRIX
    start = 52 if header[0] == 1 else 40
    return bytes(header[start : start + 36]) if len(header) >= start + 36 else IDENTITY_MATRIX


def shown_size_of(track: memoryview, width_px: int, height_px: int) -> bytes:
    """As the track header tells it, for players work out the pixels' shape from it; the coded one without."""
    header = child(track, b"tkhd")
    start = 0 if header is None else 88 if header[0] == 1 else 76
    size_fields = b"" if header is None else bytes(header[start : start + 8])
    return (
        size_fields
        if len(size_fields) == 8 and any(size_fields)
        else struct.pack(">II", width_px << 16, height_px << 16)
    )


def sample_table_of(track: memoryview) -> Boxes:
    table = child(track, b"mdia", b"minf", b"stbl")
    if table is None:
        raise NotAVideo("the index (moov) has a track without a sample table: the file is damaged")
    return boxes_in(table)
