"""The best forecast of a generated game: from the true strengths of those who are to play that day.

Exact: a score is a sum of independent chances, its distribution a power of one chance's, summed over how many
chances a game may have. Two things are left out: who falls out between the announcement and tip-off (a change
of 0.003 at most in a chance to win), and overtime's points in the expected score.

Belongs here: distributions. Not here: lineups (`chances`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from uball_assets.demo.seasons.chances import Side
from uball_assets.domain.forecasting.forecast import GameForecast, Interval

CHANCES, CHANCES_SPREAD = 80.0, 3.5
"""A team's in a game of average pace, and how games of one pace differ."""
OVERTIME_CHANCES = 9
MOST_OFF = 10
"""Chances that a game has more or less than expected."""
_LENGTH = 512
"""Of a transform: more than any score, or difference of two, that ever happens."""


@dataclass(frozen=True)
class BestForecast:
    game: GameForecast
    player_points: dict[str, float]
    """Expected, by player id, of those who are announced to play."""


def best_forecast(home: Side, away: Side, pace: float, ids: Sequence[str]) -> BestForecast:
    """`pace`: chances more than in an average game; `ids`: players' ids by place."""
    fewest = round(CHANCES + pace) - MOST_OFF
    chances = fewest + np.arange(2 * MOST_OFF + 1)
    weights = np.exp(-((chances - CHANCES - pace) ** 2) / (2 * CHANCES_SPREAD**2))
    weights /= weights.sum()
    ours, theirs = np.fft.rfft(home.odds, _LENGTH), np.fft.rfft(away.odds, _LENGTH)
    both = ours * theirs.conj()
    win, tie = _win_and_tie(_over(both, fewest, weights))
    win_late, tie_late = _win_and_tie(both**OVERTIME_CHANCES)
    mean = float(weights @ chances)
    return BestForecast(
        GameForecast(
            float(win + tie * win_late / (1 - tie_late)),
            _interval(np.fft.irfft(_over(ours, fewest, weights), _LENGTH)),
            _interval(np.fft.irfft(_over(theirs, fewest, weights), _LENGTH)),
            (),
        ),
        {
            ids[player]: mean * float(points)
            for team in (home, away)
            for player, points in zip(team.players, team.points, strict=True)
        },
    )


def _over(transformed: np.ndarray, fewest: int, weights: np.ndarray) -> np.ndarray:
    """Of a sum of so many chances, each number as likely as its weight says."""
    total = np.zeros_like(transformed)
    for weight in weights[::-1]:
        total = total * transformed + weight
    return np.asarray(total * transformed**fewest)


def _win_and_tie(transformed: np.ndarray) -> tuple[float, float]:
    """From the transform of the difference's distribution."""
    odds = np.fft.irfft(transformed, _LENGTH)
    return float(odds[1 : _LENGTH // 2].sum()), float(odds[0])


def _interval(odds: np.ndarray) -> Interval:
    total = np.cumsum(odds)
    low, high = np.searchsorted(total, (0.1, 0.9))
    return Interval(float(odds @ np.arange(_LENGTH)), float(low), float(high))
