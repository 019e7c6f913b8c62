"""Who serves, by family of models: a video model answers through its endpoint, a model of forecasts by being
loaded and forecasting once.

Belongs here: proving that a forecast's model answers, and what it holds. Not here: changing who serves
(`services.serving`), the models (`services.forecasting.models`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from uball_assets.adapters.models.endpoint import Answering, Holding, ServedModel
from uball_assets.adapters.record.family import of_family
from uball_assets.adapters.record.registry import Registry
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.errors import UballError
from uball_assets.domain.record import Family
from uball_assets.services.forecasting.models import CARD, folder, load_outcome, load_player
from uball_assets.services.serving import Serving


def serving_of(
    family: Family, registry: Registry, training: ObjectStore, video_endpoint: Answering
) -> Serving:
    """The logical endpoint of a family."""
    answering = video_endpoint if family is Family.VIDEO else ForecastEndpoint(family, training)
    return Serving(of_family(registry, family), answering)


@dataclass(frozen=True)
class ForecastEndpoint:
    """An `Answering`: of outcome or player models, which run in this process."""

    family: Family
    store: ObjectStore

    def is_alive(self, model: ServedModel) -> bool:
        try:
            return self._forecasts(model.name)
        except UballError:
            return False

    def holdings(self, model: ServedModel) -> Sequence[Holding]:
        """All but its card, which stays."""
        where = folder(model.name)
        return [
            Holding(info.name, info.size_bytes)
            for info in self.store.list(where)
            if info.name != f"{where}{CARD}"
        ]

    def retire(self, model: ServedModel) -> None:
        for holding in self.holdings(model):
            self.store.delete(holding.what)

    def _forecasts(self, name: str) -> bool:
        """Of a game of which nothing is known."""
        if self.family is Family.OUTCOME:
            outcome = load_outcome(self.store, name)
            return 0 < outcome.forecast(dict.fromkeys(outcome.features)).home_win < 1
        player = load_player(self.store, name)
        told = player.forecast(dict.fromkeys(player.features)).stats
        return bool(told) and all(math.isfinite(stat.mean) for stat in told.values())
