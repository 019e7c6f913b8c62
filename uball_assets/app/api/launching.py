"""From a wish to a job: what every route that launches one does.

Belongs here: games that are unknown, a webserver that is away, and what the client is told. Not here: routes,
or launching itself (`automation.api_jobs`).
"""

from __future__ import annotations

from datetime import datetime

from fastapi import Response

from uball_assets.adapters.access.keys import Key
from uball_assets.adapters.record.pauses import held_now
from uball_assets.app.api.forms import JobDetail
from uball_assets.app.context import AppContext
from uball_assets.app.guard.once import Once, Work
from uball_assets.app.problems import Problem, later, not_found
from uball_assets.automation.api_jobs.launching import Order
from uball_assets.automation.api_jobs.reading import Job
from uball_assets.automation.api_jobs.webserver import UnknownGames, Unsure, WebserverAway

LAUNCHED = 202
_SOON_S = 5


def done_once(once: Once, work: Work) -> Response:
    """The answer, or a problem that says whether anything was begun."""
    try:
        return once.do(work)
    except Unsure as error:
        told = "Dagster did not answer in time and may have begun it: send it again with the same "
        raise later(f"{told}Idempotency-Key, or look at /api/jobs", _SOON_S) from error


def refuse_unknown(context: AppContext, game_ids: list[str]) -> None:
    if unknown := context.jobs.launcher.unknown(game_ids):
        named = ", ".join(unknown)
        raise Problem(404, "unknown_games", f"there is no game {named}", game_ids=unknown)


def launched(context: AppContext, order: Order, request_id: str) -> tuple[int, JobDetail]:
    """Raises Unsure where it is not known whether it was launched; any Problem says that it was not."""
    try:
        job_id = context.jobs.launcher.launch(order, request_id)
    except WebserverAway as error:
        raise later(f"nothing was begun: {error}", _SOON_S) from error
    except UnknownGames as error:
        raise Problem(404, "unknown_games", str(error)) from error
    return LAUNCHED, detail(context, job_of(context, job_id))


def job_of(context: AppContext, job_id: str) -> Job:
    found = context.jobs.jobs.find(job_id)
    if found is None:
        raise not_found(f"job {job_id}")
    return found


def detail(context: AppContext, job: Job) -> JobDetail:
    return JobDetail.of(job, context.jobs.webserver.url())


def held(context: AppContext) -> str | None:
    """Why no model may change now: a pause, or a freeze window."""
    settings = context.settings
    found = held_now(context.registry, settings.windows, datetime.now(settings.zone))
    return f"{found.reason}; to do: {found.remedy}" if found else None


def refuse_held(context: AppContext) -> None:
    if why := held(context):
        raise Problem(409, "models_are_held", why)


def ordered(what: str, assets: tuple[str, ...], game_ids: list[str], key: Key, because: str) -> Order:
    return Order(what, assets, game_ids, key.name, because or "asked for over the API")
