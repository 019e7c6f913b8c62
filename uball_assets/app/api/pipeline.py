"""The routes of the league's first systems that collect games, and those that forecast.

Forecasts do not exist here yet: these routes say so (501) and pretend nothing. Belongs here: old names for
what jobs do. Not here: training by named games (`training`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from uball_assets.app.api.forms import MOST_GAMES, JobDetail, Strict
from uball_assets.app.api.launching import LAUNCHED, detail, done_once, job_of, launched, ordered, refuse_held
from uball_assets.app.api.params import Context, OnlyOnce, Operates
from uball_assets.app.context import AppContext
from uball_assets.app.problems import Problem, answers
from uball_assets.automation.api_jobs.launching import GAMES, TRAIN, Order
from uball_assets.automation.api_jobs.refresh import changed_games, games_since

router = APIRouter(prefix="/api", tags=["pipeline"])
_NO_FORECASTS = (
    "forecasts do not exist on this platform yet: there is no model of teams or results to train or ask. "
    "Models that annotate are trained by POST /api/training/pipeline"
)


class WishedRun(Strict):
    history_days: Annotated[int, Field(ge=0, le=3650, description="Games of so many days, today included.")]
    train_model: bool = False
    return_predictions: bool = False


class Refreshed(BaseModel):
    job: Annotated[JobDetail | None, Field(description="None where nothing is to be done.")]
    game_ids: list[str]
    at_work: Annotated[list[str], Field(description="Changed too, and a run is at them already.")] = []
    not_looked_at: Annotated[int, Field(description="Games that there was no time for: ask again.")] = 0


_NOTHING: dict[str, Any] = {"model": Refreshed, "description": "Nothing is to be done: no job."}


@router.post(
    "/run-pipeline", status_code=202, response_model=Refreshed, responses={200: _NOTHING, **answers(409, 501)}
)
def run_pipeline(context: Context, body: WishedRun, key: Operates, once: OnlyOnce) -> Response:
    """The games of the last days, by their dates: clips, examples, annotations; with `train_model` a model of
    all that are due. `return_predictions` asks for forecasts, which do not exist yet (501)."""
    if body.return_predictions:
        raise _no_forecasts()

    def work(request_id: str) -> tuple[int, BaseModel]:
        if body.train_model:
            refuse_held(context)
        today = datetime.now(context.settings.zone).date()
        games = games_since(context.plays_db, today, body.history_days)
        assets = (*GAMES, *TRAIN) if body.train_model else GAMES
        return _refreshed(context, ordered("pipeline", assets, games, key, ""), request_id)

    return done_once(once, work)


@router.post("/data/quick-refresh", status_code=202, response_model=Refreshed, responses={200: _NOTHING})
def quick_refresh(context: Context, key: Operates, once: OnlyOnce) -> Response:
    """One look at the videos and the plays: games that are new or have changed are processed."""

    def work(request_id: str) -> tuple[int, BaseModel]:
        resources = context.resources
        look = changed_games(
            resources.video_store,
            context.plays_db,
            resources.arrivals,
            context.registry.at_one_look(),
            context.jobs.notes,
        )
        order = ordered("refresh", GAMES, look.due, key, "")
        return _refreshed(context, order, request_id, look.is_at_work, look.unlooked)

    return done_once(once, work)


def _refreshed(
    context: AppContext, order: Order, request_id: str, at_work: Sequence[str] = (), unlooked: int = 0
) -> tuple[int, Refreshed]:
    """As many games as one job takes; what an earlier try of the same request launched stands."""
    games = order.game_ids[:MOST_GAMES]
    left = unlooked + len(order.game_ids) - len(games)
    if earlier := context.jobs.launcher.launched_for(request_id):
        job = detail(context, job_of(context, earlier))
    elif games:
        _, job = launched(context, replace(order, game_ids=games), request_id)
    else:
        return 200, Refreshed(job=None, game_ids=[], at_work=list(at_work), not_looked_at=left)
    told = Refreshed(job=job, game_ids=job.game_ids, at_work=list(at_work), not_looked_at=left)
    return LAUNCHED, told


@router.post("/ml/train", status_code=501, responses=answers(501))
def train_forecasts(_: Operates) -> None:
    """Of forecasts, which do not exist yet: 501, and why."""
    raise _no_forecasts()


@router.post("/ml/generate-predictions", status_code=501, responses=answers(501))
def generate_predictions(_: Operates) -> None:
    """Of forecasts, which do not exist yet: 501, and why."""
    raise _no_forecasts()


def _no_forecasts() -> Problem:
    return Problem(501, "no_forecasts_yet", _NO_FORECASTS)
