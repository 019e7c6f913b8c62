"""Reasons are exact Shapley values: beside the definition, on a model of three features."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from math import factorial
from typing import Any

import numpy as np
import pytest

from uball_assets.domain.forecasting.linear import Floats
from uball_assets.services.forecasting.candidates.boosting import Boosting, Trees
from uball_assets.services.forecasting.candidates.margin import Margin
from uball_assets.services.forecasting.matrix import Games
from uball_assets_tests.services.forecasting.played import games

Known = frozenset[int]
ROWS = [replace(row, features=dict(list(row.features.items())[:3])) for row in games(60)]
DATA = Games.of(ROWS, tuple(ROWS[0].features))


def shapley(value: Callable[[Known], float], features: int) -> list[float]:
    """By definition: the mean, over all orders, of what a feature adds to those known before it."""
    found = []
    for feature in range(features):
        others = [each for each in range(features) if each != feature]
        total = 0.0
        for size in range(features):
            weight = factorial(size) * factorial(features - size - 1) / factorial(features)
            for before in map(frozenset, combinations(others, size)):
                total += weight * (value(before | {feature}) - value(before))
        found.append(total)
    return found


def test_of_a_linear_model() -> None:
    model = Margin().learn(DATA, Margin.defaults, 7)
    row, means = DATA.rows[7], np.nanmean(DATA.rows, axis=0)

    def value(known: Known) -> float:
        mixed = np.array([row[place] if place in known else means[place] for place in range(3)])
        return float(model.of(mixed[None])[0])

    assert model.adds(row[None])[0].tolist() == pytest.approx(shapley(value, 3))
    assert model.base == pytest.approx(value(frozenset()))


def test_of_boosted_trees() -> None:
    model = Boosting().learn(DATA, {**Boosting.defaults, "leaves": 5, "columns": 1.0, "fewest_in_leaf": 5}, 7)
    assert isinstance(model, Trees)
    trees = [tree["tree_structure"] for tree in model.booster.dump_model()["tree_info"]]
    for row in DATA.rows[:5]:

        def value(known: Known, row: Floats = row) -> float:
            return sum(told(tree, row, known) for tree in trees)

        assert model.adds(row[None])[0].tolist() == pytest.approx(shapley(value, 3), abs=1e-6)
        assert model.base == pytest.approx(value(frozenset()), abs=1e-6)
        assert model.base + model.adds(row[None]).sum() == pytest.approx(float(model.of(row[None])[0]))


def told(node: dict[str, Any], row: Floats, known: Known) -> float:
    """What a tree says where some features are known; over the others, the mean of what was learned from."""
    if "leaf_value" in node:
        return float(node["leaf_value"])
    left, right = node["left_child"], node["right_child"]
    if node["split_feature"] in known:
        return told(left if row[node["split_feature"]] <= node["threshold"] else right, row, known)
    counts = [child.get("internal_count", child.get("leaf_count")) for child in (left, right)]
    return float((counts[0] * told(left, row, known) + counts[1] * told(right, row, known)) / sum(counts))
