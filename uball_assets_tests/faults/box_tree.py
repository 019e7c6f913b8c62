"""An MP4 taken apart into its boxes, and put together again with other ones.

Belongs here: the tree, and keeping chunk offsets right when boxes move. Not here: what is broken in it
(`mutations`). Apart from the package's own reader on purpose: it must not share its mistakes.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

CONTAINERS = {b"moov", b"trak", b"edts", b"mdia", b"minf", b"stbl", b"dinf", b"udta"}


@dataclass
class Box:
    kind: bytes
    payload: bytearray = field(default_factory=bytearray)
    """Of a box without children."""
    children: list[Box] | None = None
    claimed_bytes: int | None = None
    """Written in place of the true size; beyond 32 bits as a 64-bit size."""

    def written(self) -> bytes:
        inner = bytes(self.payload) if self.children is None else written(self.children)
        claimed = 8 + len(inner) if self.claimed_bytes is None else self.claimed_bytes
        if claimed > 2**32 - 1:
            return struct.pack(">I4sQ", 1, self.kind, claimed) + inner
        return struct.pack(">I4s", claimed, self.kind) + inner

    def all(self) -> Iterator[Box]:
        """This box and every one in it."""
        yield self
        for child in self.children or ():
            yield from child.all()


def written(boxes: list[Box]) -> bytes:
    return b"".join(one.written() for one in boxes)


def taken_apart(data: bytes) -> list[Box]:
    """The boxes of a video, up to the first that is none; the last may be cut short."""
    boxes, offset, size = [], 0, 8
    while offset + 8 <= len(data) and size >= 8:
        size, kind = struct.unpack_from(">I4s", data, offset)
        header = 8
        if size == 1:
            size, header = int.from_bytes(data[offset + 8 : offset + 16], "big"), 16
        inner = data[offset + header : offset + size]
        is_cut = offset + size > len(data)
        children = taken_apart(inner) if kind in CONTAINERS and not is_cut else None
        one = Box(kind, bytearray() if children is not None else bytearray(inner), children)
        if header == 16 or is_cut:
            one.claimed_bytes = size
        if header == 16:
            one.payload = bytearray(data[offset + 8 : offset + size])
            one.claimed_bytes = 1
        boxes.append(one)
        offset += size
    return boxes


def find(boxes: list[Box], kind: bytes) -> list[Box]:
    """All boxes of a kind, at any depth."""
    return [one for top in boxes for one in top.all() if one.kind == kind]


def data_places(boxes: list[Box]) -> list[tuple[Box, int]]:
    """The `mdat` boxes, and where in the file the data of each begins."""
    places, offset = [], 0
    for one in boxes:
        if one.kind == b"mdat":
            places.append((one, offset + 8))
        offset += len(one.written())
    return places


def move_offsets(boxes: list[Box], moved: Callable[[int], int]) -> None:
    """Gives every chunk its new place in the file."""
    for kind, form, bits in ((b"stco", "I", 32), (b"co64", "Q", 64)):
        for table in find(boxes, kind):
            count = struct.unpack_from(">I", table.payload, 4)[0]
            offsets = struct.unpack_from(f">{count}{form}", table.payload, 8)
            places = [moved(offset) % 2**bits for offset in offsets]
            struct.pack_into(f">{count}{form}", table.payload, 8, *places)


def settled(boxes: list[Box], before: list[tuple[Box, int]]) -> bytes:
    """The video, its chunks found where they are now; `before` are the `data_places` that the index tells."""
    now = {id(one): begin for one, begin in data_places(boxes)}

    def moved(offset: int) -> int:
        one, begin = next((place for place in reversed(before) if place[1] <= offset), (None, 0))
        return offset + now.get(id(one), begin) - begin

    move_offsets(boxes, moved)
    return written(boxes)
