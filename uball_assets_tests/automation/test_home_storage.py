"""Dagster's own files: whoever opens a home first, however many at once, and whatever an accident left."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.sqlite import LAST_KNOWN_STAMPED_SQLITE_ALEMBIC_REVISION as OLDER

from uball_assets.adapters.machine.file_lock import only_one, take
from uball_assets.adapters.machine.sqlite_copy import is_database
from uball_assets.automation.home_storage import HomeEvents
from uball_assets.automation.instance import open_instance
from uball_assets.domain.errors import Permanent, Transient
from uball_assets.settings import Settings
from uball_assets_tests.conftest import CHECKOUT

FILES = ("history/runs.db", "history/runs/index.db", "schedules/schedules.db")
AT_ONCE = 4
OPENER = """
import sys
from uball_assets.automation.home_storage import HomeEvents
from uball_assets.automation.instance import open_instance
from uball_assets.settings import load_settings
settings = load_settings()
print("ready", flush=True)
sys.stdin.readline()
with open_instance(settings) as instance:
    instance.add_dynamic_partitions("games", [sys.argv[1]])
"""
WRITER = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1])
database.execute("pragma user_version = 7")
database.close()
"""


@dg.job
def nothing() -> None: ...


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


@pytest.fixture(scope="module")
def a_made_one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("made")
    with open_instance(Settings(home=home)) as instance:
        instance.add_dynamic_partitions("games", ["g1"])
    return home


@pytest.fixture
def made(settings: Settings, a_made_one: Path) -> Settings:
    """Opened before, with a game in it."""
    shutil.copytree(a_made_one, settings.home)
    return settings


def revisions(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as database:
        return [row[0] for row in database.execute("select version_num from alembic_version")]


def games(settings: Settings) -> set[str]:
    with open_instance(settings) as instance:
        return set(instance.get_dynamic_partitions("games"))


def test_however_many_open_a_fresh_home_at_once_it_is_made_once_and_all_are_served(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They load everything first and are let go together."""
    monkeypatch.setenv("UBALL_HOME", str(settings.home))
    pipe = subprocess.PIPE
    openers = [
        subprocess.Popen(
            [sys.executable, "-c", OPENER, f"g{number}"], stdin=pipe, stdout=pipe, stderr=pipe, text=True
        )
        for number in range(AT_ONCE)
    ]
    for opener in openers:
        assert opener.stdout
        assert opener.stdout.readline() == "ready\n"
    for opener in openers:
        assert opener.stdin
        opener.stdin.write("go\n")
        opener.stdin.flush()
    told = [opener.communicate()[1] for opener in openers]

    assert [opener.returncode for opener in openers] == [0] * AT_ONCE, told
    assert games(settings) == {f"g{number}" for number in range(AT_ONCE)}
    for file in FILES:
        assert len(revisions(settings.instance_folder / file)) == 1


@pytest.mark.parametrize("file", FILES)
def test_two_revisions_become_the_newer_one_and_nothing_is_lost(made: Settings, file: str) -> None:
    """What two processes without a lock left."""
    path = made.instance_folder / file
    [newest] = revisions(path)
    with closing(sqlite3.connect(path)) as database:
        database.execute("insert into alembic_version values (?)", [OLDER])
        database.commit()
    assert games(made) == {"g1"}
    assert revisions(path) == [newest]


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("left", ["no bytes", "tables without a revision", "a revision table without a row"])
def test_a_file_that_a_kill_left_half_made_is_made_anew(made: Settings, file: str, left: str) -> None:
    path = made.instance_folder / file
    if left == "no bytes":
        path.write_bytes(b"")
    else:
        with closing(sqlite3.connect(path)) as database:
            database.execute(
                "drop table alembic_version" if "tables" in left else "delete from alembic_version"
            )
            database.execute("drop table secondary_indexes")
            database.execute("delete from dynamic_partitions" if "index" in file else "select 1")
            database.commit()
    assert games(made) == (set() if "index" in file else {"g1"})
    assert len(revisions(path)) == 1


@pytest.mark.parametrize(("umask", "mode"), [(0o007, 0o660), (0o022, 0o644)])
def test_a_file_is_for_those_for_whom_the_umask_makes_it(settings: Settings, umask: int, mode: int) -> None:
    """Where several users share a folder; SQLite would make each for its maker's user alone."""
    before = os.umask(umask)
    try:
        with open_instance(settings) as instance:
            run = instance.create_run_for_job(nothing)
            instance.report_engine_event("it begins", run)
    finally:
        os.umask(before)
    files = [path for path in settings.instance_folder.rglob("*.db*") if path.is_file()]
    assert settings.instance_folder / f"history/runs/{run.run_id}.db" in files
    assert {path.name: path.stat().st_mode & 0o777 for path in files} == {path.name: mode for path in files}


def asked_for_by_dagster(index: Path) -> None:
    HomeEvents(str(index.parent)).conn_string_for_shard("index")


def asked_for_by_a_backup(index: Path) -> None:
    assert is_database(index)


@pytest.mark.parametrize("ask_for", [asked_for_by_dagster, asked_for_by_a_backup])
def test_a_file_in_use_keeps_its_locks_whoever_else_in_the_process_asks_for_it(
    made: Settings, ask_for: Callable[[Path], None]
) -> None:
    """Else another process, at its end, takes itself for the last and deletes the log of writes beside it:
    what this one writes from then on is lost."""
    index = made.instance_folder / "history/runs/index.db"
    with closing(sqlite3.connect(index)) as in_use:
        in_use.execute("select count(*) from event_logs").fetchall()
        ask_for(index)
        subprocess.run([sys.executable, "-c", WRITER, str(index)], check=True)
        assert index.with_name("index.db-wal").exists()


def test_what_a_killed_maker_left_beside_is_cleared_away(settings: Settings) -> None:
    scratch = settings.instance_folder / ".making"
    (scratch / "history").mkdir(parents=True)
    (scratch / "history" / "runs.db").write_text("half")
    assert games(settings) == set()
    assert not scratch.exists()


@pytest.mark.parametrize("file", FILES)
def test_a_file_that_is_no_database_is_named_with_what_to_do(made: Settings, file: str) -> None:
    path = made.instance_folder / file
    path.write_text("no database " * 100)
    with pytest.raises(Permanent, match=r"cannot be read .*: move it away and try again") as told:
        open_instance(made)
    assert str(path) in str(told.value)


def test_revisions_that_nobody_knows_are_named_with_what_to_do(made: Settings) -> None:
    with closing(sqlite3.connect(made.instance_folder / FILES[0])) as database:
        database.execute("insert into alembic_version values ('of another program')")
        database.commit()
    with pytest.raises(Permanent, match="2 revisions: move it away"):
        open_instance(made)


def test_a_plain_dagster_in_the_checkout_opens_the_home_that_the_settings_name(
    made: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("UBALL_HOME", str(made.home))
    monkeypatch.chdir(tmp_path)
    with dg.DagsterInstance.from_config(str(CHECKOUT)) as instance:
        assert instance.get_dynamic_partitions("games") == ["g1"]
        assert Path(instance.root_directory) == made.instance_folder
    monkeypatch.setenv("UBALL_HOME", str(tmp_path / "another"))
    with dg.DagsterInstance.from_config(str(CHECKOUT)) as instance:
        assert not instance.get_dynamic_partitions("games")


def test_who_comes_second_is_told_in_the_words_of_the_first(tmp_path: Path) -> None:
    lock = tmp_path / "home" / "demo.lock"
    with only_one(lock, "a demo is at work"), pytest.raises(Transient, match=r"^a demo is at work$"):
        take(lock, "another")
    with only_one(lock, "another"):
        pass
