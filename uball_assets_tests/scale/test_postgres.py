"""Dagster's tables in PostgreSQL by one setting: whoever opens them first, and what they answer."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg
import pytest
from dagster._daemon.types import DaemonHeartbeat
from pydantic import SecretStr

from uball_assets.automation.instance import open_instance
from uball_assets.automation.operating.live_tables import heartbeat_s, is_automated, newest_ticks, open_runs
from uball_assets.automation.runs.ended import ended_runs
from uball_assets.automation.runs.of_instance import InstanceNotes
from uball_assets.automation.runs.tables import TableNotes
from uball_assets.domain.errors import Permanent, ServiceDown
from uball_assets.settings import Settings
from uball_assets_tests.automation.test_home_storage import AT_ONCE, OPENER
from uball_assets_tests.conftest import CHECKOUT
from uball_assets_tests.contracts.test_run_notes import KEYS, filled

if TYPE_CHECKING:
    from uball_assets_tests.scale.postgres_server import PostgresServer

pytestmark = pytest.mark.scale
NOW = datetime.now(UTC)


def league(home: Path, url: str) -> Settings:
    return Settings(home=home, instance_url=SecretStr(url))


@pytest.fixture(scope="module")
def told(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """With runs of every status, in a database whose server has another zone's clock."""
    url = postgres.create("told") + "?options=-c%20timezone%3DAsia/Tokyo"
    return filled(league(tmp_path_factory.mktemp("home"), url))


def test_the_tables_answer_as_the_instance_does(told: Settings) -> None:
    with open_instance(told) as instance:
        asked = InstanceNotes(instance)
        partitions, live, keyed = asked.partitions(), asked.live_runs(), asked.keyed(KEYS)
    tables = TableNotes(told)
    assert tables.partitions() == partitions == {"g1", "g's"}
    assert tables.live_runs() == live
    assert tables.keyed(KEYS) == keyed
    assert len(keyed) == 5
    assert tables.keyed([]) == []


def test_what_goes_now_and_what_ended_lately_is_read_with_its_times(told: Settings) -> None:
    assert {run.status for run in open_runs(told)} >= {"STARTED", "STARTING", "CANCELING", "NOT_STARTED"}
    assert all(abs(run.asked_at_s - time.time()) < 600 for run in open_runs(told))
    ended = ended_runs(told, NOW - timedelta(hours=1))
    assert sum(run.is_failed for run in ended) == 2
    assert all(abs(run.ended_at_s - time.time()) < 600 for run in ended)
    assert ended_runs(told, NOW + timedelta(hours=1)) == []


def test_the_daemons_heartbeat_and_what_is_switched_on_are_read(told: Settings) -> None:
    beat_s = float(int(time.time()))
    with open_instance(told) as instance:
        instance.add_daemon_heartbeat(DaemonHeartbeat(beat_s, "SENSOR", "d1", []))
    assert heartbeat_s(told) == beat_s
    assert not is_automated(told)
    assert newest_ticks(told) == []


def test_a_database_where_nothing_ran_tells_nothing(postgres: PostgresServer, tmp_path: Path) -> None:
    fresh = league(tmp_path / "home", postgres.create("fresh"))
    notes = TableNotes(fresh)
    assert (notes.partitions(), notes.live_runs(), notes.keyed(KEYS)) == (set(), [], [])
    assert not (tmp_path / "home").exists()


def test_however_many_open_an_empty_database_at_once_it_is_made_once(
    postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As dagster.yaml opens it: by the environment's settings; they are let go together."""
    monkeypatch.setenv("UBALL_HOME", str(tmp_path))
    monkeypatch.setenv("UBALL_INSTANCE_URL", postgres.create("at_once"))
    opener = OPENER.replace("open_instance(settings)", f"dg.DagsterInstance.from_config({str(CHECKOUT)!r})")
    pipe = subprocess.PIPE
    openers = [
        subprocess.Popen(
            [sys.executable, "-c", f"import dagster as dg\n{opener}", f"g{number}"],
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            text=True,
        )
        for number in range(AT_ONCE)
    ]
    for one in openers:
        assert one.stdout
        assert one.stdout.readline() == "ready\n"
    said = [one.communicate("go\n")[1] for one in openers]
    assert [one.returncode for one in openers] == [0] * AT_ONCE, said
    with dg.DagsterInstance.from_config(str(CHECKOUT)) as instance:
        assert set(instance.get_dynamic_partitions("games")) == {f"g{number}" for number in range(AT_ONCE)}
        assert Path(instance.root_directory) == tmp_path / "dagster"
    assert not (tmp_path / "dagster" / "history").exists()


def test_tables_that_a_killed_opener_left_half_made_are_finished(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    import psycopg

    settings = league(tmp_path, postgres.create("half"))
    with open_instance(settings):
        pass
    with psycopg.connect(postgres.url("half")) as connection:
        connection.execute("DELETE FROM secondary_indexes WHERE name <> 'run_partitions'")
    with open_instance(settings):
        pass
    with psycopg.connect(postgres.url("half")) as connection:
        assert connection.execute("SELECT count(*) FROM secondary_indexes").fetchone() == (11,)


def test_a_database_that_is_away_or_refuses_is_named_without_its_password(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    nowhere = league(tmp_path, "postgresql://uball:a-secret@127.0.0.1:1/uball")
    with pytest.raises(ServiceDown, match=r"127\.0\.0\.1:1/uball does not answer") as away:
        open_instance(nowhere)
    with pytest.raises(ServiceDown, match="does not answer"):
        TableNotes(nowhere).live_runs()
    wrong = postgres.url().replace(postgres.password, "a-secret")
    with pytest.raises(Permanent, match=r"refuses: .*password authentication failed") as refused:
        open_instance(league(tmp_path, wrong))
    assert "a-secret" not in f"{away.value} {refused.value}"


def test_an_open_instance_outlives_a_restart_of_its_server(
    postgres_of_its_own: PostgresServer, tmp_path: Path
) -> None:
    with open_instance(league(tmp_path, postgres_of_its_own.url())) as instance:
        instance.add_dynamic_partitions("games", ["g1"])
        postgres_of_its_own.kill()
        postgres_of_its_own.start()
        assert instance.get_dynamic_partitions("games") == ["g1"]
