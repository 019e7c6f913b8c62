"""`/`: the league at a glance, what is broken, and its games, searched and in pages.

Belongs here: the route. Not here: what is known of the league (`league_index`), the list's rules
(`domain.showing.game_list`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from uball_assets.adapters.access.keys import Key
from uball_assets.adapters.record.registry import Entry
from uball_assets.adapters.record.routes import cause_of, routing_of
from uball_assets.app.context import AppContext, app_context
from uball_assets.app.guard.scopes import needs
from uball_assets.app.pages.league_index import LeagueNow, index_of
from uball_assets.app.rendering import render
from uball_assets.domain.forecasting.kept.scored import Record
from uball_assets.domain.operating.findings import Level
from uball_assets.domain.record import Family
from uball_assets.domain.showing.game_list import STATES, game_page

router = APIRouter(include_in_schema=False)
_Read = Annotated[Key, Depends(needs("read"))]
_Context = Annotated[AppContext, Depends(app_context)]


@router.get("/")
def league(
    request: Request,
    context: _Context,
    _: _Read,
    q: Annotated[str, Query(max_length=200)] = "",
    state: Annotated[str, Query(max_length=20)] = "",
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> HTMLResponse:
    now = index_of(context).now()
    state = state if state in STATES else ""
    urgent = [one for one in now.findings if one["level"] != Level.NOTE]
    return render(
        request,
        "pages/league.html",
        shown=game_page(now.games, q, state, page),
        q=q,
        state=state,
        states=STATES,
        urgent=urgent,
        notes=[one for one in now.findings if one["level"] == Level.NOTE],
        counts=now.counts,
        to_review=now.to_review,
        serving=_serving(now),
        month=now.month,
        spent_usd=now.spent_usd,
        ceiling_usd=context.settings.ceilings.month_usd,
        forecasts=Record.of(context.forecast_scores.all(), Family.OUTCOME),
    )


@router.get("/games")
def games(_: _Read) -> RedirectResponse:
    """The list stands on the league's page."""
    return RedirectResponse("/#games", 308)


def _serving(now: LeagueNow) -> dict[str, object] | None:
    """Who answers, with which share, since when, and why."""
    if now.route is None:
        return None
    routing, labels = routing_of(now.route), labels_of(now.models)
    return {
        "routes": [
            (route.model, labels.get(route.model, route.model), route.weight_percent)
            for route in routing.routes
            if route.weight_percent
        ],
        "shadow": routing.shadow and (routing.shadow, labels.get(routing.shadow, routing.shadow)),
        "canary": routing.canary,
        "since": now.route["recorded_at"][:10],
        "why": cause_of(now.route).why,
    }


def labels_of(models: Sequence[Entry]) -> dict[str, str]:
    return {model["name"]: model["label"] for model in models}
