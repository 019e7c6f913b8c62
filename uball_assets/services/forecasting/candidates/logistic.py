"""The logistic regression: every feature that tells who wins has its weight, held near where it started.

Belongs here: fitting it. Not here: the numerics (`services.forecasting.glm`), where weights start
(`services.forecasting.beforehand`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from uball_assets.services.forecasting.beforehand import all_of, believed, winner_places
from uball_assets.services.forecasting.candidates.candidate import Hyperparameters, Learned
from uball_assets.services.forecasting.candidates.rating import gone_on
from uball_assets.services.forecasting.glm import fit_chance
from uball_assets.services.forecasting.linear_fit import LinearFit
from uball_assets.services.forecasting.matrix import Games


class Logistic:
    name = "logistic"
    defaults = MappingProxyType({"penalty": 2000.0})

    def suggest(self, trial: Any) -> Hyperparameters:
        return {"penalty": trial.suggest_float("penalty", 100.0, 10000.0, log=True)}

    def learn(self, games: Games, chosen: Hyperparameters, seed: int) -> Learned:  # noqa: ARG002
        places = winner_places(games.features)
        names, rows = [games.features[place] for place in places], games.rows[:, places]
        before = believed(names, rows, all_of(names), chosen["penalty"])
        return LinearFit(len(games.features), places, fit_chance(rows, games.won, before))

    def go_on(self, before: Learned, games: Games, new: Games, chosen: Hyperparameters, seed: int) -> Learned:  # noqa: ARG002
        return gone_on(before, new)

    def load(self, features: int, tensors: Mapping[str, Any], texts: Mapping[str, str]) -> Learned:  # noqa: ARG002
        return LinearFit.from_tensors(features, tensors)
