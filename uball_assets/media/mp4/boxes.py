"""The boxes of an MP4 or MOV: where the index stands, and what a file is that has none.

Belongs here: finding and splitting boxes, in one or two ranged reads. Not here: what an index says (`index`).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from uball_assets.domain.errors import Permanent
from uball_assets.media.bytes.ranges import Ranged

Boxes = Mapping[bytes, memoryview]

HEAD_BYTES = 64 * 1024
"""Read first: holds every box header up to the picture data, and often the whole index."""
LARGEST_TAIL_BYTES = 64 * 1024 * 1024
"""What is read in one go behind the picture data: the index of 12 hours at 30 frames a second."""
LARGEST_INDEX_BYTES = 256 * 1024 * 1024
_BOX = struct.Struct(">I4s")
MOST_BOXES = 1000
"""Top-level boxes looked at; fragmented recordings have their index first."""
FIRST_BOXES = {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"styp", b"uuid"}


class NotAVideo(Permanent):
    """The file is no MP4 with a whole index; the message says what it is instead."""


class NotMp4(NotAVideo):
    """Another container, or no video at all."""


@dataclass(frozen=True)
class Moov:
    """The index as it stands in the file."""

    payload: bytes
    offset: int
    box_bytes: int
    is_at_end: bool
    """Behind the picture data, so that a stream cannot begin at once."""


def read_moov(source: Ranged) -> Moov:
    """The file's index box. Raises NotAVideo with the reason where there is none, or only a part of one."""
    reader = _Reader(source)
    offset = 0
    kinds: list[bytes] = []
    while len(kinds) < MOST_BOXES and (header := _header(reader, offset)) is not None:
        kind, header_bytes, box_bytes = header
        if not kinds and kind not in FIRST_BOXES:
            break
        if kind == b"moov":
            return _whole_moov(reader, offset, header_bytes, box_bytes, b"mdat" in kinds)
        kinds.append(kind)
        offset += box_bytes
    if kinds:
        raise NotAVideo(
            "no index (moov): the upload or the recording did not complete; transfer the file again"
        )
    raise NotMp4(_what_it_is_instead(reader.read(0, 4096)))


def children(payload: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """Kind and payload of each box in a box; ends where what is left is no whole box."""
    offset, payload_bytes = 0, len(payload)
    while offset + 8 <= payload_bytes:
        size, kind = _BOX.unpack_from(payload, offset)
        header_bytes = 8
        if size == 1 and offset + 16 <= payload_bytes:
            size, header_bytes = struct.unpack_from(">Q", payload, offset + 8)[0], 16
        elif size == 0:
            size = payload_bytes - offset
        if size < header_bytes or offset + size > payload_bytes:
            return
        yield kind, payload[offset + header_bytes : offset + size]
        offset += size


def boxes_in(payload: memoryview) -> Boxes:
    """Payload of each box in a box by its kind, of several of one kind the first."""
    found: dict[bytes, memoryview] = {}
    for kind, inner in children(payload):
        found.setdefault(kind, inner)
    return found


def child(payload: memoryview, *path: bytes) -> memoryview | None:
    """The first box at a path of kinds; None where there is none."""
    for kind in path:
        for name, inner in children(payload):
            if name == kind:
                payload = inner
                break
        else:
            return None
    return payload


def box(kind: bytes, *payload: bytes) -> bytes:
    """A box of up to 4 GB."""
    size = 8 + sum(map(len, payload))
    return b"".join([struct.pack(">I4s", size, kind), *payload])


class _Reader:
    """Ranged reads through two blocks: the head, and everything behind the picture data."""

    def __init__(self, source: Ranged) -> None:
        self.size_bytes = source.size_bytes
        self._source = source
        self._blocks = [(0, source.read_range(0, HEAD_BYTES))]

    def read(self, offset: int, length: int) -> bytes:
        length = max(0, min(length, self.size_bytes - offset))
        for start, block in self._blocks:
            if start <= offset and offset + length <= start + len(block):
                return block[offset - start : offset - start + length]
        left = self.size_bytes - offset
        if offset >= HEAD_BYTES and left <= LARGEST_TAIL_BYTES and length <= 16:
            self._blocks.append((offset, self._source.read_range(offset, left)))
            return self._blocks[-1][1][:length]
        known = self._blocks[0][1][offset:] if offset < len(self._blocks[0][1]) else b""
        return known + self._source.read_range(offset + len(known), length - len(known))


def _header(reader: _Reader, offset: int) -> tuple[bytes, int, int] | None:
    """Kind, header bytes and claimed bytes of the box at `offset`; None where no box can be."""
    raw = reader.read(offset, 16)
    if len(raw) < 8:
        return None
    size, kind = struct.unpack_from(">I4s", raw)
    header_bytes = 8
    if size == 1 and len(raw) == 16:
        size, header_bytes = struct.unpack_from(">Q", raw, 8)[0], 16
    elif size == 0:
        size = reader.size_bytes - offset
    # Of letters, with blanks and signs: dash cameras name one 'GPS '.
    if size < header_bytes or not all(32 <= letter < 127 or letter == 0xA9 for letter in kind):
        return None
    return kind, header_bytes, size


def _whole_moov(reader: _Reader, offset: int, header_bytes: int, box_bytes: int, is_at_end: bool) -> Moov:
    if offset + box_bytes > reader.size_bytes:
        raise NotAVideo(
            f"the index (moov) is cut short at byte {reader.size_bytes}: "
            "the upload did not complete; repeat it"
        )
    if box_bytes > LARGEST_INDEX_BYTES:
        raise NotAVideo(
            f"the index (moov) claims {box_bytes} bytes, no video's is so large: the file is damaged"
        )
    payload = reader.read(offset + header_bytes, box_bytes - header_bytes)
    return Moov(payload, offset, box_bytes, is_at_end)


def _what_it_is_instead(head: bytes) -> str:
    if not head:
        return "not an MP4: the file is empty"
    if head.startswith(b"DHAV"):
        return "no video yet: a Dahua recorder's file (.dav); make it one: ffmpeg -i FILE -c copy video.mp4"
    if head.startswith(b"\x1f\x07\x00"):
        command = "ffmpeg -i FILE -c:v libx264 -crf 16 -vf yadif -c:a aac video.mp4"
        return f"no video yet: a DV tape's stream; make it one: {command}"
    if name := _bare_stream(head):
        command = "ffmpeg -r 30 -i FILE -c:v libx264 -crf 16 video.mp4, with the camera's frame rate for 30"
        return f"no video yet: a bare {name} stream without times and sound; make it one: {command}"
    if not head.strip(b"\0"):
        return "not an MP4: the file begins with zero bytes; it was reserved but never written"
    if b"<html" in head.lower() or b"<!doctype html" in head.lower():
        return "not an MP4: an HTML page; a web page answered the download (expired link or no permission)"
    if all(byte in b"\t\n\r" or byte >= 32 for byte in head):
        return f"not an MP4: text, beginning with {head[:40].decode(errors='replace')!r}"
    return f"not an MP4: begins with bytes {head[:8].hex(' ')}"


def _bare_stream(head: bytes) -> str:
    """The codec of a file that is nothing but coded pictures, by its first unit; '' for other files."""
    start = head[:5].find(b"\0\0\1") + 3
    if start < 3 or len(head) <= start + 1:
        return ""
    first = head[start]
    if first & 0x9F in (6, 7, 9):
        return "H.264"
    return "HEVC" if first in (0x40, 0x46) else ""
