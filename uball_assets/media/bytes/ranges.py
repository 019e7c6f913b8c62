"""A video's bytes by ranges, wherever it stands: the one door through which the clip engine reads.

Belongs here: the Protocol and the file on this machine. Not here: buckets and web servers (`adapters`), what
the bytes mean (`mp4`).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

from uball_assets.domain.errors import Permanent


class Ranged(Protocol):
    """One object that does not change while it is read. Safe to read from many threads at once."""

    @property
    def name(self) -> str:
        """For messages: a path, an object's name, a URL without its query."""
        ...

    @property
    def size_bytes(self) -> int: ...

    @property
    def local_path(self) -> Path | None:
        """The file itself where it is on this machine; None where bytes must be fetched."""
        ...

    def read_range(self, offset: int, length: int) -> bytes:
        """Up to `length` bytes from `offset`; fewer only at the end. Raises Permanent or Transient."""
        ...


class FileRanges:
    """A file on this machine."""

    def __init__(self, path: Path) -> None:
        """Raises Permanent where there is no readable file."""
        self._path = path
        try:
            self._size_bytes = path.stat().st_size
            self._file = path.open("rb", buffering=0)
        except OSError as error:
            raise Permanent(f"no video can be read at {path}: {error.strerror}; correct the path") from error

    @property
    def name(self) -> str:
        return str(self._path)

    @property
    def size_bytes(self) -> int:
        return self._size_bytes

    @property
    def local_path(self) -> Path | None:
        return self._path

    def read_range(self, offset: int, length: int) -> bytes:
        wanted = max(0, min(length, self._size_bytes - offset))
        data = os.pread(self._file.fileno(), wanted, offset) if wanted else b""
        while len(data) < wanted and (
            more := os.pread(self._file.fileno(), wanted - len(data), offset + len(data))
        ):
            data += more
        return data

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> FileRanges:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
