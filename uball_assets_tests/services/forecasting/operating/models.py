"""Models of forecasts as a league has them: trained on made-up games, on the record, one of them serving.

Belongs here: making them. Not here: the games (`services.forecasting.played`).
"""

from __future__ import annotations

from functools import cache

from uball_assets.adapters.record.family import of_family
from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.adapters.record.routes import change, current_routing
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.forecasting.config import ForecastConfig
from uball_assets.domain.forecasting.how import How
from uball_assets.domain.record import Family
from uball_assets.domain.serving.routing import Cause, Change, promoted
from uball_assets.services.forecasting.operating.versions import enter_version
from uball_assets.services.forecasting.trained import Trained
from uball_assets.services.forecasting.training import train_outcome, train_player
from uball_assets_tests.services.forecasting.played import games, lines

_TOLD = {
    "because": "a test",
    "request": 0,
    "known": {"hash": "h", "count": 40, "newest": "2025-10-13T18:00:00+00:00"},
}


@cache
def trained(family: Family, game_count: int) -> Trained:
    if family is Family.OUTCOME:
        return train_outcome(games(game_count), How.FROM_SCRATCH, None, ForecastConfig())
    return train_player(lines(game_count), How.FROM_SCRATCH, None, ForecastConfig())


def add_model(registry: Registry, store: ObjectStore, family: Family, game_count: int = 40) -> Entry:
    """The next version of the family, on the record and in the store."""
    return enter_version(of_family(registry, family), store, trained(family, game_count), _TOLD)


def serve(registry: Registry, family: Family, name: str) -> None:
    own = of_family(registry, family)
    change(own, promoted(current_routing(own), name), Cause("ann", Change.PROMOTION, "the first"))
