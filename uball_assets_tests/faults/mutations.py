"""A seeded mutator over good videos: what uploads, disks, recorders and ill will make of them.

Three kinds, in the order in which they are applied:
    data    bytes of the video's frames are other ones; index and places stay
    legal   boxes come, go or change places as the standard allows: the video is as good as before
    index   the index says something else; what a video shows then is anyone's guess
Belongs here: the first two, and the choice. Not here: the third (`index_mutations`), what must be said of a
video (`trial`).
"""

from __future__ import annotations

import struct
from contextlib import suppress
from dataclasses import dataclass
from random import Random

from uball_assets_tests.faults.box_tree import (
    Box,
    data_places,
    find,
    move_offsets,
    settled,
    taken_apart,
    written,
)
from uball_assets_tests.faults.index_mutations import ABSURD, INDEX, Mutation, block
from uball_assets_tests.faults.raw_mutations import RAW

HOSTILE_NAMES = (
    "-i.mp4",
    "a\nb.mp4",
    "'quoted' \"twice\".mp4",
    "%s%n%d.mp4",
    "x" * 251 + ".mp4",
    "caf\udce9\udcff.mp4",
    "file:concat:|;&$(true)`.mp4",
    "video",
    "..mp4",
    "http:",
    " \t.mp4",
)
VIDEO_NAME = "video.mp4"


@dataclass(frozen=True)
class Mutated:
    data: bytes
    changes: tuple[str, ...]
    damaged: bytes | None
    """The video after its data mutations alone, the same places as in the good one; None where the index is
    another, so that nothing can be said of what it shows."""


def mutate(random: Random, good: bytes) -> Mutated:
    """The video with one to four things changed."""
    names = random.choices([*DATA, *LEGAL, *INDEX], k=random.choice((1, 1, 1, 2, 2, 3, 4)))
    damaged = _changed(random, good, [name for name in names if name in DATA], DATA)
    legal = _changed(random, damaged, [name for name in names if name in LEGAL], LEGAL)
    index_names = [name for name in names if name in INDEX]
    data = _changed(random, legal, index_names, INDEX)
    return Mutated(data, tuple(names), None if index_names or not _same_index(good, damaged) else damaged)


def mutate_raw(random: Random, good: bytes) -> Mutated:
    """A video without boxes with one or two things changed: nothing can be said of what it shows."""
    names = random.choices([*RAW], k=random.choice((1, 1, 2)))
    return Mutated(_changed(random, good, names, RAW), tuple(names), None)


def _changed(random: Random, data: bytes, names: list[str], mutations: dict[str, Mutation]) -> bytes:
    for name in names:
        # An earlier change may have taken away what this one would change.
        with suppress(ValueError, IndexError, struct.error):
            data = mutations[name](random, data)
    return data


def _same_index(good: bytes, damaged: bytes) -> bool:
    begin, end = _media(good)
    return good[:begin] == damaged[:begin] and good[end:] == damaged[end:]


def _media(data: bytes) -> tuple[int, int]:
    """Where the picture data begins and ends."""
    one, begin = data_places(taken_apart(data))[0]
    return begin, min(len(data), begin + len(one.payload))


# --- data ---------------------------------------------------------------------------------------------


def _flipped_bits(random: Random, data: bytes) -> bytes:
    begin, end = _media(data)
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 3, 20))):
        changed[random.randrange(begin, end)] ^= 1 << random.randrange(8)
    return bytes(changed)


def _zeroed_block(random: Random, data: bytes) -> bytes:
    place = block(random, *_media(data))
    return data[: place.start] + bytes(place.stop - place.start) + data[place.stop :]


def _noise_block(random: Random, data: bytes) -> bytes:
    place = block(random, *_media(data))
    return data[: place.start] + random.randbytes(place.stop - place.start) + data[place.stop :]


def _copied_block(random: Random, data: bytes) -> bytes:
    """Another part of the video in place of its own, as a broken multipart upload leaves it."""
    place = block(random, *_media(data))
    begin, end = _media(data)
    source = random.randrange(begin, end - (place.stop - place.start) + 1)
    return data[: place.start] + data[source : source + place.stop - place.start] + data[place.stop :]


def _absurd_nal_length(random: Random, data: bytes) -> bytes:
    """At a chunk's first bytes stands the length of its first NAL unit."""
    table = random.choice(find(taken_apart(data), b"stco"))
    offsets = struct.unpack_from(f">{(len(table.payload) - 8) // 4}I", table.payload, 8)
    place = random.choice(offsets)
    changed = bytearray(data)
    if place + 4 <= len(data):
        struct.pack_into(">I", changed, place, random.choice(ABSURD))
    return bytes(changed)


def _cut_short(random: Random, data: bytes) -> bytes:
    begin, end = _media(data)
    return data[: random.randrange(begin, end)]


# --- legal --------------------------------------------------------------------------------------------


def _free_box(random: Random) -> Box:
    kind = random.choice((b"free", b"skip", b"uuid", b"abcd", b"wide", b"\xa9nam"))
    return Box(kind, bytearray(random.randbytes(random.choice((0, 0, 16, 300, 70_000)))))


def _box_put_in(random: Random, data: bytes) -> bytes:
    boxes = taken_apart(data)
    before = data_places(boxes)
    siblings = random.choice([boxes, *[one.children for top in boxes for one in top.all() if one.children]])
    at_least = 1 if siblings is boxes else 0
    extra = _free_box(random)
    if siblings is boxes:
        extra.kind = random.choice((b"free", b"skip", b"uuid", b"wide", b"abcd"))
    siblings.insert(random.randint(at_least, len(siblings)), extra)
    return settled(boxes, before)


def _boxes_shuffled(random: Random, data: bytes) -> bytes:
    """The order of a track's boxes is free (ISO/IEC 14496-12, 6.2.3)."""
    boxes = taken_apart(data)
    before = data_places(boxes)
    for one in (one for top in boxes for one in top.all()):
        if one.kind in (b"trak", b"mdia", b"minf", b"stbl", b"moov"):
            random.shuffle(one.children or [])
    return settled(boxes, before)


def _index_moved(_: Random, data: bytes) -> bytes:
    """To the other side of the picture data."""
    boxes = taken_apart(data)
    before = data_places(boxes)
    kinds = [one.kind for one in boxes]
    moov = boxes.pop(kinds.index(b"moov"))
    is_first = kinds.index(b"moov") < kinds.index(b"mdat")
    kinds.remove(b"moov")
    if boxes[-1].claimed_bytes is not None:
        return data  # cut short: nothing can stand behind
    boxes.insert(len(boxes) if is_first else kinds.index(b"mdat"), moov)
    return settled(boxes, before)


def _padded(random: Random, data: bytes) -> bytes:
    return data + random.choice(
        (bytes(1), bytes(9), bytes(5000), struct.pack(">I4s", 1000, b"free") + bytes(992))
    )


def _data_split(random: Random, data: bytes) -> bytes:
    """The picture data in two boxes, parted between two chunks."""
    boxes = taken_apart(data)
    place = next(place for place, one in enumerate(boxes) if one.kind == b"mdat")
    whole, begin = data_places(boxes)[0]
    chunks = sorted(
        offset
        for table in find(boxes, b"stco")
        for (offset,) in struct.iter_unpack(">I", bytes(table.payload[8:]))
    )
    at = random.choice(chunks)
    if whole.claimed_bytes is not None or not begin <= at < begin + len(whole.payload):
        return data
    first, second = whole.payload[: at - begin], whole.payload[at - begin :]
    boxes[place : place + 1] = [Box(b"mdat", first), Box(b"mdat", second)]
    move_offsets(boxes, lambda offset: offset + 8 if offset >= at else offset)
    return written(boxes)


DATA: dict[str, Mutation] = {
    "flipped-bits": _flipped_bits,
    "zeroed-block": _zeroed_block,
    "noise-block": _noise_block,
    "copied-block": _copied_block,
    "absurd-nal-length": _absurd_nal_length,
    "cut-short": _cut_short,
}
LEGAL: dict[str, Mutation] = {
    "box-put-in": _box_put_in,
    "boxes-shuffled": _boxes_shuffled,
    "index-moved": _index_moved,
    "padded": _padded,
    "data-split": _data_split,
}
