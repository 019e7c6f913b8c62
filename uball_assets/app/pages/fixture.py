"""`/fixtures/{game_id}`: a game of the schedule: its forecast with the reasons, and its score sheet.

Belongs here: the route. Not here: reading (`services.league.fixture_reading`), a filmed game's plays
(`game`).
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
from uball_assets.domain.showing.reasons import game_reasons
from uball_assets.services.league.fixture_reading import read_fixture
from uball_assets.services.league.names import is_filmed

router = APIRouter(prefix="/fixtures", include_in_schema=False)


@router.get("/{game_id:path}")
def fixture(
    request: Request,
    context: Annotated[AppContext, Depends(app_context)],
    _: Annotated[Key, Depends(needs("read"))],
    game_id: str,
) -> HTMLResponse:
    now = datetime.now(UTC)
    found = read_fixture(context.warehouse, game_id, context.team_names.of, now)
    if found is None:
        raise not_found("such game on the schedule")
    told = found.forecast.told if found.forecast else None
    return render(
        request,
        "pages/fixture.html",
        now=found,
        is_over=found.fixture.is_final,
        reasons=game_reasons(told, *found.names) if told else [],
        is_filmed=is_filmed(context.plays_db, game_id),
    )
