"""A linear model of one row: what each feature adds to the average game's number.

Belongs here: the weights, and answering with them. Not here: fitting them (`services.forecasting.glm`), what
the number means (`outcome`, `players`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Linear:
    """`base + sum(weights * (row - means) / scales)`; a missing value counts as the mean.

    What a feature adds is its exact Shapley value against the average of what was learned from.
    """

    means: Floats
    """Of shape (features,), as the two below."""
    scales: Floats
    weights: Floats
    base: float

    def adds(self, rows: Floats) -> Floats:
        """Of (..., features), each feature's share in the difference to `base`; NaN is missing."""
        return self._apart(rows) * self.weights

    def of(self, rows: Floats) -> Floats:
        """Of (..., features) the number, of shape (...)."""
        return np.asarray(self.base + self._apart(rows) @ self.weights)

    def _apart(self, rows: Floats) -> Floats:
        """From the means, in scales; 0 where a value is missing."""
        apart = np.asarray((rows - self.means) / self.scales)
        apart[np.isnan(apart)] = 0.0
        return apart

    def times(self, factor: float, plus: float = 0.0) -> Linear:
        """The same in another unit."""
        return Linear(self.means, self.scales, self.weights * factor, self.base * factor + plus)


def row_of(names: tuple[str, ...], features: Mapping[str, float | None]) -> Floats:
    """The features' values in the order of `names`, NaN for None. KeyError for one that is not there."""
    return np.array([features[name] for name in names], dtype=np.float64)
