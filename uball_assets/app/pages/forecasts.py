"""`/forecasts`: what is told of games to come, and what was told beside what came; `/forecasts/models`: who
tells it, and how good that is beside what needs no model.

Belongs here: the routes, and which days are shown. Not here: reading (`services.league.forecast_reading`),
how a forecast is scored (`domain.forecasting.kept.scored`), a model's numbers (`app.forecasts.measured`).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from uball_assets.adapters.access.keys import Key
from uball_assets.app.context import AppContext, app_context
from uball_assets.app.forecasts.performance import feature_importance, performance
from uball_assets.app.guard.scopes import needs
from uball_assets.app.rendering import render
from uball_assets.domain.forecasting.kept.scored import WEEK, Record
from uball_assets.domain.forecasting.made import ForecastScore
from uball_assets.domain.forecasting.players import STATS
from uball_assets.domain.record import Family
from uball_assets.domain.showing.reasons import feature_name
from uball_assets.services.league.forecast_reading import fixtures_between, with_forecasts

DAYS = 30
"""Of played games, on a page."""
AHEAD = timedelta(days=14)
router = APIRouter(prefix="/forecasts", include_in_schema=False)


@router.get("")
def forecasts(
    request: Request,
    context: Annotated[AppContext, Depends(app_context)],
    _: Annotated[Key, Depends(needs("read"))],
    until: Annotated[date | None, Query()] = None,
) -> HTMLResponse:
    """`until`: the last of the days that are shown of what happened."""
    now, scores = datetime.now(UTC), context.forecast_scores.all()
    last = until or _last_day(scores, now)
    first = max(last, date.min + timedelta(days=2 * DAYS)) - timedelta(days=DAYS - 1)
    played = [
        one for one in fixtures_between(context.warehouse, first, last) if one.tip_off <= now or one.is_final
    ]
    to_come = [
        one
        for one in fixtures_between(context.warehouse, now.date(), (now + AHEAD).date())
        if one.tip_off > now and not one.is_final
    ]
    return render(
        request,
        "pages/forecasts.html",
        to_come=with_forecasts(context.warehouse, to_come),
        played=list(reversed(with_forecasts(context.warehouse, played))),
        team=context.team_names.of,
        first=first,
        last=last,
        older=first - timedelta(days=1),
        newer=last + timedelta(days=DAYS) if last < now.date() else None,
        week=Record.of(scores, Family.OUTCOME, since=now - WEEK),
        ever=Record.of(scores, Family.OUTCOME),
        players=Record.of(scores, Family.PLAYER),
    )


@router.get("/models")
def models(
    request: Request,
    context: Annotated[AppContext, Depends(app_context)],
    key: Annotated[Key, Depends(needs("read"))],
) -> HTMLResponse:
    return render(
        request,
        "pages/forecast_models.html",
        now=performance(context, key),
        rests_on=feature_importance(context, key).families,
        spelled=feature_name,
        stats=STATS,
    )


def _last_day(scores: list[ForecastScore], now: datetime) -> date:
    """Today, or where the league rests the last day of which a forecast was scored."""
    scored = max((one.tip_off.date() for one in scores), default=now.date())
    return scored if now.date() - scored > timedelta(days=DAYS) else now.date()
