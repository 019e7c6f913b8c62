"""`evaluation`: the newest video model and those that a route leads or can return to, scored on the same
plays, which no model trained on.

Belongs here: which models still need a score on the newest evaluation set. Not here: which plays are on it
(`training_set`) or who is promoted (`endpoint`).
"""

from collections.abc import Iterable
from typing import Any

import dagster as dg

from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.assets.cancelled import heeding_cancel_of_questions
from uball_assets.assets.common import (
    MODEL,
    PICTURES_OPEN,
    described,
    mark,
    model_page,
    refuse_unlearnable,
    refused,
)
from uball_assets.assets.model import tuned_model
from uball_assets.assets.pictures import picture_metadata
from uball_assets.assets.record.queries import champion, latest_manifest, routings, served
from uball_assets.assets.scoring import bounds, interval, percent, questions, score, scored_plays, share
from uball_assets.assets.serving.measured import set_metadata
from uball_assets.assets.versions.cards import write_card_page
from uball_assets.assets.versions.gate_lines import gate_lines, gate_rows, measure_in
from uball_assets.domain.answers.evaluation_set import EvaluationSet
from uball_assets.domain.answers.metrics import Interval, Scores
from uball_assets.domain.answers.set_measure import measure_set
from uball_assets.domain.errors import Transient, UballError
from uball_assets.domain.footage import object_names
from uball_assets.domain.record import LATENCIES
from uball_assets.domain.serving.gate_table import Bounds
from uball_assets.domain.serving.routing import within_reach
from uball_assets.services.asking.annotations import Annotations, Stopwatch
from uball_assets.services.asking.annotator import Annotator
from uball_assets.settings import Settings

LABEL_SCHEMA = described(
    {
        "label": ("string", "one of the league's"),
        "plays": ("int", "that bear it in truth"),
        "precision": ("float", "of those called so, the share that are"),
        "recall": ("float", "of those that are, the share that were called so"),
        "f1": ("float", "both in one number"),
    }
)
VERSION_SCHEMA = described(
    {
        "model": ("string", "version and number of games learned"),
        "right": ("string", "plays with the right label"),
        "95 %": ("string", "the interval in which that share is, with 95 % confidence"),
        "3 or 4": ("string", "shots from afar whose points, 3 or 4, are right"),
        "95 % ": ("string", "its interval"),
    }
)
"""Only those of one set can be compared; a line through evaluations on different sets would compare what
cannot be, so no accuracy is a number that Dagster plots."""
EARLIER = "(earlier set)"
"""Behind a model whose last score was made on another evaluation set."""


@dg.asset(
    **MODEL,
    deps=[tuned_model],
    kinds={"json"},
    description="Play accuracy with its interval, 3PT against 4PT, per label, on the evaluation set of the "
    "newest training set: for the newest model, those that serve or are on trial, and those that a "
    "rollback leads to. Others keep the score of an earlier set, which cannot be compared: it has other "
    "plays." + PICTURES_OPEN,
)
def evaluation(
    context: dg.AssetExecutionContext,
    training: dg.ResourceParam[ObjectStore],
    registry: dg.ResourceParam[Registry],
    annotator: dg.ResourceParam[Annotator],
    settings: dg.ResourceParam[Settings],
) -> dg.MaterializeResult[None]:
    found = latest_manifest(registry)
    if found is None or registry.latest("models") is None:
        raise refused("there is no video model to score yet: materialise tuned_model first")
    entry, manifest = found
    refuse_unlearnable(context, manifest.game_ids)
    evaluation_set = documents.load(training, entry["yardstick_name"], EvaluationSet)
    with heeding_cancel_of_questions(context, annotator, settings.on_cancel) as asking:
        scored = _scored(context, training, registry, asking, evaluation_set)
    metadata = {
        **model_page(settings, scored[-1]["model"]),
        **_metadata(training, registry, scored, evaluation_set, settings.gate_bounds),
    }
    return mark(context, manifest.game_ids, metadata)


def _scored(
    context: dg.AssetExecutionContext,
    training: ObjectStore,
    registry: Registry,
    annotator: Annotator,
    evaluation_set: EvaluationSet,
) -> list[Entry]:
    """Oldest first. The newest model and the champion are asked before the others: a decision needs these
    two, and what stops another, a ceiling, costs only that one its score."""
    answering = _answering(context, registry, annotator)
    serving = champion(registry)
    needed = {answering[-1]["name"], serving["name"] if serving else ""}
    scored = {}
    for model in sorted(answering, key=lambda model: (model["name"] not in needed, -model["number"])):
        try:
            scored[model["name"]] = _evaluate(training, registry, annotator, model, evaluation_set)
        except UballError as error:
            if model["name"] in needed:
                raise
            context.log.warning("%s keeps its earlier score: %s", model["name"], error)
    return [scored[model["name"]] for model in answering if model["name"] in scored]


def _answering(context: dg.AssetExecutionContext, registry: Registry, annotator: Annotator) -> list[Entry]:
    """The newest model and those within a route's reach, oldest first, but those that have retired: no answer
    is not a wrong answer."""
    models, reach = registry.entries("models"), within_reach(routings(registry))
    wanted = [model for model in models if model["name"] in reach or model is models[-1]]
    answering = [model for model in wanted if annotator.endpoint.is_alive(served(model))]
    for model in wanted:
        if model not in answering:
            context.log.warning("%s does not answer any more: it is not scored", model["name"])
    if models[-1] not in answering:
        raise Transient(f"{models[-1]['name']}, the newest model, does not answer: it cannot be scored")
    return answering


def _evaluate(
    training: ObjectStore,
    registry: Registry,
    annotator: Annotator,
    model: Entry,
    evaluation_set: EvaluationSet,
) -> Entry:
    """The model's entry for this evaluation set, asked only if it is not on the record yet."""
    key = f"{model['name']}:{evaluation_set.hash}"
    known = registry.find("evaluations", key)
    if known:
        return known
    watch, about = Stopwatch(), f"yardstick {evaluation_set.hash[:8]}"
    asked = questions(evaluation_set.plays, evaluation_set.empties)
    answers = annotator.annotate(served(model), asked, about, watch)
    scores = score(evaluation_set.plays, answers, evaluation_set.empties)
    name = object_names.scores(model["name"], evaluation_set.hash)
    documents.save(training, name, scores)
    if watch.seconds_per_clip is not None:
        timed = {"model": model["name"], "seconds_per_clip": round(watch.seconds_per_clip, 4)}
        registry.append(LATENCIES, {**timed, "clip_count": watch.clip_count}, key=key)
    measure = measure_set(scored_plays(evaluation_set.plays, answers))
    entry = {**_entry(model, evaluation_set, scores, name, answers), "measure": measure.to_dict()}
    return registry.append("evaluations", entry, key=key)


def _entry(
    model: Entry, evaluation_set: EvaluationSet, scores: Scores, name: str, answers: Annotations
) -> dict[str, Any]:
    return {
        "model": model["name"],
        "yardstick_hash": evaluation_set.hash,
        "play_count": scores.play_count,
        "drawn_from": evaluation_set.drawn_from,
        "answers_kept": answers.kept_count,
        "play_accuracy": interval(scores.play_accuracy),
        "three_four": interval(scores.three_four),
        "make_miss": interval(scores.make_miss),
        "empty_windows": interval(scores.empty),
        "majority": scores.majority_class_accuracy,
        "unusable_answers": len(answers.quarantined),
        "asked_again": answers.asked_again,
        "scores_name": name,
    }


def _metadata(
    training: ObjectStore,
    registry: Registry,
    scored: list[Entry],
    evaluation_set: EvaluationSet,
    gate_bounds: Bounds,
) -> dict[str, Any]:
    from uball_assets.media.pictures.charts import accuracy_by_version, confusion_picture

    models = {model["name"]: model for model in registry.entries("models")}
    newest = scored[-1]
    model, scores = models[newest["model"]], documents.load(training, newest["scores_name"], Scores)
    lines = gate_lines(training, registry, model, champion(registry), evaluation_set.hash, gate_bounds)
    rows = [
        (
            models[entry["model"]]["label"],
            Interval(**entry["play_accuracy"]),
            Interval(**entry["three_four"]),
            entry["majority"],
        )
        for entry in scored
    ]
    folder = object_names.model(newest["model"])
    chart, confusion = (
        object_names.picture(folder, "accuracy_by_version"),
        object_names.picture(folder, "confusion"),
    )
    return {
        "model": newest["model"],
        "plays_right": percent(scores.play_accuracy),
        "three_or_four": percent(scores.three_four),
        "no_play_said": percent(scores.empty),
        "commonest_label_right": f"{scores.majority_class_accuracy or 0.0:.1%}",
        "plays_scored": scores.play_count,
        "evaluation_set": evaluation_set.name,
        "versions": _version_table([*_earlier(registry, scored), *(row[:3] for row in rows)]),
        "gate": gate_rows(lines),
        "labels": _label_table(scores),
        **set_metadata(measure_in(newest)),
        **picture_metadata(training, chart, "accuracy", accuracy_by_version(rows)),
        **picture_metadata(training, confusion, "confusion", confusion_picture(scores)),
        **write_card_page(training, registry, model, gate_bounds),
    }


def _earlier(registry: Registry, scored: list[Entry]) -> list[tuple[str, Interval, Interval]]:
    """The last score of each model that was not asked now, marked as such."""
    now = {entry["model"] for entry in scored}
    last = {entry["model"]: entry for entry in registry.entries("evaluations")}
    return [
        (
            f"{model['label']} {EARLIER}",
            Interval(**entry["play_accuracy"]),
            Interval(**entry["three_four"]),
        )
        for model in registry.entries("models")
        if model["name"] not in now and (entry := last.get(model["name"]))
    ]


def _version_table(rows: Iterable[tuple[str, Interval, Interval]]) -> dg.TableMetadataValue:
    records = [
        dg.TableRecord(
            {
                "model": label,
                "right": share(plays),
                "95 %": bounds(plays),
                "3 or 4": share(three_four),
                "95 % ": bounds(three_four),
            }
        )
        for label, plays, three_four in rows
    ]
    return dg.MetadataValue.table(records, schema=VERSION_SCHEMA)


def _label_table(scores: Scores) -> dg.TableMetadataValue:
    records = [
        dg.TableRecord(
            {
                "label": label,
                "plays": result.support,
                "precision": round(result.precision or 0.0, 3),
                "recall": round(result.recall or 0.0, 3),
                "f1": round(result.f1 or 0.0, 3),
            }
        )
        for label, result in scores.labels.items()
        if result.support
    ]
    return dg.MetadataValue.table(records, schema=LABEL_SCHEMA)
