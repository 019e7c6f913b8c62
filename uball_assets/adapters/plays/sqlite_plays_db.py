"""The plays database in one SQLite file: the embedded profile's Supabase, made by the first write.

jsonb is JSON text, uuid and timestamptz are text, as people sent them. Values are kept as by every plays
database (`domain.plays.columns`); what is no number where one is due stays as it is and is quarantined later
with its row. Any SQLite tool may edit the file: no part of it is derived but
marks that triggers keep (`sqlite_marks`). The journal is SQLite's default,
rollback: a killed writer leaves the last whole transaction, and a closed database is one file.

Belongs here: SQL. Not here: tables and columns (`plays_tables`), or whether a row is sound
(`domain.plays.plays`).
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar, cast

from uball_assets.adapters.machine.file_errors import translated
from uball_assets.adapters.plays.plays_db import TITLE_COLUMNS, NoPlaysDatabase, PlaysSeen, Row
from uball_assets.adapters.plays.plays_tables import (
    BOOLEAN_COLUMNS,
    JSON_COLUMNS,
    KEYS,
    TABLES,
    checked,
    key_of,
)
from uball_assets.adapters.plays.sqlite_decisions import (
    IN_REVIEW,
    dated,
    is_entered,
    is_late,
    opened_once,
    plays_there,
)
from uball_assets.adapters.plays.sqlite_decisions import INDEXES as DECISIONS_INDEXES
from uball_assets.adapters.plays.sqlite_marks import keep_marks, mark_of
from uball_assets.adapters.plays.sqlite_views import VIEWS
from uball_assets.domain.errors import Permanent, Transient
from uball_assets.domain.footage.offsets import offsets_of
from uball_assets.domain.plays.columns import keepable_row

_REMEDY = "run `uball import` or `make demo` to fill one, or correct UBALL_PLAYS_URL"
_PERMANENT = {
    sqlite3.SQLITE_NOTADB: "it is not a SQLite database",
    sqlite3.SQLITE_CORRUPT: "the file is damaged; restore it from a backup",
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened",
    sqlite3.SQLITE_READONLY: "the file or its folder is read-only",
    sqlite3.SQLITE_PERM: "permission denied",
    sqlite3.SQLITE_AUTH: "permission denied",
}
_OURS = frozenset({"annotations", "model_versions", "job_runs", "review_decisions"})
_TRANSIENT = {
    sqlite3.SQLITE_BUSY: "another program is writing to it",
    sqlite3.SQLITE_LOCKED: "another program is writing to it",
    sqlite3.SQLITE_FULL: "no space left; free some and run it again",
    sqlite3.SQLITE_IOERR: "the disc did not answer",
    sqlite3.SQLITE_INTERRUPT: "it was interrupted",
}

T = TypeVar("T")
_Stamp = tuple[bytes, int, int, int]
_HEADER_BYTES = 100
_ROLLBACK = b"\x01\x01"
"""Of a file's format: what is written and what is read; 2 is WAL."""


@dataclass(frozen=True)
class _Kept:
    stamp: _Stamp | None
    """Of the file, when it was read."""
    mark: str | None
    """Of the table (`sqlite_marks`); None where the file keeps none."""
    found: Any


class SqlitePlaysDb:
    """One connection a call: safe to share between threads and processes, closed when the call returns.

    What is asked of all games is read again only when its table has changed (`_stamp`, `sqlite_marks`).
    """

    ids_are_uuids = False

    def __init__(self, path: Path, lock_wait_s: float = 10.0) -> None:
        self.path = path.absolute()
        self._lock_wait_s = lock_wait_s
        self._kept: dict[str, _Kept] = {}

    def __repr__(self) -> str:
        return f"SqlitePlaysDb({str(self.path)!r})"

    def game_ids(self) -> list[str]:
        return [row["id"] for row in self.games()]

    def games(self) -> list[Row]:
        query = f"SELECT {', '.join(TITLE_COLUMNS)} FROM games ORDER BY id"  # noqa: S608 - constant
        return list(self._of_all("games", lambda: self._rows(query)))

    def game(self, game_id: str) -> Row | None:
        return next(iter(self._rows("SELECT * FROM games WHERE id = ?", game_id)), None)

    def plays(self, game_id: str) -> list[Row]:
        order = "ORDER BY start_timestamp NULLS LAST, id"
        return self._rows(f"SELECT * FROM plays WHERE game_id = ? {order}", game_id)  # noqa: S608 - constant

    def games_of(self, play_ids: Iterable[str]) -> dict[str, str]:
        query = "SELECT id, game_id FROM plays WHERE id IN (SELECT value FROM json_each(?))"
        rows = self._rows(query, json.dumps(list(play_ids)))
        return {row["id"]: row["game_id"] for row in rows}

    def play_versions(self) -> dict[str, str]:
        """`{rows}-{latest updated_at}-{hash of all columns}`: an edit that leaves updated_at alone is seen.

        Hashed here, row by row, for a trigger would also count an import that changes nothing.
        """
        return dict(self._of_all("plays", self._play_versions))

    def plays_seen(self, is_over: Callable[[], bool]) -> PlaysSeen:
        """All there is, whatever the time: two million rows of a file are read in some seconds."""
        del is_over
        return PlaysSeen(self.play_versions(), None)

    def _play_versions(self) -> dict[str, str]:
        rows = self._raw_rows("SELECT * FROM plays ORDER BY game_id, id")
        return {game: _version(list(plays)) for game, plays in groupby(rows, key=lambda row: row["game_id"])}

    def play_version(self, game_id: str) -> str:
        rows = self._raw_rows("SELECT * FROM plays WHERE game_id = ? ORDER BY id", game_id)
        return _version(rows) if rows else ""

    def videos(self, game_id: str) -> list[Row]:
        return self._rows("SELECT * FROM video_metadata WHERE game_id = ? ORDER BY angle", game_id)

    def videos_by_game(self) -> dict[str, list[Row]]:
        return dict(self._of_all("video_metadata", self._videos_by_game))

    def _videos_by_game(self) -> dict[str, list[Row]]:
        rows = self._rows("SELECT * FROM video_metadata ORDER BY game_id, angle")
        return {game: list(videos) for game, videos in groupby(rows, key=lambda row: row["game_id"])}

    def players(self, team_ids: Iterable[str]) -> list[Row]:
        order = "ORDER BY team_id, jersey_number NULLS LAST, id"
        query = f"SELECT * FROM players WHERE team_id = ? {order}"  # noqa: S608 - constant
        return [row for team_id in sorted(set(team_ids)) for row in self._rows(query, team_id)]

    def sync_offsets(self, game_id: str) -> dict[str, float]:
        return offsets_of(self.videos(game_id))

    def add_game(
        self,
        game: Mapping[str, Any],
        plays: Iterable[Mapping[str, Any]],
        videos: Iterable[Mapping[str, Any]],
    ) -> None:
        belongs = {"game_id": str(game.get("id"))}
        tables = {
            "games": checked("games", [game], {}),
            "plays": checked("plays", plays, belongs),
            "video_metadata": checked("video_metadata", videos, belongs),
        }
        with self._transaction() as connection:
            for table, rows in tables.items():
                _upsert(connection, table, rows)

    def remove_plays(self, game_id: str, play_ids: Iterable[str]) -> None:
        with self._transaction() as connection:
            keys = [(game_id, play_id) for play_id in play_ids]
            connection.executemany("DELETE FROM plays WHERE game_id = ? AND id = ?", keys)

    def remove_game(self, game_id: str) -> None:
        with self._transaction() as connection:
            for table in ("review_decisions", "annotations", "plays", "video_metadata"):
                connection.execute(f"DELETE FROM {table} WHERE game_id = ?", (game_id,))  # noqa: S608 - ours
            connection.execute("DELETE FROM games WHERE id = ?", (game_id,))

    def write_annotations(self, game_id: str, model: str, rows: Iterable[Mapping[str, Any]]) -> None:
        annotations = checked("annotations", rows, {"game_id": game_id, "model": model})
        with self._transaction() as connection:
            connection.execute("DELETE FROM annotations WHERE game_id = ? AND model = ?", (game_id, model))
            _upsert(connection, "annotations", annotations)

    def annotations(self, game_id: str, model: str) -> list[Row]:
        order = "ORDER BY start_timestamp NULLS LAST, play_key"
        query = f"SELECT * FROM annotations WHERE game_id = ? AND model = ? {order}"  # noqa: S608 - constant
        return self._rows(query, game_id, model)

    def write_model_versions(self, rows: Iterable[Mapping[str, Any]]) -> None:
        versions = checked("model_versions", rows, {})
        with self._transaction() as connection:
            _upsert(connection, "model_versions", versions)

    def model_versions(self) -> list[Row]:
        return self._rows("SELECT * FROM model_versions ORDER BY version NULLS LAST, name")

    def write_job_runs(self, rows: Iterable[Mapping[str, Any]]) -> None:
        runs = checked("job_runs", rows, {})
        with self._transaction() as connection:
            _upsert(connection, "job_runs", runs)

    def decide(
        self, decision: Mapping[str, Any], seen: Iterable[Row], becomes: Iterable[Mapping[str, Any]]
    ) -> bool:
        (entry,) = checked("review_decisions", [decision], {})
        rows = checked("plays", becomes, {"game_id": str(decision["game_id"])})
        before = {row["id"]: row for row in seen}
        with self._transaction() as connection:
            if is_entered(connection, entry["decision_id"]):
                return True
            there = plays_there(connection, {*before, *(row["id"] for row in rows)})
            if is_late(connection, entry) or {key: _decoded(row) for key, row in there.items()} != before:
                return False
            changed = [row for row in rows if row != before.get(row["id"])]
            _upsert(connection, "plays", [dated(row) for row in changed])
            gone = before.keys() - {row["id"] for row in rows}
            connection.executemany("DELETE FROM plays WHERE id = ?", [(key,) for key in sorted(gone)])
            _upsert(connection, "review_decisions", [opened_once(connection, entry)])
        return True

    def decisions(self, **equal: str) -> list[Row]:
        where = " AND ".join(f"{column} = ?" for column in TABLES["review_decisions"] if column in equal)
        values = [equal[column] for column in TABLES["review_decisions"] if column in equal]
        query = f"SELECT * FROM review_decisions WHERE {where} ORDER BY chain, number"  # noqa: S608 - ours
        return self._rows(query, *values) if self._has("review_decisions") else []

    def games_in_review(self) -> list[str]:
        return [row["game_id"] for row in self._rows(IN_REVIEW)] if self._has("review_decisions") else []

    def _has(self, table: str) -> bool:
        """A file that only older versions wrote to lacks the newer tables."""
        return bool(self._rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name = ?", table))

    def _of_all(self, table: str, read: Callable[[], T]) -> T:
        """What was read of the table last, as long as neither the file nor the table changed; callers change
        none of it."""
        stamp, kept = self._stamp(), self._kept.get(table)
        if kept and stamp is not None and stamp == kept.stamp:
            return cast("T", kept.found)
        mark = self._mark(table)
        if kept and mark is not None and mark == kept.mark:
            self._kept[table] = replace(kept, stamp=stamp)
            return cast("T", kept.found)
        found = read()
        if (stamp is not None and stamp == self._stamp()) or (mark is not None and mark == self._mark(table)):
            self._kept[table] = _Kept(stamp, mark, found)
        return found

    def _mark(self, table: str) -> str | None:
        if not self.path.is_file():
            return None  # the read that follows says so
        with self._connection("rw") as connection:
            return mark_of(connection, table)

    def _stamp(self) -> _Stamp | None:
        """SQLite's own change counter, which every transaction that changes the file raises, and which file
        it is (https://www.sqlite.org/fileformat2.html, 1.3.5). None where the file cannot tell: changes stand
        beside it in WAL mode, and while a writer is at work or was killed."""
        try:
            with self.path.open("rb") as file:
                header, status = file.read(_HEADER_BYTES), os.fstat(file.fileno())
        except OSError:
            return None  # the read that follows says why
        is_alone = header[18:20] == _ROLLBACK and not Path(f"{self.path}-journal").exists()
        counter = header[24:28]
        return (counter, status.st_ino, status.st_size, status.st_mtime_ns) if is_alone else None

    def _rows(self, query: str, *values: str) -> list[Row]:
        return [_decoded(row) for row in self._raw_rows(query, *values)]

    def _raw_rows(self, query: str, *values: str) -> list[sqlite3.Row]:
        if not self.path.is_file():
            raise NoPlaysDatabase(f"there is no plays database at {self.path}: {_REMEDY}")
        with self._connection("rw") as connection:
            try:
                return connection.execute(query, values).fetchall()
            except sqlite3.OperationalError:
                if connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                    raise
                return []  # no table at all: a first write made the file and ended before its commit

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """The tables are there, and all that is done inside happens, or nothing."""
        with translated(f"write {self.path}"):
            self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._connection("rwc") as connection:
            connection.execute("BEGIN IMMEDIATE")
            for table in TABLES:
                connection.execute(_create_statement(table))
                for statement in _added_columns(connection, table):
                    connection.execute(statement)
            connection.execute("CREATE INDEX IF NOT EXISTS plays_by_game ON plays (game_id, id)")
            for index in DECISIONS_INDEXES:
                connection.execute(index)
            for view in VIEWS:
                connection.execute(view)
            keep_marks(connection)
            yield connection
            connection.execute("COMMIT")

    @contextmanager
    def _connection(self, mode: str) -> Iterator[sqlite3.Connection]:
        """Closed, and an open transaction rolled back, whatever happens; `rw` never makes a file."""
        uri = f"{self.path.as_uri()}?mode={mode}"
        try:
            with closing(
                sqlite3.connect(uri, self._lock_wait_s, isolation_level=None, uri=True)
            ) as connection:
                connection.row_factory = sqlite3.Row
                yield connection
        except sqlite3.Error as error:
            raise self._kind_of(error) from error

    def _kind_of(self, error: sqlite3.Error) -> Permanent | Transient:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the primary code; the rest is detail
        if code in _TRANSIENT:
            return Transient(f"the plays database {self.path} cannot be used now: {_TRANSIENT[code]}")
        return Permanent(
            f"cannot use {self.path} as a plays database: {_PERMANENT.get(code, error)}; {_REMEDY}"
        )


def _create_statement(table: str) -> str:
    columns = [f"{column} {form}" for column, form in TABLES[table].items()]
    if len(KEYS.get(table, ())) > 1:
        columns.append(f"PRIMARY KEY ({', '.join(KEYS[table])})")
    return f"CREATE TABLE IF NOT EXISTS {table} ({', '.join(columns)})"


def _added_columns(connection: sqlite3.Connection, table: str) -> Iterator[str]:
    """What an older version's file lacks of the tables that the platform alone writes."""
    if table not in _OURS:
        return
    there = {row["name"] for row in connection.execute(f"PRAGMA table_info({table})")}
    for column, form in TABLES[table].items():
        if column not in there:
            yield f"ALTER TABLE {table} ADD COLUMN {column} {form}"


def _upsert(connection: sqlite3.Connection, table: str, rows: list[Row]) -> None:
    """Raises Permanent for a play whose id another game has: taking it over would rob that game of it."""
    for given in rows:
        key = key_of(table, given)
        row = {**given, **keepable_row(table, given, uuids=False)[0]}
        try:
            values = [_encoded(column, value) for column, value in row.items()]
            cursor = connection.execute(_upsert_statement(table, list(row)), values)
        except (OverflowError, TypeError, ValueError) as error:  # a huge int, broken text, NaN within JSON
            raise Permanent(f"cannot store {key} in table {table}: {error}; correct the row") from error
        if table == "plays" and not cursor.rowcount:
            raise Permanent(
                f"play {key} belongs to another game than {row['game_id']}: give it an id of its own"
            )


def _upsert_statement(table: str, columns: list[str]) -> str:
    changes = ", ".join(f"{column} = excluded.{column}" for column in columns)
    owner = "WHERE plays.game_id = excluded.game_id" if table == "plays" else ""
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}) "  # noqa: S608 - ours
        f"ON CONFLICT ({', '.join(KEYS[table])}) DO UPDATE SET {changes} {owner}"
    )


def _encoded(column: str, value: Any) -> Any:
    if value is None:
        return None
    if column in JSON_COLUMNS:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    if isinstance(value, int | float | str):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _decoded(row: sqlite3.Row) -> Row:
    return {column: _decoded_value(column, row[column]) for column in row.keys()}  # noqa: SIM118 - iterates its values


def _decoded_value(column: str, value: Any) -> Any:
    """JSON that a person's edit broke stays text, so that it costs its row and not its game."""
    if column in BOOLEAN_COLUMNS and value in (0, 1):
        return bool(value)
    if column in JSON_COLUMNS and isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _version(plays: list[sqlite3.Row]) -> str:
    dates = [str(play["updated_at"]) for play in plays if play["updated_at"] is not None]
    latest = max(dates, default="undated")
    content = hashlib.sha256(repr([tuple(play) for play in plays]).encode()).hexdigest()
    return f"{len(plays)}-{latest}-{content[:16]}"
