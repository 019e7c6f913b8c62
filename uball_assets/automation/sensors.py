"""Sensors: the loop moving by itself. Level-triggered: each tick derives what is due from the world and the
record.

Belongs here: turning decisions into run requests, and words for people at every tick. Not here: the decisions
(`domain.learning.pickup`, `domain.learning.retrain`).
"""

import json
from datetime import UTC, datetime

import dagster as dg

from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.adapters.record.registry import Registry
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.assets.common import games
from uball_assets.assets.record_appends import recorded_s
from uball_assets.assets.record_queries import (
    asked_by_a_newer_model,
    game_states,
    game_targets,
    processed_games,
)
from uball_assets.automation.attempts import GAME, TRAIN, Attempts, ask, settle_attempts
from uball_assets.automation.executor import DECIDED_ELSEWHERE
from uball_assets.automation.jobs import game_job, retrain_job
from uball_assets.automation.situation import (
    live_games,
    policy,
    retrain_situation,
)
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage.games import valid_game_id
from uball_assets.domain.learning.manifest import changes
from uball_assets.domain.learning.pickup import GameView, Pickup, pick_up
from uball_assets.domain.learning.retrain import decide
from uball_assets.services.arrivals import Arrivals
from uball_assets.services.sources import source_hashes, teams_hashes, unfinished
from uball_assets.settings import Settings

_MOST_REQUESTS = 25
"""A tick has 60 s; 150 requests were measured to take 26 s."""


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
        try:
            seen, begun = (
                source_hashes(video_store, plays_db, arrivals=arrivals.store),
                unfinished(video_store),
            )
            teams = teams_hashes(plays_db)
        except Permanent as error:
            return dg.SensorResult(skip_reason=f"cannot look for games: {error}")
        named, refused = _valid(seen)
        targets = game_targets(registry, named, teams)
        tries = settle_attempts(registry, context.instance)
        decided = _decide_games(context, registry, settings, named, targets, begun, tries)
        due = [(game, pickup) for game, pickup in decided.items() if pickup.due][:_MOST_REQUESTS]
        requests = [_game_request(registry, settings, game, targets[game], pickup) for game, pickup in due]
        partitions = set(context.instance.get_dynamic_partitions(str(games.name)))
        handled = (game_states(registry).keys() | tries.games) & named.keys() - begun.keys()
        deleted = sorted(handled - partitions)
        new = sorted({*deleted, *(game for game, _ in due if game not in partitions)})
        return dg.SensorResult(
            run_requests=requests,
            dynamic_partitions_requests=[games.build_add_request(new)] if new else [],
            cursor=json.dumps(seen),
            skip_reason=None if requests else _summary(decided, deleted, refused),
        )

    @dg.sensor(
        job=retrain_job,
        minimum_interval_seconds=interval_s,
        default_status=status,
        description="Starts one training when enough of the sound games differ from those learned, what a "
        "training is told has changed, or a person asks for one; says at each tick why it does or does not.",
    )
    def retrain_sensor(
        context: dg.SensorEvaluationContext,
        registry: dg.ResourceParam[Registry],
        settings: dg.ResourceParam[Settings],
    ) -> dg.SensorResult:
        settle_attempts(registry, context.instance)
        situation = retrain_situation(settings, registry, context.instance, datetime.now(UTC))
        decision = decide(situation, policy(settings))
        if not decision.due:
            return dg.SensorResult(skip_reason=decision.reason)
        difference = changes(situation.eligible, situation.learned)
        game_id = (*difference.added, *difference.changed, *situation.eligible.game_ids)[0]
        target = situation.target_hash
        # Not the decision's number: a set that comes back (A, B, A) would ask under a key already used.
        attempt = situation.next_attempt
        run_key = f"train:{target}:{attempt}"
        ask(registry, TRAIN, "", target, attempt, run_key, decision.reason)
        request = dg.RunRequest(
            run_key=run_key,
            partition_key=game_id,
            tags={"train/reason": decision.reason, **DECIDED_ELSEWHERE, **settings.run_tags},
        )
        return dg.SensorResult(run_requests=[request])

    return [games_sensor, retrain_sensor]


def _valid(seen: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    """Games whose id may be a partition, and what is wrong with the others."""
    named, refused = {}, []
    for game_id, source_hash in seen.items():
        try:
            named[valid_game_id(game_id)] = source_hash
        except Permanent as error:
            refused.append(str(error))
    return named, refused


def _decide_games(
    context: dg.SensorEvaluationContext,
    registry: Registry,
    settings: Settings,
    seen: dict[str, str],
    targets: dict[str, str],
    begun: dict[str, str],
    tries: Attempts,
) -> dict[str, Pickup]:
    before, processed = _looked_before(context.cursor), processed_games(registry)
    live, newer_models = live_games(context.instance), asked_by_a_newer_model(registry, processed)
    now_s, rule = datetime.now(UTC).timestamp(), policy(settings)

    def view(game_id: str) -> GameView:
        target, done = targets[game_id], processed.get(game_id)
        so_far = tries.at(GAME, f"{game_id}:{target}")
        return GameView(
            game_id=game_id,
            source_hash=seen[game_id],
            seen_before=before.get(game_id),
            target=target,
            processed=done["target"] if done else None,
            processed_at_s=recorded_s(done) if done else None,
            processed_source=done["source_hash"] if done else None,
            run_live=game_id in live,
            attempts=so_far.ended,
            next_attempt=so_far.next_number,
            newer_model=game_id in newer_models,
            unfinished=begun.get(game_id),
        )

    return {game_id: pick_up(view(game_id), rule, now_s) for game_id in seen}


def _game_request(
    registry: Registry, settings: Settings, game_id: str, target: str, pickup: Pickup
) -> dg.RunRequest:
    run_key = f"game:{game_id}:{target}:{pickup.attempt}"
    ask(registry, GAME, game_id, f"{game_id}:{target}", pickup.attempt, run_key, pickup.reason)
    tags = {"game/reason": pickup.reason, **DECIDED_ELSEWHERE, **settings.run_tags}
    return dg.RunRequest(run_key=run_key, partition_key=game_id, tags=tags)


def _looked_before(cursor: str | None) -> dict[str, str]:
    """What the last look saw; nothing where a person has set the cursor to something else: then it is looked
    once more."""
    try:
        seen = json.loads(cursor or "{}")
    except ValueError:
        return {}
    return seen if isinstance(seen, dict) else {}


def _summary(decided: dict[str, Pickup], deleted: list[str], refused: list[str]) -> str:
    """`12 games: 11 up to date; g7: attempt 1 failed; the next in 40 s`."""
    waiting = [
        f"{game}: {pickup.reason}" for game, pickup in decided.items() if pickup.reason != "up to date"
    ]
    current = len(decided) - len(waiting)
    back = [f"{game}: its partition was deleted, and is added again" for game in deleted]
    told = [*waiting[:10], *back[:5], *refused[:5]]
    return "; ".join([f"{len(decided)} games: {current} up to date", *told])
