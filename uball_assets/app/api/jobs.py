"""`/api/jobs`: Dagster's runs and backfills as jobs: listed, followed, cancelled, cleared away.

Belongs here: routes over all jobs. Not here: launching one (`training`, `annotate`, `pipeline`), how a job is
told (`automation.api_jobs`, `domain.operating.jobs`).
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from uball_assets.adapters.access.hidden_jobs import HiddenJobs
from uball_assets.app.api.forms import Cleaned, JobAnswer, JobDetail, JobPage, moment
from uball_assets.app.api.launching import detail, job_of
from uball_assets.app.api.params import After, Context, JobId, Limit, Operates, Reads
from uball_assets.app.api.streams import Streams, keeping, stream_of
from uball_assets.app.context import AppContext
from uball_assets.app.problems import Problem, answers, later
from uball_assets.automation.api_jobs.desk import is_hidden
from uball_assets.automation.api_jobs.keeping import AlreadyOver
from uball_assets.automation.api_jobs.reading import Job, Place
from uball_assets.automation.api_jobs.webserver import Unsure, WebserverAway
from uball_assets.domain.operating.jobs import OVER, State

Ended = Literal[State.COMPLETED, State.FAILED, State.CANCELLED]
router = APIRouter(prefix="/api/jobs", tags=["jobs"], lifespan=keeping)
_CLEANED_OF = 1000
_HOUR_S = 3600.0


@router.get("", response_model=JobPage)
def jobs(
    context: Context, _: Reads, state: State | None = None, limit: Limit = 50, after: After = None
) -> JobPage:
    """The newest first: what was launched here, and every run that the platform or a person started. What
    `cleanup` cleared away is left out."""
    return page_of(context, lambda _: True, limit, after, state)


@router.delete("/cleanup", response_model=Cleaned)
def cleanup(
    context: Context,
    key: Operates,
    older_than_h: Annotated[float, Query(ge=0, le=87_600)] = 24.0,
    state: Annotated[list[Ended] | None, Query(description="Without it, all three.")] = None,
) -> Cleaned:
    """Hides jobs that ended before that from the lists. Nothing is deleted: each still answers by its id, and
    stands in Dagster."""
    states = [one for one in OVER if not state or one in state]
    hidden, before_s = HiddenJobs(context.db), time.time() - older_than_h * _HOUR_S
    shown, _ = context.jobs.shown(lambda job: job.state in states, hidden.before_s(), _CLEANED_OF)
    hidden.hide(states, before_s, key.name)
    now_hidden = sum(is_hidden(job, dict.fromkeys(states, before_s)) for job in shown)
    ended_before = moment(before_s)
    assert ended_before is not None
    return Cleaned(hidden=now_hidden, ended_before=ended_before, states=states)


@router.get("/{job_id}", response_model=JobDetail, responses=answers(404))
def job(context: Context, _: Reads, job_id: JobId) -> JobDetail:
    """How a job stands, at most half a second ago, with its runs."""
    return detail(context, job_of(context, job_id))


@router.post("/{job_id}/cancel", status_code=202, response_model=JobDetail, responses=answers(404, 409))
def cancel(context: Context, _: Operates, job_id: JobId) -> JobDetail:
    """Ends a job and its runs; one that is starting cannot be ended yet and is asked until it is over. A paid
    job of it ends as UBALL_ON_CANCEL says. Again changes nothing; a job that is over is refused (409)."""
    found = job_of(context, job_id)
    try:
        context.jobs.keeper.cancel(found)
    except AlreadyOver as error:
        raise Problem(409, "already_over", str(error), state=found.state.value) from error
    except WebserverAway as error:
        raise later(f"nothing was cancelled: {error}") from error
    except Unsure as error:
        raise later("Dagster did not answer in time: look at the job, and cancel it again") from error
    return detail(context, job_of(context, job_id))


async def known_job(context: Context, _: Reads, job_id: JobId) -> Job:
    """Before a stream begins, for then it is too late for a 404."""
    return await run_in_threadpool(job_of, context, job_id)


@router.get("/{job_id}/events", response_class=EventSourceResponse, responses=answers(404))
async def events(
    context: Context,
    found: Annotated[Job, Depends(known_job)],
    streams: Annotated[Streams, Depends(stream_of)],
) -> AsyncIterator[ServerSentEvent]:
    """Live: an event `progress` with the job whenever it says something new, `end` when it is over, and the
    stream ends."""
    async for event in streams.follow(context, found.job_id):
        yield event


def page_of(
    context: AppContext,
    wanted: Callable[[Job], bool],
    limit: int,
    after: str | None,
    state: State | None = None,
) -> JobPage:
    url, hidden = context.jobs.webserver.url(), HiddenJobs(context.db).before_s()
    place = _place(after) if after else None
    found, behind = context.jobs.shown(wanted, hidden, limit, place, state)
    following = f"{behind[0]!r}_{behind[1]}" if behind else None
    return JobPage(jobs=[JobAnswer.of(one, url) for one in found], next=following)


def _place(after: str) -> Place:
    at_s, _, job_id = after.partition("_")
    return float(at_s), job_id
