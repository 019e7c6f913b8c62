"""The review's page. What it does stands in `static/review/main.js`. Belongs here: serving it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from uball_assets.app.guard.scopes import needs
from uball_assets.app.rendering import render

router = APIRouter(include_in_schema=False)


@router.get("/review", response_class=HTMLResponse, dependencies=[Depends(needs("read"))])
def review_page(
    request: Request, game_id: Annotated[str | None, Query(max_length=100)] = None
) -> HTMLResponse:
    """Plays to decide, of all games or of one."""
    return render(request, "review.html", game_id=game_id)
