"""Sensors of the league: facts, features and forecasts kept as they should be; models trained when due.

Level-triggered: each tick derives what is due from the warehouse, the record and the runs. A run is asked for
once for each reason and state, later each time, and not for ever.

Belongs here: turning decisions into run requests, and words for people at every tick. Not here: the decisions
(`domain.league.operating.refresh`, `domain.forecasting.due`), what is so (`situation`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import dagster as dg

from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.adapters.record.family import of_family
from uball_assets.adapters.record.registry import Registry
from uball_assets.adapters.results.results_source import EVERYTHING
from uball_assets.adapters.warehouse.warehouse import Warehouse
from uball_assets.assets.league.common import fixtures as partitions
from uball_assets.automation.attempts import (
    MOST_LOOKED_AT,
    Attempts,
    ask,
    look_at_runs,
    read_attempts,
    settle,
)
from uball_assets.automation.executor import DECIDED_ELSEWHERE
from uball_assets.automation.forecasting.jobs import forecast_pipeline, quick_refresh
from uball_assets.automation.forecasting.situation import (
    KeptFixtures,
    LeagueSituation,
    is_training,
    league_situation,
    newest_of,
    now_utc,
    played_without_features,
    range_of,
)
from uball_assets.automation.forecasting.training import training_wish
from uball_assets.automation.runs.of_instance import InstanceNotes
from uball_assets.domain.errors import UballError
from uball_assets.domain.fields import text_in
from uball_assets.domain.hashing import content_hash
from uball_assets.domain.league.fixtures import Fixture
from uball_assets.domain.league.intake.reading import Kind
from uball_assets.domain.league.operating.refresh import Wish, decide, hindrance_of, wishes
from uball_assets.domain.learning.attempts import Tried
from uball_assets.domain.learning.due.words import count
from uball_assets.domain.record import Family
from uball_assets.resources import results_sources
from uball_assets.settings import Settings

REFRESH, TRAIN = "refresh", "train"
"""What is tried."""

MOST_NEW = 2000
"""Games without features in one run: two minutes of entering them."""


def build_league_sensors(automation_on: bool, interval_s: int) -> list[dg.SensorDefinition]:
    """Running from the start only if the setting says so."""
    status = dg.DefaultSensorStatus.RUNNING if automation_on else dg.DefaultSensorStatus.STOPPED
    kept = KeptFixtures()

    @dg.sensor(
        job=quick_refresh,
        minimum_interval_seconds=interval_s,
        default_status=status,
        description="Makes every game of the league's schedule a partition, and starts one run for all that "
        "is due: results that are missing, new or moved games, rosters; features and forecasts follow.",
    )
    def fixtures_sensor(
        context: dg.SensorEvaluationContext,
        warehouse: dg.ResourceParam[Warehouse],
        registry: dg.ResourceParam[Registry],
        plays_db: dg.ResourceParam[PlaysDb],
        settings: dg.ResourceParam[Settings],
    ) -> dg.SensorResult:
        notes, own, now = InstanceNotes(context.instance), of_family(registry, Family.OUTCOME), now_utc()
        try:
            situation = league_situation(settings, registry, warehouse, context.instance, notes, kept, now)
            first = [] if situation.view.games else _first_games(settings, plays_db, context.cursor, now)
        except UballError as error:
            return dg.SensorResult(skip_reason=f"cannot look at the league: {error}", cursor=context.cursor)
        if not situation.view.games and not first:
            return dg.SensorResult(
                skip_reason="no source tells a game yet (UBALL_RESULTS_SOURCES)", cursor=now.isoformat()
            )
        attempts = _settled(own, notes, REFRESH)
        wanted = wishes(situation.view)
        targets = {wish.what: _target(wish, situation, first) for wish in wanted}
        tried = [(wish, _tried(attempts, notes, REFRESH, targets[wish.what])) for wish in wanted]
        decision = decide(situation.view, tried, settings.max_attempts, settings.attempt_backoff_s)
        added = [*situation.added, *(first if not situation.keys else [])]
        add = [partitions.build_add_request(added)] if added else []
        if not decision.due:
            return dg.SensorResult(skip_reason=decision.reason, dynamic_partitions_requests=add)
        keys = situation.keys or tuple(first)
        due = _games_of(decision.what, situation, keys)
        first_key, last_key = range_of(keys, due) or (keys[-1], keys[-1])
        run_key = f"{REFRESH}:{targets[decision.what]}:{decision.attempt}"
        ask(own, REFRESH, "", targets[decision.what], decision.attempt, run_key, decision.reason)
        request = dg.RunRequest(
            run_key=run_key, tags=_tags("refresh", decision.reason, (first_key, last_key), settings)
        )
        return dg.SensorResult(run_requests=[request], dynamic_partitions_requests=add)

    @dg.sensor(
        job=forecast_pipeline,
        minimum_interval_seconds=interval_s,
        default_status=status,
        description="Starts one training of the models of forecasts when new results make one due, or "
        "decides on a model that nobody decided on; nothing in a pause, a freeze window or the playoffs.",
    )
    def forecast_retrain_sensor(
        context: dg.SensorEvaluationContext,
        warehouse: dg.ResourceParam[Warehouse],
        registry: dg.ResourceParam[Registry],
        settings: dg.ResourceParam[Settings],
    ) -> dg.SensorResult:
        notes, own = InstanceNotes(context.instance), of_family(registry, Family.OUTCOME)
        if is_training(notes):
            return dg.SensorResult(skip_reason="waiting: a training of forecasts is going")
        now = now_utc().astimezone(settings.zone)
        wish = training_wish(settings, registry, kept.counted(warehouse), now)
        if not wish.is_due:
            return dg.SensorResult(skip_reason=wish.reason)
        fixtures = kept.newest(warehouse)
        keys = context.instance.get_dynamic_partitions(str(partitions.name))
        if lacks := _lacks(context.instance, fixtures, keys):
            return dg.SensorResult(skip_reason=f"{wish.reason}; waiting: {lacks} (fixtures_sensor)")
        first_key, last_key = range_of(keys, wish.games_since(fixtures)) or (keys[-1], keys[-1])
        attempts = _settled(own, notes, TRAIN)
        so_far = _tried(attempts, notes, TRAIN, wish.target)
        if hindrance := _held_back(so_far, settings, now):
            return dg.SensorResult(skip_reason=f"{hindrance} ({wish.reason})")
        run_key = f"forecasts:{TRAIN}:{wish.target}:{so_far.next_number}"
        ask(own, TRAIN, "", wish.target, so_far.next_number, run_key, wish.reason)
        return dg.SensorResult(
            run_requests=[
                dg.RunRequest(
                    run_key=run_key, tags=_tags("train", wish.reason, (first_key, last_key), settings)
                )
            ]
        )

    return [fixtures_sensor, forecast_retrain_sensor]


def _games_of(what: str, situation: LeagueSituation, keys: Sequence[str]) -> set[str]:
    """Of many new games the newest, and the others run by run: a run enters each of its games for each of its
    assets, some 60 ms a game."""
    if what != "new":
        return set(situation.around)
    if len(situation.unmade) > MOST_NEW:
        return set(newest_of(keys, situation.unmade, MOST_NEW))
    return {*situation.around, *situation.unmade}


def _tags(what: str, reason: str, ends: tuple[str, str], settings: Settings) -> dict[str, str]:
    return {
        "dagster/asset_partition_range_start": ends[0],
        "dagster/asset_partition_range_end": ends[1],
        f"{what}/reason": reason,
        **DECIDED_ELSEWHERE,
        **settings.run_tags,
    }


def _first_games(settings: Settings, plays_db: PlaysDb, asked_at: str | None, now: datetime) -> list[str]:
    """A game that a source tells, while nothing is known of the league: a run needs a partition. Sources that
    told none are left alone for a while. Raises what the first that did not answer raised, where none did."""
    if asked_at and (now - datetime.fromisoformat(asked_at)).total_seconds() < settings.results_look_s:
        return []
    refused: list[UballError] = []
    for source in results_sources(settings, plays_db, tries_again=False):
        try:
            rows = source.fetch(EVERYTHING).rows
        except UballError as error:
            refused.append(error)
            continue
        for raw in rows:
            if raw.kind is Kind.FIXTURES and (game_id := text_in(raw.values.get("game_id"))):
                return [game_id]
    if refused:
        raise refused[0]
    return []


def _lacks(instance: dg.DagsterInstance, fixtures: Sequence[Fixture], keys: Sequence[str]) -> str:
    """What a training cannot be started without; '' where all of it is there."""
    if unmade := played_without_features(instance, fixtures):
        return f"{count(unmade, 'played game')} without features"
    return "" if keys else "no game is a partition yet"


def _target(wish: Wish, situation: LeagueSituation, first: Sequence[str]) -> str:
    """What its attempts are counted at."""
    at = {
        "first": first,
        "new": situation.unmade,
        "gaps": situation.view.gaps,
        "stale": situation.state,
        "look": situation.view.look,
    }
    return f"{wish.what}:{content_hash(at[wish.what])}"


def _settled(registry: Registry, notes: InstanceNotes, what: str) -> Attempts:
    attempts = read_attempts(registry)
    unsettled = attempts.unsettled(what)[-MOST_LOOKED_AT:]
    settle(registry, attempts, unsettled, look_at_runs(notes, unsettled))
    return attempts


def _tried(attempts: Attempts, notes: InstanceNotes, what: str, target: str) -> Tried:
    return attempts.at(what, target, look_at_runs(notes, attempts.unsettled_at(what, target)))


def _held_back(so_far: Tried, settings: Settings, now: datetime) -> str | None:
    wish = Wish(TRAIN, "this training")
    return hindrance_of(wish, so_far, now.timestamp(), settings.max_attempts, settings.attempt_backoff_s)
