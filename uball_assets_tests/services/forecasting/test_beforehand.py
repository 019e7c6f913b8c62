"""What is believed before any game: told in log odds, overruled by games, and better than nothing."""

from __future__ import annotations

import numpy as np
import pytest

from uball_assets.services.forecasting.beforehand import (
    HOME,
    NOISE_POINTS,
    RATINGS,
    all_of,
    believed,
    in_points,
)
from uball_assets.services.forecasting.glm import fit_chance

MARGIN, SQUAD = "margin_rating_difference", "squad_points_difference"


def test_without_a_game_the_weights_are_what_is_believed_in_the_features_own_units() -> None:
    rows = np.array([[8.0, 0.0], [-4.0, 30.0]])
    linear = believed((MARGIN, SQUAD), rows, all_of((MARGIN, SQUAD)), 1.0).linear
    told = linear.of(np.array([[10.0, 5.0], [0.0, 0.0]]))
    assert told == pytest.approx([HOME.mean + 0.5 + 0.1, HOME.mean])


def test_ratings_that_are_there_together_share_what_is_believed_of_one() -> None:
    shared = all_of(tuple(RATINGS))
    assert [shared[name].mean for name in RATINGS] == [one.mean / 5 for one in RATINGS.values()]


def test_a_few_games_hardly_move_it_and_a_few_hundred_overrule_it() -> None:
    rng = np.random.default_rng(1)
    rows = rng.normal(0, 6, (2000, 1))
    happened = (rng.random(2000) < 1 / (1 + np.exp(0.1 * rows[:, 0]))).astype(np.float64)
    weights = []
    for games in (12, 2000):
        before = believed((MARGIN,), rows[:games], RATINGS, 1.0)
        weights.append(fit_chance(rows[:games], happened[:games], before).linear)
    slopes = [float(one.weights[0] / one.scales[0]) for one in weights]
    assert slopes[0] == pytest.approx(RATINGS[MARGIN].mean, abs=0.02)
    assert slopes[1] == pytest.approx(-0.1, abs=0.03)


def test_in_points_a_log_odds_is_eight_points_of_margin() -> None:
    rows = np.array([[8.0], [-4.0]])
    told = in_points(believed((MARGIN,), rows, RATINGS, 1.0)).linear.of(np.array([[0.0]]))
    assert told == pytest.approx([HOME.mean * NOISE_POINTS / 1.702])
