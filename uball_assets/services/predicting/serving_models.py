"""Who answers for a family of forecasts now: by the record's newest routes, loaded once and kept.

Belongs here: routes and loaded models. Not here: changing routes (`services.serving`), how often they are
looked at (`predictor`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from uball_assets.adapters.record.family import FamilyRegistry
from uball_assets.adapters.record.registry import Registry
from uball_assets.adapters.record.routes import current_routing
from uball_assets.domain.record import Family
from uball_assets.domain.serving.routing import Routing, model_for
from uball_assets.services.predicting.questions import NotYet

_Model = TypeVar("_Model")


class ServingModels(Generic[_Model]):
    """Of one family. For one thread."""

    def __init__(self, registry: Registry, family: Family, load: Callable[[str], _Model]) -> None:
        self._registry, self._family = FamilyRegistry(registry, family), family
        self._load = load
        self._routing: Routing | None = None
        self._loaded: dict[str, _Model] = {}

    @property
    def generation(self) -> int:
        """Of the routes as they were last looked at; 0 before the first."""
        return self._routing.generation if self._routing else 0

    @property
    def serves(self) -> bool:
        """Whether anybody does, as it was last looked at."""
        return self._routing is not None

    def look(self) -> None:
        self._routing = current_routing(self._registry)

    def of_game(self, game_id: str | None) -> tuple[str, _Model]:
        """The model's name, and the model: always the same one for a game of the schedule, under the same
        routes; the champion for a game that no schedule has. Raises NotYet where none serves."""
        if self._routing is None:
            told = f"no {self._family} model serves yet: POST /api/ml/train trains the first one"
            raise NotYet("no_model_yet", told)
        name = model_for(self._routing, game_id) if game_id else self._routing.champion
        if name not in self._loaded:
            routed = {route.model for route in self._routing.routes}
            kept = {one: model for one, model in self._loaded.items() if one in routed}
            self._loaded = {**kept, name: self._load(name)}
        return name, self._loaded[name]
