"""Changes of a video's index: what it says then, and what a video shows by it, is anyone's guess.

Belongs here: boxes and tables that lie. Not here: damaged frames, and changes that the standard allows
(`mutations`).
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from random import Random

from uball_assets_tests.faults.box_tree import Box, data_places, find, settled, taken_apart, written

Mutation = Callable[[Random, bytes], bytes]
ABSURD = (0, 1, 2, 7, 255, 2**16, 2**24, 2**31 - 1, 2**31, 2**32 - 1)
ABSURD_64 = (*ABSURD, 2**40, 2**62, 2**63 - 1, 2**63, 2**64 - 1)
TABLES = {b"stts": 8, b"ctts": 8, b"stss": 4, b"stsc": 12, b"stsz": 4, b"stco": 4, b"co64": 8}
"""Bytes of a row."""


def block(random: Random, begin: int, end: int) -> slice:
    length = min(end - begin, random.choice((1, 4, 64, 300, 4096, 16384)))
    start = random.randrange(begin, end - length + 1)
    return slice(start, start + length)


def _cut_anywhere(random: Random, data: bytes) -> bytes:
    return data[: random.randrange(len(data))]


def _flipped_anywhere(random: Random, data: bytes) -> bytes:
    boxes = taken_apart(data)
    moov = bytes(find(boxes, b"moov")[0].written())
    begin = data.find(moov)
    changed = bytearray(data)
    for _ in range(random.choice((1, 2, 5, 20))):
        changed[random.randrange(begin, begin + len(moov))] ^= 1 << random.randrange(8)
    return bytes(changed)


def _index_overwritten(random: Random, data: bytes) -> bytes:
    moov = bytes(find(taken_apart(data), b"moov")[0].written())
    begin = data.find(moov)
    place = block(random, begin + 8, begin + len(moov))
    length = place.stop - place.start
    filled = random.choice((bytes(length), b"\xff" * length, random.randbytes(length)))
    return data[: place.start] + filled + data[place.stop :]


def _siblings(random: Random, boxes: list[Box]) -> list[Box]:
    return random.choice([boxes, *[one.children for top in boxes for one in top.all() if one.children]])


def _box_removed(random: Random, data: bytes) -> bytes:
    boxes = taken_apart(data)
    before = data_places(boxes)
    siblings = _siblings(random, boxes)
    siblings.pop(random.randrange(len(siblings)))
    return settled(boxes, before)


def _box_doubled(random: Random, data: bytes) -> bytes:
    boxes = taken_apart(data)
    before = data_places(boxes)
    siblings = _siblings(random, boxes)
    siblings.insert(random.randint(0, len(siblings)), random.choice(siblings))
    return settled(boxes, before)


def _boxes_swapped(random: Random, data: bytes) -> bytes:
    """Any two, wherever they stand: a track's table in the other track, a header in a table's place."""
    boxes = taken_apart(data)
    one, other = random.sample([box for box in find_all(boxes) if box.children is None], 2)
    one.kind, other.kind = other.kind, one.kind
    return written(boxes)


def _tables_swapped(random: Random, data: bytes) -> bytes:
    boxes = taken_apart(data)
    kind = random.choice((*TABLES, b"stsd", b"mdhd", b"hdlr", b"elst"))
    one, other, *_ = find(boxes, kind)
    one.payload, other.payload = other.payload, one.payload
    return written(boxes)


def _box_renamed(random: Random, data: bytes) -> bytes:
    boxes = taken_apart(data)
    random.choice(find_all(boxes)).kind = random.choice((b"free", b"moov", b"mdat", b"stbl", b"\0\0\0\0"))
    return written(boxes)


def _nested(random: Random, data: bytes) -> bytes:
    """Boxes in boxes in boxes, a hundred deep."""
    boxes = taken_apart(data)
    before = data_places(boxes)
    inner = bytearray()
    for _ in range(random.choice((20, 100))):
        inner = bytearray(struct.pack(">I4s", len(inner) + 8, random.choice((b"trak", b"moov"))) + inner)
    find(boxes, b"moov")[0].children = [Box(b"udta", inner), *(find(boxes, b"moov")[0].children or [])]
    return settled(boxes, before)


def _absurd_box_size(random: Random, data: bytes) -> bytes:
    boxes = taken_apart(data)
    random.choice(find_all(boxes)).claimed_bytes = random.choice(ABSURD_64)
    return written(boxes)


def _absurd_count(random: Random, data: bytes) -> bytes:
    boxes = taken_apart(data)
    table = random.choice([one for one in find_all(boxes) if one.kind in TABLES or one.kind == b"elst"])
    struct.pack_into(">I", table.payload, 8 if table.kind == b"stsz" else 4, random.choice(ABSURD))
    return written(boxes)


def _constant_size(random: Random, data: bytes) -> bytes:
    boxes = taken_apart(data)
    table = random.choice(find(boxes, b"stsz"))
    struct.pack_into(">I", table.payload, 4, random.choice(ABSURD))
    if random.random() < 0.5:
        struct.pack_into(">I", table.payload, 8, random.choice(ABSURD))
    return written(boxes)


def _absurd_values(random: Random, data: bytes) -> bytes:
    boxes = taken_apart(data)
    table = random.choice([one for one in find_all(boxes) if one.kind in TABLES])
    begin = 12 if table.kind == b"stsz" else 8
    for _ in range(random.choice((1, 1, 5))):
        place = begin + 4 * random.randrange((len(table.payload) - begin) // 4)
        near = (struct.unpack_from(">I", table.payload, place)[0] + random.choice((-1, 1))) % 2**32
        struct.pack_into(">I", table.payload, place, random.choice((*ABSURD, near, near, near)))
    return written(boxes)


def _absurd_timescale(random: Random, data: bytes) -> bytes:
    boxes = taken_apart(data)
    header = random.choice([one for one in find_all(boxes) if one.kind in (b"mvhd", b"mdhd")])
    place = 20 if header.payload[0] == 1 else 12
    struct.pack_into(">I", header.payload, place, random.choice((*ABSURD, 90_001, 1000)))
    return written(boxes)


def _absurd_size_px(random: Random, data: bytes) -> bytes:
    boxes = taken_apart(data)
    values = struct.pack(">HH", random.choice((0, 1, 15, 16384, 65535)), random.choice((0, 1, 16384, 65535)))
    struct.pack_into(">4s", random.choice(find(boxes, b"stsd")).payload, 8 + 8 + 24, values)
    header = random.choice(find(boxes, b"tkhd"))
    if random.random() < 0.5:
        struct.pack_into(">II", header.payload, len(header.payload) - 8, *random.choices(ABSURD, k=2))
    return written(boxes)


def _absurd_matrix(random: Random, data: bytes) -> bytes:
    boxes = taken_apart(data)
    header = random.choice(find(boxes, b"tkhd"))
    place = len(header.payload) - 44 + 4 * random.randrange(9)
    struct.pack_into(">I", header.payload, place, random.choice(ABSURD))
    return written(boxes)


def _edits(random: Random, data: bytes) -> bytes:
    boxes = taken_apart(data)
    before = data_places(boxes)
    rows = [
        (
            random.choice(ABSURD_64),
            random.choice((-1, 0, 3000, -2, 2**31, 2**62, -(2**63))),
            random.choice((1, 1, 0)),
        )
        for _ in range(random.choice((0, 1, 1, 2, 3)))
    ]
    table = struct.pack(">II", 1 << 24, len(rows)) + b"".join(
        struct.pack(">QqHH", length, start, rate, 0) for length, start, rate in rows
    )
    track = random.choice(find(boxes, b"trak"))
    track.children = [one for one in track.children or [] if one.kind != b"edts"]
    track.children.insert(1, Box(b"edts", children=[Box(b"elst", bytearray(table))]))
    return settled(boxes, before)


def _chunks_shuffled(random: Random, data: bytes) -> bytes:
    boxes = taken_apart(data)
    table = random.choice(find(boxes, b"stco"))
    offsets = [offset for (offset,) in struct.iter_unpack(">I", bytes(table.payload[8:]))]
    random.shuffle(offsets)
    table.payload[8:] = struct.pack(f">{len(offsets)}I", *offsets)
    return written(boxes)


def _chunks_far_away(random: Random, data: bytes) -> bytes:
    """64-bit offsets: beyond the file, negative where read as signed, all the same."""
    boxes = taken_apart(data)
    table = random.choice(find(boxes, b"stco"))
    offsets = [offset for (offset,) in struct.iter_unpack(">I", bytes(table.payload[8:]))]
    delta = random.choice((len(data), 2**32, 2**62, 2**63, 2**64 - 100, -offsets[0]))
    at_once = random.choice((1, 3, len(offsets)))
    begin = random.randrange(len(offsets))
    moved = [
        (offset + delta) % 2**64 if begin <= place < begin + at_once else offset
        for place, offset in enumerate(offsets)
    ]
    table.kind = b"co64"
    table.payload[8:] = struct.pack(f">{len(moved)}Q", *moved)
    return written(boxes)


def _all_frames_the_whole_file(random: Random, data: bytes) -> bytes:
    """Every sample overlaps every other: a small file that is large when it is copied sample by sample."""
    boxes = taken_apart(data)
    table = random.choice(find(boxes, b"stsz"))
    count = struct.unpack_from(">I", table.payload, 8)[0]
    chunks = random.choice(find(boxes, b"stco"))
    table.payload[12:] = struct.pack(">I", random.randrange(1, len(data))) * count
    chunks.payload[8:] = bytes(len(chunks.payload) - 8)
    return written(boxes)


def _far_future(random: Random, data: bytes) -> bytes:
    boxes = taken_apart(data)
    table = random.choice(find(boxes, b"stts"))
    count = sum(rows for rows, _ in struct.iter_unpack(">II", bytes(table.payload[8:])))
    jump = random.randrange(count)
    rows = [(jump, 6000), (1, random.choice(ABSURD)), (count - jump - 1, 6000)]
    table.payload[4:] = struct.pack(">I", 3) + b"".join(struct.pack(">II", *row) for row in rows)
    return written(boxes)


def _decoder_record(random: Random, data: bytes) -> bytes:
    """The codec's set-up: flipped bits, noise, or pictures of 16384 by 16384."""
    boxes = taken_apart(data)
    table = random.choice(find(boxes, b"stsd"))
    for _ in range(random.choice((1, 1, 4))):
        table.payload[random.randrange(16, len(table.payload))] ^= 1 << random.randrange(8)
    return written(boxes)


def _huge_pictures(random: Random, data: bytes) -> bytes:
    """An H.264 parameter set that asks the decoder for memory without end."""
    boxes = taken_apart(data)
    before = data_places(boxes)
    table = find(boxes, b"stsd")[0]
    place = table.payload.index(b"avcC")
    units = random.choice((256, 512, 1024, 2047, 65535))
    sps = _sps(units, random.choice((units, 8)))
    pps = bytes((0x68, 0xCE, 0x38, 0x80))
    record = bytes((1, 66, 0, 62, 0xFF, 0xE1)) + struct.pack(">H", len(sps)) + sps + b"\x01\x00\x04" + pps
    head, tail_start = (
        table.payload[: place - 4],
        place - 4 + struct.unpack_from(">I", table.payload, place - 4)[0],
    )
    entry = head + struct.pack(">I4s", len(record) + 8, b"avcC") + record + table.payload[tail_start:]
    struct.pack_into(">I", entry, 8, len(entry) - 8)
    table.payload = entry
    return settled(boxes, before)


def _sps(width_units: int, height_units: int) -> bytes:
    """A baseline parameter set for pictures of so many macroblocks."""

    def golomb(value: int) -> str:
        word = f"{value + 1:b}"
        return "0" * (len(word) - 1) + word

    bits = golomb(0) + golomb(0) + golomb(2) + golomb(16) + "0"
    bits += golomb(width_units - 1) + golomb(height_units - 1) + "1" + "1" + "0" + "0" + "1"
    bits += "0" * (-len(bits) % 8)
    return bytes((0x67, 66, 0, 62)) + int(bits, 2).to_bytes(len(bits) // 8, "big")


def _version(random: Random, data: bytes) -> bytes:
    boxes = taken_apart(data)
    one = random.choice([box for box in find_all(boxes) if box.children is None and len(box.payload) >= 4])
    one.payload[0] = random.choice((1, 2, 255))
    return written(boxes)


def _emptied(random: Random, data: bytes) -> bytes:
    boxes = taken_apart(data)
    one = random.choice([box for box in find_all(boxes) if box.children is None and box.kind != b"mdat"])
    del one.payload[random.randrange(len(one.payload) + 1) :]
    return written(boxes)


def find_all(boxes: list[Box]) -> list[Box]:
    return [one for top in boxes for one in top.all()]


INDEX: dict[str, Mutation] = {
    name.removeprefix("_").replace("_", "-"): mutation
    for name, mutation in {
        one.__name__: one
        for one in (
            _cut_anywhere,
            _flipped_anywhere,
            _index_overwritten,
            _box_removed,
            _box_doubled,
            _boxes_swapped,
            _tables_swapped,
            _box_renamed,
            _nested,
            _absurd_box_size,
            _absurd_count,
            _constant_size,
            _absurd_values,
            _absurd_timescale,
            _absurd_size_px,
            _absurd_matrix,
            _edits,
            _chunks_shuffled,
            _chunks_far_away,
            _all_frames_the_whole_file,
            _far_future,
            _decoder_record,
            _huge_pictures,
            _version,
            _emptied,
        )
    }.items()
}
