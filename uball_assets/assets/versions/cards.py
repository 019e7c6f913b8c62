"""Model cards: gathered from the record and the store, written beside the model, linked in the UI.

Belongs here: gathering and storing. Not here: a card's parts (`domain.serving.model_card`), its page and its
picture (`media.pictures`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg

from uball_assets.adapters.record.bills import COSTS
from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.assets.pictures import picture_metadata
from uball_assets.assets.record.queries import champion, model_versions
from uball_assets.assets.versions.gate_lines import gate_lines, measure_in, unseen_plays
from uball_assets.domain.answers.calibration import calibrate
from uball_assets.domain.answers.metrics import Interval, Scores
from uball_assets.domain.footage import object_names
from uball_assets.domain.learning.lineage import Trace, line_of
from uball_assets.domain.serving.gate_table import Bounds
from uball_assets.domain.serving.model_card import ModelCard, VersionScore, losses_of
from uball_assets.domain.spending.spending import amount_usd, standing


def write_card(training: ObjectStore, registry: Registry, model: Entry, bounds: Bounds) -> dict[str, Any]:
    """Page and picture beside the model, as the record tells it now; their entries for the UI."""
    from uball_assets.media.pictures.card_picture import card_picture

    card = model_card(training, registry, model, bounds)
    picture = object_names.picture(object_names.model(card.name), "card")
    return {
        **_write_page(training, card),
        **picture_metadata(training, picture, "model_card", card_picture(card)),
    }


def write_card_page(
    training: ObjectStore, registry: Registry, model: Entry, bounds: Bounds
) -> dict[str, Any]:
    """The page alone: of a model that nobody has decided on yet, whose picture comes with the decision."""
    return _write_page(training, model_card(training, registry, model, bounds))


def _write_page(training: ObjectStore, card: ModelCard) -> dict[str, Any]:
    from uball_assets.media.pictures.card_page import card_page

    page = object_names.model_card(card.name)
    training.write(page, card_page(card).encode(), {"content_type": "text/html; charset=utf-8"})
    return {"model_card_page": dg.MetadataValue.path(training.uri(page))}


def model_card(training: ObjectStore, registry: Registry, model: Entry, bounds: Bounds) -> ModelCard:
    """`model`: its entry. On the set that it was scored on last, beside whom it was decided against."""
    models = registry.entries("models")
    scored = next((e for e in reversed(registry.entries("evaluations")) if e["model"] == model["name"]), None)
    decided = registry.newest("promotions", model["name"])
    rival_name = decided["champion"] if decided else (champion(registry) or {}).get("name")
    rival = next((each for each in models if each["name"] == rival_name), None)
    lived = next(row for row in model_versions(registry, training) if row["name"] == model["name"])
    scores = documents.load(training, scored["scores_name"], Scores) if scored else None
    lessons = model.get("lessons") or {}
    undecided = "Nobody has decided on it yet." if scored else "It has not been scored yet."
    return ModelCard(
        name=model["name"],
        label=model["label"],
        trained_at=model["recorded_at"],
        status=str(lived["status"]),
        status_reason=lived["reason"],
        verdict=decided["reason"] if decided else undecided,
        lines=gate_lines(training, registry, model, rival, scored["yardstick_hash"], bounds)
        if scored
        else (),
        base=model["base"],
        base_ends=model["base_retires_on"] or "never",
        parents=tuple(each["label"] for each in line_of(models, model["parent"])),
        starts=model.get("starts", ""),
        set_hash=model["manifest_hash"],
        game_ids=tuple(model["game_ids"]),
        train_lines=model["train_count"],
        shown=lessons.get("shown", ""),
        unseen_labels=tuple(lessons.get("unseen_labels", ())),
        traces=tuple(Trace(**trace) for trace in lessons.get("traces", ())),
        losses=losses_of(model["metrics"]),
        versions=tuple(_versions(registry, models, scored)) if scored else (),
        evaluation_set=_set_name(scored) if scored else "",
        scores=scores,
        calibration=calibrate(
            (play.confidence, play.is_right)
            for play in (scores.plays if scores else ())
            if play.confidence is not None
        ),
        training_usd=model["cost_usd"],
        spent_usd=_spent_usd(registry, model),
        new_games=unseen_plays(registry, model),
        tracked_at=model.get("tracked_at") or "",
        measure=measure_in(scored) if scored else None,
    )


def _set_name(scored: Entry) -> str:
    of_all = f" of {scored['drawn_from']:,}" if scored.get("drawn_from") else ""
    return f"set {scored['yardstick_hash'][:8]}: {scored['play_count']:,}{of_all} plays"


def _versions(registry: Registry, models: list[Entry], scored: Entry) -> Iterator[VersionScore]:
    entries = {entry["model"]: entry for entry in registry.about("evaluations", scored["yardstick_hash"])}
    for model in models:
        if entry := entries.get(model["name"]):
            yield VersionScore(
                model["label"],
                Interval(**entry["play_accuracy"]),
                Interval(**entry["three_four"]),
                entry["majority"],
            )


def _spent_usd(registry: Registry, model: Entry) -> float:
    """Bills of its training and its answers, from the month it was trained in to the last one with a bill."""
    newest = registry.latest(COSTS)
    if newest is None:
        return 0.0
    name, month = model["name"], model["recorded_at"][:7]
    entries: list[Entry] = []
    while month <= newest["month"]:
        entries += registry.about(COSTS, month)
        year, number = int(month[:4]), int(month[5:])
        month = f"{year + number // 12}-{number % 12 + 1:02}"
    own = [each for each in entries if each["subject"] == name or each["subject"].endswith(f" by {name}")]
    return sum(amount_usd(each) for each in standing(own))
