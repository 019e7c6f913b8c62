"""The record's kinds of entry, and which work rests on which of them.

Belongs here: what stops, and what goes on, when a kind cannot be read. Not here: reading it
(`adapters.record.registry`).
"""

from __future__ import annotations

DECISIONS = "sync_decisions"
REQUESTS = "training_requests"
WORK: dict[str, frozenset[str]] = {
    "picking up games": frozenset(
        {"games", "annotations", "routes", "attempts", "attempt_outcomes", DECISIONS}
    ),
    "finding a game's videos": frozenset({DECISIONS}),
    "a game's examples": frozenset({"games"}),
    "training": frozenset(
        {"games", "manifests", "models", "attempts", "attempt_outcomes", "costs", "intents", REQUESTS}
    ),
    "evaluation": frozenset({"manifests", "models", "evaluations"}),
    "promotion": frozenset({"manifests", "models", "evaluations", "promotions", "routes"}),
    "annotation": frozenset({"models", "routes", "annotations", "unseen_scores", "costs", "intents"}),
}
"""What the platform does, and the kinds of entry that each reads. Cutting clips reads none."""


def stopped_by(kind: str) -> str:
    """`training, evaluation wait for it; cutting clips, picking up games go on`."""
    waiting = [work for work, kinds in WORK.items() if kind in kinds]
    going_on = ["cutting clips", *(work for work, kinds in WORK.items() if kind not in kinds)]
    waits = f"{', '.join(waiting) or f'only what reads {kind}'} cannot go on without it"
    return f"{waits}; not affected: {', '.join(going_on)}"
