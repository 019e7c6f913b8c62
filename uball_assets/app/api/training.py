"""`/api/training`: games are cut, annotated and learned from, as one job; and how that goes.

Belongs here: the routes. Not here: when a training is due by itself (`automation.retraining`), what it costs
(`uball tune --plan`), the jobs of other kinds (`jobs`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, Field

from uball_assets.adapters.record.training_requests import ask_for_training
from uball_assets.app.api.forms import JobDetail, JobPage, Reason, WishedGames
from uball_assets.app.api.jobs import known_job, page_of
from uball_assets.app.api.launching import (
    detail,
    done_once,
    held,
    job_of,
    launched,
    ordered,
    refuse_held,
    refuse_unknown,
)
from uball_assets.app.api.params import After, Context, JobId, Limit, OnlyOnce, Operates, Reads
from uball_assets.app.api.streams import Streams, stream_of
from uball_assets.app.problems import answers
from uball_assets.automation.api_jobs.launching import GAMES, TRAIN
from uball_assets.automation.api_jobs.reading import Job
from uball_assets.automation.situation import why

router = APIRouter(prefix="/api/training", tags=["training"])


class WishedTraining(WishedGames):
    train_anyway_because: Annotated[
        Reason | None,
        Field(
            description="Why there is to be a training even if nothing differs from what was learned: a "
            "person's request on the record, as `uball train --because`. It may cost money.",
        ),
    ] = None


class TrainingConfigAnswer(BaseModel):
    trainer: str
    base: str
    epochs: int
    seed: int
    options: dict[str, str]
    base_note: Annotated[str, Field(description="Of a base that is about to be switched off; '' else.")]
    first_thresholds: Annotated[list[int], Field(description="New games that the first versions need.")]
    then_every_games: int
    longest_wait_s: float
    trainings_a_week: int
    is_automatic: Annotated[bool, Field(description="Whether the sensors run from the start.")]
    ceiling_job_usd: float | None
    ceiling_month_usd: float | None
    is_held: Annotated[bool, Field(description="A pause or a freeze window: no model changes.")]
    why: Annotated[str, Field(description="Why a training would or would not start by itself now.")]


@router.post("/pipeline", status_code=202, response_model=JobDetail, responses=answers(404, 409))
def pipeline(context: Context, body: WishedTraining, key: Operates, once: OnlyOnce) -> Response:
    """Everything of these games: clips, examples, annotations, and one model of all games that are due.

    What is there and unchanged is not made again, and nothing is trained (and paid) where nothing differs
    from what was learned, unless `train_anyway_because` asks for it. Pauses, freeze windows and ceilings hold
    as ever.
    """

    def work(request_id: str) -> tuple[int, JobDetail]:
        refuse_unknown(context, body.game_ids)
        refuse_held(context)
        if body.train_anyway_because is not None:
            why_anyway = body.train_anyway_because or "no reason that can be read"
            ask_for_training(context.registry, key.name, why_anyway, from_base=False)
        because = body.because or body.train_anyway_because or ""
        order = ordered("training pipeline", (*GAMES, *TRAIN), body.game_ids, key, because)
        return launched(context, order, request_id)

    return done_once(once, work)


@router.get("/status/{job_id}", response_model=JobDetail, responses=answers(404))
def status(context: Context, _: Reads, job_id: JobId) -> JobDetail:
    """As `/api/jobs/{job_id}`."""
    return detail(context, job_of(context, job_id))


@router.get("/progress/{job_id}", response_class=EventSourceResponse, responses=answers(404))
async def progress(
    context: Context,
    found: Annotated[Job, Depends(known_job)],
    streams: Annotated[Streams, Depends(stream_of)],
) -> AsyncIterator[ServerSentEvent]:
    """Live, as `/api/jobs/{job_id}/events`."""
    async for event in streams.follow(context, found.job_id):
        yield event


@router.get("/jobs", response_model=JobPage)
def jobs(context: Context, _: Reads, limit: Limit = 50, after: After = None) -> JobPage:
    """Of all jobs those that train, whoever started them; the newest first."""
    return page_of(context, lambda job: job.trains, limit, after)


@router.get("/config", response_model=TrainingConfigAnswer)
def config(context: Context, _: Reads) -> TrainingConfigAnswer:
    """What the next training is told, and by which rules one starts by itself."""
    settings = context.settings
    told, base_note = settings.training_config_on(datetime.now(UTC).date())
    return TrainingConfigAnswer(
        trainer=settings.trainer,
        base=told.base,
        epochs=told.epochs,
        seed=told.seed,
        options={name: str(value) for name, value in told.options.items()},
        base_note=base_note,
        first_thresholds=list(settings.retrain_first_thresholds),
        then_every_games=settings.retrain_then_every_games,
        longest_wait_s=settings.retrain_longest_wait_s,
        trainings_a_week=settings.trainings_a_week,
        is_automatic=settings.automation_on,
        ceiling_job_usd=settings.ceiling_job_usd,
        ceiling_month_usd=settings.ceiling_month_usd,
        is_held=held(context) is not None,
        why=why(settings, context.registry.at_one_look(), context.jobs.notes),
    )
