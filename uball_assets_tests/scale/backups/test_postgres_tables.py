"""Dagster's tables in PostgreSQL come back row for row, and the platform goes on from them."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from uball_assets.automation.backups.restoring import prove_backup, restore_league
from uball_assets.automation.backups.taking import back_up
from uball_assets.automation.instance import open_instance
from uball_assets.domain.errors import Permanent
from uball_assets.settings import Settings
from uball_assets_tests.automation.backups.small_league import make_league, settings_of
from uball_assets_tests.contracts.test_run_notes import filled

if TYPE_CHECKING:
    from uball_assets_tests.scale.postgres_server import PostgresServer

pytestmark = pytest.mark.scale
OWN = {"alembic_version", "secondary_indexes", "instance_info", "daemon_heartbeats"}


def league(tmp_path: Path, home: str, url: str) -> Settings:
    return settings_of(tmp_path, home, instance_url=SecretStr(url))


def rows(url: str) -> dict[str, list[Any]]:
    import psycopg

    with psycopg.connect(url) as connection:
        named = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        names = {name for (name,) in connection.execute(named)} - OWN
        return {
            name: sorted(map(str, connection.execute(f'SELECT * FROM "{name}"'.encode())))  # noqa: S608
            for name in names
        }


def test_runs_events_and_partitions_come_back_into_an_empty_database(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    settings = league(tmp_path, "home", postgres.create("lost"))
    make_league(settings, games=1)
    filled(settings)
    with open_instance(settings) as instance:
        instance.add_dynamic_partitions("own", ["g1", "g2"])
    first = back_up(settings)
    assert first.manifest.of("dagster")
    assert back_up(settings).written_bytes == 0, "tables that are as they were"
    assert prove_backup(settings).wrong == []
    empty = league(tmp_path, "restored", postgres.create("found"))
    restore_league(empty)
    assert rows(postgres.url("found")) == rows(postgres.url("lost"))
    with open_instance(empty) as instance:
        assert instance.get_dynamic_partitions("own") == ["g1", "g2"]
        instance.add_dynamic_partitions("own", ["g3"])
        assert instance.get_runs()
    with pytest.raises(Permanent, match=r"table .* is there already"):
        restore_league(league(tmp_path, "third", postgres.url("found")))


def test_a_restore_of_rows_needs_a_database(tmp_path: Path, postgres: PostgresServer) -> None:
    settings = league(tmp_path, "home", postgres.create("needed"))
    make_league(settings, games=1)
    filled(settings)
    back_up(settings)
    with pytest.raises(Permanent, match="UBALL_INSTANCE_URL"):
        restore_league(settings_of(tmp_path, "restored"))
    others = ["training", "plays", "home"]
    assert restore_league(settings_of(tmp_path, "restored"), parts=others).plan.parts == sorted(others)


def test_the_tables_are_of_one_moment_while_rows_are_written(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    url = postgres.create("written")
    settings = league(tmp_path, "home", url)
    make_league(settings, games=1)
    filled(settings)
    stop = threading.Event()

    def write() -> None:
        with open_instance(settings) as instance:
            number = 0
            while not stop.is_set():
                number += 1
                instance.add_dynamic_partitions("own", [f"w{number}"])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        done = [back_up(settings) for _ in range(3)]
    finally:
        stop.set()
        writer.join()
    assert [one.manifest.number for one in done] == [1, 2, 3]
    empty = league(tmp_path, "restored", postgres.create("written_again"))
    restore_league(empty)
    with open_instance(empty) as instance:
        found = instance.get_dynamic_partitions("own")
    assert found == [f"w{number}" for number in range(1, len(found) + 1)]
