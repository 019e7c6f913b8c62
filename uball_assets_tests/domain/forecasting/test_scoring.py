"""Scores of chances, their calibration, and the baselines: by hand, and where they must be."""

from __future__ import annotations

import math

import numpy as np
import pytest

from uball_assets.domain.forecasting.baselines import better_record, elo, home_share
from uball_assets.domain.forecasting.calibration import Standing, calibration
from uball_assets.domain.forecasting.scoring import log_losses, score

RNG = np.random.default_rng(2)


def test_scores_by_hand() -> None:
    told = score([0.8, 0.6, 0.5, 0.3], [1, 0, 1, 0])
    losses = [-math.log(0.8), -math.log(0.4), -math.log(0.5), -math.log(0.7)]
    assert told.log_loss.value == pytest.approx(sum(losses) / 4)
    assert told.brier.value == pytest.approx((0.04 + 0.36 + 0.25 + 0.09) / 4)
    assert told.accuracy.value == pytest.approx(2.5 / 4)
    assert told.auc.value == pytest.approx(3 / 4)


def test_nothing_is_measured_of_nothing_and_no_auc_where_all_won() -> None:
    assert score([], []).log_loss.value is None
    assert str(score([], []).accuracy) == "nothing to measure"
    assert score([0.6, 0.7], [1, 1]).auc.value is None


def test_an_interval_holds_the_true_value_as_often_as_it_says() -> None:
    """Of 60 seasons of 200 games with true chances; of 95 % intervals 51 or more hold in 99 of 100 cases."""
    many = RNG.beta(3, 3, 100_000)
    truth = {
        "log_loss": -(many * np.log(many) + (1 - many) * np.log(1 - many)).mean(),
        "brier": (many * (1 - many)).mean(),
        "accuracy": np.maximum(many, 1 - many).mean(),
    }
    inside = dict.fromkeys(truth, 0)
    for season in range(60):
        chances = RNG.beta(3, 3, 200)
        found = score(chances, (RNG.random(200) < chances).astype(float), season)
        for measure, value in truth.items():
            number = getattr(found, measure)
            inside[measure] += number.low <= value <= number.high
    assert min(inside.values()) >= 51


def test_a_chance_of_nothing_that_happened_costs_much_and_not_everything() -> None:
    assert log_losses([0.0], [1.0]).tolist() == pytest.approx([-math.log(1e-12)])


def test_true_chances_are_within_five_points_where_games_are_enough() -> None:
    chances = np.repeat([0.25, 0.45, 0.65, 0.85], 3000)
    verdict = calibration(chances, (RNG.random(len(chances)) < chances).astype(float))
    assert verdict.standing is Standing.WITHIN
    assert [round(each.expected, 2) for each in verdict.bins] == [0.25, 0.45, 0.65, 0.85]


@pytest.mark.parametrize(("games", "standing"), [(300, Standing.BEYOND), (12, Standing.CANNOT_TELL)])
def test_chances_that_are_too_sure_are_beyond_where_games_are_enough_to_tell(
    games: int, standing: Standing
) -> None:
    chances = np.repeat([0.1, 0.9], games // 2)
    truth = np.repeat([0.3, 0.7], games // 2)
    verdict = calibration(chances, (np.random.default_rng(1).random(games) < truth).astype(float))
    assert verdict.standing is standing
    assert str(verdict).startswith(
        "beyond 5 points" if standing is Standing.BEYOND else "cannot tell whether within 5 points"
    )


def test_baselines_by_hand() -> None:
    won = np.array([1.0, 1.0, 0.0, 1.0])
    assert home_share(won, 2).tolist() == pytest.approx([4 / 6, 4 / 6])
    records = np.array([0.2, 0.1, -0.3, np.nan])
    assert better_record(records, won, np.array([0.5, -0.5, 0.0])).tolist() == pytest.approx(
        [3 / 4, 1 / 3, 2 / 3]
    )


def test_elo_says_what_it_was_made_to_say() -> None:
    """400 points are ten to one; the home advantage is learned from games between equals."""
    won = np.array([1.0] * 60 + [0.0] * 40)
    even, better = elo(np.zeros(100), won, np.array([0.0, 400.0])).tolist()
    assert even == pytest.approx(61 / 102, abs=1e-6)
    assert better / (1 - better) == pytest.approx(10 * even / (1 - even))
