"""Rows of numbers about games, each with the span in which it was what was known; and the question asked.

Belongs here: which rows a question may see, how much a season's count, sums over everything known. Not here:
what the numbers are (`team_form`, `player_form`).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]
Features = dict[str, float | None]

DAY_S = 86_400.0
CARRIED_GAMES = 6.0
"""Games of this season that all of last season's count as, together (each at most as one): early in a season
they are most of what is known, after a month little of it. Older seasons do not count."""
LAST_SEASON_DAYS = 500.0
"""A game longer ago than this is not last season's."""


@dataclass(frozen=True)
class Asked:
    """Of which game, and as of when: what is not known at `at_s` is not told."""

    at_s: float
    """Seconds since 1970, UTC; never after the tip-off."""
    tip_s: float
    season: int
    """-1 for one without a game that was played."""
    game: int


@dataclass(frozen=True)
class Rows:
    """By tip-off. Subclasses add columns; `told` is what is summed."""

    from_s: Floats
    until_s: Floats
    tip_s: Floats
    season: Whole
    game: Whole
    told: Floats
    """A row a game, a column a number; none is NaN."""

    def where(self, chosen: Truths) -> Self:
        return type(self)(*(getattr(self, field.name)[chosen] for field in fields(self)))

    def seen(self, asked: Asked) -> Truths:
        """Of each game before the one asked of, the version that was the newest one known."""
        holds = (self.from_s <= asked.at_s) & (asked.at_s < self.until_s)
        return np.asarray(holds & (self.tip_s < asked.tip_s) & (self.game != asked.game))

    def known(self, asked: Asked) -> Self:
        """The rows `seen`."""
        return self.where(self.seen(asked))

    def of_season(self, asked: Asked) -> Floats:
        """The sum of `told` over this season's rows and, for less, the last one's."""
        return np.asarray(self.season_weights(asked) @ self.told)

    def season_weights(self, asked: Asked) -> Floats:
        this = self.season == asked.season
        weights: Floats = this.astype(np.float64)
        others = np.flatnonzero(~this & (self.tip_s > asked.at_s - LAST_SEASON_DAYS * DAY_S))
        if others.size:
            last = others[self.season[others] == self.season[others[-1]]]
            weights[last] = min(1.0, CARRIED_GAMES / last.size)
        return weights

    def since(self, days: float, asked: Asked) -> Floats:
        """The sum over the rows of the days before `at_s`."""
        first = int(np.searchsorted(self.tip_s, asked.at_s - days * DAY_S))
        return np.asarray(self.told[first:].sum(axis=0))

    def last(self, games: int) -> Floats:
        return np.asarray(self.told[-games:].sum(axis=0))


class RunningSums:
    """The sum of `told` over all rows that were the newest known, at any moment."""

    def __init__(self, rows: Rows) -> None:
        replaced = np.isfinite(rows.until_s)
        moments = np.concatenate([rows.from_s, rows.until_s[replaced]])
        changes = np.concatenate([rows.told, -rows.told[replaced]])
        order = np.argsort(moments, kind="stable")
        self._moments = moments[order]
        self._sums = np.cumsum(changes[order], axis=0)

    def at(self, moment_s: float) -> Floats | None:
        """None before anything was known."""
        known = int(np.searchsorted(self._moments, moment_s, side="right"))
        return np.asarray(self._sums[known - 1]) if known else None
