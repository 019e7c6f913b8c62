"""Sensors: the loop moving by itself. Level-triggered: each tick derives what is due from the world and the
record.

Belongs here: turning decisions into run requests, and words for people at every tick. Not here: the decisions
(`domain.learning.pickup`, `domain.learning.retrain`).
"""

import json
import time
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from uball_assets.adapters.models.endpoint import Endpoint
from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.adapters.record.following import newest_followed
from uball_assets.adapters.record.registry import Registry
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.assets.common import games
from uball_assets.assets.record.appends import append_gone
from uball_assets.assets.record.queries import model_versions
from uball_assets.automation.attempts import (
    GAME,
    MOST_LOOKED_AT,
    TRAIN,
    ask,
    look_at_runs,
    read_attempts,
    settle,
)
from uball_assets.automation.backups.loss import DECIDING, refuse_lost
from uball_assets.automation.discovery import Discovery, discover
from uball_assets.automation.executor import DECIDED_ELSEWHERE
from uball_assets.automation.jobs import game_job, retrain_job, scoring_job
from uball_assets.automation.retraining.arrived import arrived_games
from uball_assets.automation.retraining.start import start_of
from uball_assets.automation.runs.in_the_way import run_in_the_way
from uball_assets.automation.runs.of_instance import InstanceNotes
from uball_assets.automation.situation import policy, retrain_situation
from uball_assets.domain.errors import UballError
from uball_assets.domain.learning.presence import Limits
from uball_assets.domain.learning.retrain import Decision, Situation, decide
from uball_assets.domain.learning.turns import MOST_WATCHED, Turns, next_seen, whose_turn
from uball_assets.services.arrivals import Arrivals
from uball_assets.services.serving import Serving
from uball_assets.services.sources import Look, unfinished
from uball_assets.services.trials import end_idle
from uball_assets.settings import Settings

_MOST_REQUESTS = 25
"""A tick has 60 s; 150 requests were measured to take 26 s."""
_READ_S = 12.0
"""So long a tick reads which plays there are, where that takes many requests (Supabase); the next goes on
behind the last one."""
_LOOK_S = 20.0
"""So long a tick looks at games; the next goes on with those that it did not come to."""
_ASK_S = 35.0
"""After so long a tick starts no more: what is left of its 60 s is for Dagster to launch the runs."""
_RETIRED = "retired, for no source has it any more; it comes back when one has it again"
_VANISHED = "no source has it any more: it is retired at the next look, unless it is back by then"


def build_sensors(automation_on: bool, interval_s: int) -> list[dg.SensorDefinition]:
    """Both sensors, running from the start only if the setting says so; else they are switched on in the
    UI."""
    status = dg.DefaultSensorStatus.RUNNING if automation_on else dg.DefaultSensorStatus.STOPPED

    @dg.sensor(
        job=game_job,
        minimum_interval_seconds=interval_s,
        default_status=status,
        description="Finds new and changed games in the video folder and the plays database, makes them "
        "partitions and starts their chain.",
    )
    def games_sensor(
        context: dg.SensorEvaluationContext,
        video_store: dg.ResourceParam[ObjectStore],
        plays_db: dg.ResourceParam[PlaysDb],
        arrivals: dg.ResourceParam[Arrivals],
        registry: dg.ResourceParam[Registry],
        settings: dg.ResourceParam[Settings],
    ) -> dg.SensorResult:
        began_s, turns = time.monotonic(), Turns.from_told(_told(context.cursor))
        try:
            look = Look.take(video_store, plays_db, arrivals.store, _is_over(began_s, _READ_S))
            begun = unfinished(video_store)
            refuse_lost(settings, registry, DECIDING)
        except UballError as error:
            return dg.SensorResult(skip_reason=f"cannot look for games: {error}", cursor=context.cursor)
        found = discover(
            look,
            begun,
            registry,
            InstanceNotes(context.instance),
            policy(settings),
            turns,
            _is_over(began_s, _LOOK_S),
            Limits(settings.vanish_most_share, settings.vanish_least_games),
            settings.short_games,
            settings.quarantine_causes,
            settings.annotate_again,
            settings.collect_days,
            settings.ceilings.month_usd,
        )
        if found.stopped:
            return dg.SensorResult(skip_reason=found.stopped, cursor=context.cursor)
        gone = _retire(registry, found.vanished, turns.vanished)
        started = {}
        is_over = _is_over(began_s, _ASK_S)
        for game_id in whose_turn(found.decided, turns.started_to, _MOST_REQUESTS):
            started[game_id] = _game_request(registry, settings, game_id, found)
            if is_over():
                break
        partitions = set(context.instance.get_dynamic_partitions(str(games.name)))
        deleted = sorted(found.handled - partitions)
        gone_from = partitions - found.decided.keys() - set(found.unlooked)
        unused = _unused(registry, context.instance, gone_from)
        new = sorted({*deleted, *(game_id for game_id in started if game_id not in partitions)})
        seen, watched_to = next_seen(turns, found.hashes, found.decided, found.unlooked, started)
        after = Turns(
            seen=seen,
            watched_to=watched_to,
            started_to=next(reversed(started), turns.started_to),
            look_from=found.unlooked[0] if found.unlooked else "",
            settled_to=found.settled_to,
            vanished=found.vanished[:MOST_WATCHED],
        )
        return dg.SensorResult(
            run_requests=list(started.values()),
            dynamic_partitions_requests=[
                *([games.build_add_request(new)] if new else []),
                *([games.build_delete_request(unused)] if unused else []),
            ],
            cursor=json.dumps(after.to_dict()),
            skip_reason=None if started else _summary(found, deleted, gone),
        )

    @dg.sensor(
        jobs=[retrain_job, scoring_job],
        minimum_interval_seconds=interval_s,
        default_status=status,
        description="Starts one training when enough of the sound games differ from those learned, what a "
        "training is told has changed, or somebody asks for one, and decides first on a model that nobody "
        "decided on; ends a trial that gets no games; says at each tick why it does or does not.",
    )
    def retrain_sensor(
        context: dg.SensorEvaluationContext,
        video_store: dg.ResourceParam[ObjectStore],
        plays_db: dg.ResourceParam[PlaysDb],
        arrivals: dg.ResourceParam[Arrivals],
        registry: dg.ResourceParam[Registry],
        training: dg.ResourceParam[ObjectStore],
        model_endpoint: dg.ResourceParam[Endpoint],
        settings: dg.ResourceParam[Settings],
    ) -> dg.SensorResult:
        refuse_lost(settings, registry, DECIDING)
        serving = Serving(registry, model_endpoint)
        _end_idle_trial(context, training, serving, plays_db, settings.trial_idle_days)
        attempts, rule = read_attempts(registry), policy(settings)
        notes = InstanceNotes(context.instance)
        # The newest matter; of older ones that are still not settled a few more are, tick by tick.
        unsettled = attempts.unsettled(TRAIN)[-MOST_LOOKED_AT:]
        settle(registry, attempts, unsettled, look_at_runs(notes, unsettled))
        situation = retrain_situation(settings, registry, notes, datetime.now(UTC), attempts)
        decision = decide(situation, rule)
        if decision.due and not decision.only_decides:
            try:
                look = Look.take(video_store, plays_db, arrivals.store)
                coming = arrived_games(look, registry, notes, attempts, rule.max_attempts)
            except UballError:
                coming = []  # what cannot be looked at is waited for by nobody: games_sensor says so
            decision = decide(replace(situation, arrived_games=len(coming)), rule)
        if not decision.due:
            return dg.SensorResult(skip_reason=decision.reason)
        return dg.SensorResult(run_requests=[_training_request(registry, settings, situation, decision)])

    return [games_sensor, retrain_sensor]


def _end_idle_trial(
    context: dg.SensorEvaluationContext,
    training: ObjectStore,
    serving: Serving,
    plays_db: PlaysDb,
    most_days: float,
) -> None:
    """What cannot be read now stops no training: the next tick looks again."""
    try:
        if end_idle(training, serving, datetime.now(UTC), most_days):
            plays_db.write_model_versions(model_versions(serving.registry, training))
    except UballError as error:
        context.log.warning("a trial without games is not ended yet: %s", error)


def _training_request(
    registry: Registry, settings: Settings, situation: Situation, decision: Decision
) -> dg.RunRequest:
    """A training's, or that of the decision on the newest model."""
    start = start_of(situation, decision)
    run_key = f"train:{start.target_hash}:{start.attempt}"
    ask(registry, TRAIN, "", start.target_hash, start.attempt, run_key, decision.reason)
    return dg.RunRequest(
        run_key=run_key,
        job_name=start.job,
        partition_key=start.game_id,
        tags={"train/reason": decision.reason, **DECIDED_ELSEWHERE, **settings.run_tags},
    )


def _is_over(began_s: float, after_s: float) -> Callable[[], bool]:
    return lambda: time.monotonic() - began_s > after_s


def _game_request(registry: Registry, settings: Settings, game_id: str, found: Discovery) -> dg.RunRequest:
    pickup, target = found.decided[game_id], found.tried_at[game_id]
    run_key = f"game:{game_id}:{target}:{pickup.attempt}"
    ask(registry, GAME, game_id, f"{game_id}:{target}", pickup.attempt, run_key, pickup.reason)
    tags = {"game/reason": pickup.reason, **DECIDED_ELSEWHERE, **settings.run_tags}
    return dg.RunRequest(run_key=run_key, partition_key=game_id, tags=tags)


def _retire(registry: Registry, vanished: Collection[str], before: Collection[str]) -> list[str]:
    """The games that no source had at the look before either leave: on the record, and so out of the next
    training set."""
    gone = sorted(set(vanished) & set(before))
    for game_id in gone:
        append_gone(registry, game_id, "retired", "no source has it any more")
    return gone


def _unused(registry: Registry, instance: dg.DagsterInstance, partitions: Collection[str]) -> list[str]:
    """Partitions of games that have left, of which no run makes or reads anything: under a run that goes, a
    deleted partition would throw its work away."""
    states = newest_followed(registry, "games")
    gone = sorted(game for game in partitions if game in states and states[game].get("removed"))
    return [game for game in gone if run_in_the_way(instance, game) is None]


def _told(cursor: str | None) -> Any:
    """Nothing where a person has set the cursor to what is no JSON."""
    try:
        return json.loads(cursor or "{}")
    except ValueError:
        return {}


def _summary(found: Discovery, deleted: list[str], gone: Collection[str]) -> str:
    """`12 games: 11 up to date; g7: attempt 1 failed; the next in 40 s`."""
    decided, unlooked = found.decided, found.unlooked
    current = sum(pickup.is_current for pickup in decided.values())
    others = [(game, pickup) for game, pickup in decided.items() if not pickup.is_current]
    # What only a person can mend hides nothing that moves.
    others.sort(key=lambda one: (one[1].is_lacking or one[1].is_held) and not one[1].due)
    waiting = [f"{game}: {pickup.reason}" for game, pickup in others]
    back = [f"{game}: its partition was deleted, and is added again" for game in deleted]
    left_us = [f"{game}: {_RETIRED if game in gone else _VANISHED}" for game in found.vanished]
    left = (
        [f"{len(unlooked)} not looked at yet: the next look goes on with {unlooked[0]}"] if unlooked else []
    )
    sentences = [*left, *waiting[:10], *back[:5], *left_us[:5], *found.refused[:5]]
    return "; ".join([f"{len(decided) + len(unlooked)} games: {current} up to date", *sentences])
