"""`/login`: a person enters a key once; the browser keeps a login for twelve hours, not the key.

Belongs here: entering and leaving. Not here: keys (`adapters.access.keys`), what they open (`guard.scopes`).
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from uball_assets.adapters.access.keys import SESSION_S
from uball_assets.app.context import AppContext, app_context
from uball_assets.app.guard.scopes import COOKIE, known_key, refuse_other_sites
from uball_assets.app.rendering import render

router = APIRouter(include_in_schema=False)
Context = Annotated[AppContext, Depends(app_context)]


@router.get("/login")
def page(request: Request, next: str = "/") -> Response:  # noqa: A002 - the parameter's name in the address
    return render(request, "login.html", next=_within(next), wrong=False)


@router.post("/login")
async def enter(request: Request, context: Context) -> Response:
    """A form as browsers send it: `key` and `next`."""
    refuse_other_sites(request)
    form = parse_qs((await request.body()).decode("utf-8", "replace"))
    place = _within(form.get("next", ["/"])[0])
    key = known_key(request, context, form.get("key", [""])[0].strip())
    if key is None:
        return render(request, "login.html", status=401, next=place, wrong=True)
    login = await run_in_threadpool(context.keys.open_session, key)
    answer = RedirectResponse(place, 303)
    answer.set_cookie(
        COOKIE,
        login,
        max_age=round(SESSION_S),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return answer


@router.post("/logout")
async def leave(request: Request, context: Context) -> Response:
    refuse_other_sites(request)
    if login := request.cookies.get(COOKIE):
        await run_in_threadpool(context.keys.close_session, login)
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return answer


def _within(place: str) -> str:
    """A page of ours, whatever the address said: `//evil.example` is another site's."""
    is_ours = place.startswith("/") and not place.startswith(("//", "/\\")) and place.isprintable()
    return place if is_ours else "/"
