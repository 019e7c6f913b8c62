"""A league's home as it is after years: Dagster's SQLite files of games and runs by the thousand.

One real run is repeated, with ids, games and times of its own: of its events those that pages and rules read,
and the beginnings of its steps. Of each run there is a file, as Dagster keeps it; its pages are smaller than
Dagster's, so that it takes half the room. Belongs here: making the files. Not here: what is asked of them
(`test_many_runs`, `test_move`).
"""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from uball_assets.automation.instance import open_instance
from uball_assets.automation.runs.tables import EVENTS, RUNS, TICKS
from uball_assets.settings import Settings
from uball_assets_tests.automation.storing.worked_home import add_ticks, run, told_of_games

_GAME, _KEY, _AT = "game-model", "the-key-that-all-others-repeat", "2000-01-01 00:00:00.000001"
"""Of the run that is repeated; a game and a moment are as long as any other, for they stand in its file."""
_KINDS = """('ASSET_MATERIALIZATION_PLANNED', 'ASSET_MATERIALIZATION', 'ASSET_CHECK_EVALUATION_PLANNED',
    'ASSET_CHECK_EVALUATION', 'ASSET_OBSERVATION', 'STEP_START', 'PIPELINE_START', 'PIPELINE_SUCCESS')"""
_PAGE_BYTES = 2048
"""The least that no event goes over the end of."""
_MANY = (
    "CREATE TEMP TABLE many (n INTEGER PRIMARY KEY, run_id TEXT, game TEXT, run_key TEXT, at TEXT, at_s REAL)"
)
_OF_RUNS = """
INSERT INTO runs (run_id, snapshot_id, pipeline_name, status, run_body, partition, partition_set,
        create_timestamp, update_timestamp, start_time, end_time)
    SELECT many.run_id, snapshot_id, pipeline_name, CASE WHEN n % 50 = 0 THEN 'FAILURE' ELSE 'SUCCESS' END,
        replace(replace(replace(run_body, :run, many.run_id), :game, game), :key, run_key), game,
        partition_set, at, at, at_s, at_s + 60
    FROM many, runs WHERE runs.run_id = :run ORDER BY n;
INSERT INTO run_tags (run_id, key, value)
    SELECT many.run_id, key, replace(replace(value, :game, game), :key, run_key)
    FROM many, run_tags WHERE run_tags.run_id = :run ORDER BY n, run_tags.id
"""
_OF_EVENTS = """
INSERT INTO dynamic_partitions (partitions_def_name, partition)
    SELECT DISTINCT 'games', game FROM many ORDER BY game;
INSERT INTO event_logs (run_id, event, dagster_event_type, timestamp, step_key, asset_key, partition)
    SELECT many.run_id, replace(replace(event, :run, many.run_id), :game, game), dagster_event_type, at,
        step_key, asset_key, CASE WHEN event_logs.partition IS NULL THEN NULL ELSE game END
    FROM many, event_logs WHERE event_logs.run_id = :run
    ORDER BY n, event_logs.id;
INSERT INTO asset_check_executions (asset_key, check_name, partition, run_id, execution_status,
        evaluation_event, evaluation_event_timestamp)
    SELECT asset_key, check_name, game, many.run_id, execution_status,
        replace(replace(evaluation_event, :run, many.run_id), :game, game), at
    FROM many, asset_check_executions AS one WHERE one.run_id = :run ORDER BY n;
UPDATE asset_keys SET cached_status_data = NULL
"""
_OF_TICKS = """
INSERT INTO job_ticks (job_origin_id, selector_id, status, type, timestamp, tick_body)
    SELECT job_origin_id, selector_id, status, type, at, tick_body FROM job_ticks, many ORDER BY n
"""


@dataclass(frozen=True)
class Repeated:
    """A run, the so-manieth of its home."""

    number: int
    run_id: str
    game: str
    at: datetime

    @property
    def run_key(self) -> str:
        return f"game:{self.number}"

    @property
    def moment(self) -> str:
        return self.at.strftime("%Y-%m-%d %H:%M:%S.%f")


def fill(home: Path, games: int, runs: int, ticks: int) -> None:
    """The newest run and tick are of now; games take turns."""
    with open_instance(Settings(home=home)) as instance:
        instance.add_dynamic_partitions("games", [_GAME])
        first = run(instance, _GAME, tags={"dagster/run_key": _KEY})
        add_ticks(instance, 1)
        told_of_games(instance)
    folder, now = home / "dagster", datetime.now(UTC)
    told = {"run": first, "game": _GAME, "key": _KEY}
    _fill(folder / RUNS, _OF_RUNS, told, _repeated(now, runs, games, timedelta(minutes=5)))
    _fill(folder / EVENTS, _OF_EVENTS, told, _repeated(now, runs, games, timedelta(minutes=5)))
    _fill(folder / TICKS, _OF_TICKS, told, _repeated(now, ticks, games, timedelta(seconds=30)))
    model = _model_of_files(folder, first)
    for one in _repeated(now, runs, games, timedelta(minutes=5)):
        words = {first: one.run_id, _GAME: one.game, _AT: one.moment}
        content = model
        for old, new in words.items():
            content = content.replace(old.encode(), new.encode())
        (folder / "history" / "runs" / f"{one.run_id}.db").write_bytes(content)


def _repeated(now: datetime, count: int, games: int, apart: timedelta) -> Iterator[Repeated]:
    for number in range(1, count + 1):
        run_id = str(uuid.uuid5(uuid.NAMESPACE_OID, f"run {number}"))
        yield Repeated(number, run_id, f"game-{number % games:05}", now - (count - number) * apart)


def _fill(path: Path, statements: str, told: dict[str, str], many: Iterable[Repeated]) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(_MANY)
        database.executemany(
            "INSERT INTO many VALUES (?, ?, ?, ?, ?, ?)",
            ((one.number, one.run_id, one.game, one.run_key, one.moment, one.at.timestamp()) for one in many),
        )
        for statement in statements.split(";"):
            database.execute(statement, told)


def _model_of_files(folder: Path, run_id: str) -> bytes:
    """Its words are to be replaced by others of their length."""
    path = folder / "history" / "runs" / "model.db"
    with closing(sqlite3.connect(folder / "history" / "runs" / f"{run_id}.db")) as database:
        database.execute("VACUUM INTO ?", [str(path)])
    with closing(sqlite3.connect(path)) as database:
        with database:
            database.execute(f"DELETE FROM event_logs WHERE dagster_event_type NOT IN {_KINDS}")  # noqa: S608
            database.execute("UPDATE event_logs SET timestamp = ?", [_AT])
        database.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
        database.execute("VACUUM")
    content = path.read_bytes()
    path.unlink()
    return content
