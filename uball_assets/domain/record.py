"""The record's kinds of entry: what each is about, and which work rests on which of them.

A kind that is about models is kept once for each family of models: `models` are the video models,
`outcome_models` those that tell who wins, `player_models` those that tell a player's line.

Belongs here: what stops, and what goes on, when a kind cannot be read; by what an entry is looked up; what is
kept by family. Not here: reading it (`adapters.record.registry`, `adapters.record.family`).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from uball_assets.domain.errors import Permanent


class Family(StrEnum):
    """Of models: each has its own versions, routes and trials."""

    VIDEO = "video"
    """Watches clips and tells the play."""
    OUTCOME = "outcome"
    """Forecasts who wins a game."""
    PLAYER = "player"
    """Forecasts a player's line."""


def family_named(word: str) -> Family:
    """As a person wrote it. Raises Permanent for another word."""
    if word not in set(Family):
        raise Permanent(f"there is no family of models {word!r}: write {', '.join(Family)}")
    return Family(word)


FORECASTING = (Family.OUTCOME, Family.PLAYER)

DECISIONS = "sync_decisions"
REQUESTS, CANCELLATIONS = "training_requests", "cancellations"
ARCHIVES = "archives"
ROUTES, PAIRS = "routes", "shadow_pairs"
PAUSES, COLLECTIONS = "pauses", "collections"
LATENCIES = "latencies"
"""How long a model took for the clips of an evaluation set: as momentary as `runs`."""
UNSEEN = "unseen_scores"
"""A game that was new to the model that annotated it, beside what people wrote: the honest score."""
DRIFT = "drift"
"""How a model stands after each game that was new to it (`assets.versions.drifting`)."""
LABEL_AUDITS = "label_audits"
"""What speaks against a game's labels was kept in its document, and is other than before."""
POINTS = "points"
"""Whether a game's lines add up to its official score, from when they did not on (`services.league`)."""
MOMENT_MODELS = "moment_models"
"""What tells where plays may be in a game that nobody annotated (`services.moments.learned`)."""
ROUNDS = "forecast_rounds"
"""The facts and the routes that forecasts were made from last."""
RETIREMENTS = "retirements"
"""A version whose weights went, or were about to (`adapters.record.retirements`)."""
OF_A_FAMILY = frozenset(
    {"models", "evaluations", "promotions", ROUTES, PAIRS, UNSEEN, DRIFT, REQUESTS, RETIREMENTS}
    | {"attempts", "attempt_outcomes"}
)
"""Kinds that each family has for itself; all others are common to them."""


def kind_of(family: Family, kind: str) -> str:
    """The kind's name on the record: the video models', which were there first, bear no family's name."""
    return kind if family is Family.VIDEO or kind not in OF_A_FAMILY else f"{family}_{kind}"


def _of_forecasts(family: Family) -> frozenset[str]:
    return frozenset({PAUSES} | {kind_of(family, kind) for kind in OF_A_FAMILY - {RETIREMENTS}})


WORK: dict[str, frozenset[str]] = {
    "picking up games": frozenset(
        {"games", "annotations", ROUTES, "attempts", "attempt_outcomes", DECISIONS, ARCHIVES} | {COLLECTIONS}
    ),
    "finding a game's videos": frozenset({DECISIONS, ARCHIVES}),
    "a game's examples": frozenset({"games"}),
    "training": frozenset(
        {"games", "manifests", "models", "attempts", "attempt_outcomes", "costs", "intents", REQUESTS}
        | {CANCELLATIONS, PAUSES, COLLECTIONS, DRIFT}
    ),
    "evaluation": frozenset({"manifests", "models", "evaluations", ROUTES, LATENCIES, UNSEEN}),
    "promotion": frozenset(
        {"manifests", "models", "evaluations", "promotions", ROUTES, LATENCIES, UNSEEN, PAUSES}
    ),
    "annotation": frozenset(
        {"models", ROUTES, "annotations", "evaluations", UNSEEN, DRIFT, "costs", "intents"}
        | {"games", MOMENT_MODELS}
    ),
    "judging a model on trial": frozenset(
        {"models", ROUTES, PAIRS, "promotions", "manifests", "evaluations"}
    ),
    **{f"{family} forecasts": _of_forecasts(family) for family in FORECASTING},
}
"""What the platform does, and the kinds of entry that each reads. Cutting clips reads none."""

_SUBJECTS: dict[str, tuple[str, ...]] = {
    "games": ("game_id",),
    "annotations": ("game_id",),
    DECISIONS: ("game_id",),
    ARCHIVES: ("game_id",),
    "manifests": ("hash",),
    "models": ("name",),
    "evaluations": ("yardstick_hash",),
    LATENCIES: ("model",),
    UNSEEN: ("model",),
    DRIFT: ("model",),
    LABEL_AUDITS: ("game_id",),
    POINTS: ("game_id",),
    RETIREMENTS: ("model",),
    "promotions": ("challenger",),
    PAIRS: ("challenger",),
    "attempts": ("what", "target"),
    "attempt_outcomes": ("run_key",),
    "costs": ("month",),
    "usage": ("day",),
    "storage": ("folder",),
    "runs": ("game_id",),
    "alerts": ("alert",),
    "repairs": ("game_id",),
}

SUBJECTS = _SUBJECTS | {
    kind_of(family, kind): _SUBJECTS[kind]
    for family in FORECASTING
    for kind in sorted(OF_A_FAMILY & _SUBJECTS.keys())
}
"""By kind, the fields that say what an entry is about: entries are looked up by them."""


def subject_of(fields: tuple[str, ...], entry: Mapping[str, Any]) -> str:
    """What an entry is about: `g1`, `game:g1`; '' for a kind that is looked up by its keys alone."""
    return ":".join(str(entry.get(field, "")) for field in fields)


def stopped_by(kind: str) -> str:
    """`training, evaluation wait for it; cutting clips, picking up games go on`."""
    waiting = [work for work, kinds in WORK.items() if kind in kinds]
    going_on = ["cutting clips", *(work for work, kinds in WORK.items() if kind not in kinds)]
    waits = f"{', '.join(waiting) or f'only what reads {kind}'} cannot go on without it"
    return f"{waits}; not affected: {', '.join(going_on)}"
