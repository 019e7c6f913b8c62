"""The small league with Dagster's rows in it: games g1 and g2 are partitions, g3 is in the database alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest
from fastapi.testclient import TestClient

from uball_assets.automation.instance import open_instance
from uball_assets_tests.app.api.dagster_here import Webserver, webserver
from uball_assets_tests.app.conftest import context_of, fill, open_client, settings_of


@dataclass(frozen=True)
class Api:
    client: TestClient
    instance: dg.DagsterInstance
    dagster: Webserver

    def forget(self) -> None:
        """What was read a moment ago."""
        context_of(self.client).jobs.jobs.forget()


@pytest.fixture(scope="package")
def api_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("league")


@pytest.fixture(scope="package")
def api(api_home: Path) -> Iterator[Api]:
    """One for all tests of this folder: each makes rows of its own."""
    settings = settings_of(api_home)
    fill(settings)
    with open_instance(settings) as instance:
        instance.add_dynamic_partitions("games", ["g1", "g2"])
        with webserver(instance, settings.league) as dagster:
            served = settings.model_copy(update={"dagster_url": dagster.url, "requests_a_minute": 100_000})
            with open_client(served, instance) as client:
                yield Api(client, instance, dagster)
