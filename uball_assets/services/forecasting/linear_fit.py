"""A linear model that was fitted to some of the features, and can be kept and gone on from.

Belongs here: answering with it, and its tensors. Not here: fitting (`glm`), what the number means.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from uball_assets.domain.forecasting.linear import Floats, Linear
from uball_assets.services.forecasting.glm import Belief


@dataclass(frozen=True)
class LinearFit:
    """A number that is linear in some of the features: log odds, points."""

    features: int
    """How many a row has."""
    places: tuple[int, ...]
    """Those that it looks at."""
    belief: Belief
    factor: float = 1.0
    """Of the number, a unit of what was fitted: 1 where that is the number itself."""

    def __post_init__(self) -> None:
        if len(self.places) != len(self.belief.means) or not set(self.places) <= set(range(self.features)):
            raise ValueError(f"{len(self.belief.means)} weights for features {self.places}")

    @property
    def base(self) -> float:
        return self._linear.base

    def adds(self, rows: Floats) -> Floats:
        found = np.zeros(rows.shape)
        found[:, self._at] = self._linear.adds(rows[:, self._at])
        return found

    def of(self, rows: Floats) -> Floats:
        return self._linear.of(rows[:, self._at])

    @cached_property
    def _linear(self) -> Linear:
        return self.belief.linear.times(self.factor)

    @cached_property
    def _at(self) -> NDArray[np.int64]:
        return np.array(self.places, np.int64)

    @property
    def tensors(self) -> dict[str, Floats]:
        own = {"places": np.array(self.places, dtype=np.float64), "factor": np.array([self.factor])}
        return {**own, **self.belief.tensors}

    @property
    def texts(self) -> dict[str, str]:
        return {}

    @classmethod
    def from_tensors(cls, features: int, tensors: Mapping[str, Any]) -> LinearFit:
        """Raises KeyError or ValueError for what is none."""
        places = tuple(int(place) for place in tensors["places"])
        return cls(features, places, Belief.from_tensors(tensors), float(tensors["factor"][0]))
