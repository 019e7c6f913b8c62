"""The player model: from one row of features to a player's line, each number with its interval.

Belongs here: what a model consists of, and forecasting with it. Not here: learning one
(`services.forecasting.players.training`), its files (`services.forecasting.models`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from uball_assets.domain.errors import Permanent
from uball_assets.domain.forecasting.forecast import Interval, PlayerForecast
from uball_assets.domain.forecasting.linear import Floats, row_of
from uball_assets.domain.forecasting.outcome import reasons_of

STATS = ("points", "rebounds", "assists", "steals", "blocks", "turnovers", "fours_made")
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

    def forecast(self, features: Mapping[str, float | None]) -> PlayerForecast:
        """Raises Permanent where a feature that was learned from is not among these; None is a missing
        value, and counts as the average."""
        try:
            row = row_of(self.features, features)
        except KeyError as error:
            raise Permanent(
                f"{self.name} needs the feature {error}: make this player's features anew"
            ) from error
        rows = row[None]
        return PlayerForecast(
            stats={
                stat: model.spread.around(max(LEAST, float(model.expected.of(rows)[0])))
                for stat, model in self.stats.items()
            },
            reasons=reasons_of(self.features, row, self.stats["points"].expected.adds(rows)[0]),
        )
