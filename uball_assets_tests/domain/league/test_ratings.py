"""Possessions are the game's, ratings are for a hundred of them."""

from __future__ import annotations

import pytest

from uball_assets.domain.league.lines import Counts
from uball_assets.domain.league.ratings import game_ratings

HOME = Counts(twos_made=30, twos_missed=30, offensive_rebounds=10, turnovers=10, free_throws_made=25)
AWAY = Counts(threes_made=20, threes_missed=40, turnovers=12, fours_made=2)


def test_both_teams_have_the_mean_of_the_two_estimates() -> None:
    """Home: 60 shots - 10 + 10 + 0.44 * 25 = 71. Away: 62 + 12 = 74."""
    assert game_ratings(HOME, AWAY).possessions == game_ratings(AWAY, HOME).possessions == 72.5


def test_ratings_are_points_for_a_hundred_possessions_and_turn_round() -> None:
    home, away = game_ratings(HOME, AWAY), game_ratings(AWAY, HOME)
    assert home.offensive == away.defensive == pytest.approx(100 * 85 / 72.5)
    assert home.defensive == away.offensive == pytest.approx(100 * 68 / 72.5)
    assert home.net == pytest.approx(-(away.net or 0))


def test_nothing_counted_has_no_rating() -> None:
    found = game_ratings(Counts(), Counts())
    assert (found.possessions, found.offensive, found.net) == (0.0, None, None)
