"""A model's life as the record tells it: trained, in shadow, refused, serving, retired; since when and why.

Belongs here: reading decisions and routes as one status. Not here: deciding (`promotion`), who answers now
(`routing`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    TRAINED = "trained"
    """Nobody has decided on it yet."""
    REFUSED = "refused"
    """It did not earn a route."""
    SHADOW = "shadow"
    """It answers new games beside the champion, unused."""
    SERVING = "serving"
    RETIRED = "retired"
    """Others have taken its whole share."""


@dataclass(frozen=True)
class RouteRow:
    """One change of the logical endpoint."""

    at: str
    """ISO 8601, as the record writes it."""
    weights: Mapping[str, float]
    """Percent by model."""
    reason: str
    shadow: str | None = None


@dataclass(frozen=True)
class Decision:
    model: str
    refused: bool
    reason: str


@dataclass(frozen=True)
class Life:
    status: Status
    deployed_at: str | None = None
    """When it first got a share."""
    retired_at: str | None = None
    """When it lost its last one; None while it serves, or never did."""
    reason: str = ""
    """Of its status."""


def lives(
    models: Iterable[str], decisions: Sequence[Decision], routes: Sequence[RouteRow]
) -> dict[str, Life]:
    """By model; decisions and routes oldest first."""
    decided = {decision.model: decision for decision in decisions}
    return {model: _life(model, decided.get(model), routes) for model in models}


def _life(model: str, decision: Decision | None, routes: Sequence[RouteRow]) -> Life:
    deployed_at, turn, served = None, None, False
    for row in routes:
        serves = row.weights.get(model, 0.0) > 0
        if serves and not served:
            deployed_at, turn = deployed_at or row.at, row
        elif served and not serves:
            turn = row
        served = serves
    if not served and routes and routes[-1].shadow == model:
        return Life(Status.SHADOW, deployed_at, turn.at if turn else None, routes[-1].reason)
    if turn is None:
        if decision and decision.refused:
            return Life(Status.REFUSED, reason=decision.reason)
        return Life(Status.TRAINED, reason=decision.reason if decision else "")
    if served:
        return Life(Status.SERVING, deployed_at, None, turn.reason)
    return Life(Status.RETIRED, deployed_at, turn.at, turn.reason)
