"""Ratings against their formulas, worked out by hand where one game allows it."""

from __future__ import annotations

import math
from random import Random

import numpy as np
import pytest

from uball_assets.domain.form.ratings import EloLadder, Meeting
from uball_assets_tests.domain.form.by_hand import book, played, to_come

WIN = played(0, "A", "B", (100, 90))
GAIN = (1 - 1 / (1 + 10 ** (-65 / 400))) * 13**0.8 / (7.5 + 0.006 * 65)
"""What of K the home team gains by ten points between equals."""


def test_elo_gives_the_winner_what_was_not_expected() -> None:
    told = book(WIN).game(to_come(2, "A", "B"))
    for name, k in (("slow", 10), ("medium", 20), ("fast", 40)):
        assert told[f"home_elo_{name}"] == pytest.approx(1500 + k * GAIN)
        assert told[f"away_elo_{name}"] == pytest.approx(1500 - k * GAIN)
        assert told[f"elo_{name}_difference"] == pytest.approx(2 * k * GAIN)


def test_elo_goes_a_quarter_of_the_way_back_between_seasons() -> None:
    told = book(WIN).game(to_come(200, "A", "B", season="2027"))
    assert told["home_elo_medium"] == pytest.approx(1500 + 0.75 * 20 * GAIN)


def test_a_favourites_narrow_win_gains_less_than_an_upset_by_as_much() -> None:
    favourite = [played(n, "A", "B", (120, 90)) for n in range(10)]
    before = book(*favourite).game(to_come(20, "A", "B"))["home_elo_medium"]
    gains = []
    for score in ((100, 90), (90, 100)):
        after = book(*favourite, played(20, "A", "B", score)).game(to_come(22, "A", "B"))["home_elo_medium"]
        assert before is not None
        assert after is not None
        gains.append(after - before)
    assert 0 < gains[0] < -gains[1]


def test_one_games_margin_is_split_as_a_ridge_splits_it() -> None:
    """Penalties 4, 4 and 1 for the teams and the home advantage; the game counts for 0.5 ** (2 / 120)."""
    told = book(WIN).game(to_come(2, "A", "B"))
    split = 10 / (1 / 0.5 ** (2 / 120) + 1 / 4 + 1 / 4 + 1)
    assert told["home_margin_rating"] == pytest.approx(split / 4)
    assert told["margin_rating_difference"] == pytest.approx(split / 2)
    assert told["home_advantage"] == pytest.approx(split)
    assert told["expected_margin"] == pytest.approx(1.5 * split)
    assert told["expected_total"] == pytest.approx(190)


def test_a_game_of_the_season_before_counts_a_quarter() -> None:
    told = book(WIN).game(to_come(2, "A", "B", season="2027"))
    assert told["home_advantage"] == pytest.approx(10 / (4 / 0.5 ** (2 / 120) + 1 / 4 + 1 / 4 + 1))


def test_bradley_terry_is_where_its_slope_is_nought() -> None:
    told = book(WIN).game(to_come(2, "A", "B"))
    strength = told["home_bradley_terry"]
    assert strength is not None
    assert told["away_bradley_terry"] == pytest.approx(-strength)
    advantage = 2 * strength  # its penalty is 1, a team's 2
    pull = 0.5 ** (2 / 120) / (1 + math.exp(2 * strength + advantage))
    assert pull == pytest.approx(2 * strength)


def test_a_strong_opponent_makes_the_same_score_worth_more() -> None:
    games = [played(n, "S", "W", (120, 80)) for n in range(6)]
    close = (played(7, "A", "S", (100, 100 - 1)), played(7.2, "B", "W", (100, 100 - 1)))
    told = book(*games, *close).game(to_come(9, "A", "B"))
    for name in ("margin_rating", "bradley_terry"):
        difference = told[f"{name}_difference"]
        assert difference is not None
        assert difference > 0


def test_a_ladder_that_saw_other_games_tells_the_same() -> None:
    """It takes back what the question did not see."""
    rng = Random(3)
    pairs = [rng.sample(range(4), 2) for _ in range(30)]
    meetings = [Meeting(n // 10, home, away, rng.randint(1, 20)) for n, (home, away) in enumerate(pairs)]
    used = EloLadder(meetings)
    for _ in range(40):
        seen = np.array(sorted(rng.sample(range(30), rng.randint(0, 30))), dtype=np.int64)
        assert used.after(seen, 3, range(4)) == EloLadder(meetings).after(seen, 3, range(4))
