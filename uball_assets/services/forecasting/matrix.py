"""Games as a matrix: what the candidates learn from.

Belongs here: rows to arrays. Not here: which rows (`domain.forecasting.rows`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from uball_assets.domain.errors import Permanent
from uball_assets.domain.forecasting.linear import Floats
from uball_assets.domain.forecasting.rows import PlayerTrainingRow, TrainingRow


@dataclass(frozen=True)
class Games:
    """In the order of play."""

    features: tuple[str, ...]
    rows: Floats
    """(games, features), NaN where a value is missing."""
    margins: Floats
    totals: Floats
    """Points of both teams."""

    @property
    def won(self) -> Floats:
        """1 where the home team won, else 0."""
        return (self.margins > 0).astype(np.float64)

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, name: str) -> Floats | None:
        """A feature's values; None where there is no such feature."""
        return self.rows[:, self.features.index(name)] if name in self.features else None

    def at(self, places: slice | NDArray[np.bool_]) -> Games:
        return Games(self.features, self.rows[places], self.margins[places], self.totals[places])

    @classmethod
    def of(cls, rows: Sequence[TrainingRow], features: tuple[str, ...]) -> Games:
        """Raises Permanent for a row that has not all of the features."""
        return cls(
            features,
            matrix(rows, features),
            np.array([row.margin for row in rows], dtype=np.float64),
            np.array([row.home_points + row.away_points for row in rows], dtype=np.float64),
        )


def matrix(rows: Sequence[TrainingRow] | Sequence[PlayerTrainingRow], features: tuple[str, ...]) -> Floats:
    """(rows, features), NaN where a value is missing. Raises Permanent for a row without one of them."""
    try:
        found = [[row.features[name] for name in features] for row in rows]
    except KeyError as error:
        raise Permanent(f"a row lacks the feature {error}: make the features of every game anew") from error
    return np.array(found, dtype=np.float64).reshape(len(rows), len(features))
