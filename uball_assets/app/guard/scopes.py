"""Who asks, and whether they may: `key: Annotated[Key, Depends(needs("read"))]` stands in every route.

A key comes as `Authorization: Bearer`, a page's session as a cookie. In a league that has no key yet, on this
machine alone, everybody may do everything; who that is says the header `X-Reviewer`. Belongs here: the one
door that all routes share. Not here: keys themselves (`adapters.access`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cache
from typing import Annotated
from urllib.parse import unquote

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from uball_assets.adapters.access.keys import SCOPES, Key
from uball_assets.app.context import AppContext, app_context
from uball_assets.app.guard.origin import SAFE_METHODS, is_forwarded, is_from_elsewhere
from uball_assets.app.problems import Problem

COOKIE = "uball_session"
NOBODY = "somebody here"
"""Who decides where no key is needed and no name was given."""
_NAME_LETTERS = 80


@cache
def needs(scope: str, *, asks_only: bool = False) -> Callable[..., Awaitable[Key]]:
    """A dependency that lets only those in whose key has this scope, and answers with the key.

    Its `name` is who signs what is written: the key's, or without keys the name that the page sent.
    `asks_only`: of a question that is sent as POST for its body's sake and changes nothing. Everything holds
    for it as for other writes, but the audit, which is of changes, has no row of it.
    """
    assert scope in SCOPES

    async def key_of(request: Request, context: Annotated[AppContext, Depends(app_context)]) -> Key:
        key = _recognised(request, context)
        request.state.key = key
        _not_too_often(context, key.prefix or _address(request))
        if request.method not in SAFE_METHODS:
            if not asks_only:
                request.state.audit_row = await run_in_threadpool(
                    context.audit.begin, key.name, key.prefix, request.method, request.url.path
                )
            refuse_other_sites(request)
        if not key.allows(scope):
            raise Problem(403, "key_too_narrow", f"this needs a key with the scope {scope}", scope=scope)
        return key

    return key_of


def _recognised(request: Request, context: AppContext) -> Key:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    cookie = request.cookies.get(COOKIE)
    found = None
    if scheme.lower() == "bearer":
        found = known_key(request, context, secret.strip())
    elif cookie:
        found = context.keys.of_session(cookie)
    elif context.is_open and not is_forwarded(request.headers):
        found = Key(_named(request), frozenset(SCOPES))
    if found is None:
        told = "this key is not known, or has ended" if secret or cookie else "this needs a key"
        raise Problem(401, "no_key", f"{told}: `uball keys add` makes one", {"WWW-Authenticate": "Bearer"})
    return found


def known_key(request: Request, context: AppContext, secret: str) -> Key | None:
    """The good key that this is; who tries too many is told to wait."""
    found = context.keys.find(secret)
    if found is None:
        _not_too_often(context, f"unknown at {_address(request)}")
    return found


def _named(request: Request) -> str:
    """The name is percent-encoded, for headers know no other letters."""
    name = unquote(request.headers.get("x-reviewer", "")).strip()
    return "".join(letter for letter in name if letter.isprintable())[:_NAME_LETTERS] or NOBODY


def _not_too_often(context: AppContext, who: str) -> None:
    if wait_s := context.rates.wait_s(who):
        told = f"too many requests; wait {wait_s} s"
        raise Problem(429, "too_many_requests", told, {"Retry-After": str(wait_s)})


def refuse_other_sites(request: Request) -> None:
    """A program with a key of its own may come from anywhere; a browser brings a cookie along unasked."""
    if "authorization" in request.headers:
        return
    own = f"{request.url.scheme}://{request.url.netloc}"
    if is_from_elsewhere(request.headers, own):
        raise Problem(403, "from_another_site", "another site's page sent this")


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
