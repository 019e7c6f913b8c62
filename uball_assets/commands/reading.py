"""Reading a video for a person who waits: a bar on the terminal, and from afar several reads at once.

Belongs here: counting, showing and splitting reads. Not here: where the bytes come from
(`media.bytes.ranges`, `adapters`).
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import click

from uball_assets.commands.answers import bytes_text
from uball_assets.media.bytes.ranges import Ranged

PIECE_BYTES = 2 * 1024 * 1024
"""A longer read from afar goes as several: one connection rarely fills the line, and a bar can move."""
READS_AT_ONCE = 8


class Reading:
    """A video that tells how much of it was read."""

    def __init__(self, source: Ranged, pool: ThreadPoolExecutor) -> None:
        self.told: Callable[[int], None] | None = None
        """Called with all bytes so far after each read, by one thread at a time."""
        self.read_bytes = 0
        self.expected_bytes = source.size_bytes
        """What will have been read in the end, as far as is known."""
        self._source, self._pool, self._lock = source, pool, threading.Lock()

    @property
    def name(self) -> str:
        return self._source.name

    @property
    def size_bytes(self) -> int:
        return self._source.size_bytes

    @property
    def local_path(self) -> Path | None:
        return self._source.local_path

    def read_range(self, offset: int, length: int) -> bytes:
        length = max(0, min(length, self.size_bytes - offset))
        if self.local_path is not None or length <= PIECE_BYTES:
            return self._piece(offset, length)
        starts = range(offset, offset + length, PIECE_BYTES)
        pieces = self._pool.map(
            lambda start: self._piece(start, min(PIECE_BYTES, offset + length - start)), starts
        )
        return b"".join(pieces)

    def _piece(self, offset: int, length: int) -> bytes:
        data = self._source.read_range(offset, length)
        with self._lock:
            self.read_bytes += len(data)
            if self.told is not None:
                self.told(self.read_bytes)
        return data


@contextmanager
def reading(source: Ranged) -> Iterator[Reading]:
    """The video while the block runs; a person at a terminal who waits for a network sees the bytes come."""
    pool = ThreadPoolExecutor(READS_AT_ONCE, "read")
    try:
        video = Reading(source, pool)
        if source.local_path is None and sys.stderr.isatty():
            with _bar(video):
                yield video
        else:
            yield video
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _bar(video: Reading) -> Iterator[None]:
    begun_s = time.monotonic()
    with click.progressbar(
        length=video.expected_bytes, label="reading", file=sys.stderr, item_show_func=lambda text: text
    ) as bar:

        def told(so_far: int) -> None:
            rate = round(so_far / max(time.monotonic() - begun_s, 1e-3))
            bar.length = max(video.expected_bytes, so_far)
            bar.update(so_far - bar.pos, f"{bytes_text(so_far)}, {bytes_text(rate)}/s")

        video.told = told
        yield
        video.expected_bytes = video.read_bytes
        told(video.read_bytes)
