"""The rating: what follows from home advantage and one rating, Elo or another that told clearly more.

Belongs here: choosing and fitting it. Not here: ratings themselves (`domain.form.ratings`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from uball_assets.domain.serving.e_value import PROMOTE_AT
from uball_assets.services.forecasting.beforehand import rating_places, rating_start
from uball_assets.services.forecasting.candidates.candidate import Hyperparameters, Learned
from uball_assets.services.forecasting.glm import fit_chance, unknowing
from uball_assets.services.forecasting.linear_fit import LinearFit
from uball_assets.services.forecasting.matrix import Games

PENALTY_CONSTANT = 1.0
"""As if two games had been won and two lost: all games won at home say much, not everything."""
_USUAL = "elo_medium_difference"
_NEEDED = math.log(PROMOTE_AT)
"""Nats by which another rating must have told more: with few games the best of five is so by chance."""


class Rating:
    name = "rating"
    defaults = MappingProxyType({"penalty": 200.0})

    def suggest(self, trial: Any) -> Hyperparameters:
        return {"penalty": trial.suggest_float("penalty", 5.0, 5000.0, log=True)}

    def learn(self, games: Games, chosen: Hyperparameters, seed: int) -> Learned:  # noqa: ARG002
        """Home advantage alone where the rows hold no rating."""
        fits = [self._fit(games, (place,), chosen) for place in rating_places(games.features)]
        if not fits:
            return self._fit(games, (), chosen)
        # each rating is as of its own tip-off, and each has one weight: none can fit better by heart
        return min(fits, key=lambda fit: _loss(fit, games))

    def go_on(self, before: Learned, games: Games, new: Games, chosen: Hyperparameters, seed: int) -> Learned:  # noqa: ARG002
        return gone_on(before, new)

    def load(self, features: int, tensors: Mapping[str, Any], texts: Mapping[str, str]) -> Learned:  # noqa: ARG002
        return LinearFit.from_tensors(features, tensors)

    def _fit(self, games: Games, places: tuple[int, ...], chosen: Hyperparameters) -> LinearFit:
        rows = games.rows[:, places]
        start = np.array([rating_start(games.features[place]) for place in places])
        before = unknowing(rows, chosen["penalty"], PENALTY_CONSTANT, start)
        return LinearFit(len(games.features), places, fit_chance(rows, games.won, before))


def gone_on(before: Learned, new: Games) -> LinearFit:
    """What was believed of the weights is where the new games start: they pull as hard as one game each, the
    games before as hard as all of them together."""
    assert isinstance(before, LinearFit)
    rows = new.rows[:, before.places]
    return LinearFit(before.features, before.places, fit_chance(rows, new.won, before.belief))


def _loss(fit: LinearFit, games: Games) -> float:
    """Nats of all games; the usual rating is given a start."""
    log_odds = fit.of(games.rows)
    is_usual = games.features[fit.places[0]] == _USUAL
    return float(np.logaddexp(0.0, np.where(games.won > 0, -log_odds, log_odds)).sum()) - is_usual * _NEEDED
