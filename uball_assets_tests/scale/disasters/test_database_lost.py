"""A database is lost: the plays', Dagster's (in files, in PostgreSQL), the keys' and the tables'."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from uball_assets_tests.daemon.waiting import wait_for
from uball_assets_tests.scale.disasters.rehearsal import Before, League, Made
from uball_assets_tests.scale.disasters.runbook import commands

if TYPE_CHECKING:
    from uball_assets_tests.scale.postgres_server import PostgresServer

pytestmark = pytest.mark.scale
DAGSTER = "Dagster's tables"


def opened(made: Made) -> League:
    """With the private key at hand."""
    league = made.open()
    league.own["UBALL_BACKUP_IDENTITY"] = str(made.key)
    return league


def is_over(league: League, before: Before) -> None:
    """The daemon is at work: the pages of its runs are there, nothing was run again, and the next game comes
    through."""
    league.rest(models=2)
    league.is_sound()
    assert league.games_objects() == before.objects
    assert league.runs_of_each() == [1, 1, 1]
    league.stop()
    league.goes_on(before)
    assert league.games.new.game_id in json.dumps(league.told("runs"))
    assert league.told("history")[-1]["serves"]


def test_plays_come_back_and_no_game_is_run_again(in_home: Made) -> None:
    league = opened(in_home)
    before = league.before()
    (league.home / "plays.db").write_bytes(b"not what it was")
    assert "plays" in league.refused("doctor")
    try:
        league.follow(commands("The plays"))
        assert (league.folder / ".uball-plays-of-before.db").is_file()
        is_over(league, before)
    finally:
        league.stop()


def test_runs_and_partitions_come_back_into_the_home(in_home: Made) -> None:
    league = opened(in_home)
    before = league.before()
    (league.home / "dagster" / "history" / "runs.db").write_bytes(b"not what it was" * 1_000)
    try:
        with pytest.raises(AssertionError, match="dagster dev ended"):
            league.start()
        league.stop()
        league.follow(commands(DAGSTER))
        is_over(league, before)
    finally:
        league.stop()


def test_runs_and_partitions_come_back_into_an_empty_postgres(
    in_home: Made, postgres: PostgresServer
) -> None:
    import psycopg

    league = opened(in_home)
    league.own["UBALL_INSTANCE_URL"] = postgres.create("rehearsed")
    wait_for("end of the daemon's heartbeats", lambda: not league.run("uball instance move").returncode, 120)
    league.uball("backup")
    before = league.before()
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE rehearsed WITH (FORCE)")
    assert "rehearsed" in league.refused("runs")
    try:
        league.own["UBALL_INSTANCE_URL"] = postgres.create("anew")
        league.follow(commands(DAGSTER))
        is_over(league, before)
    finally:
        league.stop()


def test_keys_and_tables_come_back_from_a_look_aside(in_home: Made, tmp_path: Path) -> None:
    league = opened(in_home)
    secret = league.told("keys", "add", "reviewer", "--scope", "review")["key"]
    league.uball("keys", "add", "leaked", "--scope", "read")
    league.uball("backup")
    league.uball("keys", "revoke", "leaked")
    before = tables(league)
    (league.home / "app.db").unlink()
    shutil.rmtree(league.home / "warehouse")
    look = tmp_path / "look"
    league.uball("restore", "--aside", str(look))
    shutil.copy(look / "app.db", league.home / "app.db")
    league.uball("restore", "--part", "warehouse")
    assert tables(league) == before
    assert {key["name"]: key["state"] for key in league.told("keys", "list")} == {
        "reviewer": "good",
        "leaked": "good",
    }, "it was revoked after the backup"
    league.uball("keys", "revoke", "leaked")
    assert secret not in (look / "app.db").read_bytes().decode(errors="replace")
    league.uball("verify")


def tables(league: League) -> dict[str, bytes]:
    files = [
        path for path in (league.home / "warehouse").rglob("*") if path.is_file() and path.name != "lock"
    ]
    return {str(path): path.read_bytes() for path in files}
