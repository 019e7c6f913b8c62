"""Proof that a copy is its source, byte for byte: checksums of the bytes on their way, and what to compare.

A service that keeps the checksum of the whole content is the best witness; S3 keeps one where the upload sent
it, and an ETag that is the MD5 of the content, or for an upload in parts the MD5 of the parts' MD5s. What is
needed on the way is computed on the way; nothing is read a second time.

Belongs here: checksums. Not here: reading (`source`), sending (`resumable_upload`).
"""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from dataclasses import dataclass, field
from typing import Any

_MD5 = re.compile(r"[0-9a-f]{32}")
_MD5_OF_PARTS = re.compile(r"([0-9a-f]{32})-(\d+)")


@dataclass(frozen=True)
class Witness:
    """What a source's own service says of the whole content; '' or 0 where it does not."""

    crc32c: str = ""
    """Base64."""
    crc32: str = ""
    """Base64."""
    etag: str = ""
    """An MD5, or `{MD5 of MD5s}-{parts}`; '' where the service makes it in another way."""
    part_bytes: int = 0
    """Of all parts but the last, for an ETag of parts."""

    @property
    def md5(self) -> str:
        return self.etag if _MD5.fullmatch(self.etag) else ""

    @property
    def part_count(self) -> int:
        found = _MD5_OF_PARTS.fullmatch(self.etag)
        return int(found[2]) if found else 0


@dataclass(frozen=True)
class Arrived:
    """What the destination's own service says of the whole object."""

    size_bytes: int
    crc32c: str
    """Base64."""
    md5: str = ""
    """Hex; '' where it keeps none."""


class Checks:
    """Checksums of the bytes so far, in order. CRC32C always: 10 GB/s; the others where the witness needs
    them."""

    def __init__(self, witness: Witness, size_bytes: int, *, arrives_with_md5: bool = True) -> None:
        self.witness = witness
        self.size_bytes = size_bytes
        self.offset = 0
        self._crc32c = 0
        self._crc32: int | None = 0 if witness.crc32 and not witness.crc32c else None
        self._parts: _Parts | None = None
        is_told = witness.crc32c or witness.crc32 or (witness.md5 and arrives_with_md5)
        if not is_told and witness.md5:
            self._parts = _Parts(size_bytes)
        elif not is_told and witness.part_bytes and witness.part_count:
            self._parts = _Parts(witness.part_bytes)
        self._saved = self._state()

    @property
    def crc32c(self) -> str:
        return _base64(self._crc32c)

    def update(self, block: bytes) -> None:
        import google_crc32c

        if self._parts is None:
            self._crc32c = google_crc32c.extend(self._crc32c, block)
            if self._crc32 is not None:
                self._crc32 = zlib.crc32(block, self._crc32)
            self.offset += len(block)
            return
        for piece in self._parts.split(self.offset, block):
            self._crc32c = google_crc32c.extend(self._crc32c, piece)
            self.offset += len(piece)
            if self._parts.update(piece, is_end=self.offset == self.size_bytes):
                self._saved = self._state()

    def saved(self) -> dict[str, Any]:
        """The latest state that can be gone on from, for JSON: an MD5 only between two parts."""
        return self._saved if self._parts is not None else self._state()

    def restore(self, state: dict[str, Any]) -> None:
        """As `saved` told it. Raises KeyError, TypeError or ValueError for what it never told."""
        self.offset, self._crc32c = int(state["offset"]), int(state["crc32c"])
        if self._crc32 is not None:
            self._crc32 = int(state["crc32"])
        if self._parts is not None:
            self._parts.done = [bytes.fromhex(part) for part in state["parts"]]
            if self.offset != min(len(self._parts.done) * self._parts.part_bytes, self.size_bytes):
                raise ValueError("it stands between no two parts")
        if not 0 <= self.offset <= self.size_bytes:
            raise ValueError("it stands beyond the end")
        self._saved = self._state()

    def is_source(self) -> bool:
        """At the end: whether what was read agrees with all that can be told of it before it arrived."""
        if self.offset != self.size_bytes:
            return False
        if self.witness.crc32c:
            return self.witness.crc32c == self.crc32c
        if self._crc32 is not None:
            return self.witness.crc32 == _base64(self._crc32)
        if self._parts is not None:
            return self._parts.etag(is_whole=bool(self.witness.md5)) == self.witness.etag
        return True

    def proof(self, arrived: Arrived) -> str:
        """The word of `Migrated.verified`; '' where the copy is not what was read, or not its source."""
        if (arrived.size_bytes, arrived.crc32c) != (self.size_bytes, self.crc32c) or not self.is_source():
            return ""
        if self.witness.crc32c or self._crc32 is not None:
            return "crc32c" if self.witness.crc32c else "crc32"
        if self._parts is not None:
            return "md5" if self.witness.md5 else "etag"
        if self.witness.md5 and arrived.md5:
            return "md5" if self.witness.md5 == arrived.md5 else ""
        return "transit"

    def _state(self) -> dict[str, Any]:
        parts = [part.hex() for part in self._parts.done] if self._parts else []
        return {"offset": self.offset, "crc32c": self._crc32c, "crc32": self._crc32 or 0, "parts": parts}


def same_content(witness: Witness, size_bytes: int, arrived: Arrived) -> str:
    """What proves that an object which somebody else wrote is the source's content; '' where nothing does."""
    if size_bytes != arrived.size_bytes:
        return ""
    if witness.crc32c and witness.crc32c == arrived.crc32c:
        return "crc32c"
    return "md5" if witness.md5 and witness.md5 == arrived.md5 else ""


@dataclass
class _Parts:
    """MD5s of parts of equal length."""

    part_bytes: int
    done: list[bytes] = field(default_factory=list)
    _now: Any = field(default_factory=lambda: hashlib.md5(usedforsecurity=False))
    _left: int = 0

    def __post_init__(self) -> None:
        self._left = self.part_bytes

    def split(self, offset: int, block: bytes) -> list[bytes]:
        """The block, cut where a part ends."""
        first = self.part_bytes - offset % self.part_bytes
        if first >= len(block):
            return [block]
        starts = [0, *range(first, len(block), self.part_bytes)]
        return [block[begin:end] for begin, end in zip(starts, [*starts[1:], len(block)], strict=True)]

    def update(self, piece: bytes, *, is_end: bool) -> bool:
        """Whether a part ended with it."""
        self._now.update(piece)
        self._left -= len(piece)
        if self._left and not is_end:
            return False
        self.done.append(self._now.digest())
        self._now, self._left = hashlib.md5(usedforsecurity=False), self.part_bytes
        return True

    def etag(self, *, is_whole: bool) -> str:
        if is_whole:
            return self.done[0].hex() if len(self.done) == 1 else ""
        both = hashlib.md5(b"".join(self.done), usedforsecurity=False).hexdigest()
        return f"{both}-{len(self.done)}"


def _base64(checksum: int) -> str:
    return base64.b64encode(checksum.to_bytes(4, "big")).decode()
