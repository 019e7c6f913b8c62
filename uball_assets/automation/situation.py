"""What is so now, read off the record and the runs: the situation that the rules decide on.

Belongs here: gathering. Not here: deciding (`domain.learning.retrain`, `domain.learning.pickup`) or starting
runs (`sensors`).
"""

from __future__ import annotations

from datetime import UTC, datetime

import dagster as dg

from uball_assets.adapters.record.registry import Registry
from uball_assets.adapters.record.training_requests import open_request
from uball_assets.assets.common import OPEN_STATUSES
from uball_assets.assets.record.appends import recorded_s
from uball_assets.assets.record.queries import eligible_games, game_states, learned_manifest
from uball_assets.automation.attempts import TRAIN, Attempts, look_at_runs, read_attempts
from uball_assets.automation.instance import runs_of_others
from uball_assets.automation.jobs import game_job, retrain_job
from uball_assets.domain.learning.manifest import changes
from uball_assets.domain.learning.retrain import Policy, Situation, decide, target_hash
from uball_assets.domain.record import CANCELLATIONS
from uball_assets.settings import Settings

_MODEL_CHAIN = {dg.AssetKey(name) for name in ("training_set", "tuned_model", "evaluation", "endpoint")}


def policy(settings: Settings) -> Policy:
    return Policy(
        first_thresholds=settings.retrain_first_thresholds,
        then_every_games=settings.retrain_then_every_games,
        longest_wait_s=settings.retrain_longest_wait_s,
        settle_s=settings.retrain_settle_s,
        max_attempts=settings.max_attempts,
        backoff_s=settings.attempt_backoff_s,
    )


def retrain_situation(
    settings: Settings,
    registry: Registry,
    instance: dg.DagsterInstance,
    now: datetime,
    attempts: Attempts | None = None,
) -> Situation:
    """`attempts`: of `read_attempts`, where they have been read already."""
    states = game_states(registry)
    eligible, learned = eligible_games(registry, instance, states), learned_manifest(registry)
    difference = changes(eligible, learned)
    waiting = [
        states[game]
        for game in (*difference.added, *difference.changed, *difference.removed)
        if game in states
    ]
    config, request = settings.training_config, open_request(registry)
    config_changes = config.differences(registry.latest("models"))
    target = target_hash(eligible, config, config_changes, request["number"] if request else 0)
    attempts = attempts or read_attempts(registry)
    so_far = attempts.at(TRAIN, target, look_at_runs(instance, attempts.unsettled_at(TRAIN, target)))
    return Situation(
        eligible=eligible,
        learned=learned,
        models_so_far=registry.count("models"),
        live_game_runs=len(_live_runs(instance, game_job.name, "training_examples")),
        oldest_waiting_s=max((now.timestamp() - recorded_s(state) for state in waiting), default=None),
        attempts=so_far.ended,
        now_s=now.timestamp(),
        training_live=bool(_live_runs(instance, retrain_job.name, "tuned_model")),
        forced=request is not None,
        next_attempt=so_far.next_number,
        target_hash=target,
        config_changes=config_changes,
        cancelled=any(
            entry["target_hash"] == target and entry["after_version"] == len(registry.entries("models"))
            for entry in registry.entries(CANCELLATIONS)
        ),
    )


def why(settings: Settings, registry: Registry, instance: dg.DagsterInstance) -> str:
    """Why a training would or would not start now, in the words of the rule."""
    return decide(retrain_situation(settings, registry, instance, datetime.now(UTC)), policy(settings)).reason


def live_games(instance: dg.DagsterInstance) -> set[str]:
    """Games whose chain is queued or going, whoever started it."""
    runs = _live_runs(instance, game_job.name, "training_examples")
    return {run.tags["dagster/partition"] for run in runs if "dagster/partition" in run.tags}


def run_in_the_way(instance: dg.DagsterInstance, game_id: str) -> str | None:
    """A run that reads or makes what is of this game, or a training, in words."""
    for run in runs_of_others(instance):
        if run.job_name == retrain_job.name or _MODEL_CHAIN & set(run.asset_selection or ()):
            return f"a training (run {run.run_id[:8]})"
        if run.tags.get("dagster/partition") == game_id:
            return f"a run of game {game_id} ({run.run_id[:8]})"
    return None


def _live_runs(instance: dg.DagsterInstance, job_name: str, asset: str) -> list[dg.DagsterRun]:
    """A job's own runs name no assets; those of a backfill or of the UI name their assets and no job."""
    runs = instance.get_runs(dg.RunsFilter(statuses=OPEN_STATUSES))
    key = dg.AssetKey(asset)
    return [run for run in runs if run.job_name == job_name or key in (run.asset_selection or ())]
