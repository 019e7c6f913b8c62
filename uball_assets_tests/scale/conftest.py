"""What the tests of several machines share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from uball_assets_tests.scale.postgres_server import PostgresServer


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server for all; a test takes a database of its own from it, or a server of its own to kill."""
    from uball_assets_tests.scale.postgres_server import PostgresServer

    server = PostgresServer()
    yield server
    server.close()


@pytest.fixture
def postgres_of_its_own() -> Iterator[PostgresServer]:
    """To stop and kill."""
    from uball_assets_tests.scale.postgres_server import PostgresServer

    server = PostgresServer()
    yield server
    server.close()
