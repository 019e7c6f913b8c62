"""`/games/{game_id}`: one game; each of its plays with its clips; the clips themselves.

Belongs here: the routes. Not here: what is on the page (`game_view`), what is written for other programs
(`exports`).
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from uball_assets.adapters.access.keys import Key
from uball_assets.app.context import AppContext, app_context
from uball_assets.app.guard.scopes import needs
from uball_assets.app.pages.dagster_links import of_game
from uball_assets.app.pages.drawings import score_drawing
from uball_assets.app.pages.game_view import GameView, PlayLine, game_view
from uball_assets.app.problems import not_found
from uball_assets.app.ranges import first_there, ranged
from uball_assets.app.rendering import render
from uball_assets.domain.clipping.clips import clip_name
from uball_assets.domain.errors import Permanent
from uball_assets.domain.exports.formats import FORMATS
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.games import valid_game_id
from uball_assets.domain.showing.shooting import COLUMNS, DISTANCES
from uball_assets.domain.showing.timeline_strips import clock_text
from uball_assets.services.game_reading import GameNow, NoSuchGame, clip_names, quarantine_of, read_game
from uball_assets.services.league.forecast_reading import is_scheduled

_KEPT_S = 60
"""A clip that is cut anew keeps its name."""
router = APIRouter(prefix="/games/{game_id}", include_in_schema=False)
_Read = Annotated[Key, Depends(needs("read"))]
_Context = Annotated[AppContext, Depends(app_context)]


@router.get("")
def game(request: Request, context: _Context, _: _Read, game_id: str) -> HTMLResponse:
    view = _view(context, game_id)
    return render(
        request,
        "pages/game.html",
        view=view,
        now=view.now,
        columns=COLUMNS,
        distances=DISTANCES.values(),
        forms=FORMATS.values(),
        dagster=of_game(context.settings, view.now.game_id),
        is_scheduled=is_scheduled(context.warehouse, view.now.game_id),
        clock=clock_text,
        score_drawing=score_drawing,
        last_basket_s=max((teller.score.last_game_s for teller in view.tellers), default=0.0),
    )


@router.get("/plays/{play_id}")
def play(request: Request, context: _Context, _: _Read, game_id: str, play_id: str) -> HTMLResponse:
    view = _view(context, game_id)
    lines = [line for line in view.lines if line.key == play_id]
    if not lines:
        raise not_found("such play in this game")
    return render(
        request,
        "pages/play.html",
        now=view.now,
        lines=lines,
        cameras=lines[0].cameras,
        clip_key=lines[0].clip_key,
        clock=clock_text,
        before=_beside(view, lines[0], -1),
        after=_beside(view, lines[0], 1),
    )


@router.get("/clips/{play_id}/{camera}.mp4")
def clip(
    request: Request, context: _Context, _: _Read, game_id: str, play_id: str, camera: Angle
) -> Response:
    """Of a play that people wrote, or a window that a model was asked about."""
    game_id = _valid(game_id)
    name = first_there(
        context.training,
        [
            clip_name(game_id, play_id, camera),
            object_names.window_clip(game_id, play_id, camera),
        ],
    )
    return ranged(context.training, name, "video/mp4", request.headers.get("range"), _KEPT_S)


def found_game(context: AppContext, game_id: str) -> GameNow:
    """404 for a game that is not, whatever its id looks like."""
    try:
        return read_game(context.training, context.registry, context.plays_db, _valid(game_id))
    except NoSuchGame as error:
        raise not_found("such game") from error


def _valid(game_id: str) -> str:
    try:
        return valid_game_id(game_id)
    except Permanent as error:
        raise not_found("such game") from error


def _view(context: AppContext, game_id: str) -> GameView:
    now = found_game(context, game_id)
    return game_view(
        now,
        quarantine_of(context.training, now.game_id),
        clip_names(context.training, now.game_id),
        context.settings.match_tolerance_s,
    )


def _beside(view: GameView, line: PlayLine, step: int) -> PlayLine | None:
    """The next play, or the one before, of whoever told this one."""
    own = [each for each in view.lines if each.by == line.by]
    place = own.index(line) + step
    return own[place] if 0 <= place < len(own) else None
