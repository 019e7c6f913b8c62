"""What every route may ask for, opened once: settings, the league's adapters, Dagster's instance, `app.db`.

Belongs here: opening and closing. Not here: what is done with it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from fastapi import Request

from uball_assets.adapters.access.app_db import AppDb
from uball_assets.adapters.access.audit import Audit
from uball_assets.adapters.access.health_changes import HealthChanges
from uball_assets.adapters.access.keys import Keys
from uball_assets.adapters.access.review_index import ReviewIndex
from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.adapters.record.registry import StoreRegistry
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.warehouse.warehouse import Warehouse
from uball_assets.app.forecasts.desk import ForecastDesk
from uball_assets.app.guard.origin import is_loopback
from uball_assets.app.guard.rates import Rates
from uball_assets.automation.api_jobs.desk import Desk, open_desk
from uball_assets.automation.instance import Instance, open_instance
from uball_assets.automation.operating.health import parts_of
from uball_assets.domain.errors import UballError
from uball_assets.domain.operating.health import State, Word
from uball_assets.resources import (
    Resources,
    build_resources,
    plays_database,
    record,
    training_store,
    warehouse,
)
from uball_assets.services.league.forecast_reading import ForecastScores
from uball_assets.services.league.names import TeamNames
from uball_assets.services.predicting.predictor import Predictor
from uball_assets.services.review.review import Review
from uball_assets.services.review.sources import Sources
from uball_assets.services.watching import Part, Watch
from uball_assets.settings import Settings

_log = logging.getLogger(__name__)
APP_DB = "app.db"


class AppContext:
    """Of one league. Everything in it may be used by several threads at once."""

    def __init__(self, settings: Settings, instance: Instance | None = None) -> None:
        self.settings = settings
        self.db = AppDb(settings.home / APP_DB)
        self.keys = Keys(self.db)
        self.audit = Audit(self.db)
        self.rates = Rates(settings.requests_a_minute)
        self.registry: StoreRegistry = record(settings)
        self.training: ObjectStore = training_store(settings)
        self.plays_db: PlaysDb = plays_database(settings)
        self._instance, self._is_own = instance, instance is None
        self._opening = threading.Lock()

    @property
    def instance(self) -> Instance:
        """Dagster's, as `uball dev` has it; opened when first asked for, which takes a second.

        Raises Permanent for files that cannot be read.
        """
        with self._opening:
            if self._instance is None:
                self._instance = open_instance(self.settings)
            return self._instance

    @cached_property
    def resources(self) -> Resources:
        """All adapters, models' too; opening them imports much."""
        return build_resources(self.settings)

    @cached_property
    def jobs(self) -> Desk:
        """Dagster's runs and backfills. Raises as `instance`."""
        return open_desk(self.settings, self.instance, self.plays_db)

    @cached_property
    def review(self) -> Review:
        return Review(Sources(self.training, self.registry, self.plays_db), ReviewIndex(self.db))

    @cached_property
    def warehouse(self) -> Warehouse:
        """Of results, lines and forecasts."""
        return warehouse(self.settings)

    @cached_property
    def forecasts(self) -> ForecastDesk:
        """Answers questions for forecasts."""
        settings, names = self.settings, self.team_names
        return ForecastDesk(
            Predictor(
                self.warehouse, self.registry, self.training, settings.calendar, settings.zone, names.of
            )
        )

    @cached_property
    def team_names(self) -> TeamNames:
        return TeamNames(self.plays_db)

    @cached_property
    def forecast_scores(self) -> ForecastScores:
        return ForecastScores(self.warehouse)

    @cached_property
    def health(self) -> Watch:
        """Whoever serves starts and stops it."""
        parts = parts_of(self.settings, self.plays_db, self.training, self.registry)
        return Watch({**parts, "keys": Part(self._look_at_keys)}, self._note_change)

    def _look_at_keys(self) -> Word:
        self.keys.exist()
        return Word(State.OK, "app.db answers")

    def _note_change(self, part: str, word: Word) -> None:
        try:
            HealthChanges(self.db).add(part, word.state, word.said)
        except UballError as error:
            _log.warning("a change of %s to %s is not on record: %s", part, word.state, error)

    @property
    def is_open(self) -> bool:
        """Whether everything works without a key: on this machine alone, and only until the first is made."""
        return is_loopback(self.settings.serve_host) and not self.keys.exist()

    def close(self) -> None:
        if "forecasts" in vars(self):
            self.forecasts.close()
        self.db.close()
        if self._is_own and self._instance is not None:
            self._instance.dispose()


@contextmanager
def open_context(settings: Settings, instance: Instance | None = None) -> Iterator[AppContext]:
    """Closed whatever happens; an instance that is given stays open."""
    context = AppContext(settings, instance)
    try:
        yield context
    finally:
        context.close()


async def app_context(request: Request) -> AppContext:
    """For routes: `context: Annotated[AppContext, Depends(app_context)]`. Async, for FastAPI would send any
    other function through a thread, with each request."""
    context: Any = request.app.state.context
    assert isinstance(context, AppContext)
    return context
