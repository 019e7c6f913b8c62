"""How forecasts did, once their game was played: of one game, and of many together.

Only the last version of each model before tip-off counts, and only one that was made in time. Belongs here:
a forecast against what happened. Not here: a model against the games of its training (`scoring`), keeping
(`tables`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from uball_assets.domain.forecasting.made import ForecastScore, MadeForecast, MadePlayerForecast, Making
from uball_assets.domain.league.fixtures import Fixture
from uball_assets.domain.league.lines import Counts
from uball_assets.domain.record import Family

_LEAST_CHANCE = 1e-12
WEEK = timedelta(days=7)
_Made = TypeVar("_Made", MadeForecast, MadePlayerForecast)


def last_before(made: Iterable[_Made], tip_off: datetime) -> list[_Made]:
    """Of each model (and player) the last version made before that moment: where a game was begun earlier
    than it was planned, later ones do not count."""
    newest: dict[tuple[str, str], _Made] = {}
    for one in sorted(made, key=lambda one: one.making.made_at):
        if one.making.made_at < tip_off:
            newest[one.making.model, getattr(one, "player_id", "")] = one
    return list(newest.values())


def score_game(made: MadeForecast, fixture: Fixture) -> ForecastScore | None:
    """None: it has no result, or no winner."""
    if not fixture.is_final or fixture.home_points == fixture.away_points:
        return None
    home, away = fixture.home_points or 0, fixture.away_points or 0
    told, chance = made.told, made.told.home_win if home > away else made.told.away_win
    sides = ((told.home_points, home), (told.away_points, away))
    return _score(
        made.making,
        Family.OUTCOME,
        fixture,
        chance,
        -math.log(max(chance, _LEAST_CHANCE)),
        sum(abs(interval.mean - points) for interval, points in sides) / 2,
        len(sides),
        sum(interval.low <= points <= interval.high for interval, points in sides),
    )


def score_players(
    made: Sequence[MadePlayerForecast], appeared: Mapping[str, Counts], fixture: Fixture
) -> ForecastScore | None:
    """All lines that one model told of a game, together; None where none of those players appeared.
    `appeared`: by player id."""
    told = [(one, appeared[one.player_id]) for one in made if one.player_id in appeared]
    if not told or not fixture.is_final:
        return None
    numbers = [
        (interval, getattr(counts, stat)) for one, counts in told for stat, interval in one.told.stats.items()
    ]
    points = [(one.told.stats["points"].mean, counts.points) for one, counts in told]
    return _score(
        max((one.making for one, _ in told), key=lambda making: making.made_at),
        Family.PLAYER,
        fixture,
        None,
        math.fsum(_poisson_loss(mean, scored) for mean, scored in points) / len(points),
        math.fsum(abs(mean - scored) for mean, scored in points) / len(points),
        len(numbers),
        sum(interval.low <= value <= interval.high for interval, value in numbers),
    )


def _score(
    making: Making,
    family: Family,
    fixture: Fixture,
    chance: float | None,
    log_loss: float,
    points_error: float,
    intervals: int,
    covered: int,
) -> ForecastScore:
    return ForecastScore(
        game_id=fixture.game_id,
        tip_off=fixture.tip_off,
        home_team=fixture.home_team,
        family=str(family),
        model=making.model,
        made_at=making.made_at,
        is_used=making.is_used,
        chance=chance,
        log_loss=log_loss,
        points_error=points_error,
        intervals=intervals,
        covered=covered,
        home_points=fixture.home_points or 0,
        away_points=fixture.away_points or 0,
    )


def _poisson_loss(mean: float, count: int) -> float:
    mean = max(mean, 1e-6)
    return mean - count * math.log(mean) + math.lgamma(count + 1)


def one_used(scores: Iterable[ForecastScore]) -> list[ForecastScore]:
    """Of one game and family: where another model took over before tip-off, only what was told last was used,
    so that no game counts twice."""
    found = list(scores)
    last = max((one.made_at for one in found if one.is_used), default=None)
    return [replace(one, is_used=one.is_used and one.made_at == last) for one in found]


def used(scores: Iterable[ForecastScore], family: Family) -> list[ForecastScore]:
    """In the order of play."""
    own = [one for one in scores if one.is_used and one.family == family]
    return sorted(own, key=lambda one: (one.tip_off, one.game_id))


def home_chances(scores: Iterable[ForecastScore]) -> tuple[list[float], list[float]]:
    """Of each game the home team's chance as it was told, and 1 where it won, else 0."""
    chances, won = [], []
    for score in scores:
        if score.chance is not None:
            is_home_win = score.home_points > score.away_points
            chances.append(score.chance if is_home_win else 1 - score.chance)
            won.append(float(is_home_win))
    return chances, won


def base_rate_losses(scores: Sequence[ForecastScore]) -> dict[str, float]:
    """What telling the home teams' share of the games before would have lost, nats; one game won and one
    lost are added. `scores`: in the order of play."""
    won, found = 0, {}
    for games, score in enumerate(scores):
        share = (won + 1) / (games + 2)
        is_home_win = score.home_points > score.away_points
        found[score.game_id] = -math.log(share if is_home_win else 1 - share)
        won += is_home_win
    return found


@dataclass(frozen=True)
class Record:
    """Of forecasts that were used, on games that were played."""

    games: int
    right: int
    log_loss: float | None
    """Mean, nats a game."""
    points_error: float | None
    covered: float | None
    """Share of the intervals that held what happened; 0.8 is meant."""

    @classmethod
    def of(cls, scores: Iterable[ForecastScore], family: Family, since: datetime | None = None) -> Record:
        own = [
            one
            for one in scores
            if one.is_used and one.family == family and (since is None or one.tip_off >= since)
        ]
        intervals = sum(one.intervals for one in own)
        return cls(
            len(own),
            sum(one.is_right is True for one in own),
            math.fsum(one.log_loss for one in own) / len(own) if own else None,
            math.fsum(one.points_error for one in own) / len(own) if own else None,
            sum(one.covered for one in own) / intervals if intervals else None,
        )

    @property
    def accuracy(self) -> float | None:
        return self.right / self.games if self.games else None

    def __str__(self) -> str:
        """`14 of 20 right (70 %), log loss 0.641`."""
        if not self.games:
            return "no game yet"
        loss = "" if self.log_loss is None else f", log loss {self.log_loss:.3f}"
        return f"{self.right} of {self.games} right ({self.right / self.games:.0%}){loss}"
