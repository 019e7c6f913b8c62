"""A forecast's reasons in words: which number, over which time, and what it does to the forecast.

Belongs here: sentences. Not here: what a feature is (`domain.form.columns`), the numbers (`forecast`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache

from uball_assets.domain.forecasting.forecast import GameForecast, Reason
from uball_assets.domain.form.columns import GAME_FEATURES, PLAYER_FEATURES, Feature


def of_game(reason: Reason, forecast: GameForecast) -> str:
    """`elo medium difference (all; home less away) is 85.2: +6.1 points of the home team's chance`."""
    points = 100 * win_chance_of(reason, forecast)
    return f"{_number(reason, _game_features())}: {points:+.1f} points of the home team's chance"


def of_player(reason: Reason) -> str:
    return f"{_number(reason, _player_features())}: {reason.adds:+.2f} points"


def win_chance_of(reason: Reason, forecast: GameForecast) -> float:
    """What the home team's chance, 0 to 1, would lack without it."""
    log_odds = math.log(forecast.home_win / forecast.away_win)
    return forecast.home_win - 1 / (1 + math.exp(reason.adds - log_odds))


def _number(reason: Reason, features: dict[str, Feature]) -> str:
    name, feature = reason.feature.replace("_", " "), features.get(reason.feature)
    told = f"{name} ({feature.window}; {feature.says})" if feature else name
    return f"{told} is {'not known' if reason.value is None else f'{reason.value:.4g}'}"


@cache
def _game_features() -> dict[str, Feature]:
    return _by_name(GAME_FEATURES)


@cache
def _player_features() -> dict[str, Feature]:
    return _by_name(PLAYER_FEATURES)


def _by_name(features: Iterable[Feature]) -> dict[str, Feature]:
    return {feature.name: feature for feature in features}
