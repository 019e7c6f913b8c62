"""The margin: by how much the home team is expected to win, and from that the chance that it does.

A win by 20 says more than one by 2, which who-won alone cannot tell apart.

Belongs here: fitting it. Not here: the expected score that is told (`services.forecasting.score`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from uball_assets.services.forecasting.candidates.candidate import Hyperparameters, Learned
from uball_assets.services.forecasting.glm import Belief, fit_number, unknowing
from uball_assets.services.forecasting.linear_fit import LinearFit
from uball_assets.services.forecasting.matrix import Games

PENALTY_CONSTANT = 1e-3
_LOGISTIC_OF_NORMAL = 1.702
"""A normal distribution's chance in log odds a standard deviation; off by less than 0.01 anywhere."""


class Margin:
    name = "margin"
    defaults = MappingProxyType({"penalty": 100.0})

    def suggest(self, trial: Any) -> Hyperparameters:
        return {"penalty": trial.suggest_float("penalty", 3.0, 3000.0, log=True)}

    def learn(self, games: Games, chosen: Hyperparameters, seed: int) -> Learned:  # noqa: ARG002
        every = tuple(range(len(games.features)))
        before = unknowing(games.rows, chosen["penalty"], PENALTY_CONSTANT)
        belief = fit_number(games.rows, games.margins, before)
        spread = _spread(games, belief, before)
        return LinearFit(len(every), every, belief, _LOGISTIC_OF_NORMAL / spread)

    def go_on(self, before: Learned, games: Games, new: Games, chosen: Hyperparameters, seed: int) -> Learned:  # noqa: ARG002
        """The spread of margins stays as it was."""
        assert isinstance(before, LinearFit)
        belief = fit_number(new.rows, new.margins, before.belief)
        return LinearFit(before.features, before.places, belief, before.factor)

    def load(self, features: int, tensors: Mapping[str, Any], texts: Mapping[str, str]) -> Learned:  # noqa: ARG002
        return LinearFit.from_tensors(features, tensors)


def _spread(games: Games, belief: Belief, before: Belief) -> float:
    """Standard deviation of a new game's margin around what is expected, points: of those learned from, less
    what was learned by heart (the trace of the fit)."""
    errors = games.margins - belief.linear.of(games.rows)
    by_heart = len(belief.mean) - float(np.trace(np.linalg.solve(belief.precision, before.precision)))
    return max(1.0, math.sqrt(float(errors @ errors) / max(1.0, len(errors) - by_heart)))
