"""The top level of an MP4 file, read without a demuxer: which boxes stand where, and what is missing.

Belongs here: telling a film without its index from something that is no film. Not here: packets.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

FIRST_BOXES = {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"styp", b"uuid"}


@dataclass(frozen=True)
class Box:
    kind: bytes
    offset: int
    size_bytes: int


def read_boxes(path: Path) -> list[Box]:
    """Top-level boxes in file order; the last one may claim more bytes than the file has."""
    file_size = path.stat().st_size
    boxes: list[Box] = []
    offset = 0
    with path.open("rb") as file:
        while offset + 8 <= file_size:
            file.seek(offset)
            header = file.read(16)
            size, kind = struct.unpack_from(">I4s", header)
            if size == 1 and len(header) == 16:
                size = struct.unpack_from(">Q", header, 8)[0]
            elif size == 0:
                size = file_size - offset
            if size < 8 or not kind.isalnum():
                break
            boxes.append(Box(kind, offset, size))
            offset += size
    return boxes


def container_fault(path: Path, boxes: list[Box]) -> str | None:
    """Why this is not an MP4 film with a whole index; None if it is one."""
    if not boxes or boxes[0].kind not in FIRST_BOXES:
        return _what_it_is_instead(path)
    index = next((box for box in boxes if box.kind == b"moov"), None)
    if index is None:
        return "no index (moov): the upload or the recording did not complete; transfer the file again"
    file_size = path.stat().st_size
    if index.offset + index.size_bytes > file_size:
        return f"the index (moov) is cut short at byte {file_size}: the upload did not complete; repeat it"
    return None


def index_at_end(boxes: list[Box]) -> bool:
    """True where the index stands behind the picture data, so that a stream cannot begin at once."""
    kinds = [box.kind for box in boxes]
    return b"mdat" in kinds and b"moov" in kinds and kinds.index(b"moov") > kinds.index(b"mdat")


def _what_it_is_instead(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        return "not an MP4: the file is empty"
    if not head.strip(b"\0"):
        return "not an MP4: the file begins with zero bytes; it was reserved but never written"
    if b"<html" in head.lower() or b"<!doctype html" in head.lower():
        return "not an MP4: an HTML page; a web page answered the download (expired link or no permission)"
    if all(byte in b"\t\n\r" or byte >= 32 for byte in head):
        return f"not an MP4: text, beginning with {head[:40].decode(errors='replace')!r}"
    return f"not an MP4: begins with bytes {head[:8].hex(' ')}"
