"""The database that a home's Dagster is moved into: what is there, what is sent, and whether all arrived.

Belongs here: writing and reading back. Not here: what is read at home (`home_tables`, `home_events`).
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sqlalchemy as db
from dagster._core.storage.event_log.schema import SqlEventLogStorageTable

from uball_assets.automation.storing.copy_lines import LineTally, Tally, line_of, writers_of
from uball_assets.automation.storing.home_events import HomeEvents
from uball_assets.automation.storing.home_tables import all_tables
from uball_assets.automation.storing.postgres import MOVED, MOVING, place_of
from uball_assets.automation.storing.postgres_storage import open_postgres
from uball_assets.automation.storing.references import event_moved
from uball_assets.domain.errors import Permanent, Transient

_LOCK = 118_019
_ROWS_AT_ONCE = 5_000
_EVENTS_AT_ONCE = 20_000
_BEGUN, _EVENTS_TO = "begun with", "events of runs up to"
_USED = """
    SELECT EXISTS (SELECT 1 FROM runs) OR EXISTS (SELECT 1 FROM event_logs)
        OR EXISTS (SELECT 1 FROM dynamic_partitions) OR EXISTS (SELECT 1 FROM bulk_actions)
        OR EXISTS (SELECT 1 FROM job_ticks)
"""
_NOTE = f"INSERT INTO {MOVING} VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value"  # noqa: S608
_COUNT_ON = """
    SELECT setval(pg_get_serial_sequence('{table}', 'id'), coalesce(max(id), 0) + 1, false) FROM "{table}"
"""


@dataclass(frozen=True)
class MovedTable:
    name: str
    rows: int
    proof: str
    """The same number of both sides' rows, as text."""


class MoveTarget:
    """By a connection of psycopg2's that commits each statement by itself."""

    def __init__(self, connection: Any, url: str) -> None:
        self._connection, self._url = connection, url

    def lock(self) -> None:
        """Until the connection ends, however it ends."""
        if not self._ask("SELECT pg_try_advisory_lock(%s)", _LOCK):
            raise Transient(f"another move into {place_of(self._url)} is at work")
        open_postgres(self._url, is_moving=True)

    def has(self, table: str) -> bool:
        return self._ask("SELECT to_regclass(%s) IS NOT NULL", table) is True

    def version(self) -> set[str]:
        return {self._ask("SELECT version_num FROM alembic_version")}

    def noted(self) -> list[MovedTable]:
        return [
            MovedTable(name.removeprefix("table "), int(proof.partition(":")[0]), proof)
            for name, proof in self._all(f"SELECT name, value FROM {MOVED} ORDER BY name")  # noqa: S608 - ours
            if name.startswith("table ")
        ]

    def begin(self, fingerprint: str) -> bool:
        """Whether one that was killed goes on; it begins anew where the home is not as it was."""
        if self.has(MOVING):
            if self._note(_BEGUN) == fingerprint:
                return True
        elif self._ask(_USED):
            raise Permanent(
                f"{place_of(self._url)} holds runs or games already: move into a database of its own"
            )
        names = ", ".join(f'"{table.name}"' for table in all_tables())
        with self._transaction() as cursor:
            cursor.execute(f"TRUNCATE {names}")
            cursor.execute(f"DROP TABLE IF EXISTS {MOVING}")
            cursor.execute(f"CREATE TABLE {MOVING} (name text PRIMARY KEY, value text NOT NULL)")
            cursor.execute(_NOTE, (_BEGUN, fingerprint))
        return False

    def fill(self, table: db.Table, rows: Iterator[tuple[Any, ...]]) -> Tally:
        """What is there already is counted and not sent again. Of the rows as they were sent."""
        tally, writers = Tally(), writers_of(table)
        there = self._ask(f'SELECT coalesce(max(id), 0) FROM "{table.name}"')  # noqa: S608 - Dagster's
        ids = [column.name for column in table.columns].index("id")
        while chunk := list(islice(rows, _ROWS_AT_ONCE)):
            lines = []
            for row in chunk:
                line = line_of(row, writers)
                tally.add(line)
                if row[ids] > there:
                    lines.append(line)
            with self._transaction() as cursor:
                _send(cursor, table, lines)
        return tally

    def fill_events(self, events: HomeEvents) -> Tally:
        tally, lines, writers = Tally(), [], writers_of(SqlEventLogStorageTable)
        done_to = self._note(_EVENTS_TO)
        for run_id in events.run_ids:
            is_new = done_to is None or run_id > done_to
            for number, (of_run, text, kind, *others) in events.of_run(run_id):
                text = event_moved(kind, text, events.order.moved)
                line = line_of((number, of_run, text, kind, *others), writers)
                tally.add(line)
                if is_new:
                    lines.append(line)
            if len(lines) >= _EVENTS_AT_ONCE:
                self._send_events(lines, run_id)
                lines = []
        self._send_events(lines, events.run_ids[-1])
        return tally

    def finish(self, sent: dict[str, Tally]) -> list[MovedTable]:
        """Proved, counting on from the last id, and open to all."""
        for table in all_tables():
            there = self._read_back(table)
            if there != sent.get(table.name, there):
                raise Permanent(
                    f"table {table.name} did not arrive as it was sent ({sent[table.name].text}, there "
                    f"{there.text}): somebody else writes there; use a database of its own"
                )
        with self._transaction() as cursor:
            for table in all_tables():
                cursor.execute(_COUNT_ON.format(table=table.name))
            for name, tally in sent.items():
                cursor.execute(_NOTE, (f"table {name}", tally.text))
            cursor.execute(f"ALTER TABLE {MOVING} RENAME TO {MOVED}")
        with self._connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        return self.noted()

    def _read_back(self, table: db.Table) -> Tally:
        columns = ", ".join(f'"{column.name}"' for column in table.columns)
        into = LineTally()
        with self._connection.cursor() as cursor:
            cursor.copy_expert(f'COPY "{table.name}" ({columns}) TO STDOUT', into)
        return into.tally

    def _send_events(self, lines: list[bytes], run_id: str) -> None:
        if lines:
            with self._transaction() as cursor:
                _send(cursor, SqlEventLogStorageTable, lines)
                cursor.execute(_NOTE, (_EVENTS_TO, run_id))

    def _note(self, name: str) -> str | None:
        found = self._ask(f"SELECT value FROM {MOVING} WHERE name = %s", name)  # noqa: S608 - ours
        return None if found is None else str(found)

    @contextmanager
    def _transaction(self) -> Iterator[Any]:
        with self._connection.cursor() as cursor:
            cursor.execute("BEGIN")
            yield cursor
            cursor.execute("COMMIT")

    def _all(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            cursor.execute(query, values)
            return list(cursor.fetchall())

    def _ask(self, query: str, *values: Any) -> Any:
        """The first value of the first row; None where there is none."""
        found = self._all(query, *values)
        return found[0][0] if found else None


def _send(cursor: Any, table: db.Table, lines: Iterable[bytes]) -> None:
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    data = io.BytesIO(b"".join(line + b"\n" for line in lines))
    cursor.copy_expert(f'COPY "{table.name}" ({columns}) FROM STDIN', data)
