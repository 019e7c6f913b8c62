"""Which versions' weights are gone, since when and why.

An entry stands before anything is deleted: whoever looks meanwhile opens no route to the model, and a
retirement that was killed is found and ended. Belongs here: writing and reading these entries. Not here: who
may go (`domain.serving.retirement`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.domain.record import RETIREMENTS

BEGUN, DONE, KEPT = "begun", "done", "kept after all"


def begin(registry: Registry, model: str, why: str, freed: Sequence[Mapping[str, Any]]) -> Entry:
    """`freed`: what and size_bytes, for each thing that goes. One that was begun and not ended stands."""
    newest = registry.newest(RETIREMENTS, model)
    if newest and newest["state"] == BEGUN:
        return newest
    size_bytes = sum(each["size_bytes"] or 0 for each in freed)
    return _append(registry, model, BEGUN, why, freed=list(freed), size_bytes=size_bytes)


def end(registry: Registry, model: str) -> Entry:
    begun = registry.newest(RETIREMENTS, model) or {}
    return _append(registry, model, DONE, begun.get("why", ""), size_bytes=begun.get("size_bytes", 0))


def keep(registry: Registry, model: str, why: str) -> Entry:
    """It was begun, and a route was opened to it before anything was deleted."""
    return _append(registry, model, KEPT, why)


def states(registry: Registry) -> dict[str, str]:
    """Of each version that was ever begun with; read whole, as there are as many as versions."""
    return {model: entry["state"] for model, entry in registry.newest_by_subject(RETIREMENTS).items()}


def standing_models(registry: Registry) -> list[Entry]:
    """The entries of those versions whose weights are to be there."""
    gone = {model for model, state in states(registry).items() if state != KEPT}
    return [model for model in registry.entries("models") if model["name"] not in gone]


def why_retired(registry: Registry, model: str) -> str | None:
    """A sentence that refuses a route to it; None where it is not retired."""
    entry = registry.newest(RETIREMENTS, model)
    if entry is None or entry["state"] == KEPT:
        return None
    return (
        f"{model} was retired on {entry['recorded_at'][:10]} ({entry['why']}): its weights are gone, its "
        "card and its scores are kept; route to another, or train it anew"
    )


def _append(registry: Registry, model: str, state: str, why: str, **more: Any) -> Entry:
    number = len(registry.about(RETIREMENTS, model))
    return registry.append(
        RETIREMENTS, {"model": model, "state": state, "why": why, **more}, key=f"{model}:{state}:{number}"
    )
