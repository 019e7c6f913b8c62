"""The logistic regression: every feature has its weight, all of them held small.

Belongs here: fitting it. Not here: the numerics (`services.forecasting.glm`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from uball_assets.services.forecasting.candidates.candidate import Hyperparameters, Learned
from uball_assets.services.forecasting.candidates.rating import gone_on
from uball_assets.services.forecasting.glm import fit_chance, unknowing
from uball_assets.services.forecasting.linear_fit import LinearFit
from uball_assets.services.forecasting.matrix import Games

_PENALTY_CONSTANT = 0.1


class Logistic:
    name = "logistic"
    defaults = MappingProxyType({"penalty": 100.0})

    def suggest(self, trial: Any) -> Hyperparameters:
        return {"penalty": trial.suggest_float("penalty", 3.0, 3000.0, log=True)}

    def learn(self, games: Games, chosen: Hyperparameters, seed: int) -> Learned:  # noqa: ARG002
        before = unknowing(games.rows, chosen["penalty"], _PENALTY_CONSTANT)
        every = tuple(range(len(games.features)))
        return LinearFit(len(every), every, fit_chance(games.rows, games.won, before))

    def go_on(self, before: Learned, games: Games, new: Games, chosen: Hyperparameters, seed: int) -> Learned:  # noqa: ARG002
        assert isinstance(before, LinearFit)
        return gone_on(before, new)

    def load(self, features: int, tensors: Mapping[str, Any], texts: Mapping[str, str]) -> Learned:  # noqa: ARG002
        return LinearFit.from_tensors(features, tensors)
