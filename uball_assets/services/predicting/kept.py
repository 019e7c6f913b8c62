"""Answers kept for a while: as long as what they rest on is the same, within a bound of number and of time.

Belongs here: keeping. Not here: what an answer rests on (`predictor`), making one.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

MOST = 4096
"""Answers of some kilobytes each."""
LONGEST_S = 12 * 3600.0
_Answer = TypeVar("_Answer")


class KeptAnswers(Generic[_Answer]):
    """Shared by threads. When a place is needed, the answer goes that nobody asked for longest."""

    def __init__(
        self, most: int = MOST, longest_s: float = LONGEST_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._longest_s, self._clock = most, longest_s, clock
        self._version: Hashable = None
        self._kept: OrderedDict[Hashable, tuple[float, _Answer]] = OrderedDict()
        self._lock = threading.Lock()
        self._making = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, version: Hashable, question: Hashable) -> _Answer | None:
        """The answer, if it was made under this version and not too long ago."""
        with self._lock:
            if version != self._version or (found := self._kept.get(question)) is None:
                return None
            made_at_s, answer = found
            if self._clock() - made_at_s > self._longest_s:
                del self._kept[question]
                return None
            self._kept.move_to_end(question)
            return answer

    def of(self, version: Hashable, question: Hashable, make: Callable[[], _Answer]) -> _Answer:
        """As `find`; where there is none it is made, by one thread at a time, so that nothing is made twice.

        Another version drops all that was kept. What `make` raises is kept nowhere.
        """
        with self._making:
            if (found := self.find(version, question)) is not None:
                return found
            answer = make()
            with self._lock:
                if version != self._version:
                    self._version = version
                    self._kept.clear()
                self._kept[question] = self._clock(), answer
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
            return answer
