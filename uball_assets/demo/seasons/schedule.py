"""Who meets whom on which day: rounds in which every team plays once, at home as often as away.

Belongs here: days and pairs. Not here: results, and what follows from them (`year`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

DAYS_A_ROUND = 3
"""A round's games are on any of these days, so that a team rests one to five days."""


@dataclass(frozen=True)
class Pairing:
    day: int
    """From the schedule's first."""
    home: int
    """A team's place."""
    away: int


def pairings(teams: int, games: int, rng: np.random.Generator) -> list[Pairing]:
    """By day."""
    found = islice(_rounds(teams, rng), games)
    return sorted(found, key=lambda one: one.day)


def _rounds(teams: int, rng: np.random.Generator) -> Iterator[Pairing]:
    """Round robin by the circle method, again and again, each time in another order and home and away
    turned."""
    seats, cycle = teams + teams % 2, 0
    while True:
        circle = [int(one) for one in rng.permutation(seats)]
        for turn in range(seats - 1):
            number = cycle * (seats - 1) + turn
            for place in range(seats // 2):
                first, second = circle[place], circle[seats - 1 - place]
                if max(first, second) >= teams:
                    continue
                home, away = _at_home(first, second, cycle)
                yield Pairing(number * DAYS_A_ROUND + int(rng.integers(DAYS_A_ROUND)), home, away)
            circle = [circle[0], circle[-1], *circle[1:-1]]
        cycle += 1


def _at_home(first: int, second: int, cycle: int) -> tuple[int, int]:
    low, high = sorted((first, second))
    return (low, high) if (low + high + cycle) % 2 else (high, low)
