"""Strengths of teams from who beat whom by how much: three Elo ratings, Bradley-Terry, margin and total.

Elo is FiveThirtyEight's of basketball (Silver and Fischer-Baum, How We Calculate NBA Elo Ratings, 2015): the
margin's multiplier, a quarter of the way back to the mean between seasons; three speeds instead of one.
Bradley-Terry is the penalised logistic regression of the winner on the two teams; margin and total are ridge
regressions of points (Massey, 1997; Stefani). Those three see two years: a game counts half for each
`HALF_LIFE_DAYS` that it is old, and `LAST_SEASON` for each season since, for over a summer teams change.

Belongs here: ratings from games in order of tip-off. Not here: which games were known (`rows`).
"""

from __future__ import annotations

import math
import operator
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from uball_assets.domain.form.rows import DAY_S, Asked, Features, Floats, Rows, Truths, Whole

ELO_SPEEDS = {"elo_slow": 10.0, "elo_medium": 20.0, "elo_fast": 40.0}
"""The K of each."""
ELO_MEAN = 1500.0
ELO_HOME = 65.0
ELO_BACK_TO_MEAN = 0.25
ELO_SCALE = 400.0

SEEN_DAYS = 730.0
HALF_LIFE_DAYS = 120.0
LAST_SEASON = 0.25
WIN_PRIOR = 2.0
"""Penalty of a team's squared log odds: strengths of a league spread by about 0.7."""
MARGIN_PRIOR = 4.0
"""Of a game's noise, 12 points, and the spread of teams, 6: (12 / 6) squared."""
TOTAL_PRIOR = 9.0
HOME_PRIOR = 1.0
"""Of the league's home advantage: next to nothing after a few games."""
NEWTON_STEPS = 8


class Meeting(NamedTuple):
    """A game as Elo reads it."""

    season: int
    home: int
    away: int
    margin: float
    """The home team's."""


_Standing = tuple[int, tuple[float, ...]]
"""The season of a team's last game, and its rating after it at each speed."""
_NEW: tuple[float, ...] = (ELO_MEAN,) * len(ELO_SPEEDS)


@dataclass
class EloLadder:
    """Plays games in order, and takes the last ones back where a question saw others: most see one more."""

    meetings: list[Meeting]
    """By row."""
    _rows: Whole = field(default_factory=lambda: np.empty(0, np.int64))
    _before: list[tuple[_Standing | None, _Standing | None]] = field(default_factory=list)
    """What the two teams of each game stood at before it."""
    _standings: dict[int, _Standing] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def after(self, rows: Whole, season: int, teams: Iterable[int]) -> list[tuple[float, ...] | None]:
        """Of each team at each speed, at its next game in `season`; None for one without any game."""
        with self._lock:
            self._play(rows)
            return [self._rating(team, season) if team in self._standings else None for team in teams]

    def _play(self, rows: Whole) -> None:
        kept = _alike(self._rows, rows)
        while len(self._before) > kept:
            self._take_back(self.meetings[self._rows[len(self._before) - 1]])
        for row in rows[kept:].tolist():
            self._meet(self.meetings[row])
        self._rows = rows

    def _meet(self, game: Meeting) -> None:
        self._before.append((self._standings.get(game.home), self._standings.get(game.away)))
        home, away = self._rating(game.home, game.season), self._rating(game.away, game.season)
        gains = [
            k * _surprise(one + ELO_HOME - other, game.margin)
            for k, one, other in zip(ELO_SPEEDS.values(), home, away, strict=True)
        ]
        self._standings[game.home] = game.season, tuple(map(operator.add, home, gains))
        self._standings[game.away] = game.season, tuple(map(operator.sub, away, gains))

    def _take_back(self, game: Meeting) -> None:
        for team, before in zip((game.home, game.away), self._before.pop(), strict=True):
            if before is None:
                self._standings.pop(team, None)
            else:
                self._standings[team] = before

    def _rating(self, team: int, season: int) -> tuple[float, ...]:
        last_season, rating = self._standings.get(team, (season, _NEW))
        if last_season == season:
            return rating
        return tuple(one + ELO_BACK_TO_MEAN * (ELO_MEAN - one) for one in rating)


def _surprise(ahead: float, margin: float) -> float:
    """What of K the home team gains: the result less what was expected, more for a larger margin, and less of
    that for a favourite's."""
    expected = 1.0 / (1.0 + math.pow(10.0, -ahead / ELO_SCALE))
    winner_ahead = ahead if margin > 0 else -ahead
    return (float(margin > 0) - expected) * math.pow(abs(margin) + 3.0, 0.8) / (7.5 + 0.006 * winner_ahead)


def _alike(one: Whole, other: Whole) -> int:
    """How many stand alike in front."""
    length = min(one.size, other.size)
    apart = np.flatnonzero(one[:length] != other[:length])
    return int(apart[0]) if apart.size else length


@dataclass(frozen=True)
class Strengths:
    """Of the league's teams at a moment, opponents reckoned; a mean team's is 0."""

    bradley_terry: dict[int, float]
    margin: dict[int, float]
    total: dict[int, float]
    home_advantage: float
    """Points."""
    mean_total: float
    """Points of both teams together."""

    def of(self, team: int) -> Features:
        """Nothing for a team that did not play."""
        if team not in self.margin:
            return {}
        return {
            "bradley_terry": self.bradley_terry[team],
            "margin_rating": self.margin[team],
            "total_rating": self.total[team],
        }


@dataclass(frozen=True)
class Meetings(Rows):
    """The league's games; `told` are both teams' points."""

    home: Whole
    away: Whole


def strengths(games: Meetings, asked: Asked) -> Strengths | None:
    """From games known; None where there are none of the last two years."""
    games = games.where(games.tip_s > asked.at_s - SEEN_DAYS * DAY_S)
    if not games.tip_s.size:
        return None
    teams, sides = np.unique(np.concatenate([games.home, games.away]), return_inverse=True)
    home, away = np.split(sides, 2)
    weights = 0.5 ** ((asked.at_s - games.tip_s) / (HALF_LIFE_DAYS * DAY_S))
    weights *= LAST_SEASON ** _seasons_ago(games.season, asked.season)
    design = np.zeros((home.size, teams.size + 1))
    rows = np.arange(home.size)
    design[:, -1] = 1.0
    design[rows, home], design[rows, away] = 1.0, -1.0
    margin = games.told[:, 0] - games.told[:, 1]
    by_margin = _ridge(design, margin, weights, MARGIN_PRIOR)
    by_winner = _logistic(design, margin > 0, weights, WIN_PRIOR)
    design[rows, away] = 1.0
    totals = games.told.sum(axis=1)
    mean_total = float(np.average(totals, weights=weights))
    by_total = _ridge(design, totals - mean_total, weights, TOTAL_PRIOR)
    names = teams.tolist()
    return Strengths(
        dict(zip(names, by_winner.tolist(), strict=False)),
        dict(zip(names, by_margin.tolist(), strict=False)),
        dict(zip(names, by_total.tolist(), strict=False)),
        float(by_margin[-1]),
        mean_total + float(by_total[-1]),
    )


def _seasons_ago(seasons: Whole, season: int) -> Floats:
    """By when each began; one without a game is the newest."""
    numbers, first, each = np.unique(seasons, return_index=True, return_inverse=True)
    turn = np.argsort(np.argsort(first))
    now = turn[numbers == season] if season in numbers else numbers.size
    return np.maximum(0.0, now - turn[each])


def _ridge(design: Floats, wanted: Floats, weights: Floats, prior: float) -> Floats:
    weighted = design * weights[:, None]
    return np.asarray(np.linalg.solve(weighted.T @ design + _penalty(design, prior), weighted.T @ wanted))


def _logistic(design: Floats, won: Truths, weights: Floats, prior: float) -> Floats:
    penalty = _penalty(design, prior)
    found = np.zeros(design.shape[1])
    for _ in range(NEWTON_STEPS):
        chance = 1.0 / (1.0 + np.exp(-(design @ found)))
        slope = design.T @ (weights * (won - chance)) - penalty @ found
        curve = (design * (weights * chance * (1.0 - chance))[:, None]).T @ design + penalty
        found = found + np.linalg.solve(curve, slope)
    return found


def _penalty(design: Floats, prior: float) -> Floats:
    held = np.full(design.shape[1], prior)
    held[-1] = HOME_PRIOR
    return np.diag(held)
