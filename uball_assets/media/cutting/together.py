"""How far clips are that are cut in several parts at once, told as of one.

Belongs here: the sum. Not here: who cuts which part (`services.clip_library`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from uball_assets.media.cutting.batch import Progress


class Together:
    """Tells `watch` of all parts with each word of one. Bytes are those of the parts that were begun."""

    def __init__(self, watch: Callable[[Progress], None] | None, all_clips: int) -> None:
        self._watch, self._all_clips = watch, all_clips
        self._parts: list[Progress] = []
        self._began_s = time.monotonic()
        self._lock = threading.Lock()

    def part(self) -> Callable[[Progress], None]:
        """For another part, from any thread."""
        with self._lock:
            number = len(self._parts)
            self._parts.append(Progress(0, 0, 0, 0, 0.0))

        def told(now: Progress) -> None:
            with self._lock:
                self._parts[number] = now
                if self._watch is not None:
                    self._watch(self._sum())

        return told

    def _sum(self) -> Progress:
        return Progress(
            sum(part.clips for part in self._parts),
            self._all_clips,
            sum(part.read_bytes for part in self._parts),
            sum(part.all_bytes for part in self._parts),
            time.monotonic() - self._began_s,
        )
