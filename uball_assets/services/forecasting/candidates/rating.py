"""The rating: what follows from home advantage, one rating (the margin's, or another that told clearly more)
and who can play today.

Belongs here: choosing and fitting it. Not here: ratings themselves (`domain.form.ratings`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from uball_assets.domain.serving.e_value import PROMOTE_AT
from uball_assets.services.forecasting.beforehand import RATINGS, SQUAD, believed
from uball_assets.services.forecasting.candidates.candidate import Hyperparameters, Learned
from uball_assets.services.forecasting.glm import fit_chance
from uball_assets.services.forecasting.linear_fit import LinearFit
from uball_assets.services.forecasting.matrix import Games

_USUAL = "margin_rating_difference"
_NEEDED = math.log(PROMOTE_AT)
"""Nats by which another rating must have told more: with few games the best of five is so by chance."""


class Rating:
    name = "rating"
    defaults = MappingProxyType({"firmness": 1.0})

    def suggest(self, trial: Any) -> Hyperparameters:
        return {"firmness": trial.suggest_float("firmness", 0.3, 10.0, log=True)}

    def learn(self, games: Games, chosen: Hyperparameters, seed: int) -> Learned:  # noqa: ARG002
        """Without a rating where the rows hold none."""
        squad = tuple(name for name in SQUAD if name in games.features)
        ratings = [name for name in RATINGS if name in games.features]
        fits = [self._fit(games, (name, *squad), chosen) for name in ratings]
        if not fits:
            return self._fit(games, squad, chosen)
        # each rating is as of its own tip-off, and each has one weight: none can fit better by heart
        return min(fits, key=lambda fit: _loss(fit, games))

    def go_on(self, before: Learned, games: Games, new: Games, chosen: Hyperparameters, seed: int) -> Learned:  # noqa: ARG002
        return gone_on(before, new)

    def load(self, features: int, tensors: Mapping[str, Any], texts: Mapping[str, str]) -> Learned:  # noqa: ARG002
        return LinearFit.from_tensors(features, tensors)

    def _fit(self, games: Games, names: tuple[str, ...], chosen: Hyperparameters) -> LinearFit:
        places = tuple(games.features.index(name) for name in names)
        rows = games.rows[:, places]
        before = believed(names, rows, {**RATINGS, **SQUAD}, 1.0, chosen["firmness"])
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
