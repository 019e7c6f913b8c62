"""Routing: which model a game is annotated by, who answers beside it, and what may follow a generation.

Belongs here: the weights, their rules, the sticky choice, the next generation of each kind of change. Not
here: where routes are recorded (`adapters.record.routes`) or which model earns one (`promotion`, `shadow`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from uball_assets.domain.errors import Permanent


class Change(StrEnum):
    """What a new generation is."""

    PROMOTION = "promotion"
    CANARY = "canary"
    SHADOW = "shadow"
    ROLLBACK = "rollback"
    TRIAL_ENDED = "trial ended"
    UNTOLD = "untold"
    """A row from before rows had a cause."""


@dataclass(frozen=True)
class Cause:
    """Why a generation is as it is."""

    who: str
    """A person, or the part of the platform whose rule it was."""
    what: Change
    why: str


@dataclass(frozen=True)
class Route:
    model: str
    weight_percent: int
    """Share of games, 0 to 100."""


@dataclass(frozen=True)
class Routing:
    """One generation of the logical endpoint.

    Raises Permanent unless its weights share out exactly 100 %, and one model at most is on trial: as a
    canary, which gets the smaller share of the games, or as a shadow, which gets none.
    """

    generation: int
    routes: tuple[Route, ...]
    shadow: str | None = None

    def __post_init__(self) -> None:
        wrong_weights = [route for route in self.routes if not 0 <= route.weight_percent <= 100]
        if wrong_weights or sum(route.weight_percent for route in self.routes) != 100:
            raise self._refused("weights must add up to 100 %")
        if len({route.model for route in self.routes}) != len(self.routes):
            raise self._refused("name each model once")
        if self.shadow and (self.canary or self.shadow == self.champion):
            raise self._refused(f"{self.shadow} cannot be its shadow: one model at a time is on trial")

    def __str__(self) -> str:
        """`v2 90 %, v3 10 %`; `v2 100 %, v3 in shadow`."""
        named = [f"{route.model} {route.weight_percent} %" for route in self.routes] or ["no route"]
        return ", ".join([*named, *([f"{self.shadow} in shadow"] if self.shadow else [])])

    @property
    def champion(self) -> str:
        """Who has the largest share; of equal ones the first."""
        return max(self.routes, key=lambda route: route.weight_percent).model

    @property
    def canary(self) -> str | None:
        others = [
            route.model for route in self.routes if route.weight_percent and route.model != self.champion
        ]
        return others[0] if others else None

    @property
    def on_trial(self) -> str | None:
        return self.shadow or self.canary

    def _refused(self, why: str) -> Permanent:
        return Permanent(f"routing generation {self.generation} ({self}): {why}")


def model_for(routing: Routing, game_id: str) -> str:
    """The game's model: always the same under one routing, so that no game is annotated by two."""
    place = int(hashlib.sha256(game_id.encode()).hexdigest(), 16) % 100
    upper = 0
    for route in routing.routes:
        upper += route.weight_percent
        if place < upper:
            return route.model
    raise AssertionError("weights add up to 100")


def beside(routing: Routing, model: str) -> str | None:
    """Who answers the same plays as the game's `model`, unused: the shadow; beside a canary the champion, so
    that both have answered what they are compared on."""
    return routing.champion if model == routing.canary else routing.shadow


def promoted(routing: Routing | None, model: str) -> Routing:
    """The next generation: every game to this model, nobody on trial."""
    generation = routing.generation + 1 if routing else 1
    return Routing(generation, (Route(model, 100),))


def with_canary(routing: Routing, model: str, percent: int) -> Routing:
    """The next generation: so many percent of the games to `model`, the others to the champion.

    Raises Permanent for the champion itself, or a share that would make the canary the champion.
    """
    if model == routing.champion:
        raise Permanent(f"{model} serves already: only another model can be its canary")
    if not 1 <= percent <= 49:
        raise Permanent(f"a canary gets 1 to 49 % of the games, not {percent} %: promote it for all of them")
    return Routing(routing.generation + 1, (Route(routing.champion, 100 - percent), Route(model, percent)))


def with_shadow(routing: Routing, model: str) -> Routing:
    """The next generation: the champion gets every game, and `model` answers beside it. Permanent for the
    champion itself."""
    if model == routing.champion:
        raise Permanent(f"{model} serves already: only another model can be its shadow")
    return replace(promoted(routing, routing.champion), shadow=model)


def without_trial(routing: Routing) -> Routing:
    """The next generation: the champion gets every game, nobody is on trial."""
    return promoted(routing, routing.champion)


def earlier_champions(routings: Sequence[Routing]) -> list[str]:
    """Who had the largest share before who has it now, the last one first. `routings`: oldest first."""
    before = dict.fromkeys(routing.champion for routing in reversed(routings))
    return list(before)[1:]


def within_reach(routings: Sequence[Routing]) -> set[str]:
    """The models that serve or answer in shadow, and those that a rollback leads to: of the last routes that
    named others, and the last champion before this one, also where a trial ended since.

    `routings`: all generations, oldest first.
    """
    sets = [{route.model for route in routing.routes} for routing in routings]
    now = sets[-1] if sets else set()
    before = next((models for models in reversed(sets) if models != now), set())
    shadow = {routings[-1].shadow} if routings and routings[-1].shadow else set()
    earlier = set(earlier_champions(routings)[:1])
    return now | before | earlier | shadow
