"""How often one may ask. Counted in this process, of which there is one.

Belongs here: counting. Not here: who is counted (`scopes`).
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

_MINUTE_S = 60.0


@dataclass
class _Count:
    minute: float
    now: int = 0
    before: int = 0
    """In the minute before this one."""


class Rates:
    """A minute that slides: of the one before, as much counts as still lies in it."""

    def __init__(self, requests_a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = requests_a_minute, clock
        self._counts: dict[str, _Count] = {}
        self._minute = 0.0
        self._lock = threading.Lock()

    def wait_s(self, who: str) -> int:
        """Counts a request; 0 where it may go on, else so many seconds until one may."""
        minute, gone_s = divmod(self._clock(), _MINUTE_S)
        with self._lock:
            self._forget(minute)
            count = self._counts[who] = _at(self._counts.get(who), minute)
            left = 1.0 - gone_s / _MINUTE_S
            if count.now + count.before * left + 1 <= self._most:
                count.now += 1
                return 0
            return max(1, math.ceil(_MINUTE_S * left))

    def _forget(self, minute: float) -> None:
        """Once a minute, whoever has not asked for two."""
        if minute != self._minute:
            self._minute = minute
            self._counts = {who: one for who, one in self._counts.items() if one.minute >= minute - 1}


def _at(count: _Count | None, minute: float) -> _Count:
    if count is None or count.minute < minute - 1:
        return _Count(minute)
    return count if count.minute == minute else _Count(minute, before=count.now)
