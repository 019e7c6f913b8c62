"""`GET /api/forecasts`: the schedule's forecasts, beside what happened.

Belongs here: the route and its form. Not here: a forecast that is asked for (`predict`), how good they all
are (`performance`).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from uball_assets.adapters.warehouse.warehouse import Warehouse
from uball_assets.app.api.params import Context, Reads
from uball_assets.app.forecasts.predicted import Number
from uball_assets.app.problems import Problem
from uball_assets.domain.forecasting.forecast import GameForecast
from uball_assets.domain.forecasting.made import ForecastScore, Making
from uball_assets.services.league.forecast_reading import fixtures_between, with_forecasts

router = APIRouter(prefix="/api", tags=["forecasts"])
_BEFORE, AHEAD = timedelta(days=7), timedelta(days=14)
_LONGEST = timedelta(days=400)
_CURSOR = r"^[0-9TZ:.+-]{19,40}~[^~]{1,200}$"


class Outcome(BaseModel):
    home_points: int
    away_points: int
    was_right: Annotated[bool | None, Field(description="Whether the likelier winner won.")]
    log_loss: Annotated[float | None, Field(description="Nats; 0.693 is a coin's.")]

    @classmethod
    def of(cls, score: ForecastScore) -> Outcome:
        return cls(
            home_points=score.home_points,
            away_points=score.away_points,
            was_right=score.is_right,
            log_loss=None if score.log_loss is None else round(score.log_loss, 4),
        )


class ForecastRow(BaseModel):
    game_id: str
    tip_off: datetime
    home_team: str
    away_team: str
    home_win: Annotated[float, Field(ge=0, le=1)]
    away_win: Annotated[float, Field(ge=0, le=1, description="The two add to one.")]
    home_points: Number
    away_points: Number
    model: str
    made_at: Annotated[datetime, Field(description="Before tip-off, always.")]
    because: Annotated[str, Field(description="Why it was made then.")]
    outcome: Annotated[Outcome | None, Field(description="None until the game is played and scored.")]

    @classmethod
    def of(cls, making: Making, told: GameForecast, score: ForecastScore | None) -> ForecastRow:
        home_win = round(told.home_win, 4)
        return cls(
            game_id=making.game_id,
            tip_off=making.tip_off,
            home_team=making.home_team,
            away_team=making.away_team,
            home_win=home_win,
            away_win=round(1 - home_win, 4),
            home_points=Number.of(told.home_points, 1),
            away_points=Number.of(told.away_points, 1),
            model=making.model,
            made_at=making.made_at,
            because=making.because,
            outcome=Outcome.of(score) if score else None,
        )


class ForecastPage(BaseModel):
    since: date
    until: date
    forecasts: Annotated[list[ForecastRow], Field(description="In order of tip-off.")]
    next: Annotated[str | None, Field(description="`after` of the next page; None at the end.")]


@router.get("/forecasts", response_model=ForecastPage)
def forecasts(
    context: Context,
    _: Reads,
    since: Annotated[date | None, Query(description="Without it, seven days ago.")] = None,
    until: Annotated[date | None, Query(description="Included; without it, in two weeks.")] = None,
    team: Annotated[str | None, Query(max_length=100, description="Games of this team's id alone.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
    after: Annotated[str | None, Query(pattern=_CURSOR, description="`next` of the page before.")] = None,
) -> ForecastPage:
    """The last forecast of each game that begins on these days (UTC), and how it ended."""
    today = datetime.now(UTC).date()
    first, last = since or today - _BEFORE, until or today + AHEAD
    if not timedelta(0) <= last - first <= _LONGEST:
        told = f"{first} to {last} is no span of 0 to {_LONGEST.days} days: give both since and until"
        raise Problem(422, "span_out_of_range", told)
    found = [row for row in forecasts_between(context.warehouse, first, last, team) if _is_behind(row, after)]
    page = found[:limit]
    following = _place(page[-1]) if len(found) > len(page) else None
    return ForecastPage(since=first, until=last, forecasts=page, next=following)


def forecasts_between(
    warehouse: Warehouse, first: date, last: date, team: str | None = None
) -> list[ForecastRow]:
    """Of games that begin on these days (UTC, both included), in order of tip-off; without those that were
    never forecast."""
    games = with_forecasts(warehouse, fixtures_between(warehouse, first, last, team))
    return [
        ForecastRow.of(one.forecast.making, one.forecast.told, one.score) for one in games if one.forecast
    ]


def _is_behind(row: ForecastRow, after: str | None) -> bool:
    return after is None or _place(row) > after


def _place(row: ForecastRow) -> str:
    return f"{row.tip_off.astimezone(UTC).isoformat()}~{row.game_id}"
