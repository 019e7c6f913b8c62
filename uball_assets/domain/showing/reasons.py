"""A forecast's reasons in words: which feature, what it says of whom, and how much it moves the chance.

Belongs here: names that a person reads for features. Not here: the features (`form.columns`), what each adds
(`forecasting.forecast`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from uball_assets.domain.forecasting.forecast import GameForecast, PlayerForecast, Reason
from uball_assets.domain.forecasting.players import TOLD_TEAM_POINTS
from uball_assets.domain.forecasting.tables import OTHERS
from uball_assets.domain.form.columns import WINDOWS

_CALLED = {
    "elo_slow": "Elo rating, slow",
    "elo_medium": "Elo rating",
    "elo_fast": "Elo rating, fast",
    "bradley_terry": "strength by wins",
    "margin_rating": "strength by margins",
    "total_rating": "points in its games",
    "win_share": "wins this season",
    "win_share_at_home": "wins at home this season",
    "win_share_away": "wins away this season",
    "win_share_here": "wins at home against wins away",
    "net_rating": "net rating this season",
    "offensive_rating": "offensive rating this season",
    "defensive_rating": "defensive rating this season",
    "points_for": "points scored this season",
    "points_against": "points allowed this season",
    "games": "games played this season",
    "back_to_back": "a game the day before",
    "rest_days": "days of rest",
    "out_points": "points of those who are out",
    "out_value": "value of those who are out",
    "squad_points": "points of the squad",
    "squad_value": "value of the squad",
    "squad_change": "squad against the last games'",
    "head_to_head_games": "games between the two",
    "head_to_head_win_share": "wins against each other",
    "head_to_head_margin": "margin against each other",
    "home_advantage": "home advantage of the league",
    "expected_margin": "margin expected by the ratings",
    "expected_total": "points expected of both",
    TOLD_TEAM_POINTS: "his team's points as told",
    OTHERS: "everything else",
}
_WINDOW_OF = {"win_share": "wins", "points_for": "points scored", "points_against": "points allowed"}


@dataclass(frozen=True)
class ToldReason:
    what: str
    """`Elo rating, Herons less Larks`."""
    value: str
    """Of the feature; `unknown` where it could not be told."""
    adds: float
    """To the home team's log odds, or to the player's points."""
    leans: str
    """To whom it speaks; '' of a player's."""
    moves: float
    """By so much the number would be another without it: a chance, 0 to 1, or points."""
    share: float
    """Of the largest one's, 0 to 1: how long its bar is."""


def game_reasons(forecast: GameForecast, home: str, away: str) -> list[ToldReason]:
    """Largest first. `home`, `away`: the teams' names."""
    odds = _log_odds(forecast.home_win)
    most = _most(forecast.reasons)
    return [
        ToldReason(
            feature_name(reason.feature, home, away),
            _value(reason),
            reason.adds,
            home if reason.adds > 0 else away,
            abs(forecast.home_win - _chance(odds - reason.adds)),
            abs(reason.adds) / most,
        )
        for reason in forecast.reasons
        if reason.adds
    ]


def player_reasons(forecast: PlayerForecast) -> list[ToldReason]:
    """Largest first; of his points."""
    most = _most(forecast.reasons)
    return [
        ToldReason(
            _spelled(reason.feature),
            _value(reason),
            reason.adds,
            "",
            abs(reason.adds),
            abs(reason.adds) / most,
        )
        for reason in forecast.reasons
        if reason.adds
    ]


def feature_name(feature: str, home: str, away: str) -> str:
    """`home_win_share_last_5` is `wins in the last 5 games, Herons`."""
    if feature in _CALLED:
        return _CALLED[feature]
    for side, team in (("home_", home), ("away_", away)):
        if feature.startswith(side):
            return f"{_spelled(feature.removeprefix(side))}, {team}"
    if feature.endswith("_difference"):
        return f"{_spelled(feature.removesuffix('_difference'))}, {home} less {away}"
    return _spelled(feature)


def _spelled(name: str) -> str:
    if name in _CALLED:
        return _CALLED[name]
    for suffix, window in WINDOWS.items():
        if name.endswith(f"_{suffix}"):
            base = name.removesuffix(f"_{suffix}")
            last = window if window.startswith("last") else f"last {window}"
            return f"{_WINDOW_OF.get(base, base.replace('_', ' '))} in the {last}"
    if name.endswith("_season"):
        return f"{name.removesuffix('_season').replace('_', ' ')} a game this season"
    return name.replace("_", " ")


def _value(reason: Reason) -> str:
    if reason.feature == OTHERS:
        return ""
    if reason.value is None:
        return "unknown"
    return f"{reason.value:.2f}" if abs(reason.value) < 10 else f"{reason.value:.0f}"


def _most(reasons: Sequence[Reason]) -> float:
    return max((abs(reason.adds) for reason in reasons), default=0.0) or 1.0


def _log_odds(chance: float) -> float:
    kept = min(max(chance, 1e-9), 1.0 - 1e-9)
    return math.log(kept / (1.0 - kept))


def _chance(log_odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-log_odds))
