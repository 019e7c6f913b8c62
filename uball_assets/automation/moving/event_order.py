"""From an event's number in a home's index to the one it gets in one table.

Belongs here: numbers. Not here: finding out what stands where (`home_events`).
"""

from __future__ import annotations

import json
import zlib
from array import array
from base64 import b85decode, b85encode
from collections.abc import Mapping
from itertools import accumulate
from typing import Any, TypeAlias

Counts: TypeAlias = "array[int]"


class EventOrder:
    """It keeps the order of the index, and leaves room for the events that stand between."""

    def __init__(self, before: Counts, after: Counts, loose: Mapping[str, int]) -> None:
        """How many events stand right before and behind each of the index, by its number; of runs of which it
        has none, how many there are."""
        self._before, self._after, self._loose = before, after, loose
        self._pushed = array("q", [0])
        self._pushed.extend(accumulate(map(sum, zip(before, after, strict=True))))
        total = len(before) - 1 + self._pushed[-1]
        ends = accumulate(loose.values(), initial=total)
        self.loose_from = {run_id: end + 1 for run_id, end in zip(loose, ends, strict=False)}

    def moved(self, index_id: int) -> int:
        """Also of a number that no event has (any more), as a cursor may hold it."""
        if index_id < 0:
            return index_id
        if index_id >= len(self._before):
            return index_id + self._pushed[-1]
        return index_id + self._pushed[index_id] + self._before[index_id]

    @property
    def text(self) -> str:
        """To be kept; `order_of` makes the same of it."""
        counts = [_packed(self._before), _packed(self._after)]
        return json.dumps([*counts, self._loose])


def no_counts(last_id: int) -> Counts:
    return array("I", bytes(array("I").itemsize * (last_id + 1)))


def order_of(text: str) -> EventOrder:
    before, after, loose = json.loads(text)
    return EventOrder(_unpacked(before), _unpacked(after), loose)


def _packed(counts: Counts) -> str:
    return b85encode(zlib.compress(counts.tobytes())).decode()


def _unpacked(text: Any) -> Counts:
    counts = array("I")
    counts.frombytes(zlib.decompress(b85decode(text)))
    return counts
