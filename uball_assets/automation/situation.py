"""What is so now, read off the record and the runs: the situation that the rules decide on.

Belongs here: gathering. Not here: deciding (`domain.learning.retrain`, `domain.learning.pickup`) or starting
runs (`sensors`).
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import UTC, datetime
from itertools import takewhile

from uball_assets.adapters.record.following import followed
from uball_assets.adapters.record.pauses import held_now
from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.adapters.record.routes import current_routing
from uball_assets.adapters.record.training_requests import newest_collection, requests_open
from uball_assets.assets.record.appends import recorded_s
from uball_assets.assets.record.queries import eligible_games, game_states, latest_manifest, manifest_of
from uball_assets.assets.run_words import GAME_JOB, RETRAIN_JOB, SCORING_JOB
from uball_assets.automation.attempts import TRAIN, Attempts, look_at_runs, read_attempts
from uball_assets.automation.runs.notes import LiveRun, RunNotes
from uball_assets.domain.learning.attempts import Tried
from uball_assets.domain.learning.due.cron import next_of
from uball_assets.domain.learning.due.undecided import Undecided, decision_hash
from uball_assets.domain.learning.manifest import changes
from uball_assets.domain.learning.retrain import Policy, Situation, decide, target_hash
from uball_assets.domain.record import CANCELLATIONS, DRIFT
from uball_assets.settings import Settings

MODEL_CHAIN = frozenset({"training_set", "tuned_model", "evaluation", "endpoint"})
MODEL_JOBS = (RETRAIN_JOB, SCORING_JOB)
_EXAMPLES = frozenset({"training_examples"})
_WEEK_S = 7 * 86_400.0


def policy(settings: Settings) -> Policy:
    return Policy(
        first_thresholds=settings.retrain_first_thresholds,
        then_every_games=settings.retrain_then_every_games,
        longest_wait_s=settings.retrain_longest_wait_s,
        settle_s=settings.retrain_settle_s,
        max_attempts=settings.max_attempts,
        backoff_s=settings.attempt_backoff_s,
        trainings_a_week=settings.trainings_a_week,
        zone=settings.zone,
    )


def retrain_situation(
    settings: Settings,
    registry: Registry,
    notes: RunNotes,
    now: datetime,
    attempts: Attempts | None = None,
) -> Situation:
    """`attempts`: of `read_attempts`, where they have been read already."""
    states, now_s = game_states(registry), now.timestamp()
    eligible, models = eligible_games(registry, notes.partitions(), states), followed(registry, "models")
    learned = manifest_of(registry, models[-1]) if models else None
    difference = changes(eligible, learned)
    waited_s = {
        game: now_s - recorded_s(states[game])
        for game in (*difference.added, *difference.changed, *difference.removed)
        if game in states
    }
    requests = requests_open(registry, now_s, models)
    config, base_note = settings.training_config_on(now.date())
    config_changes = config.differences(models[-1] if models else None)
    target = target_hash(eligible, config, config_changes, requests.newest.number if requests.newest else 0)
    attempts = attempts or read_attempts(registry)
    so_far = _tried(attempts, notes, target)
    return Situation(
        eligible=eligible,
        learned=learned,
        models_so_far=len(models),
        live_game_runs=len(_live_runs(notes, (GAME_JOB,), _EXAMPLES)),
        oldest_waiting_s=max(waited_s.values(), default=None),
        attempts=so_far.ended,
        now_s=now_s,
        training_live=bool(_live_runs(notes, MODEL_JOBS, MODEL_CHAIN)),
        requests=requests,
        next_attempt=so_far.next_number,
        target_hash=target,
        config_changes=config_changes,
        cancelled=any(
            entry["target_hash"] == target and entry["after_version"] == len(models)
            for entry in registry.entries(CANCELLATIONS)
        ),
        waited_s=tuple(waited for game, waited in waited_s.items() if game not in difference.removed),
        kept_out=sum(
            bool(state.get("rows")) and not state.get("trainable") and not state.get("removed")
            for state in states.values()
        ),
        held=held_now(registry, settings.windows, now.astimezone(settings.zone)),
        undecided=_undecided(registry, notes, attempts, models, set(eligible.game_ids)),
        trained_at_s=tuple(
            takewhile(lambda at_s: at_s > now_s - _WEEK_S, (recorded_s(model) for model in reversed(models)))
        ),
        drift=_drift(registry, models),
        base_note=base_note,
        next_check_s=_next_check_s(settings, now),
    )


def _drift(registry: Registry, models: Sequence[Entry]) -> str:
    """Why the serving model calls for another one; '' where one was trained since that began: a second one
    of nearly the same games would be no better."""
    routing = current_routing(registry)
    found = registry.newest(DRIFT, routing.champion) if routing else None
    if found is None or not found["is_alarm"]:
        return ""
    is_answered = bool(models) and models[-1]["recorded_at"] > found["alarm_since"]
    return "" if is_answered else str(found["said"])


def _undecided(
    registry: Registry,
    notes: RunNotes,
    attempts: Attempts,
    models: Sequence[Entry],
    partitions: Container[str],
) -> Undecided | None:
    """The newest model, where nobody has decided on it."""
    if not models or registry.newest("promotions", models[-1]["name"]):
        return None
    newest, found, collected = models[-1], latest_manifest(registry), newest_collection(registry)
    startable = [game for game in found[1].game_ids if game in partitions] if found else []
    if not found or not startable:
        return None
    evaluation_set = found[0].get("yardstick_hash", "")
    target = decision_hash(newest["name"], evaluation_set, collected["number"] if collected else 0)
    so_far = _tried(attempts, notes, target)
    return Undecided(
        model=str(newest.get("label", newest["name"])),
        is_scored=registry.find("evaluations", f"{newest['name']}:{evaluation_set}") is not None,
        attempts=so_far.ended,
        next_attempt=so_far.next_number,
        target_hash=target,
        game_id=startable[0],
    )


def _tried(attempts: Attempts, notes: RunNotes, target: str) -> Tried:
    return attempts.at(TRAIN, target, look_at_runs(notes, attempts.unsettled_at(TRAIN, target)))


def _next_check_s(settings: Settings, now: datetime) -> float | None:
    """When the calendar asks for a training next."""
    crons = (settings.monthly_training_cron, settings.weekly_check_cron)
    found = [next_of(cron, now.astimezone(settings.zone)) for cron in crons]
    return min((at.timestamp() for at in found if at), default=None)


def why(settings: Settings, registry: Registry, notes: RunNotes) -> str:
    """Why a training would or would not start now, in the words of the rule."""
    return decide(retrain_situation(settings, registry, notes, datetime.now(UTC)), policy(settings)).reason


def live_games(notes: RunNotes) -> set[str]:
    """Games whose chain is queued or going, whoever started it."""
    runs = _live_runs(notes, (GAME_JOB,), _EXAMPLES)
    return {run.game_id for run in runs if run.game_id}


def _live_runs(notes: RunNotes, jobs: Container[str], assets: frozenset[str]) -> list[LiveRun]:
    """A job's own runs name no assets; those of a backfill or of the UI name their assets and no job."""
    return [run for run in notes.live_runs() if run.job in jobs or assets & run.assets]
