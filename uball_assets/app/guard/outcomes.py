"""What became of a write: its audit row gets the answer's status before the answer leaves.

The row itself is written before the work begins (`scopes`): one without an outcome was cut off. Belongs here:
the outcome. Not here: the rows (`adapters.access.audit`).
"""

from __future__ import annotations

import logging

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from uball_assets.adapters.access.audit import Audit
from uball_assets.domain.errors import UballError

_log = logging.getLogger(__name__)


class Outcomes:
    def __init__(self, app: ASGIApp, audit: Audit) -> None:
        self._app, self._audit = app, audit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                row = scope.get("state", {}).get("audit_row")
                if row is not None:
                    await run_in_threadpool(self._end, row, message["status"])
            await send(message)

        await self._app(scope, receive, send_noted)

    def _end(self, row: int, status: int) -> None:
        try:
            self._audit.end(row, status)
        except UballError as error:
            _log.error("the outcome %d of write %d is not on record: %s", status, row, error)
