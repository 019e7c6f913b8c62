"""Bodies that are too long or too slow, refused before a route waits for them.

A body is taken in whole first: none is longer than a few plays. Belongs here: size and time. Not here: what
is in it.
"""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from uball_assets.app.guard.refusing import refuse


class _TooLong(Exception):  # noqa: N818
    pass


class BodyLimits:
    def __init__(self, app: ASGIApp, limit_bytes: int, limit_s: float) -> None:
        self._app, self._limit_bytes, self._limit_s = app, limit_bytes, limit_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            body = await asyncio.wait_for(self._body(scope, receive), self._limit_s)
        except _TooLong:
            told = f"a body may have {self._limit_bytes} bytes"
            await refuse(413, "body_too_long", told, send, scope)
            return
        except TimeoutError:
            await refuse(408, "body_too_slow", f"it took over {self._limit_s:g} s", send, scope)
            return
        if body is None:
            return  # the client went away
        left: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive_body() -> Message:
            return left.pop() if left else await receive()

        await self._app(scope, receive_body, send)

    async def _body(self, scope: Scope, receive: Receive) -> bytes | None:
        said = Headers(scope=scope).get("content-length", "")
        if said.isdigit() and int(said) > self._limit_bytes:
            raise _TooLong
        body = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            body += bytes(message.get("body", b""))
            if len(body) > self._limit_bytes:
                raise _TooLong
            if not message.get("more_body", False):
                return body
