"""A video that is read by ranges, as the file object that PyAV opens.

Belongs here: seeking and reading ahead. Not here: where the ranges come from (`ranges`), what is in them.
"""

from __future__ import annotations

import io

from uball_assets.media.bytes.ranges import Ranged

_FIRST_READ_BYTES, _LONGEST_READ_BYTES = 64 * 1024, 4 * 1024 * 1024


class RangeFile(io.RawIOBase):
    """Reads ahead by little after a jump and by twice as much each time that reading goes straight on: an
    index of 20 MB takes some ten requests, and a jump costs hardly a byte too many."""

    def __init__(self, source: Ranged) -> None:
        self._source = source
        self._place = 0
        self._held, self._held_from = b"", 0
        self._read_bytes = _FIRST_READ_BYTES

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        starts = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._source.size_bytes}
        self._place = max(0, starts[whence] + offset)
        return self._place

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes, at least one unless at the end; all that is left without a size."""
        left = max(0, self._source.size_bytes - self._place)
        wanted = left if size < 0 else min(size, left)
        data = b""
        while len(data) < wanted and (more := self._some(wanted - len(data))):
            data += more
        return data

    def _some(self, size: int) -> bytes:
        begin = self._place - self._held_from
        if not 0 <= begin < len(self._held):
            self._fetch(size)
            begin = 0
        data = self._held[begin : begin + size]
        self._place += len(data)
        return data

    def _fetch(self, size: int) -> None:
        goes_on = self._place == self._held_from + len(self._held)
        self._read_bytes = min(2 * self._read_bytes, _LONGEST_READ_BYTES) if goes_on else _FIRST_READ_BYTES
        self._held_from = self._place
        self._held = self._source.read_range(self._place, max(size, self._read_bytes))
