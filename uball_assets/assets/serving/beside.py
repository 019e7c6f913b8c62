"""Who annotates a game, and who answers its plays beside that model, unused.

Both answer what people wrote down themselves, before either has learned from it: people decide who is right.
Nobody is asked beside another about a game without plays: nothing could be learned from it.

Belongs here: a canary that does not answer gives way, the other model's answers, their pairs. Not here: the
verdict on them (`services.trials`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import dagster as dg

from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.assets.scoring import questions
from uball_assets.domain.answers.evaluation_set import EvaluationPlay
from uball_assets.domain.errors import Transient, UballError
from uball_assets.domain.footage import object_names
from uball_assets.domain.learning.due.freeze import Held
from uball_assets.domain.serving.pairs import GamePairs, Said
from uball_assets.domain.serving.routing import Routing, beside, model_for
from uball_assets.services.asking.annotations import Annotations
from uball_assets.services.asking.annotator import Annotator
from uball_assets.services.serving import Serving, model_named, served
from uball_assets.services.trials import carry_out, enter_pairs, trial_of, withdraw


def who_annotates(registry: Registry, annotator: Annotator, routing: Routing, game_id: str) -> Entry:
    """The game's model under this routing; the champion in the place of a canary that does not answer, which
    is then out. Raises Transient where the champion does not answer either."""
    name = model_for(routing, game_id)
    model = model_named(registry, name)
    if annotator.endpoint.is_alive(served(model)):
        return model
    if name == routing.canary:
        withdraw(registry, annotator.endpoint, routing, "does not answer")
        model = model_named(registry, routing.champion)
        if annotator.endpoint.is_alive(served(model)):
            return model
    raise Transient(
        f"{model['name']} serves this game and does not answer: `uball rollback --because …` gives its "
        "place to the last model that does"
    )


def says_nothing(
    registry: Registry, annotator: Annotator, routing: Routing, model: Entry, answers: Annotations
) -> bool:
    """Whether a canary gave no valid answer to any clip of a game: it is out, and the champion is to be
    asked."""
    is_valid = [answer.is_answer for _, answer in answers.per_camera]
    if model["name"] != routing.canary or not is_valid or any(is_valid):
        return False
    withdraw(registry, annotator.endpoint, routing, f"gave no valid answer to any of {len(is_valid)} clips")
    return True


def answer_beside(
    context: dg.AssetExecutionContext,
    training: ObjectStore,
    registry: Registry,
    annotator: Annotator,
    routing: Routing,
    model: Entry,
    seen: Sequence[EvaluationPlay],
    answers: Annotations,
    held_now: Callable[[], Held | None],
) -> str:
    """What came of asking the other model about a game that `model` annotated, in words; '' where nobody is.

    It never costs the game anything: what goes wrong with it is said, and the game goes on.
    """
    name = beside(routing, model["name"])
    if name is None or not seen:
        return ""
    game_id = context.partition_key
    try:
        other = model_named(registry, name)
        if learned := [each["name"] for each in (model, other) if game_id in each["game_ids"]]:
            return f"{name} is not asked: {learned[0]} has learned from this game"
        if name == routing.shadow and not annotator.endpoint.is_alive(served(other)):
            withdraw(registry, annotator.endpoint, routing, "does not answer")
            return f"{name} does not answer: its trial has ended"
        unused = replace(annotator, bills=annotator.bills.for_shadow())
        said = unused.annotate(served(other), questions(seen), f"game {game_id}")
        documents.save(training, object_names.shadowed(game_id, name), said)
        by_name = {model["name"]: _said(seen, answers), name: _said(seen, said)}
        pairs = GamePairs(game_id, by_name[routing.on_trial or name], by_name[routing.champion])
        enter_pairs(registry, routing, model["name"], pairs)
        trial = trial_of(training, registry, routing)
        if trial is None:
            return ""
        held = held_now()
        carry_out(Serving(registry, annotator.endpoint), routing, trial, held)
        pause = f"; {held.reason}" if held else ""
        return f"{trial.challenger} beside {trial.champion}: {trial.verdict.reason}{pause}"
    except UballError as error:
        context.log.warning("%s was not compared on this game: %s", name, error)
        return f"{name} was not compared: {error}"


def _said(seen: Sequence[EvaluationPlay], answers: Annotations) -> dict[str, Said]:
    labels = {play.play_key: play.classification for play in answers.plays}
    return {play.truth.play_id: _one(labels.get(play.truth.play_id), play) for play in seen}


def _one(label: str | None, play: EvaluationPlay) -> Said:
    if label is None:
        return Said.NOTHING
    return Said.RIGHT if label == play.truth.classification else Said.WRONG
