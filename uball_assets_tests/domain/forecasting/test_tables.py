"""What is kept of a forecast is what it said; every column of its tables is filled."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from uball_assets.domain.forecasting.forecast import GameForecast, Interval, PlayerForecast, Reason
from uball_assets.domain.forecasting.made import ForecastScore, MadeForecast, MadePlayerForecast, Making
from uball_assets.domain.forecasting.tables import (
    FORECAST_SCORES,
    FORECASTS,
    MOST_REASONS,
    OTHERS,
    PLAYER_FORECASTS,
    forecast_of,
    forecast_row,
    kept_reasons,
    player_forecast_of,
    player_forecast_row,
    score_of,
    score_row,
)

TIP_OFF = datetime(2026, 3, 7, 23, tzinfo=UTC)
MAKING = Making("g1", TIP_OFF, "red", "blue", "outcome-model-v1", TIP_OFF.replace(hour=9), True, "h", "new")
GAME = MadeForecast(
    MAKING,
    GameForecast(0.6, Interval(88, 76, 99), Interval(84, 71, 95), (Reason("rest_difference", 2.0, 0.4),)),
)
PLAYER = MadePlayerForecast(
    MAKING, "red", "p7", PlayerForecast({"points": Interval(11, 4, 19)}, (Reason("points_last_5", 12, 1.5),))
)
SCORE = ForecastScore(
    "g1", TIP_OFF, "red", "outcome", "outcome-model-v1", TIP_OFF, True, 0.6, 0.51, 3.5, 2, 1, 90, 81
)


def test_a_forecast_is_read_as_it_was_written() -> None:
    assert forecast_of(forecast_row(GAME)) == GAME
    assert player_forecast_of(player_forecast_row(PLAYER)) == PLAYER
    assert score_of(score_row(SCORE)) == SCORE


def test_each_row_has_the_columns_of_its_table() -> None:
    assert forecast_row(GAME).keys() == FORECASTS.columns.keys()
    assert player_forecast_row(PLAYER).keys() == PLAYER_FORECASTS.columns.keys()
    assert score_row(SCORE).keys() == FORECAST_SCORES.columns.keys()


def test_of_many_reasons_the_largest_are_kept_and_all_still_add_up() -> None:
    many = [Reason(f"f{place}", None, 1 / (place + 1)) for place in range(30)]
    kept = kept_reasons(many)
    assert [one.feature for one in kept] == [*(f"f{place}" for place in range(MOST_REASONS)), OTHERS]
    assert sum(one.adds for one in kept) == pytest.approx(sum(one.adds for one in many))


@pytest.mark.parametrize(("chance", "is_right"), [(0.6, True), (0.4, False), (0.5, False), (None, None)])
def test_a_forecast_is_right_where_it_gave_the_winner_more_than_half(
    chance: float | None, is_right: bool | None
) -> None:
    assert replace(SCORE, chance=chance).is_right is is_right
