"""`/players/{player_id}`: a player, his lines by game, how he shoots, what is told of his next game.

Belongs here: the route. Not here: reading (`services.league.player_reading`).
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
from uball_assets.domain.forecasting.players import STATS
from uball_assets.domain.showing.player_season import A_GAME
from uball_assets.domain.showing.reasons import player_reasons
from uball_assets.services.league.player_reading import read_player

router = APIRouter(prefix="/players", include_in_schema=False)


@router.get("/{player_id:path}")
def player(
    request: Request,
    context: Annotated[AppContext, Depends(app_context)],
    _: Annotated[Key, Depends(needs("read"))],
    player_id: str,
) -> HTMLResponse:
    found = read_player(context.warehouse, player_id, datetime.now(UTC))
    if found is None:
        raise not_found("such player")
    return render(
        request,
        "pages/player.html",
        now=found,
        team=context.team_names.of,
        a_game=A_GAME,
        stats=STATS,
        reasons=player_reasons(found.next.told) if found.next else [],
    )
