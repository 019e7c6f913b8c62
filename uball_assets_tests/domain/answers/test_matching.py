"""Matching: one true moment, one predicted moment."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
import pytest

from uball_assets.domain.answers.matching import Moment, match
from uball_assets.domain.footage.angles import Side


def moments(*times_game_s: float, side: Side | None = None) -> list[Moment]:
    return [Moment(time_s, "FG_MAKE", side) for time_s in times_game_s]


@pytest.mark.parametrize(
    ("true", "predicted", "pairs"),
    [
        pytest.param([], [], [], id="nothing"),
        pytest.param([1.0], [], [], id="nothing predicted"),
        pytest.param([], [1.0], [], id="nothing true"),
        pytest.param([10.0], [12.0], [(0, 0)], id="at the tolerance"),
        pytest.param([4.4], [2.4], [(0, 0)], id="and no rounding error past it"),
        pytest.param([10.0], [12.001], [], id="a millisecond past it"),
        pytest.param([10.0], [9.0, 10.5], [(0, 1)], id="the closer of two"),
        pytest.param([10.0, 11.8], [11.5, 13.5], [(0, 0), (1, 1)], id="two pairs beat one closer pair"),
        pytest.param([30.0, 10.0], [10.2, 29.8], [(0, 1), (1, 0)], id="in any order"),
    ],
)
def test_each_moment_is_matched_once_and_as_many_as_can_be(
    true: list[float], predicted: list[float], pairs: list[tuple[int, int]]
) -> None:
    assert match(moments(*true), moments(*predicted)) == pairs


def test_moments_of_different_sides_never_match() -> None:
    left, right = moments(10.0, side=Side.LEFT), moments(10.0, side=Side.RIGHT)
    assert match(left, right) == []
    assert match([*left, *right], [*right, *left]) == [(0, 1), (1, 0)]


@pytest.mark.parametrize("seed", range(8))
def test_no_other_pairing_is_better(seed: int) -> None:
    generator = np.random.default_rng(seed)
    true, predicted = (moments(*generator.uniform(0, 8, 4)) for _ in range(2))

    def apart_s(pairs: list[tuple[int, int]]) -> list[float]:
        return [abs(true[row].time_game_s - predicted[column].time_game_s) for row, column in pairs]

    everything = (
        list(zip(rows, columns, strict=True))
        for size in range(5)
        for rows in combinations(range(4), size)
        for columns in permutations(range(4), size)
    )
    allowed = [pairs for pairs in everything if all(gap_s <= 2.0 for gap_s in apart_s(pairs))]
    best = min((-len(pairs), sum(apart_s(pairs))) for pairs in allowed)
    chosen = match(true, predicted)
    assert -len(chosen) == best[0]
    assert sum(apart_s(chosen)) == pytest.approx(best[1])
