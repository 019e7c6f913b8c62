"""Which seconds are cut: seeded plays of 5 to 20 s, one to each equal stretch of the video."""

from __future__ import annotations

import random
from dataclasses import dataclass

SHORTEST_S, LONGEST_S = 5.0, 20.0


@dataclass(frozen=True)
class Window:
    """File clock, to the millisecond as plays are written down."""

    start_s: float
    end_s: float

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s


def windows(video_s: float, count: int, seed: int = 1) -> list[Window]:
    """In order, not overlapping; shorter than usual where the video has no room for more."""
    chance = random.Random(seed)
    slot_s = video_s / count
    longest_s = min(LONGEST_S, 0.8 * slot_s)
    found = []
    for slot in range(count):
        length_s = chance.uniform(min(SHORTEST_S, longest_s / 2), longest_s)
        start_s = slot * slot_s + chance.uniform(0, slot_s - length_s)
        found.append(Window(round(start_s, 3), round(start_s + length_s, 3)))
    return found
