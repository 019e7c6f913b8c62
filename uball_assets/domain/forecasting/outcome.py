"""The outcome model: from one row of features to a game's forecast, in well under a millisecond.

Belongs here: what a model consists of, and forecasting with it. Not here: learning one
(`services.forecasting.outcome_training`), its files (`services.forecasting.models`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from uball_assets.domain.errors import Permanent
from uball_assets.domain.forecasting.forecast import GameForecast, Interval, Reason
from uball_assets.domain.forecasting.linear import Floats, row_of

SUREST = 0.99
"""No forecast is surer: one upset must not cost more than all the others together."""


class Winner(Protocol):
    """Whatever tells who wins."""

    @property
    def base(self) -> float:
        """The average game's log odds of the home team."""
        ...

    def adds(self, rows: Floats) -> Floats:
        """Of (games, features) what each adds to `base`: (games, features). NaN is missing."""
        ...


class Points(Protocol):
    """Whatever tells a number of points."""

    def of(self, rows: Floats) -> Floats:
        """Of (games, features): (games,). NaN is missing."""
        ...


@dataclass(frozen=True)
class Platt:
    """Log odds that were calibrated: `slope * log odds + shift`."""

    slope: float = 1.0
    shift: float = 0.0


@dataclass(frozen=True)
class Spread:
    """Around an expected number: so far below and above it 80 of 100 games lie. Points."""

    below: float
    above: float

    def around(self, mean: float) -> Interval:
        return Interval(mean, max(0.0, mean - self.below), mean + self.above)


@dataclass(frozen=True)
class OutcomeModel:
    name: str
    features: tuple[str, ...]
    """In the order of the weights."""
    winner: Winner
    calibration: Platt
    points_a_log_odds: float
    """The margin that goes with the chance: the expected score never says otherwise than who is likelier to
    win."""
    total: Points
    home_spread: Spread
    away_spread: Spread
    card: Mapping[str, Any]

    def forecast(self, features: Mapping[str, float | None]) -> GameForecast:
        """Raises Permanent where a feature that was learned from is not among these; None is a missing
        value, and counts as the average."""
        try:
            row = row_of(self.features, features)
        except KeyError as error:
            raise Permanent(
                f"{self.name} needs the feature {error}: make the game's features anew"
            ) from error
        adds = self.winner.adds(row[None])[0] * self.calibration.slope
        home_win = chance_of(self.base + float(adds.sum()))
        margin, total = self.points_a_log_odds * log_odds_of(home_win), float(self.total.of(row[None])[0])
        return GameForecast(
            home_win=home_win,
            home_points=self.home_spread.around(max(0.0, (total + margin) / 2)),
            away_points=self.away_spread.around(max(0.0, (total - margin) / 2)),
            reasons=reasons_of(self.features, row, adds),
        )

    @property
    def base(self) -> float:
        """The average game's log odds, calibrated: with every reason it gives the forecast's."""
        return self.winner.base * self.calibration.slope + self.calibration.shift


def chance_of(log_odds: float) -> float:
    """0.01 to 0.99."""
    chance = 0.5 + 0.5 * math.tanh(log_odds / 2)
    return min(max(chance, 1 - SUREST), SUREST)


def reasons_of(names: tuple[str, ...], row: Floats, adds: Floats) -> tuple[Reason, ...]:
    """The largest first, whichever way it points; what adds nothing is none."""
    adding = np.flatnonzero(adds)
    order = adding[np.argsort(-np.abs(adds[adding]), kind="stable")]
    told = zip(order.tolist(), row[order].tolist(), adds[order].tolist(), strict=True)
    return tuple(
        Reason(names[place], None if value != value else value, share) for place, value, share in told
    )


def log_odds_of(chance: float) -> float:
    """`chance` above 0 and below 1."""
    return math.log(chance / (1 - chance))
