"""What anybody could forecast: every model is told beside these.

Belongs here: three forecasts that need no model. Not here: models, or scoring (`scoring`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from uball_assets.domain.forecasting.linear import Floats

RECORD = "win_share_difference"
ELO = "elo_medium_difference"
_ELO_LOG_ODDS = math.log(10) / 400
"""Log odds a point of Elo: 400 points are ten to one, by definition."""

Column = Callable[[str], Floats | None]
"""A feature's values, a game each; None where the rows have no such feature."""


def home_share(won: Floats, games: int) -> Floats:
    """The home teams' share so far, for every game; one game won and one lost are added."""
    return np.full(games, (won.sum() + 1) / (len(won) + 2))


def better_record(differences: Floats, won: Floats, asked: Floats) -> Floats:
    """How often the home team won so far when its record was better, as good, or worse; one game won and one
    lost are added to each. `differences`, `asked`: home win share less the away team's; NaN: as good."""
    found = np.empty(len(asked))
    before, now = np.sign(np.nan_to_num(differences)), np.sign(np.nan_to_num(asked))
    for side in (-1.0, 0.0, 1.0):
        alike = won[before == side]
        found[now == side] = (alike.sum() + 1) / (len(alike) + 2)
    return found


def elo(differences: Floats, won: Floats, asked: Floats) -> Floats:
    """Elo's own chance, with the home advantage that fits the games so far. Both in Elo points; NaN: even."""
    before, now = np.nan_to_num(differences) * _ELO_LOG_ODDS, np.nan_to_num(asked) * _ELO_LOG_ODDS
    advantage = 0.0
    for _ in range(20):
        chances = 0.5 + 0.5 * np.tanh((before + advantage) / 2)
        # as in the other two: one game won and one lost are added
        slope = (won - chances).sum() - math.tanh(advantage / 2)
        curvature = (chances * (1 - chances)).sum() + 0.5 / math.cosh(advantage / 2) ** 2
        advantage += slope / curvature
    return 0.5 + 0.5 * np.tanh((now + advantage) / 2)


def baselines(learned: Column, won: Floats, asked: Column, games: int) -> Mapping[str, Floats]:
    """By name the chances of the `games` asked about; those whose column there is."""
    found = {"home share": home_share(won, games)}
    for name, column, forecast in (("better record", RECORD, better_record), ("Elo", ELO, elo)):
        before, now = learned(column), asked(column)
        if before is not None and now is not None:
            found[name] = forecast(before, won, now)
    return found
