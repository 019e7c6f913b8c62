"""Headers that every answer carries, and the check of the name that was asked for.

Belongs here: what a browser is told to refuse. Not here: who may ask (`scopes`).
"""

from __future__ import annotations

from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from uball_assets.app.guard.origin import is_called_right
from uball_assets.app.guard.refusing import refuse

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_UNKEPT = "no-store"
"""Unless a route says otherwise, nothing of the league stays in a browser's cache."""


class SecurityHeaders:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(SECURITY_HEADERS)
                headers.setdefault("Cache-Control", _UNKEPT)
            await send(message)

        await self._app(scope, receive, send_with_headers)


class OwnNames:
    """Refuses requests for a name that is not ours."""

    def __init__(self, app: ASGIApp, served_on: str, names: Collection[str]) -> None:
        self._app, self._served_on, self._names = app, served_on, names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        host = Headers(scope=scope).get("host", "") if scope["type"] == "http" else ""
        if scope["type"] != "http" or is_called_right(host, self._served_on, self._names):
            await self._app(scope, receive, send)
        else:
            await refuse(421, "wrong_host", "this server has another name: UBALL_SERVE_NAMES", send, scope)
