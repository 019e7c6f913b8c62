"""Routing: which model a game is annotated by.

Belongs here: the weights, their rules and the sticky choice. Not here: where routes are recorded (`registry`)
or which model earns a route (`promotion`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from uball_assets.domain.errors import Permanent


@dataclass(frozen=True)
class Route:
    model: str
    weight_percent: int
    """Share of games, 0 to 100."""


@dataclass(frozen=True)
class Routing:
    """One generation of the logical endpoint. Raises Permanent unless its weights share out exactly 100 %."""

    generation: int
    routes: tuple[Route, ...]

    def __post_init__(self) -> None:
        spelled = ", ".join(f"{route.model} {route.weight_percent} %" for route in self.routes) or "no route"
        wrong_weights = [route for route in self.routes if not 0 <= route.weight_percent <= 100]
        if wrong_weights or sum(route.weight_percent for route in self.routes) != 100:
            raise Permanent(f"routing generation {self.generation} ({spelled}): weights must add up to 100 %")
        if len({route.model for route in self.routes}) != len(self.routes):
            raise Permanent(f"routing generation {self.generation} ({spelled}): name each model once")


def model_for(routing: Routing, game_id: str) -> str:
    """The game's model: always the same under one routing, so that no game is annotated by two."""
    place = int(hashlib.sha256(game_id.encode()).hexdigest(), 16) % 100
    upper = 0
    for route in routing.routes:
        upper += route.weight_percent
        if place < upper:
            return route.model
    raise AssertionError("weights add up to 100")


def promoted(routing: Routing | None, model: str) -> Routing:
    """The next generation: every game to this model."""
    generation = routing.generation + 1 if routing else 1
    return Routing(generation, (Route(model, 100),))


def within_reach(routings: Sequence[Routing]) -> set[str]:
    """The models that serve, and those that a rollback leads to: of the last routes that named others.

    `routings`: all generations, oldest first.
    """
    sets = [{route.model for route in routing.routes} for routing in routings]
    now = sets[-1] if sets else set()
    before = next((models for models in reversed(sets) if models != now), set())
    return now | before
