"""Objects that never change, kept on this machine: each is fetched once, whichever process asks.

Belongs here: keeping and finding contents. Not here: what they mean, or whether they may ever change (whoever
reads them knows).
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

MOST_BYTES = 1024 * 1024 * 1024
"""The longest unused go first."""
_LARGE_BYTES = 256 * 1024
"""Room is made when such a one comes: a look at the whole folder each time would cost more than it saves."""
_DIGEST_BYTES = 32


class KeptObjects:
    """A folder that may be deleted at any time; None: nothing is kept, for what is on this machine anyway.

    Safe to share between threads and processes. A content that was damaged here is fetched again.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def read(self, key: str, fetch: Callable[[], bytes]) -> bytes:
        """The content of that key, an address and a version, or a hash; `fetch` may raise."""
        if self._folder is None:
            return fetch()
        name = hashlib.sha256(key.encode()).hexdigest()
        place = self._folder / name[:2] / name
        data = _kept(place)
        if data is None:
            data = fetch()
            self._keep(place, data)
        return data

    def _keep(self, place: Path, data: bytes) -> None:
        """Whole or not at all; a full or read-only disc only costs the next reader a request."""
        with suppress(OSError):
            place.parent.mkdir(parents=True, exist_ok=True)
            if len(data) >= _LARGE_BYTES:
                self._make_room(len(data))
            with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as file:
                file.write(hashlib.sha256(data).digest() + data)
            Path(file.name).replace(place)

    def _make_room(self, size_bytes: int) -> None:
        files = [file for file in (self._folder or Path()).rglob("*") if file.is_file()]
        kept = sorted((file.stat().st_mtime, file.stat().st_size, file) for file in files)
        held_bytes = sum(size for _, size, _ in kept) + size_bytes
        for _, size, file in kept:
            if held_bytes <= MOST_BYTES:
                return
            file.unlink(missing_ok=True)
            held_bytes -= size


def _kept(place: Path) -> bytes | None:
    try:
        data = place.read_bytes()
        os.utime(place)
    except OSError:
        return None
    content = data[_DIGEST_BYTES:]
    return content if hashlib.sha256(content).digest() == data[:_DIGEST_BYTES] else None
