"""The simulation of the forecasts' gate, small: its table stands in docs/gates.md."""

from __future__ import annotations

import pytest

from benchmarks.forecast_gates import shares


@pytest.mark.parametrize("is_same", [True, False])
def test_a_worse_model_hardly_ever_takes_over(is_same: bool) -> None:
    found = shares(-0.05, games=100, is_same=is_same, runs=60)
    assert found.get("promoted at once", 0) + found.get("promoted later", 0) <= 0.1


def test_an_equal_model_takes_over_if_it_is_the_same_recipe_and_seldom_if_not() -> None:
    same = shares(0.0, games=100, is_same=True, runs=60)
    another = shares(0.0, games=100, is_same=False, runs=60)
    assert same["promoted at once"] >= 0.8
    assert another.get("promoted at once", 0) <= 0.1
