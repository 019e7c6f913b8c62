"""The player model: from one row of features to a player's line, each number with its interval.

Belongs here: what a model consists of, and forecasting with it. Not here: learning one
(`services.forecasting.players.training`), its files (`services.forecasting.models`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np

from uball_assets.domain.errors import Permanent
from uball_assets.domain.forecasting.forecast import Interval, PlayerForecast, Reason
from uball_assets.domain.forecasting.linear import Floats, row_of
from uball_assets.domain.forecasting.outcome import reasons_of
from uball_assets.domain.forecasting.sheet import SCORING, Share

STATS = ("points", "rebounds", "assists", "steals", "blocks", "turnovers", "fours_made")
TOLD_TEAM_POINTS = "told_team_points"
"""The reason that is no feature: that his points are held to what the outcome model tells of the team."""
LEAST = 0.02
"""No number is expected to be less: what never happened yet may happen."""


class Expected(Protocol):
    """Whatever tells one number of a line."""

    @property
    def base(self) -> float:
        """The average player's number."""
        ...

    def adds(self, rows: Floats) -> Floats:
        """Of (players, features) what each adds to `base`, in the number's own unit: (players, features)."""
        ...

    def of(self, rows: Floats) -> Floats:
        """The number itself, (players,): `base` and all that is added."""
        ...


@dataclass(frozen=True)
class CountSpread:
    """Around an expected count, in square roots of it: so far below and above it 80 of 100 lines lie."""

    below: float
    above: float

    def around(self, mean: float) -> Interval:
        root = math.sqrt(mean)
        return Interval(mean, max(0.0, mean - self.below * root), max(mean, mean + self.above * root))


@dataclass(frozen=True)
class StatModel:
    expected: Expected
    spread: CountSpread


@dataclass(frozen=True)
class PlayerModel:
    name: str
    features: tuple[str, ...]
    """In the order of the weights."""
    stats: Mapping[str, StatModel]
    """By `STATS`."""
    card: Mapping[str, Any]

    def points(self, names: tuple[str, ...], rows: Floats) -> list[float]:
        """What is expected of many players, a row each whose features are called by `names`; held to nothing.
        Raises Permanent as `forecast` does."""
        try:
            places = _places(self.features, names)
        except ValueError as error:
            raise Permanent(f"{self.name}: {error}: make these players' features anew") from error
        told = np.maximum(LEAST, self.stats["points"].expected.of(rows[:, places]))
        return [float(mean) for mean in told]

    def forecast(self, features: Mapping[str, float | None], share: Share | None = None) -> PlayerForecast:
        """`share`: what his points are held to. Raises Permanent where a feature that was learned from is not
        among these; None is a missing value, and counts as the average."""
        try:
            row = row_of(self.features, features)
        except KeyError as error:
            raise Permanent(
                f"{self.name} needs the feature {error}: make this player's features anew"
            ) from error
        rows = row[None]
        means = {stat: max(LEAST, float(model.expected.of(rows)[0])) for stat, model in self.stats.items()}
        reasons = reasons_of(self.features, row, self.stats["points"].expected.adds(rows)[0])
        if share:
            reasons = _with_the_teams(reasons, share, means["points"])
            means |= {stat: share.factor * means[stat] for stat in SCORING & means.keys()}
        return PlayerForecast(
            {stat: model.spread.around(means[stat]) for stat, model in self.stats.items()}, reasons
        )


@lru_cache(maxsize=8)
def _places(wanted: tuple[str, ...], names: tuple[str, ...]) -> list[int]:
    return [names.index(name) for name in wanted]


def _with_the_teams(reasons: Iterable[Reason], share: Share, points: float) -> tuple[Reason, ...]:
    """What it adds to his points that the team's are told otherwise."""
    more = Reason(TOLD_TEAM_POINTS, share.team_points, (share.factor - 1) * points)
    return tuple(sorted((*reasons, more), key=lambda reason: -abs(reason.adds)))
