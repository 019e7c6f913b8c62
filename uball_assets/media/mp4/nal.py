"""H.264 and HEVC samples by their NAL units: which frames can be cut at, and whether their bytes are whole.

Belongs here: walking NAL units, reading and merging parameter sets (ITU-T H.264, ISO/IEC 14496-15). Not here:
decoding (`smart`, `verify`).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction

from uball_assets.media.mp4.boxes import child

Buffer = bytes | memoryview

H264_SLICES, H264_IDR = range(1, 6), 5
H264_SEI, RECOVERY_POINT = 6, 6
HEVC_SLICES, HEVC_IDR = range(32), (19, 20)
HEVC_RANDOM_ACCESS = range(16, 22)
H264_NOT_PICTURE = {6, 7, 8, 9, 12}
"""SEI, parameter sets, delimiters and filler, which a sample of re-encoded frames does without."""
VISUAL_ENTRY_BYTES = 78
"""Where the boxes begin in a visual sample entry."""
MOST_H264_IDS = 32
HOLE_BYTES = 256
HOLE = bytes(HOLE_BYTES)
OWN_SHAPE = 255
PIXEL_SHAPES = dict(
    enumerate(
        [
            *((1, 1), (12, 11), (10, 11), (16, 11), (40, 33), (24, 11), (20, 11), (32, 11)),
            *((80, 33), (18, 11), (15, 11), (64, 33), (160, 99), (4, 3), (3, 2), (2, 1)),
        ],
        start=1,
    )
)
"""Width and height of a pixel by `aspect_ratio_idc` (H.264, table E-1)."""
EXTENDED_PROFILES = {100, 110, 122, 144, 244, 44, 83, 86, 118, 128}


@dataclass(frozen=True)
class AvcConfig:
    """An `avcC` record."""

    profile: int
    level: int
    compatibility: int
    length_bytes: int
    """Bytes of a NAL unit's length in samples."""
    sps: tuple[bytes, ...]
    pps: tuple[bytes, ...]
    extension: bytes
    """What follows the sets (chroma and depth, for the high profiles)."""


@dataclass(frozen=True)
class Sps:
    """What a seam must know of a sequence parameter set."""

    set_id: int
    profile: int
    chroma_format: int
    """1 is 4:2:0."""
    bit_depth: int
    is_progressive: bool
    is_lossless: bool = False
    """Its frames may bypass the transform (`qpprime_y_zero_transform_bypass_flag`)."""
    pixel_shape: Fraction | None = None
    """Width to height of a pixel; None where it does not say."""


def config_record(entry: bytes, kind: bytes) -> bytes | None:
    """The `avcC` or `hvcC` payload of a sample entry."""
    record = child(memoryview(entry)[VISUAL_ENTRY_BYTES:], kind)
    return None if record is None else bytes(record)


def nal_length_bytes(codec: str, entry: bytes) -> int:
    """Bytes of a NAL length in the track's samples; 0 for codecs that have none."""
    if codec in ("avc1", "avc3") and (record := config_record(entry, b"avcC")) and len(record) > 4:
        return (record[4] & 3) + 1
    if codec in ("hvc1", "hev1") and (record := config_record(entry, b"hvcC")) and len(record) > 21:
        return (record[21] & 3) + 1
    return 0


def read_avc_config(record: bytes) -> AvcConfig:
    """Raises ValueError for a record that breaks off."""
    if len(record) < 7 or record[0] != 1:
        raise ValueError("avcC breaks off")
    sps, offset = _sets(record, 6, record[5] & 31)
    if offset >= len(record):
        raise ValueError("avcC breaks off")
    pps, offset = _sets(record, offset + 1, record[offset])
    return AvcConfig(
        record[1], record[3], record[2], (record[4] & 3) + 1, tuple(sps), tuple(pps), record[offset:]
    )


def write_avc_config(config: AvcConfig) -> bytes:
    head = bytes([1, config.profile, config.compatibility, config.level, 0xFC | (config.length_bytes - 1)])
    sps = b"".join(struct.pack(">H", len(unit)) + unit for unit in config.sps)
    pps = b"".join(struct.pack(">H", len(unit)) + unit for unit in config.pps)
    return head + bytes([0xE0 | len(config.sps)]) + sps + bytes([len(config.pps)]) + pps + config.extension


def free_set_id(config: AvcConfig) -> int | None:
    """An id that neither a sequence nor a picture parameter set has; None where all are taken."""
    taken = {read_sps(unit).set_id for unit in config.sps} | {_pps_id(unit) for unit in config.pps}
    return next((set_id for set_id in range(MOST_H264_IDS) if set_id not in taken), None)


def read_sps(unit: bytes) -> Sps:
    """Raises ValueError for a set that breaks off."""
    bits = _Bits(_unescaped(unit[1:]))
    profile = bits.take(8)
    bits.take(16)
    set_id = bits.exp_golomb()
    chroma_format, depth, is_lossless = 1, 8, False
    if profile in EXTENDED_PROFILES:
        chroma_format = bits.exp_golomb()
        if chroma_format == 3:
            bits.take(1)
        depth = 8 + max(bits.exp_golomb(), bits.exp_golomb())
        is_lossless = bool(bits.take(1))
        if bits.take(1):
            _skip_scaling_lists(bits, 12 if chroma_format == 3 else 8)
    bits.exp_golomb()
    order_type = bits.exp_golomb()
    if order_type == 0:
        bits.exp_golomb()
    elif order_type == 1:
        bits.take(1)
        bits.exp_golomb()
        bits.exp_golomb()
        for _ in range(bits.exp_golomb()):
            bits.exp_golomb()
    bits.exp_golomb()
    bits.take(1)
    bits.exp_golomb()
    bits.exp_golomb()
    is_progressive = bool(bits.take(1))
    pixel_shape = None
    with suppress(ValueError):
        pixel_shape = _pixel_shape(bits, is_progressive)
    return Sps(set_id, profile, chroma_format, depth, is_progressive, is_lossless, pixel_shape)


def _pixel_shape(bits: _Bits, is_progressive: bool) -> Fraction | None:
    """From behind `frame_mbs_only_flag` on (H.264, 7.3.2.1.1 and E.1.1)."""
    bits.take(1 if is_progressive else 2)
    if bits.take(1):
        for _ in range(4):
            bits.exp_golomb()
    if not bits.take(1) or not bits.take(1):
        return None
    kind = bits.take(8)
    width, height = (bits.take(16), bits.take(16)) if kind == OWN_SHAPE else PIXEL_SHAPES.get(kind, (0, 0))
    return Fraction(width, height) if width and height else None


def nal_units(sample: Buffer, length_bytes: int) -> Iterator[tuple[int, int]]:
    """Offset and length of each NAL unit. Raises ValueError where the lengths do not add up to the sample."""
    offset, end = 0, len(sample)
    while offset < end:
        start = offset + length_bytes
        length = int.from_bytes(sample[offset:start], "big")
        if start > end or length == 0 or start + length > end:
            raise ValueError("NAL lengths do not add up")
        yield start, length
        offset = start + length


def is_whole(sample: Buffer, length_bytes: int) -> bool:
    """True where the NAL lengths add up and no unit has a hole in it.

    Inside a unit three zero bytes in a row cannot be (H.264 and HEVC, 'emulation prevention'), except as an
    encoder's padding at its end: a long run is what a broken upload or disk leaves.
    """
    data = bytes(sample)
    padded = data.rstrip(b"\0")
    if len(data) - len(padded) >= HOLE_BYTES:
        return False
    try:
        count = sum(1 for _ in nal_units(data, length_bytes))
    except ValueError:
        # Some cameras fill a sample up with zeros behind its last unit.
        return len(padded) < len(data) and _is_filled_up(data, len(padded), length_bytes)
    return count > 0 and padded.find(HOLE) < 0


def _is_filled_up(data: bytes, padded_bytes: int, length_bytes: int) -> bool:
    offset = 0
    while offset < padded_bytes:
        offset += length_bytes + int.from_bytes(data[offset : offset + length_bytes], "big")
    return offset <= len(data) and padded_bytes > length_bytes and data.find(HOLE) < 0


def is_idr(sample: Buffer, length_bytes: int, is_hevc: bool) -> bool:
    """True where decoding can begin at this sample with nothing shown before it; not where it is damaged."""
    with suppress(ValueError):
        for start, _ in nal_units(sample, length_bytes):
            kind = (sample[start] >> 1) & 63 if is_hevc else sample[start] & 31
            if kind in (HEVC_SLICES if is_hevc else H264_SLICES):
                return kind in (HEVC_IDR if is_hevc else (H264_IDR,))
    return False


def frames_to_entry(sample: Buffer, length_bytes: int, is_hevc: bool) -> int | None:
    """After how many frames decoding that begins at this sample is right; None where it cannot begin.

    0 at an IDR picture, at HEVC's other random access pictures and at a recovery point that says so; an
    encoder that renews its pictures stripe by stripe says how many frames that takes (H.264, D.2.8).
    """
    wait = None
    with suppress(ValueError, IndexError):
        for start, length in nal_units(sample, length_bytes):
            kind = (sample[start] >> 1) & 63 if is_hevc else sample[start] & 31
            if is_hevc and kind in HEVC_SLICES:
                return 0 if kind in HEVC_RANDOM_ACCESS else None
            if not is_hevc and kind in H264_SLICES:
                return 0 if kind == H264_IDR else wait
            if not is_hevc and kind == H264_SEI:
                wait = _recovery_frames(_unescaped(bytes(sample[start + 1 : start + length])), wait)
    return None


def _recovery_frames(messages: bytes, otherwise: int | None) -> int | None:
    """`recovery_frame_cnt` of the recovery point among supplemental messages."""
    place = 0
    while place + 2 < len(messages):
        kind = size = 0
        while messages[place] == 255:
            kind, place = kind + 255, place + 1
        kind, place = kind + messages[place], place + 1
        while messages[place] == 255:
            size, place = size + 255, place + 1
        size, place = size + messages[place], place + 1
        if kind == RECOVERY_POINT:
            return _Bits(messages[place : place + size]).exp_golomb()
        place += size
    return otherwise


def pictures_only(sample: bytes, length_bytes: int) -> list[bytes]:
    """A sample with lengths, without SEI, parameter sets and filler, from one in Annex B or with lengths."""
    units = _annex_b_units(sample)
    kept = [unit for unit in units if unit and (unit[0] & 31) not in H264_NOT_PICTURE]
    return [part for unit in kept for part in (len(unit).to_bytes(length_bytes, "big"), unit)]


def _annex_b_units(data: bytes) -> list[bytes]:
    """The units between start codes of three or four bytes."""
    units = data.split(b"\0\0\1")[1:]
    return [unit[:-1] if more and unit.endswith(b"\0") else unit for unit, more in _with_more(units)]


def _with_more(units: list[bytes]) -> Iterator[tuple[bytes, bool]]:
    return ((unit, place + 1 < len(units)) for place, unit in enumerate(units))


def _sets(record: bytes, offset: int, count: int) -> tuple[list[bytes], int]:
    units = []
    for _ in range(count):
        size = int.from_bytes(record[offset : offset + 2], "big")
        unit = record[offset + 2 : offset + 2 + size]
        if size == 0 or len(unit) < size:
            raise ValueError("a parameter set breaks off")
        units.append(unit)
        offset += 2 + size
    return units, offset


def _pps_id(unit: bytes) -> int:
    return _Bits(_unescaped(unit[1:9])).exp_golomb()


def _unescaped(payload: bytes) -> bytes:
    return payload.replace(b"\0\0\3", b"\0\0")


def _skip_scaling_lists(bits: _Bits, count: int) -> None:
    for place in range(count):
        if not bits.take(1):
            continue
        last = following = 8
        for _ in range(16 if place < 6 else 64):
            if following:
                following = (last + bits.signed_exp_golomb()) % 256
            last = following or last


class _Bits:
    """Bits of a parameter set, from the first on. Raises ValueError at the end."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._left = len(data) * 8

    def take(self, count: int) -> int:
        if count > self._left:
            raise ValueError("a parameter set breaks off")
        self._left -= count
        return (self._value >> self._left) & ((1 << count) - 1)

    def exp_golomb(self) -> int:
        zeros = 0
        while not self.take(1):
            zeros += 1
        return (1 << zeros) - 1 + self.take(zeros)

    def signed_exp_golomb(self) -> int:
        value = self.exp_golomb()
        return (value + 1) // 2 if value % 2 else -(value // 2)
