"""What `uball why` answers from: record, runs and one look outside, put before the rules. Writes nothing.

Belongs here: gathering. Not here: the words (`domain.learning.due.explained`).
"""

from __future__ import annotations

from datetime import UTC, datetime

from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.adapters.record.routes import cause_of, routing_of
from uball_assets.assets.record.appends import recorded_s
from uball_assets.assets.record.queries import game_targets, processed_games
from uball_assets.automation.attempts import GAME, look_at_runs, read_attempts
from uball_assets.automation.runs.notes import RunNotes
from uball_assets.automation.situation import live_games, policy, retrain_situation
from uball_assets.domain.errors import Permanent
from uball_assets.domain.learning.due.cron import next_of
from uball_assets.domain.learning.due.explained import (
    Explained,
    GameFacts,
    LastPromotion,
    Looks,
    explain_game,
    explain_promotion,
    explain_training,
    explain_trial,
)
from uball_assets.domain.learning.lacking import lacks
from uball_assets.domain.learning.pickup import GameView, Pickup, pick_up
from uball_assets.domain.learning.retrain import Decision, Situation, decide
from uball_assets.domain.record import ROUTES
from uball_assets.domain.serving.routing import Change
from uball_assets.resources import arrivals_store, plays_database, training_store, videos_store
from uball_assets.services.sources import Look
from uball_assets.services.trials import idle_of, trial_of
from uball_assets.settings import Settings


def explain_models(settings: Settings, registry: Registry, notes: RunNotes) -> dict[str, Explained]:
    """Of trainings, of promotions, and of a trial where there is one or one has just ended."""
    registry = registry.at_one_look()
    situation, decision = _decided(settings, registry, notes)
    looks, last = _looks(settings), registry.latest("promotions")
    newest = LastPromotion(last["challenger"], last["promote"], last["reason"]) if last else None
    found = {
        "training": explain_training(decision, looks),
        "promotion": explain_promotion(newest, situation.undecided, situation.held, looks),
    }
    trial = _trial(settings, registry, looks)
    return found | ({"trial": trial} if trial else {})


def _trial(settings: Settings, registry: Registry, looks: Looks) -> Explained | None:
    row = registry.latest(ROUTES)
    if row is None:
        return None
    routing, cause = routing_of(row), cause_of(row)
    if not routing.on_trial:
        return explain_trial(cause.why, False, looks) if cause.what is Change.TRIAL_ENDED else None
    idle = idle_of(registry, routing, datetime.now(UTC), settings.trial_idle_days)
    trial = trial_of(training_store(settings), registry, routing, idle)
    if trial is None:
        return None
    stands = f"{trial.challenger} beside {trial.champion}: {trial.verdict.outcome}, {trial.verdict.reason}"
    return explain_trial(stands, True, looks)


def explain_one(settings: Settings, registry: Registry, notes: RunNotes, game_id: str) -> Explained:
    """Of one game. Raises Permanent where neither the sources nor the record know it."""
    registry = registry.at_one_look()
    situation, decision = _decided(settings, registry, notes)
    database = plays_database(settings)
    look = Look.take(videos_store(settings), database, arrivals_store(settings))
    state, is_there = registry.newest("games", game_id), game_id in look.games
    if state is None and not is_there:
        raise Permanent(f"there is no game {game_id}: `uball status` lists them")
    annotated = registry.newest("annotations", game_id)
    found = state or {}
    learned = (
        next((game for game in situation.learned.games if game.game_id == game_id), None)
        if (situation.learned)
        else None
    )
    models = [model for model in registry.entries("models") if game_id in model["game_ids"]]
    facts = GameFacts(
        game_id=game_id,
        pickup=_pickup(settings, registry, notes, look, game_id, state, annotated) if is_there else None,
        grade=found.get("grade"),
        reasons=tuple(found.get("reasons", ())),
        is_processed=state is not None,
        is_removed=bool(found.get("removed")),
        is_trainable=bool(found.get("trainable")),
        has_plays=bool(found.get("rows")),
        is_in_review=game_id in database.games_in_review(),
        learned_by=_label(registry.latest("models")) if _is_as_learned(learned, found) else None,
        earlier_by=_label(models[-1]) if models else None,
        annotated_by=annotated["model"] if annotated else None,
    )
    return explain_game(facts, decision, _looks(settings))


def _decided(settings: Settings, registry: Registry, notes: RunNotes) -> tuple[Situation, Decision]:
    situation = retrain_situation(settings, registry, notes, datetime.now(UTC))
    return situation, decide(situation, policy(settings))


def _looks(settings: Settings) -> Looks:
    collected = next_of(settings.daily_collection_cron, datetime.now(settings.zone))
    at_s = collected.timestamp() if collected else None
    return Looks(settings.automation_on, settings.sensor_interval_s, settings.zone, at_s)


def _pickup(
    settings: Settings,
    registry: Registry,
    notes: RunNotes,
    look: Look,
    game_id: str,
    state: Entry | None,
    annotated: Entry | None,
) -> Pickup:
    """As the next tick would decide that finds it as it is now."""
    source, states = look.source_hash(game_id), {game_id: state} if state else {}
    teams, rows = {game_id: look.teams_hash(game_id)}, {game_id: look.row_count(game_id)}
    target = game_targets(registry, {game_id: source}, teams, states, row_counts=rows)[game_id]
    done = processed_games(states, {game_id: annotated}).get(game_id) if annotated and state else None
    lack = lacks(states, settings.short_games).get(game_id) if done and done["target"] == target else None
    attempts, at = read_attempts(registry), f"{game_id}:{target}" + (f":again:{lack.name}" if lack else "")
    so_far = attempts.at(GAME, at, look_at_runs(notes, attempts.unsettled_at(GAME, at)))
    view = GameView(
        game_id=game_id,
        source_hash=source,
        seen_before=source,
        target=target,
        processed=done["target"] if done else None,
        processed_at_s=recorded_s(done) if done else None,
        run_live=game_id in live_games(notes),
        attempts=so_far.ended,
        next_attempt=so_far.next_number,
        processed_source=done["source_hash"] if done else None,
        lacks=lack.said if lack else "",
    )
    return pick_up(view, policy(settings), datetime.now(UTC).timestamp())


def _is_as_learned(learned: object, state: Entry) -> bool:
    return learned is not None and getattr(learned, "examples_hash", None) == state.get("examples_hash")


def _label(model: Entry | None) -> str:
    return str(model.get("label", model["name"])) if model else ""
