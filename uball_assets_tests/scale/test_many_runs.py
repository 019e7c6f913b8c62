"""10,000 games and 100,000 runs moved from a home to PostgreSQL: the move, and what sensors, pages and the
purge ask afterwards, stay within bounds.

The table of docs/instance.md is what this prints (`pytest -s`). The bounds are several times what a machine
of two cores took that many others were busy on.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import dagster as dg
import pytest
from pydantic import SecretStr

from uball_assets.automation.api_jobs.reading import Reader
from uball_assets.automation.instance import open_instance
from uball_assets.automation.moving.move import move_home
from uball_assets.automation.operating.live_tables import newest_ticks, open_runs
from uball_assets.automation.runs.ended import ended_runs
from uball_assets.automation.runs.of_instance import InstanceNotes
from uball_assets.automation.runs.tables import TableNotes
from uball_assets.automation.storing.figures import figures
from uball_assets.automation.storing.purging import Purge, carry_out, plan_purge
from uball_assets.domain.operating.purging import Keep
from uball_assets.resources import record
from uball_assets.settings import Settings
from uball_assets_tests.automation.storing.worked_home import told_of_games
from uball_assets_tests.scale.many_runs import fill

if TYPE_CHECKING:
    from uball_assets_tests.scale.postgres_server import PostgresServer

pytestmark = pytest.mark.scale
GAMES, RUNS, TICKS = 10_000, 100_000, 20_000
KEEP = Keep(runs_days=1, runs=GAMES, ticks_days=1, ticks=100)


@pytest.fixture(scope="module")
def league(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Seven gigabytes of files, which are gone once they are moved."""
    url, home = postgres.create("many"), tmp_path_factory.mktemp("many")
    fill(home, GAMES, RUNS, TICKS)
    done = took_s("uball instance move", lambda: move_home(home / "dagster", url, lambda _: None), 3600)
    assert {table.name: table.rows for table in done.tables}["runs"] == RUNS + 1
    for below in ("history", "schedules"):
        shutil.rmtree(home / "dagster" / below)
    return Settings(home=home, instance_url=SecretStr(url))


def took_s(what: str, work: Callable[[], Any], bound_s: float) -> Any:
    began_s = time.monotonic()
    done = work()
    seconds = time.monotonic() - began_s
    print(f"| {what} | {seconds:.2f} s | {bound_s:g} s |")  # noqa: T201 - the table
    assert seconds < bound_s, what
    return done


def test_what_is_asked_every_minute_is_answered_in_seconds(league: Settings) -> None:
    now, tables = datetime.now(UTC), TableNotes(league)
    keys = [f"game:{number}" for number in range(1, 201)]
    with ExitStack() as stack:
        instance = stack.enter_context(open_instance(league))
        notes, reader = InstanceNotes(instance), Reader(instance)
        games = took_s("a sensor: which games there are", notes.partitions, 2)
        assert len(games) == GAMES + 1
        assert took_s("a sensor: which runs go", notes.live_runs, 2) == []
        assert len(took_s("a sensor: how 200 attempts ended", lambda: notes.keyed(keys), 5)) == 200
        assert len(took_s("a command: the same without Dagster", lambda: tables.keyed(keys), 5)) == 200
        assert took_s("a page: open runs", lambda: open_runs(league), 2) == []
        assert took_s("a page: newest ticks", lambda: newest_ticks(league), 5)
        month = took_s("costs: the runs of 31 days", lambda: ended_runs(league, now - timedelta(days=31)), 10)
        assert 8_000 < len(month) < 10_000
        page = took_s("the API: a page of 50 jobs", lambda: reader.history(50), 5)
        assert len(page) == 50
        told = took_s("Dagster's pages: all that they ask of all games", lambda: told_of_games(instance), 300)
        assert len(told["made"]["raw"]) == GAMES + 1
        assert took_s("uball instance show", lambda: figures(league), 10).counts["runs"] == RUNS + 1


def test_nine_tenths_of_the_runs_leave_and_the_games_look_as_before(league: Settings) -> None:
    with open_instance(league) as instance:
        before = told_of_games(instance)
        found = took_s("purge: what would leave", lambda: _plan(league, instance), 300)
        assert RUNS - 2 * GAMES <= len(found.runs) <= RUNS - GAMES
        took_s(
            f"purge: {len(found.runs):,} runs, {len(found.ticks):,} ticks",
            lambda: carry_out(instance, found, lambda _: None),
            1200,
        )
        assert told_of_games(instance) == before
        assert _plan(league, instance).runs == ()


def _plan(league: Settings, instance: dg.DagsterInstance) -> Purge:
    return plan_purge(instance, record(league), KEEP)
