"""Jobs followed live, as server-sent events; and the keeper of jobs, which lives as long as the server.

Belongs here: what is sent when. Not here: how a job stands (`automation.api_jobs`).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.sse import ServerSentEvent
from starlette.concurrency import run_in_threadpool

from uball_assets.app.api.launching import detail, job_of
from uball_assets.app.context import AppContext
from uball_assets.app.problems import Problem
from uball_assets.domain.errors import UballError

_log = logging.getLogger(__name__)
LOOK_S = 1.0
_MOST_OPEN = 100
_LONGEST_S = 3600.0
"""Then a client connects again by itself, and is asked for its key again."""


class Streams:
    """Those that are open, of one server."""

    def __init__(self, look_s: float = LOOK_S) -> None:
        self._open, self._look_s = 0, look_s

    def refuse_too_many(self) -> None:
        if self._open >= _MOST_OPEN:
            told = f"{_MOST_OPEN} streams are open: ask for the job's status instead"
            raise Problem(503, "too_many_streams", told, {"Retry-After": "30"})

    async def follow(self, context: AppContext, job_id: str) -> AsyncIterator[ServerSentEvent]:
        """`progress` whenever the job says something new, and at once; `end` when it is over."""
        self._open += 1
        try:
            told, until_s = None, time.monotonic() + _LONGEST_S
            while time.monotonic() < until_s:
                job = await run_in_threadpool(job_of, context, job_id)
                shown = (job.state, job.is_stopping, job.percent, job.said)
                if shown != told:
                    told = shown
                    name = "end" if job.state.is_over else "progress"
                    yield ServerSentEvent(data=detail(context, job), event=name)
                if job.state.is_over:
                    return
                await asyncio.sleep(self._look_s)
        finally:
            self._open -= 1


_streams = Streams()


def stream_of() -> Streams:
    """A dependency: refuses one too many before it begins."""
    _streams.refuse_too_many()
    return _streams


@asynccontextmanager
async def keeping(app: FastAPI) -> AsyncIterator[None]:
    """While the server runs, cancelled jobs are followed to their end."""
    context: AppContext = app.state.context
    keeper = None
    try:
        keeper = (await run_in_threadpool(lambda: context.jobs)).keeper
        keeper.start()
    except UballError as error:
        _log.error("jobs are not looked after: %s", error)
    yield
    if keeper is not None:
        await run_in_threadpool(keeper.stop)
