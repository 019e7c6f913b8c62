"""A problem (RFC 9457) from before the routes, where no exception handler listens."""

from __future__ import annotations

from fastapi.responses import JSONResponse
from starlette.types import Message, Scope, Send


async def refuse(status: int, code: str, detail: str, send: Send, scope: Scope) -> None:
    title = code.replace("_", " ").capitalize()
    members = {"type": f"urn:uball:{code}", "title": title, "status": status, "code": code, "detail": detail}
    answer = JSONResponse(members, status, {"Connection": "close"}, "application/problem+json")

    async def nothing() -> Message:
        return {"type": "http.disconnect"}

    await answer(scope, nothing, send)
