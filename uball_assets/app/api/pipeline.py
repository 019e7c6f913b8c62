"""The routes of the league's first systems that collect games, train on them and forecast.

Belongs here: old names for what jobs do. Not here: training by named games (`training`), a forecast that is
asked for (`app.forecasts`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from uball_assets.adapters.record.family import of_family
from uball_assets.adapters.record.routes import current_routing
from uball_assets.adapters.record.training_requests import ask_for_training
from uball_assets.app.api.forms import MOST_GAMES, JobDetail, Reason, Strict
from uball_assets.app.api.launching import LAUNCHED, detail, done_once, job_of, launched, ordered, refuse_held
from uball_assets.app.api.params import Context, OnlyOnce, Operates
from uball_assets.app.context import AppContext
from uball_assets.app.forecasts.listing import AHEAD, ForecastRow, forecasts_between
from uball_assets.app.problems import Problem, answers
from uball_assets.automation.api_jobs.launching import GAMES, TRAIN, Order
from uball_assets.automation.api_jobs.league import LeagueOrders
from uball_assets.automation.api_jobs.refresh import changed_games, games_since
from uball_assets.domain.record import FORECASTING, Family
from uball_assets.services.forecasting.operating.holding import held_forecasts
from uball_assets.services.league.forecast_reading import fixtures_since
from uball_assets.services.predicting.questions import NO_GAMES_YET

router = APIRouter(prefix="/api", tags=["pipeline"])


class WishedRun(Strict):
    history_days: Annotated[int, Field(ge=0, le=3650, description="Games of so many days, today included.")]
    train_model: bool = False
    return_predictions: Annotated[
        bool, Field(description="The forecasts of the games to come, as they are known now.")
    ] = False


class Refreshed(BaseModel):
    job: Annotated[JobDetail | None, Field(description="Of videos; None where nothing is to be done.")]
    game_ids: list[str]
    at_work: Annotated[list[str], Field(description="Changed too, and a run is at them already.")] = []
    not_looked_at: Annotated[int, Field(description="Games that there was no time for: ask again.")] = 0
    league_job: Annotated[
        JobDetail | None,
        Field(
            description="Of results and forecasts; None before any game of the league is "
            "known: `uball results collect` takes the first look."
        ),
    ] = None
    said: Annotated[list[str], Field(description="Why a job is missing: one sentence each.")] = []
    forecasts: Annotated[
        list[ForecastRow] | None,
        Field(
            description="With return_predictions: of the next two weeks as they are now. When league_job is "
            "completed, GET /api/forecasts has what came of it."
        ),
    ] = None


@router.post("/run-pipeline", status_code=202, response_model=Refreshed, responses=answers(409))
def run_pipeline(context: Context, body: WishedRun, key: Operates, once: OnlyOnce) -> Response:
    """The games of the last days, by their dates: clips, examples, annotations; and of the league results and
    forecasts. With `train_model` a video model of all games that are due, and models of forecasts where one
    is due."""

    def work(request_id: str) -> tuple[int, BaseModel]:
        if body.train_model:
            refuse_held(context)
            _refuse_held_forecasts(context)
        today = datetime.now(context.settings.zone).date()
        games = games_since(context.plays_db, today, body.history_days)
        assets = (*GAMES, *TRAIN) if body.train_model else GAMES
        orders = _orders(context, key.name)
        of_league = orders.pipeline if body.train_model else orders.refresh
        told = _refreshed(context, ordered("pipeline", assets, games, key, ""), request_id)
        _with_league(context, told, of_league(body.history_days), request_id)
        if body.return_predictions:
            first = datetime.now(UTC).date()
            told.forecasts = forecasts_between(context.warehouse, first, first + AHEAD)
        return LAUNCHED, told

    return done_once(once, work)


@router.post("/data/quick-refresh", status_code=202, response_model=Refreshed)
def quick_refresh(context: Context, key: Operates, once: OnlyOnce) -> Response:
    """One look at the videos and the plays: games that are new or have changed are processed. And one at the
    sources of results: what is missing is asked for, forecasts follow. Nothing is trained."""

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
        told = _refreshed(context, order, request_id, look.is_at_work, look.unlooked)
        _with_league(context, told, _orders(context, key.name).refresh(), request_id)
        return LAUNCHED, told

    return done_once(once, work)


@router.post("/ml/train", status_code=202, response_model=JobDetail, responses=answers(409))
def train_forecasts(
    context: Context,
    key: Operates,
    once: OnlyOnce,
    days_back: Annotated[
        int | None,
        Query(ge=1, le=3650, description="Learned from games of so many days; else the settings'."),
    ] = None,
    min_matches_per_player: Annotated[
        int, Query(ge=1, le=1000, description="Players of fewer games are not learned from.")
    ] = 3,
    because: Annotated[Reason, Query(description="Why, kept on the record.")] = "",
) -> Response:
    """The models that forecast games and players, whether one is due or not: a person's request on the
    record. The gate decides whether they serve; pauses, freeze windows and playoffs hold (409)."""

    def work(request_id: str) -> tuple[int, BaseModel]:
        _refuse_held_forecasts(context)
        why = because or "asked for over the API"
        order = _known(_orders(context, key.name).training(why, days_back, min_matches_per_player))
        for family in FORECASTING:
            ask_for_training(of_family(context.registry, family), key.name, why, from_base=False)
        return launched(context, order, request_id)

    return done_once(once, work)


@router.post("/ml/generate-predictions", status_code=202, response_model=JobDetail, responses=answers(409))
def generate_predictions(context: Context, key: Operates, once: OnlyOnce) -> Response:
    """Forecasts of all games to come, from what is known, by the models that serve. A forecast that would say
    the same from the same is not made again. `GET /api/forecasts` lists them."""

    def work(request_id: str) -> tuple[int, BaseModel]:
        order = _known(_orders(context, key.name).forecasts())
        if current_routing(of_family(context.registry, Family.OUTCOME)) is None:
            told = "no model of forecasts serves yet: POST /api/ml/train trains the first one"
            raise Problem(409, "no_model_yet", told)
        return launched(context, order, request_id)

    return done_once(once, work)


def _refreshed(
    context: AppContext, order: Order, request_id: str, at_work: Sequence[str] = (), unlooked: int = 0
) -> Refreshed:
    """As many games as one job takes; what an earlier try of the same request launched stands."""
    games = order.game_ids[:MOST_GAMES]
    left = unlooked + len(order.game_ids) - len(games)
    job = None
    if earlier := context.jobs.launcher.launched_for(request_id):
        job = detail(context, job_of(context, earlier))
    elif games:
        _, job = launched(context, replace(order, game_ids=games), request_id)
    return Refreshed(job=job, game_ids=job.game_ids if job else [], at_work=list(at_work), not_looked_at=left)


def _with_league(context: AppContext, told: Refreshed, order: Order | None, request_id: str) -> None:
    """The second job of a request; asked for again, it is found as the first one is. Then, why one of the two
    is missing."""
    if order:
        told.league_job = launched(context, order, f"{request_id}-league")[1]
    without_videos = None if told.job else _no_videos(told)
    told.said = [one for one in (without_videos, None if order else NO_GAMES_YET) if one]


def _no_videos(told: Refreshed) -> str:
    if told.at_work or told.not_looked_at:
        return "no job of videos: what changed has a run already, or was not looked at yet"
    return "no job of videos: no game of these days is new or has changed"


def _orders(context: AppContext, by: str) -> LeagueOrders:
    return LeagueOrders(
        by, context.jobs.launcher.fixtures(), partial(fixtures_since, context.warehouse), datetime.now(UTC)
    )


def _known(order: Order | None) -> Order:
    if order is None:
        raise Problem(409, "no_games_yet", NO_GAMES_YET)
    return order


def _refuse_held_forecasts(context: AppContext) -> None:
    settings = context.settings
    now = datetime.now(settings.zone)
    if held := held_forecasts(context.registry, settings.windows, settings.calendar, now):
        raise Problem(409, "models_are_held", f"{held.reason}; to do: {held.remedy}")
