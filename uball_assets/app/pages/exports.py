"""Exports: a game, its box score, or the games of some days, as files that other programs load.

Belongs here: the routes. Not here: the forms (`domain.exports`).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from uball_assets.adapters.access.keys import Key
from uball_assets.app.context import AppContext, app_context
from uball_assets.app.guard.scopes import needs
from uball_assets.app.pages.game import found_game
from uball_assets.app.pages.game_view import tellers_of
from uball_assets.app.pages.league_index import index_of
from uball_assets.app.problems import Problem, answers, not_found
from uball_assets.domain.errors import Permanent
from uball_assets.domain.exports.formats import FORMATS, as_bytes, file_name
from uball_assets.domain.exports.tables import box_csv, plays_csv, plays_lines
from uball_assets.domain.tabular.spreadsheet_cells import BYTE_ORDER_MARK
from uball_assets.services.game_reading import read_game

MOST_GAMES = 50
"""Of one file: each is read."""
router = APIRouter(tags=["exports"])
_Read = Annotated[Key, Depends(needs("read"))]
_Context = Annotated[AppContext, Depends(app_context)]
_KINDS = ["text/csv", *(form.media_type.partition(";")[0] for form in FORMATS.values())]
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file", "content": {kind: {} for kind in _KINDS}}
}


@router.get("/games/{game_id}/exports/box", response_class=Response, responses={**_FILE, **answers(404)})
def box(context: _Context, _: _Read, game_id: str, mark: bool = False) -> Response:
    """The box score by player, as people's plays tell it and as the model's do."""
    now = found_game(context, game_id)
    text = box_csv({teller.name: teller.counts() for teller in tellers_of(now)})
    data = ((BYTE_ORDER_MARK if mark else "") + text).encode()
    return _file(data, "text/csv; charset=utf-8", f"{now.game_id}-box.csv")


@router.get(
    "/games/{game_id}/exports/{form_name}", response_class=Response, responses={**_FILE, **answers(404, 409)}
)
def export(
    context: _Context,
    _: _Read,
    game_id: str,
    form_name: str,
    of: Literal["", "people", "model"] = "",
    camera: Annotated[str, Query(max_length=20)] = "",
    mark: bool = False,
) -> Response:
    """The game's plays in one of the forms; `of`: whose, `camera`: the clock of that camera's video, or
    `game`; `mark`: begin a table with the mark that Excel needs."""
    form = FORMATS.get(form_name)
    if form is None:
        raise not_found(f"such form: there are box, {', '.join(FORMATS)}")
    try:
        game = found_game(context, game_id).exported(form, of, camera)
    except Permanent as error:
        raise Problem(409, "not_in_this_game", str(error)) from error
    more = {"Uball-Clock": game.clock, "Uball-Left-Out": str(game.left_out)}
    return _file(as_bytes(game, form, has_mark=mark), form.media_type, file_name(game, form), more)


@router.get("/exports/{form_name}", response_class=Response, responses={**_FILE, **answers(404, 409)})
def export_days(
    context: _Context,
    _: _Read,
    form_name: Literal["csv", "rows"],
    first: date,
    last: date,
    mark: bool = False,
) -> Response:
    """The plays of all games of some days, first and last included, in one table."""
    games = [
        row.game_id
        for row in index_of(context).now().games
        if first.isoformat() <= row.day <= last.isoformat()
    ]
    if not games:
        raise not_found("game between these days")
    if len(games) > MOST_GAMES:
        raise Problem(409, "too_many_games", f"{len(games)} games; ask for {MOST_GAMES} at most in one file")
    told = [
        read_game(context.training, context.registry, context.plays_db, game_id).told_by()
        for game_id in reversed(games)
    ]
    form = FORMATS[form_name]
    text = plays_csv(told) if form_name == "csv" else plays_lines(told)
    mark_text = BYTE_ORDER_MARK if mark and form.takes_mark else ""
    return _file((mark_text + text).encode(), form.media_type, f"{form_name}-{first}-to-{last}{form.suffix}")


def _file(data: bytes, media_type: str, name: str, more: dict[str, str] | None = None) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', **(more or {})}
    return Response(data, media_type=media_type, headers=headers)
