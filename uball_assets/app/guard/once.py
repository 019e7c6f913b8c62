"""A write that is sent twice is done once: `once: Annotated[Once, Depends(once)]`, after the route's key.

    @router.post("/api/…", status_code=202, response_model=Job)
    def launch(body: Wish, key: Annotated[Key, Depends(needs("operate"))], once: …) -> Response:
        return once.do(lambda request_id: (202, launched(body, request_id)))

The work is done under a `request_id` that every repetition has too: after a crash in between it is called
again with the same one, and must look for what came of it first. Without the header `Idempotency-Key` each
request is another. Belongs here: the header, and what a repetition is answered. Not here: the rows
(`adapters.access.idempotency`), the rule (`domain.operating.once_only`).
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel

from uball_assets.adapters.access.idempotency import Requests
from uball_assets.app.context import AppContext, app_context
from uball_assets.app.problems import Problem
from uball_assets.domain.operating.once_only import Verdict

Work = Callable[[str], tuple[int, BaseModel]]
"""Given the request's id; gives the answer's status and body. A Problem says that nothing was done."""


@dataclass(frozen=True)
class Once:
    requests: Requests
    key_prefix: str
    idempotency_key: str | None
    fingerprint: str

    def do(self, work: Work) -> Response:
        if self.idempotency_key is None:
            status, body = work(uuid.uuid4().hex)
            return _json(status, body.model_dump_json())
        one = (self.key_prefix, self.idempotency_key)
        begun = self.requests.begin(*one, self.fingerprint)
        if begun.verdict is Verdict.ANOTHER:
            told = "this Idempotency-Key was used for another request: take a new one"
            raise Problem(422, "key_used_for_another_request", told)
        if begun.verdict is Verdict.GOING:
            told = "the first request with this Idempotency-Key is still going on"
            raise Problem(409, "still_going_on", told, {"Retry-After": "2"})
        if begun.verdict is Verdict.REPLAY:
            return _json(begun.status, begun.answer, {"Idempotency-Replayed": "true"})
        try:
            status, body = work(begun.request_id)
        except Problem:
            self.requests.refused(*one)
            raise
        except Exception:
            self.requests.unsure(*one)
            raise
        answer = body.model_dump_json()
        self.requests.answered(*one, status, answer)
        return _json(status, answer)


def _json(status: int, body: str, headers: dict[str, str] | None = None) -> Response:
    return Response(body, status, headers, "application/json")


async def once(
    request: Request,
    context: Annotated[AppContext, Depends(app_context)],
    idempotency_key: Annotated[
        str | None,
        Header(
            description="Any text that is new for each request: repeated with it, a request is answered "
            "as the first time, and not done again.",
            pattern=r"^[\x21-\x7e]{1,200}$",
        ),
    ] = None,
) -> Once:
    """Stands behind the dependency that finds the key: its prefix tells one client's keys from another's."""
    parts = (request.method.encode(), request.url.path.encode(), await request.body())
    fingerprint = hashlib.sha256(b"\n".join(parts)).hexdigest()
    prefix = getattr(getattr(request.state, "key", None), "prefix", "")
    return Once(Requests(context.db), prefix, idempotency_key, fingerprint)
