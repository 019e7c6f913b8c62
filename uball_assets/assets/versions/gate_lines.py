"""A version's lines of the gate, from what is kept of it: its scores, its games, how long it took.

Belongs here: gathering what the lines are judged by. Not here: the lines (`domain.serving.gate_table`) or
what a failed one leads to (`endpoint`).
"""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg

from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.assets.common import described
from uball_assets.domain.answers.metrics import Scores
from uball_assets.domain.answers.set_measure import SetMeasure
from uball_assets.domain.learning.lineage import games_learned_by
from uball_assets.domain.record import LATENCIES, UNSEEN
from uball_assets.domain.serving.gate_table import Bounds, Line, Measured, gate_table

GATE_SCHEMA = described(
    {
        "line": ("string", "what a new model must hold beside being better"),
        "value": ("string", "the newest model's"),
        "bound": ("string", "a setting, UBALL_GATE_…"),
        "verdict": ("string", "holds, fails (which holds its promotion), not enough yet, or told only"),
        "because": ("string", "the numbers, and how many are missing"),
    }
)


def gate_lines(
    training: ObjectStore,
    registry: Registry,
    model: Entry,
    rival: Entry | None,
    yardstick_hash: str,
    bounds: Bounds,
) -> tuple[Line, ...]:
    """`rival`: who serves; the lines that need it wait where it is the model itself, or has no score on this
    evaluation set. Empty where the model itself has none."""
    is_other = rival is not None and rival["name"] != model["name"]
    champion = _measured(training, registry, rival, yardstick_hash) if rival and is_other else None
    challenger = _measured(training, registry, model, yardstick_hash)
    return gate_table(challenger, champion, bounds) if challenger else ()


def _measured(
    training: ObjectStore, registry: Registry, model: Entry, yardstick_hash: str
) -> Measured | None:
    scored = registry.find("evaluations", f"{model['name']}:{yardstick_hash}")
    if scored is None:
        return None
    right, count = unseen_plays(registry, model)
    timed = registry.newest(LATENCIES, model["name"])
    return Measured(
        scores=documents.load(training, scored["scores_name"], Scores),
        games_learned=games_learned_by(registry.entries("models"), model["name"]),
        unseen_right=right,
        unseen_count=count,
        seconds_per_clip=timed["seconds_per_clip"] if timed else None,
        measure=measure_in(scored),
    )


def measure_in(scored: Entry) -> SetMeasure | None:
    """Of an entry of `evaluations`; those from before it was kept have none."""
    return SetMeasure.from_dict(scored["measure"]) if scored.get("measure") else None


def unseen_plays(registry: Registry, model: Entry) -> tuple[int, int]:
    """(right, count): plays of games that were new to the model when it annotated them."""
    scored = [entry["play_accuracy"] for entry in registry.about(UNSEEN, model["name"])]
    return sum(round(each["value"] * each["n"]) for each in scored if each["n"]), sum(
        each["n"] for each in scored
    )


def gate_rows(lines: Sequence[Line]) -> dg.TableMetadataValue:
    records = [
        dg.TableRecord(
            {
                "line": line.name,
                "value": line.value,
                "bound": line.bound,
                "verdict": line.standing.value,
                "because": line.sentence,
            }
        )
        for line in lines
    ]
    return dg.MetadataValue.table(records, schema=GATE_SCHEMA)
