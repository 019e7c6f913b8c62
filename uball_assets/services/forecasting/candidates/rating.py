"""The rating: the chance that follows from home advantage and one rating, the one that told most so far.

Belongs here: choosing and fitting it. Not here: ratings themselves (`domain.form.ratings`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from uball_assets.domain.forecasting.linear import Floats
from uball_assets.services.forecasting.candidates.candidate import Hyperparameters, Learned
from uball_assets.services.forecasting.glm import fit_chance, unknowing
from uball_assets.services.forecasting.linear_fit import LinearFit
from uball_assets.services.forecasting.matrix import Games

RATING = re.compile(r"(elo_\w+|bradley_terry|margin_rating)_difference")
_PENALTY_CONSTANT = 0.1
"""As if a tenth of a game had been won and lost: all games won at home say much, not everything."""


class Rating:
    name = "rating"
    defaults = MappingProxyType({"penalty": 1.0})

    def suggest(self, trial: Any) -> Hyperparameters:
        return {"penalty": trial.suggest_float("penalty", 0.1, 30.0, log=True)}

    def learn(self, games: Games, chosen: Hyperparameters, seed: int) -> Learned:  # noqa: ARG002
        """Home advantage alone where the rows hold no rating."""
        ratings = [place for place, name in enumerate(games.features) if RATING.fullmatch(name)]
        fits = [self._fit(games, (place,), chosen) for place in ratings]
        if not fits:
            return self._fit(games, (), chosen)
        # each rating is as of its own tip-off, and each has one weight: none can fit better by heart
        return min(fits, key=lambda fit: _log_loss(fit.of(games.rows), games.won))

    def go_on(self, before: Learned, games: Games, new: Games, chosen: Hyperparameters, seed: int) -> Learned:  # noqa: ARG002
        assert isinstance(before, LinearFit)
        return gone_on(before, new)

    def load(self, features: int, tensors: Mapping[str, Any], texts: Mapping[str, str]) -> Learned:  # noqa: ARG002
        return LinearFit.from_tensors(features, tensors)

    def _fit(self, games: Games, places: tuple[int, ...], chosen: Hyperparameters) -> LinearFit:
        rows = games.rows[:, places]
        before = unknowing(rows, chosen["penalty"], _PENALTY_CONSTANT)
        return LinearFit(len(games.features), places, fit_chance(rows, games.won, before))


def gone_on(before: LinearFit, new: Games) -> LinearFit:
    """What was believed of the weights is where the new games start: they pull as hard as one game each, the
    games before as hard as all of them together."""
    rows = new.rows[:, before.places]
    return LinearFit(before.features, before.places, fit_chance(rows, new.won, before.belief))


def _log_loss(log_odds: Floats, won: Floats) -> float:
    return float(np.mean(np.logaddexp(0.0, np.where(won > 0, -log_odds, log_odds))))
