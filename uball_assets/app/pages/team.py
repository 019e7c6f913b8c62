"""`/teams`: the season's table; `/teams/{team_id}`: a team, its roster, its last and next games.

Belongs here: the routes. Not here: reading (`services.league.team_reading`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from uball_assets.adapters.access.keys import Key
from uball_assets.app.context import AppContext, app_context
from uball_assets.app.guard.scopes import needs
from uball_assets.app.problems import not_found
from uball_assets.app.rendering import render
from uball_assets.services.league.team_reading import read_standings, read_team

router = APIRouter(prefix="/teams", include_in_schema=False)
_Read = Annotated[Key, Depends(needs("read"))]
_Context = Annotated[AppContext, Depends(app_context)]


@router.get("")
def teams(request: Request, context: _Context, _: _Read) -> HTMLResponse:
    standings = read_standings(context.warehouse, datetime.now(UTC))
    return render(request, "pages/teams.html", standings=standings, team=context.team_names.of)


@router.get("/{team_id:path}")
def team(request: Request, context: _Context, _: _Read, team_id: str) -> HTMLResponse:
    found = read_team(context.warehouse, team_id, datetime.now(UTC))
    if found is None:
        raise not_found("such team")
    return render(request, "pages/team.html", now=found, team=context.team_names.of)
