"""The margin: by how much the home team is expected to win, and from that the chance that it does.

A win by 20 says more than one by 2, which who-won alone cannot tell apart.

Belongs here: fitting it. Not here: both teams' points (`services.forecasting.score`), where weights start
(`services.forecasting.beforehand`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from uball_assets.services.forecasting.beforehand import (
    LOGISTIC_OF_NORMAL,
    NOISE_POINTS,
    all_of,
    believed,
    in_points,
    winner_places,
)
from uball_assets.services.forecasting.candidates.candidate import Hyperparameters, Learned
from uball_assets.services.forecasting.glm import Belief, fit_number
from uball_assets.services.forecasting.linear_fit import LinearFit
from uball_assets.services.forecasting.matrix import Games

SPREAD_GAMES = 20
"""As if so many games had shown what is believed of the spread."""


class Margin:
    name = "margin"
    defaults = MappingProxyType({"penalty": 2000.0})

    def suggest(self, trial: Any) -> Hyperparameters:
        return {"penalty": trial.suggest_float("penalty", 100.0, 10000.0, log=True)}

    def learn(self, games: Games, chosen: Hyperparameters, seed: int) -> Learned:  # noqa: ARG002
        places = winner_places(games.features)
        names, rows = [games.features[place] for place in places], games.rows[:, places]
        before = in_points(believed(names, rows, all_of(names), chosen["penalty"]))
        belief = fit_number(rows, games.margins, before)
        factor = LOGISTIC_OF_NORMAL / _spread(games.margins - belief.linear.of(rows), belief, before)
        return LinearFit(len(games.features), places, belief, factor)

    def go_on(self, before: Learned, games: Games, new: Games, chosen: Hyperparameters, seed: int) -> Learned:  # noqa: ARG002
        """The spread of margins stays as it was."""
        assert isinstance(before, LinearFit)
        belief = fit_number(new.rows[:, before.places], new.margins, before.belief)
        return LinearFit(before.features, before.places, belief, before.factor)

    def load(self, features: int, tensors: Mapping[str, Any], texts: Mapping[str, str]) -> Learned:  # noqa: ARG002
        return LinearFit.from_tensors(features, tensors)


def _spread(errors: Any, belief: Belief, before: Belief) -> float:
    """Standard deviation of a new game's margin around what is expected, points: of those learned from, less
    what was learned by heart (the trace of the fit)."""
    by_heart = len(belief.mean) - float(np.trace(np.linalg.solve(belief.precision, before.precision)))
    squares = float(errors @ errors) + SPREAD_GAMES * NOISE_POINTS**2
    return math.sqrt(squares / (max(0.0, len(errors) - by_heart) + SPREAD_GAMES))
