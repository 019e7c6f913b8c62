"""Reasons of a forecast in words."""

from __future__ import annotations

import pytest

from uball_assets.domain.forecasting.forecast import GameForecast, Interval, PlayerForecast, Reason
from uball_assets.domain.form.columns import GAME_FEATURES, PLAYER_FEATURES
from uball_assets.domain.showing.reasons import feature_name, game_reasons, player_reasons

POINTS = Interval(80.0, 70.0, 90.0)


def forecast(*reasons: Reason, home_win: float = 0.7) -> GameForecast:
    return GameForecast(home_win, POINTS, POINTS, reasons)


@pytest.mark.parametrize(
    ("feature", "name"),
    [
        ("elo_medium_difference", "Elo rating, Herons less Larks"),
        ("home_win_share_last_5", "wins in the last 5 games, Herons"),
        ("net_rating_30_days_difference", "net rating in the last 30 days, Herons less Larks"),
        ("away_players_out", "players out, Larks"),
        ("home_advantage", "home advantage of the league"),
        ("others", "everything else"),
    ],
)
def test_a_feature_s_name(feature: str, name: str) -> None:
    assert feature_name(feature, "Herons", "Larks") == name


def test_no_two_features_have_one_name_and_none_keeps_its_underscores() -> None:
    for features in (GAME_FEATURES, PLAYER_FEATURES):
        names = [feature_name(one.name, "Herons", "Larks") for one in features]
        assert len(set(names)) == len(names)
        assert not any("_" in name for name in names)


def test_a_reason_says_for_whom_it_speaks_and_what_the_chance_would_be_without_it() -> None:
    """Log odds of 0.7 are 0.847; without 0.847 of them the chance is even."""
    [first, second] = game_reasons(
        forecast(Reason("home_advantage", 2.5, 0.8473), Reason("away_win_share", None, -0.4)),
        "Herons",
        "Larks",
    )
    assert (first.leans, first.value, first.share) == ("Herons", "2.50", 1.0)
    assert first.moves == pytest.approx(0.2, abs=1e-4)
    assert (second.leans, second.value) == ("Larks", "unknown")
    assert second.share == pytest.approx(0.4 / 0.8473)


def test_what_adds_nothing_is_no_reason_and_a_certain_forecast_has_some_all_the_same() -> None:
    told = game_reasons(forecast(Reason("games_difference", 1.0, 0.0), home_win=1.0), "Herons", "Larks")
    assert told == []
    assert game_reasons(forecast(Reason("elo_fast_difference", 1.0, 9.0), home_win=1.0), "A", "B")


def test_a_player_s_reasons_are_in_points() -> None:
    [told] = player_reasons(PlayerForecast({"points": POINTS}, (Reason("points_season", 12.0, -2.5),)))
    assert (told.what, told.value, told.adds, told.moves) == ("points a game this season", "12", -2.5, 2.5)
