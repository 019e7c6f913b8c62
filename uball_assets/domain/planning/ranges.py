"""A number that nobody knows exactly: if all goes well, what is likely, if all goes ill.

Belongs here: the three, and how a sample becomes them. Not here: what they are of (`assumptions`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from uball_assets.domain.run_figures import quantile

FEW, MANY = 3, 10
"""Of fewer samples than FEW nobody can tell; from MANY on they tell their spread themselves."""


class Case(StrEnum):
    GOOD = "good"
    LIKELY = "likely"
    BAD = "bad"


@dataclass(frozen=True)
class Range:
    """`low` is the easier end for the league: cheaper, faster, smaller."""

    low: float
    likely: float
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.likely <= self.high:
            raise ValueError(f"{self.low:g}, {self.likely:g}, {self.high:g} are not in order")

    def at(self, case: Case) -> float:
        return {Case.GOOD: self.low, Case.LIKELY: self.likely, Case.BAD: self.high}[case]

    def times(self, factor: float) -> Range:
        return Range(self.low * factor, self.likely * factor, self.high * factor)


def exactly(value: float) -> Range:
    return Range(value, value, value)


def of_cases(told: Callable[[Case], float]) -> Range:
    """A result that was reckoned for each case; where a worse case comes out better, as chance may have it,
    the ends are still the ends."""
    good, likely, bad = (told(case) for case in Case)
    return Range(min(good, likely), likely, max(likely, bad))


def of_sample(values: Sequence[float], believed: Range, most: float = math.inf) -> Range | None:
    """What was measured, its median as the likely value; None of fewer than FEW.

    Of few values the spread is as wide as it was believed to be, and holds all of them; of MANY it is theirs:
    eight of ten lie within. No end is over `most`.
    """
    ordered = sorted(values)
    if len(ordered) < FEW:
        return None
    likely = median(ordered)
    if len(ordered) >= MANY:
        return Range(quantile(ordered, 0.1), likely, quantile(ordered, 0.9))
    around = believed.times(likely / believed.likely) if believed.likely else exactly(likely)
    return Range(min(around.low, ordered[0]), likely, min(most, max(around.high, ordered[-1])))
