"""A forecast's reasons as sentences: the number, over which time, and what it does to the chance."""

from __future__ import annotations

import pytest

from uball_assets.domain.forecasting.forecast import GameForecast, Interval, Reason
from uball_assets.domain.form.columns import GAME_FEATURES
from uball_assets.domain.showing.forecast_reasons import of_game, of_player, win_chance_of

POINTS = Interval(80.0, 70.0, 90.0)


def _forecast(home_win: float) -> GameForecast:
    return GameForecast(home_win, POINTS, POINTS, ())


def test_a_reason_names_its_feature_its_number_and_what_it_adds() -> None:
    feature = next(one for one in GAME_FEATURES if one.name == "elo_medium_difference")
    told = of_game(Reason(feature.name, 85.21, 0.4), _forecast(0.6))
    number = f"elo medium difference ({feature.window}; {feature.says}) is 85.21"
    assert told == f"{number}: +9.9 points of the home team's chance"


def test_what_is_not_known_is_said_to_be_so() -> None:
    assert of_player(Reason("a_new_one", None, -1.0)) == "a new one is not known: -1.00 points"


@pytest.mark.parametrize(("adds", "sign"), [(0.4, 1), (-0.4, -1), (0.0, 0)])
def test_a_chance_lacks_what_its_reason_gave(adds: float, sign: int) -> None:
    gained = win_chance_of(Reason("x", 1.0, adds), _forecast(0.6))
    assert (gained > 0) - (gained < 0) == sign
    assert abs(gained) < 0.1
