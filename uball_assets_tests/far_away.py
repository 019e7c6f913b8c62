"""A video whose bytes must be fetched, as from a bucket: counts what is asked of it, and can be slow or fail.

Belongs here: the stand-in for a store. Not here: real stores (`adapters`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class FarAway:
    """Safe to read from many threads, as every `Ranged`."""

    data: bytes
    name: str = "games/g1/FAR_LEFT.mp4"
    delay_s: float = 0.0
    before: Callable[[int, int], None] | None = None
    """Called with offset and length before each read; may raise."""
    asked: list[tuple[int, int]] = field(default_factory=list)
    most_at_once: int = 0
    local_path: Path | None = None
    _reading: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def size_bytes(self) -> int:
        return len(self.data)

    @property
    def asked_bytes(self) -> int:
        return sum(length for _, length in self.asked)

    def read_range(self, offset: int, length: int) -> bytes:
        with self._lock:
            self.asked.append((offset, length))
            self._reading += 1
            self.most_at_once = max(self.most_at_once, self._reading)
        try:
            if self.before is not None:
                self.before(offset, length)
            if self.delay_s:
                time.sleep(self.delay_s)
            return self.data[offset : offset + length]
        finally:
            with self._lock:
                self._reading -= 1
