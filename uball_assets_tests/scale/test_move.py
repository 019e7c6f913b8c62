"""A home's Dagster moved to PostgreSQL: what was told before is told after, whatever happens on the way."""

from __future__ import annotations

import json
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg
import pytest
from click.testing import CliRunner
from dagster._daemon.types import DaemonHeartbeat
from pydantic import SecretStr

from uball_assets.automation.instance import open_instance
from uball_assets.automation.moving import target
from uball_assets.automation.moving.move import Move, move_home
from uball_assets.automation.runs.tables import TableNotes
from uball_assets.automation.storing.purging import carry_out, plan_purge
from uball_assets.cli import main
from uball_assets.domain.errors import Permanent, ServiceDown, Transient
from uball_assets.resources import record
from uball_assets.settings import Settings
from uball_assets_tests.app.api.dagster_here import add_backfill, add_run
from uball_assets_tests.automation.storing.test_purging import KEEP, YEARS_S
from uball_assets_tests.automation.storing.worked_home import (
    log_of,
    pointers,
    raw,
    run,
    told_of_all,
    told_of_games,
    work,
)

if TYPE_CHECKING:
    from uball_assets_tests.scale.postgres_server import PostgresServer

pytestmark = pytest.mark.scale
Worked = tuple[Path, dict[str, str]]


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Worked:
    home = tmp_path_factory.mktemp("worked")
    with open_instance(Settings(home=home)) as instance:
        done = work(instance)
        deleted = run(instance, "g2")
        instance.delete_run(deleted)
        run(instance, "g2")
    return home, done


@pytest.fixture
def home(worked: Worked, tmp_path: Path) -> Path:
    shutil.copytree(worked[0], tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def url(postgres: PostgresServer, request: pytest.FixtureRequest) -> str:
    return postgres.create(f"move_{sha256(request.node.name.encode()).hexdigest()[:12]}")


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target, "_BYTES_AT_ONCE", 60_000)


def move_it(home: Path, url: str) -> Move:
    return move_home(home / "dagster", url, lambda _: None)


def moved(home: Path, url: str) -> dg.DagsterInstance:
    return open_instance(Settings(home=home, instance_url=SecretStr(url)))


def files(home: Path) -> dict[str, str]:
    below = [home / "dagster" / "history", home / "dagster" / "schedules"]
    return {
        str(path): sha256(path.read_bytes()).hexdigest()
        for folder in below
        for path in folder.rglob("*.db")
        if path.is_file()
    }


def test_all_that_was_told_is_told_after_the_move_and_the_home_is_as_it_was(home: Path, url: str) -> None:
    with open_instance(Settings(home=home)) as instance:
        before, pointed = told_of_all(instance), pointers(instance)
    at_rest = files(home)
    done = move_it(home, url)
    assert files(home) == at_rest
    assert done.is_new
    with moved(home, url) as instance:
        assert told_of_all(instance) == before
        assert pointers(instance) == pointed
    assert all(pointed.values())
    assert min(table.rows for table in done.tables if table.name in ("runs", "event_logs", "job_ticks")) > 4


def test_words_of_ours_that_look_like_dagsters_numbers_stay_as_they_are(home: Path, url: str) -> None:
    move_it(home, url)
    with moved(home, url) as instance:
        event = instance.get_latest_materialization_event(raw.key)
        [first, *_] = instance.fetch_materializations(raw.key, limit=1, ascending=True).records
    assert event
    for one in (event.asset_materialization, first.asset_materialization):
        assert one
        note = one.metadata.get("note")
        assert note is None or note.value == {"storage_id": 3, "dagster/input_event_pointer/raw": "3"}
    assert first.asset_materialization
    assert "note" in first.asset_materialization.metadata


def test_what_comes_after_the_move_is_numbered_behind_what_was_there(home: Path, url: str) -> None:
    move_it(home, url)
    with moved(home, url) as instance:
        newest = instance.get_run_records(limit=1)[0].storage_id
        newest_event = max(each.storage_id for each in instance.fetch_materializations(raw.key, 100).records)
        again = run(instance, "g1")
        instance.add_dynamic_partitions("games", ["g4"])
        add_backfill(instance, "REQUESTED", assets=["raw"])
        assert instance.get_run_records(limit=1)[0].dagster_run.run_id == again
        assert instance.get_run_records(limit=1)[0].storage_id > newest
        assert instance.fetch_materializations(raw.key, 1).records[0].storage_id > newest_event
        assert instance.get_dynamic_partitions("games") == ["g1", "g2", "g3", "g4"]


def test_a_cursor_that_a_sensor_holds_leads_to_the_event_it_led_to(home: Path, url: str) -> None:
    with open_instance(Settings(home=home)) as instance:
        at = _event_time(instance, _cursor(instance))
    move_it(home, url)
    with moved(home, url) as instance:
        assert _event_time(instance, _cursor(instance)) == at


def _cursor(instance: dg.DagsterInstance) -> int:
    [state] = instance.all_instigator_state()
    assert state.instigator_data
    return int(json.loads(state.instigator_data.cursor)["record_id"])  # type: ignore[union-attr, arg-type]


def _event_time(instance: dg.DagsterInstance, number: int) -> float:
    kind = dg.DagsterEventType.ASSET_MATERIALIZATION
    which = dg.EventRecordsFilter(kind, storage_ids=[number])
    [found] = instance.event_log_storage.get_event_records(which)
    return found.timestamp


@pytest.mark.usefixtures("small_steps")
def test_interrupted_at_any_step_it_is_refused_to_all_and_goes_on(
    home: Path, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = move_it(home, postgres.create("whole")).tables
    interrupted, url = 0, postgres.create("interrupted")
    while True:
        with monkeypatch.context() as patch:
            _stop_after(patch, 2)
            try:
                found = move_it(home, url)
                break
            except KeyboardInterrupt:
                interrupted += 1
        with pytest.raises(Permanent, match="only in part: `uball instance move` goes on"):
            moved(home, url)
        with pytest.raises(Permanent, match="only in part"):
            TableNotes(Settings(home=home, instance_url=SecretStr(url))).live_runs()
    assert interrupted > 5
    assert found.tables == whole


def _stop_after(patch: pytest.MonkeyPatch, steps: int) -> None:
    """So many steps that send something."""
    sent, left = target._send, [steps]

    def send(cursor: object, table: object, lines: list[bytes]) -> None:
        left[0] -= bool(lines)
        if left[0] < 0:
            raise KeyboardInterrupt
        sent(cursor, table, lines)  # type: ignore[arg-type]

    patch.setattr(target, "_send", send)


@pytest.mark.usefixtures("small_steps")
def test_what_changed_at_home_between_two_attempts_is_moved_as_it_is_now(
    home: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        _stop_after(patch, 1)
        with pytest.raises(KeyboardInterrupt):
            move_it(home, url)
    with open_instance(Settings(home=home)) as instance:
        run(instance, "g3")
        before = told_of_all(instance)
    assert move_it(home, url).is_new
    with moved(home, url) as instance:
        assert told_of_all(instance) == before


def test_moved_again_it_only_says_so(home: Path, url: str) -> None:
    first = move_it(home, url)
    with moved(home, url) as instance:
        run(instance, "g1")
    again = move_it(home, url)
    assert (again.is_new, again.tables) == (False, first.tables)


def test_the_server_killed_on_the_way_is_said_and_the_move_goes_on(
    home: Path, postgres_of_its_own: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, sent = postgres_of_its_own, target._send

    def send(*told: object) -> None:
        server.kill()
        sent(*told)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(target, "_send", send)
        with pytest.raises(ServiceDown, match="does not answer"):
            move_it(home, server.url())
    server.start()
    assert move_it(home, server.url()).is_new


def test_a_database_that_holds_something_is_not_moved_into(home: Path, url: str) -> None:
    with moved(home, url) as instance:
        instance.add_dynamic_partitions("games", ["another's"])
    with pytest.raises(Permanent, match="holds runs or games already"):
        move_it(home, url)
    with moved(home, url) as instance:
        assert instance.get_dynamic_partitions("games") == ["another's"]


def test_two_moves_at_once_are_one(home: Path, url: str) -> None:
    import psycopg

    with psycopg.connect(url) as other:
        other.execute("SELECT pg_advisory_lock(118019)")
        with pytest.raises(Transient, match="another move"):
            move_it(home, url)
    assert move_it(home, url).is_new


@pytest.mark.parametrize("what", ["a run", "a backfill", "a daemon"])
def test_the_command_moves_nothing_while_anything_works(
    what: str, home: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_instance(Settings(home=home)) as instance:
        if what == "a run":
            add_run(instance, "STARTED", game_id="g1")
        elif what == "a backfill":
            add_backfill(instance, "REQUESTED", assets=["raw"])
        else:
            instance.add_daemon_heartbeat(DaemonHeartbeat(time.time(), "SENSOR", "d1", []))
    monkeypatch.setenv("UBALL_HOME", str(home))
    monkeypatch.setenv("UBALL_INSTANCE_URL", url)
    told = CliRunner().invoke(main, ["instance", "move"])
    assert told.exit_code == 75, told.output
    assert "nothing is moved while anything works" in told.output
    with moved(home, url) as instance:
        assert instance.get_dynamic_partitions("games") == []


def test_the_command_moves_proves_and_shows(home: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UBALL_HOME", str(home))
    nowhere = CliRunner().invoke(main, ["instance", "move"])
    assert "say where to: UBALL_INSTANCE_URL=postgresql://" in nowhere.output
    monkeypatch.setenv("UBALL_INSTANCE_URL", url)
    told = CliRunner().invoke(main, ["instance", "move", "--json"])
    assert told.exit_code == 0, told.output
    rows = {table["name"]: table["rows"] for table in json.loads(told.stdout)["tables"]}
    shown = json.loads(CliRunner().invoke(main, ["instance", "show", "--json"]).stdout)
    assert shown["place"].startswith("PostgreSQL at 127.0.0.1:")
    assert shown["is_moved"]
    assert shown["counts"]["runs"] == rows["runs"]
    assert shown["left_at_home_bytes"] > 0
    monkeypatch.delenv("UBALL_INSTANCE_URL")
    back = json.loads(CliRunner().invoke(main, ["instance", "show", "--json"]).stdout)
    assert back["place"].startswith("SQLite in ")
    assert back["counts"] == shown["counts"]


def test_old_runs_leave_postgresql_as_they_leave_sqlite(home: Path, url: str, worked: Worked) -> None:
    move_it(home, url)
    settings = Settings(home=home, instance_url=SecretStr(url))
    with open_instance(Settings(home=home)) as instance:
        there = plan_purge(instance, record(settings), KEEP, time.time() + YEARS_S)
    with moved(home, url) as instance:
        before = told_of_games(instance)
        found = plan_purge(instance, record(settings), KEEP, time.time() + YEARS_S)
        assert (found.runs, found.kept, found.backfills) == (there.runs, there.kept, there.backfills)
        assert worked[1]["first of g1"] in found.runs
        carry_out(instance, found, lambda _: None)
        assert told_of_games(instance) == before
        again = plan_purge(instance, record(settings), KEEP, time.time() + YEARS_S)
        assert (again.runs, again.ticks) == ((), ())
        assert instance.all_logs(worked[1]["first of g1"]) == []


def test_a_wiped_asset_does_not_come_back(home: Path, url: str) -> None:
    with closing(sqlite3.connect(home / "dagster" / "history" / "runs" / "index.db")) as index, index:
        index.execute("DELETE FROM event_logs WHERE asset_key = '[\"page\"]'")
    move_it(home, url)
    with moved(home, url) as instance:
        assert instance.fetch_materializations(dg.AssetKey("page"), 10).records == []


def run_file(home: Path, run_id: str) -> Path:
    return home / "dagster" / "history" / "runs" / f"{run_id}.db"


def cut(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def spoil(path: Path) -> None:
    """All but its first page, which tells what kind of file it is."""
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(bytes(path.stat().st_size - 4096))


def replace(path: Path) -> None:
    path.write_bytes(b"not a database" * 1000)


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("hurt", [cut, spoil, replace, empty, Path.unlink])
def test_a_damaged_file_of_a_run_is_named_before_anything_is_moved_and_the_rest_can_go(
    hurt: Callable[[Path], None], home: Path, url: str, worked: Worked
) -> None:
    first, whole = worked[1]["first of g1"], worked[1]["a page"]
    with open_instance(Settings(home=home)) as instance:
        before, log = told_of_games(instance), log_of(instance, whole)
    path = run_file(home, first)
    hurt(path)
    with pytest.raises(Permanent, match=rf"1 runs have lost events: {path} cannot be read: .*--despite-dam"):
        move_it(home, url)
    with moved(home, url) as instance:
        assert instance.get_dynamic_partitions("games") == []
    done = move_home(home / "dagster", url, lambda _: None, despite_damage=True)
    assert list(done.damage) == [first]
    assert done.damage[first].startswith(f"{path} cannot be read")
    with moved(home, url) as instance:
        assert told_of_games(instance) == before
        kinds = {entry.dagster_event_type for entry in instance.all_logs(first)}
        assert {dg.DagsterEventType.ASSET_MATERIALIZATION, dg.DagsterEventType.RUN_SUCCESS} <= kinds
        assert log_of(instance, whole) == log
    assert move_it(home, url).damage == done.damage


@pytest.mark.parametrize("name", ["history/runs.db", "history/runs/index.db", "schedules/schedules.db"])
def test_a_damaged_file_of_all_runs_is_named(name: str, home: Path, url: str) -> None:
    path = home / "dagster" / name
    spoil(path)
    with pytest.raises(Permanent, match=f"{path} cannot be read: .*`uball restore --aside FOLDER`"):
        move_it(home, url)


def test_what_a_killed_run_never_put_into_its_file_is_moved_and_stays_where_it_is(
    home: Path, url: str, worked: Worked
) -> None:
    path = run_file(home, worked[1]["first of g1"])
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        with writer:
            writer.execute("UPDATE event_logs SET event = replace(event, 'game g1', 'game one')")
        killed = {side: path.with_name(path.name + side).read_bytes() for side in ("", "-wal")}
    for side, content in killed.items():
        path.with_name(path.name + side).write_bytes(content)
    at_rest = folder_of(path)
    move_it(home, url)
    assert folder_of(path) == at_rest
    with moved(home, url) as instance:
        told = [entry.user_message for entry in instance.all_logs(worked[1]["first of g1"])]
    assert "game one" in told


def folder_of(path: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in path.parent.iterdir()}
