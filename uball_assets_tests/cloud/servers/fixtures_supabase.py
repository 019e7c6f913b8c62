"""A Supabase project on this machine for tests: fresh, migrated and empty each. Needs the `services` extra.

The server runs in a process of its own, once a test session (`postgrest_server`).
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import urllib3

from uball_assets_tests.cloud.servers.supabase_keys import SERVICE_KEY

MIGRATIONS = Path(__file__).parents[3] / "supabase" / "migrations"


@dataclass(frozen=True)
class Project:
    """`url` is what SUPABASE_URL holds; `key` is its service key."""

    server: str
    name: str
    dsn: str
    key: str = field(default=SERVICE_KEY, repr=False)

    @property
    def url(self) -> str:
        return f"{self.server}/{self.name}"

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """As the database's owner, past all rights: what other programs do, and a look at what is there."""
        import psycopg

        with psycopg.connect(self.dsn) as connection:
            cursor = connection.execute(statement, values or None)
            return list(cursor.fetchall()) if cursor.description else []

    def befalls(self, *events: dict[str, Any]) -> None:
        """What happens to the next requests, one each (`postgrest_server`)."""
        said = urllib3.request("POST", f"{self.server}/control/{self.name}/next", json=list(events))
        assert said.status == 200

    def asked(self) -> list[str]:
        """Every request so far: `GET plays?select=id…`."""
        return list(urllib3.request("GET", f"{self.server}/control/{self.name}/asked").json())


@pytest.fixture(scope="session")
def _supabase_server() -> Iterator[str]:
    command = [sys.executable, "-m", "uball_assets_tests.cloud.servers.postgrest_server"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        port = process.stdout.readline().strip()
        assert port, "the server did not start: is the services extra installed? run make test-services"
        yield f"http://127.0.0.1:{port}"
        process.stdin.close()  # it stops PostgreSQL with itself


@pytest.fixture
def a_supabase_project(_supabase_server: str) -> Project:
    made = urllib3.request("POST", f"{_supabase_server}/control/projects")
    assert made.status == 200
    return Project(_supabase_server, **made.json())
