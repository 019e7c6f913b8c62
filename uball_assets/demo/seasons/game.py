"""One generated game: the dice of every chance, and the lines of those who played.

Belongs here: one game's counts. Not here: its probabilities (`chances`), when it is played (`year`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from uball_assets.demo.seasons.best_forecast import CHANCES, CHANCES_SPREAD, OVERTIME_CHANCES
from uball_assets.demo.seasons.chances import Side
from uball_assets.demo.seasons.people import People
from uball_assets.domain.league.lines import Counts

OFFENSIVE_REBOUNDS, ASSISTED, STOLEN, BLOCKED, OTHER_FOULS = 0.27, 0.6, 0.55, 0.1, 7


@dataclass(frozen=True)
class Played:
    """Counts by player id, each team's."""

    home: dict[str, Counts]
    away: dict[str, Counts]

    @property
    def score(self) -> tuple[int, int]:
        return _points(self.home), _points(self.away)


def play(people: People, home: Side, away: Side, pace: float, rng: np.random.Generator) -> Played:
    """Overtimes until somebody has won."""
    chances = max(1, round(float(rng.normal(CHANCES + pace, CHANCES_SPREAD))))
    shots = [_shots(side, chances, rng) for side in (home, away)]
    while _worth(shots[0]) == _worth(shots[1]):
        shots = [
            one + _shots(side, OVERTIME_CHANCES, rng) for one, side in zip(shots, (home, away), strict=True)
        ]
    counts = _lines(people, (home, away), shots, rng)
    told = [
        {
            people.known[player].player_id: Counts(*line)
            for player, line in zip(side.players, lines, strict=True)
        }
        for side, lines in zip((home, away), counts, strict=True)
    ]
    return Played(*told)


def _points(counts: dict[str, Counts]) -> int:
    return sum(line.points for line in counts.values())


def _shots(side: Side, chances: int, rng: np.random.Generator) -> np.ndarray:
    """A row a player: free throws, twos, threes, fours, each made and missed; then balls lost."""
    taken = rng.multinomial(rng.multinomial(chances, side.share), side.looks)
    tried = taken[:, 1:] * np.array([2, 1, 1, 1])
    made = rng.binomial(tried, side.made)
    both = np.stack([made, tried - made], axis=2).reshape(len(taken), 8)
    return np.concatenate([both, taken[:, :1]], axis=1)


def _worth(shots: np.ndarray) -> int:
    return int((shots[:, :8:2] @ np.array([1, 2, 3, 4])).sum())


def _lines(
    people: People, sides: tuple[Side, Side], shots: list[np.ndarray], rng: np.random.Generator
) -> list[list[list[int]]]:
    """A row a player, in the order of `Counts`."""
    found = []
    for own, other in ((0, 1), (1, 0)):
        who, ours, theirs = sides[own], shots[own], shots[other]
        habits = people.habits[who.players] * who.minutes[:, None]
        misses, their_misses = ours[:, 3:8:2].sum(), theirs[:, 3:8:2].sum()
        totals = (
            rng.binomial(misses, OFFENSIVE_REBOUNDS),
            rng.binomial(their_misses, 1 - OFFENSIVE_REBOUNDS),
            0,
            rng.binomial(ours[:, 2:8:2].sum(), ASSISTED),
            rng.binomial(theirs[:, 8].sum(), STOLEN),
            rng.binomial(theirs[:, 3].sum(), BLOCKED),
            None,
            theirs[:, 0:2].sum() // 2 + rng.poisson(OTHER_FOULS),
        )
        weights = habits[:, [0, 0, 0, 1, 2, 3, 3, 4]] / habits[:, [0, 0, 0, 1, 2, 3, 3, 4]].sum(axis=0)
        rest = [
            ours[:, 8] if total is None else rng.multinomial(total, weights[:, place])
            for place, total in enumerate(totals)
        ]
        found.append(np.concatenate([ours[:, :8], np.stack(rest, axis=1)], axis=1).tolist())
    return found
