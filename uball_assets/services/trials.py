"""A model on trial, in shadow or as a canary: its pairs on the record, the verdict on them, and what follows.

Belongs here: keeping pairs, gathering them with the evaluation set's answers, ending a trial by the rule. Not
here: the rule (`domain.serving.shadow`), asking the models (`assets.serving.beside`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from uball_assets.adapters.models.endpoint import Answering
from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.adapters.record.routes import OvertakenError, current_routing
from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.answers.evaluation_set import EvaluationSet
from uball_assets.domain.answers.metrics import Scores
from uball_assets.domain.hashing import content_hash
from uball_assets.domain.learning.due.freeze import Held
from uball_assets.domain.record import PAIRS, ROUTES
from uball_assets.domain.serving.pairs import GamePairs, as_answers, from_entries, silences
from uball_assets.domain.serving.routing import Routing
from uball_assets.domain.serving.shadow import Answers, Idle, Outcome, ShadowVerdict, judge
from uball_assets.services.serving import Serving, model_named

RULE = "the rule for trials"
"""Who changes the routes where a trial ends by itself."""


@dataclass(frozen=True)
class Trial:
    """What is known of the model on trial by now."""

    challenger: str
    champion: str
    games: tuple[str, ...]
    """How both did, a sentence each."""
    verdict: ShadowVerdict


def enter_pairs(registry: Registry, routing: Routing, used: str, pairs: GamePairs) -> Entry:
    """What both said of one game; once, unless it changed. `used`: who the game was annotated by."""
    plays = pairs.as_entry()
    entry = {
        "game_id": pairs.game_id,
        "challenger": routing.on_trial,
        "champion": routing.champion,
        "used": used,
        "generation": routing.generation,
        "plays": plays,
    }
    key = f"{routing.on_trial}:{routing.champion}:{pairs.game_id}:{content_hash(plays)}"
    return registry.append(PAIRS, entry, key=key)


def trial_of(
    training: ObjectStore, registry: Registry, routing: Routing, idle: Idle | None = None
) -> Trial | None:
    """None: nobody is on trial. `idle`: of `idle_of`; None where a game has just come."""
    challenger = routing.on_trial
    if challenger is None:
        return None
    games = from_entries(registry.about(PAIRS, challenger), routing.champion)
    fixed = evaluation_answers(training, registry, challenger, routing.champion)
    verdict = judge(fixed, as_answers(games), silences=silences(games), idle=idle)
    return Trial(challenger, routing.champion, tuple(map(_words, games)), verdict)


def idle_of(registry: Registry, routing: Routing, now: datetime, most_days: float) -> Idle:
    """Since the routes last changed, or the last game that both models answered."""
    entries = (registry.latest(ROUTES), registry.newest(PAIRS, routing.on_trial or ""))
    last = max(datetime.fromisoformat(entry["recorded_at"]) for entry in entries if entry)
    return Idle((now - last).total_seconds() / 86_400, most_days)


def end_idle(training: ObjectStore, serving: Serving, now: datetime, most_days: float) -> Entry | None:
    """The row that ends a trial which gets no games; None where nobody is on trial, or it goes on."""
    routing = current_routing(serving.registry)
    if routing is None or routing.on_trial is None:
        return None
    idle = idle_of(serving.registry, routing, now, most_days)
    trial = trial_of(training, serving.registry, routing, idle) if idle.is_over else None
    if trial is None or trial.verdict.outcome is not Outcome.NO_TRAFFIC:
        return None
    return carry_out(serving, routing, trial, None)


def carry_out(serving: Serving, routing: Routing, trial: Trial, held: Held | None) -> Entry | None:
    """The row that ends the trial, where the verdict does; None where it goes on, or somebody else was
    quicker. While no model may change (`held`) none is promoted: the next game's pair asks again."""
    outcome, why = trial.verdict.outcome, trial.verdict.reason
    now = current_routing(serving.registry)
    if now is None or (now.champion, now.on_trial) != (routing.champion, routing.on_trial):
        return None
    try:
        if outcome is Outcome.PROMOTE:
            if held or _is_held_by_gate(serving.registry, trial.challenger):
                return None
            return serving.promote(model_named(serving.registry, trial.challenger), RULE, why)
        if outcome in (Outcome.ROLL_BACK, Outcome.KEEP_CHAMPION, Outcome.NO_TRAFFIC):
            return serving.end_trial(now, RULE, f"{trial.challenger}: {why}")
    except OvertakenError:
        return None
    return None


def withdraw(registry: Registry, endpoint: Answering, routing: Routing, why: str) -> None:
    """The model on trial of `routing` is out, unless the routes have changed since."""
    try:
        Serving(registry, endpoint).end_trial(routing, RULE, f"{routing.on_trial} {why}")
    except OvertakenError:
        return


def evaluation_answers(training: ObjectStore, registry: Registry, challenger: str, champion: str) -> Answers:
    """Both models' answers to the newest evaluation set that both were scored on; empty: there is none."""
    newest, decided = registry.latest("manifests"), registry.newest("promotions", challenger)
    for named in (newest, decided):
        if named is None or "yardstick_name" not in named:
            continue
        found = [
            registry.find("evaluations", f"{model}:{named['yardstick_hash']}")
            for model in (challenger, champion)
        ]
        right = [documents.load(training, each["scores_name"], Scores).right for each in found if each]
        if len(right) == len(found):
            game_of = games_of_plays(training, named["yardstick_name"])
            return Answers(right[0], right[1], game_of)
    return Answers({}, {}, {})


def games_of_plays(training: ObjectStore, yardstick_name: str) -> Mapping[str, str]:
    """Play id -> game id, of an evaluation set."""
    plays = documents.load(training, yardstick_name, EvaluationSet).plays
    return {play.truth.play_id: play.truth.game_id for play in plays}


def _words(game: GamePairs) -> str:
    plays = game.as_entry()
    new, old = (sum(said[place] == "right" for said in plays.values()) for place in (0, 1))
    return f"game {game.game_id}: {new} and {old} of {len(plays)} plays right"


def _is_held_by_gate(registry: Registry, challenger: str) -> bool:
    """A failed line of the gate's table holds a promotion, however it comes about."""
    decided = registry.newest("promotions", challenger)
    return bool(decided and decided.get("failed_lines"))
