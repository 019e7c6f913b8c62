"""A forecast: of a game, and of a player's line in it.

Belongs here: what is told, in which units. Not here: making one (`services.forecasting`), scoring it
(`scoring`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple


class Interval(NamedTuple):
    """Of a number: its mean, and what it lies between in 80 of 100 games."""

    mean: float
    low: float
    high: float


class Reason(NamedTuple):
    """What one feature adds to the home team's log odds (or to a player's number), against the average."""

    feature: str
    value: float | None
    adds: float


@dataclass(frozen=True)
class GameForecast:
    home_win: float
    """0 to 1; there are no draws: the away team's is the rest."""
    home_points: Interval
    away_points: Interval
    reasons: tuple[Reason, ...]
    """Every feature's that adds anything, largest first: they add up from the average game to this one."""

    @property
    def away_win(self) -> float:
        return 1.0 - self.home_win

    @property
    def confidence(self) -> float:
        """Of the likelier winner, 0.5 to 1."""
        return max(self.home_win, self.away_win)


@dataclass(frozen=True)
class PlayerForecast:
    stats: Mapping[str, Interval]
    """`points`, `rebounds`, `assists`, `steals`, `blocks`, `turnovers`, `fours_made`."""
    reasons: tuple[Reason, ...]
    """Of the points."""
    appears: float | None = None
    """The chance that he plays, 0 to 1: all else is told as if he did. None: nobody can tell."""
