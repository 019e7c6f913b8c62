"""Forecasts of the schedule as they lie in the warehouse, beside what happened.

Belongs here: the last forecast of each game, its score, and how good forecasts were. Not here: making and
scoring them (`assets.forecasting`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from uball_assets.adapters.warehouse.warehouse import Warehouse
from uball_assets.domain.forecasting.made import ForecastScore, MadeForecast
from uball_assets.domain.forecasting.tables import FORECAST_SCORES, FORECASTS, forecast_of, score_of
from uball_assets.domain.record import Family

LATELY = timedelta(days=7)


@dataclass(frozen=True)
class Listed:
    made: MadeForecast
    """The last version of the model that serves; it was made before tip-off."""
    versions: int
    score: ForecastScore | None
    """None until the game is played and scored."""


@dataclass(frozen=True)
class Standing:
    """How forecasts that were used did."""

    games: int
    accuracy: float | None
    """Share of games whose likelier winner won, as all here None where there is nothing to measure."""
    log_loss: float | None
    """Nats a game; 0.693 is a coin's."""
    points_error: float | None
    """Mean absolute."""
    covered: float | None
    """Share of numbers within their intervals; 0.8 is meant."""


def forecasts_between(warehouse: Warehouse, since: date, until: date) -> list[Listed]:
    """Of games that begin on these days (UTC, both included), in order of tip-off."""
    made = [forecast_of(row) for row in warehouse.read(FORECASTS, since=since, until=until)]
    scores = {
        (one.game_id, one.model): one
        for one in (score_of(row) for row in warehouse.read(FORECAST_SCORES, since=since, until=until))
        if one.family == Family.OUTCOME
    }
    used = sorted((one for one in made if one.making.is_used), key=lambda one: one.making.made_at)
    last = {one.making.game_id: one for one in used}
    return [
        Listed(
            one,
            sum(other.making.game_id == one.making.game_id for other in used),
            scores.get((one.making.game_id, one.making.model)),
        )
        for one in sorted(last.values(), key=lambda one: (one.making.tip_off, one.making.game_id))
    ]


def used_scores(warehouse: Warehouse) -> list[ForecastScore]:
    """Of all families, those whose forecast was the one told; in order of tip-off."""
    found = (score_of(row) for row in warehouse.read(FORECAST_SCORES))
    return sorted((one for one in found if one.is_used), key=lambda one: (one.tip_off, one.game_id))


def lately(scores: Iterable[ForecastScore], now: datetime) -> list[ForecastScore]:
    """Of games of the last seven days."""
    return [one for one in scores if now - LATELY <= one.tip_off <= now]


def standing(scores: Sequence[ForecastScore]) -> Standing:
    """Of one family's."""
    intervals = sum(one.intervals for one in scores)
    return Standing(
        games=len({one.game_id for one in scores}),
        accuracy=_mean([one.is_right for one in scores]),
        log_loss=_mean([one.log_loss for one in scores]),
        points_error=_mean([one.points_error for one in scores]),
        covered=sum(one.covered for one in scores) / intervals if intervals else None,
    )


def _mean(values: Sequence[float | None]) -> float | None:
    told = [value for value in values if value is not None]
    return sum(told) / len(told) if told else None
