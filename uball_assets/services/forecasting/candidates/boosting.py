"""Gradient boosting: many small trees, each mending what those before it missed (LightGBM, extra `boosting`).

Belongs here: fitting it, and its reasons. Not here: whether it can be had (`known`).
LightGBM is imported where it is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from uball_assets.domain.forecasting.linear import Floats
from uball_assets.services.forecasting.beforehand import winner_places
from uball_assets.services.forecasting.candidates.candidate import Hyperparameters, Learned
from uball_assets.services.forecasting.matrix import Games

FILE = "boosting.txt"
FIXED = MappingProxyType(
    {
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbosity": -1,
        "bagging_freq": 0,
    }
)
"""The same rows and seed give the same trees, bit for bit."""


@dataclass(frozen=True)
class Trees:
    """LightGBM's trees, by its own text; `adds` are exact Shapley values (Lundberg, 2020)."""

    text: str
    booster: Any
    features: int
    """How many a row has."""
    places: tuple[int, ...]
    """Those that they look at."""
    base: float
    """What they say of the average row learned from."""

    def adds(self, rows: Floats) -> Floats:
        found = np.zeros_like(rows)
        seen = rows[:, self.places]
        told = np.asarray(self.booster.predict(seen, pred_contrib=True, num_threads=1))
        found[:, self.places] = told[:, :-1]
        return found

    def of(self, rows: Floats) -> Floats:
        seen = rows[:, self.places]
        return np.asarray(self.booster.predict(seen, raw_score=True, num_threads=1), dtype=np.float64)

    @property
    def tensors(self) -> dict[str, Floats]:
        return {"places": np.array(self.places, dtype=np.float64)}

    @property
    def texts(self) -> dict[str, str]:
        return {FILE: self.text}

    @classmethod
    def from_text(cls, text: str, features: int, places: tuple[int, ...]) -> Trees:
        """Raises ValueError for a text that is no such model, or one of another number of features."""
        from lightgbm import Booster
        from lightgbm.basic import LightGBMError

        try:
            booster = Booster(model_str=text)
        except LightGBMError as error:
            raise ValueError(str(error)) from error
        if booster.num_feature() != len(places) or not set(places) <= set(range(features)):
            raise ValueError(f"trees of {booster.num_feature()} features, the weights name {places}")
        empty = np.full((1, len(places)), np.nan)
        base = np.asarray(booster.predict(empty, pred_contrib=True, num_threads=1))[0, -1]
        return cls(text, booster, features, places, float(base))


class Boosting:
    name = "boosting"
    defaults = MappingProxyType(
        {
            "trees": 100,
            "learning_rate": 0.05,
            "leaves": 2,
            "fewest_in_leaf": 20,
            "columns": 0.1,
            "penalty": 10.0,
        }
    )

    def suggest(self, trial: Any) -> Hyperparameters:
        return {
            "trees": trial.suggest_int("trees", 20, 200, step=10),
            "learning_rate": trial.suggest_float("learning_rate", 0.01, 0.15, log=True),
            "leaves": trial.suggest_int("leaves", 2, 8),
            "fewest_in_leaf": trial.suggest_int("fewest_in_leaf", 10, 60, step=5),
            "columns": trial.suggest_float("columns", 0.1, 1.0),
            "penalty": trial.suggest_float("penalty", 0.1, 100.0, log=True),
        }

    def learn(self, games: Games, chosen: Hyperparameters, seed: int) -> Learned:
        return self._trees(games, chosen, seed, int(chosen["trees"]), None)

    def go_on(self, before: Learned, games: Games, new: Games, chosen: Hyperparameters, seed: int) -> Learned:
        """Further trees on every game, as many more as there are more games, onto those that there are."""
        assert isinstance(before, Trees)
        more = round(before.booster.num_trees() * len(new) / max(1, len(games) - len(new)))
        return self._trees(games, chosen, seed, max(1, more), before) if len(new) else before

    def load(self, features: int, tensors: Mapping[str, Any], texts: Mapping[str, str]) -> Learned:
        return Trees.from_text(texts[FILE], features, tuple(int(place) for place in tensors["places"]))

    def _trees(
        self, games: Games, chosen: Hyperparameters, seed: int, trees: int, before: Trees | None
    ) -> Trees:
        places = winner_places(games.features)
        return grow(games.rows, places, games.won, "binary", chosen, seed, trees, before)


def grow(
    rows: Floats,
    places: tuple[int, ...],
    numbers: Floats,
    objective: str,
    chosen: Hyperparameters,
    seed: int,
    trees: int,
    before: Trees | None = None,
) -> Trees:
    """`objective`: `binary` (of log odds) or `poisson` (of a mean's logarithm)."""
    import lightgbm

    told = {
        **FIXED,
        "objective": objective,
        "seed": seed,
        "learning_rate": chosen["learning_rate"],
        "num_leaves": int(chosen["leaves"]),
        "min_data_in_leaf": int(chosen["fewest_in_leaf"]),
        "feature_fraction": chosen["columns"],
        "lambda_l2": chosen["penalty"],
    }
    data = lightgbm.Dataset(rows[:, places], numbers, params={"verbosity": -1}, free_raw_data=False)
    booster = lightgbm.train(told, data, trees, init_model=before.booster if before else None)
    return Trees.from_text(booster.model_to_string(), rows.shape[1], places)
