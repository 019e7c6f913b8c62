"""The database that a home's Dagster is moved into: what is there, what is sent, and whether all arrived.

Belongs here: writing and reading back. Not here: what is read at home (`home_tables`, `home_events`).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as db
from dagster._core.storage.event_log.schema import SqlEventLogStorageTable

from uball_assets.automation.moving.copy_lines import LineTally, Tally, line_of, writers_of
from uball_assets.automation.moving.event_order import EventOrder, order_of
from uball_assets.automation.moving.home_events import HomeEvents
from uball_assets.automation.moving.home_tables import all_tables
from uball_assets.automation.moving.references import event_moved
from uball_assets.automation.moving.sqlite_file import Row
from uball_assets.automation.storing.postgres import MOVED, MOVING, place_of
from uball_assets.automation.storing.postgres_storage import open_postgres
from uball_assets.domain.errors import Permanent, Transient

_LOCK = 118_019
_BYTES_AT_ONCE = 8_000_000
"""Sent, and kept, together."""
_BEGUN, _ORDER, _EVENTS = "begun with", "order of events", "runs whose events are there"
_TABLE, _DAMAGE = "table ", "damage of run "
"""What notes are called; the last two by a name besides."""
Tell = Callable[[str], None]
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


class _Batch:
    """Lines that are sent together."""

    def __init__(self) -> None:
        self._lines: list[bytes] = []
        self._size_bytes = 0

    def add(self, line: bytes) -> None:
        self._lines.append(line)
        self._size_bytes += len(line)

    @property
    def is_full(self) -> bool:
        return self._size_bytes >= _BYTES_AT_ONCE

    def taken(self) -> list[bytes]:
        """It is empty afterwards."""
        lines, self._lines, self._size_bytes = self._lines, [], 0
        return lines


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
            MovedTable(name, int(proof.partition(":")[0]), proof)
            for name, proof in self._notes(MOVED, _TABLE).items()
        ]

    def damage(self) -> dict[str, str]:
        """By run id: what was said of its file."""
        return self._notes(MOVED, _DAMAGE)

    def order_begun_with(self, fingerprint: str) -> EventOrder | None:
        """Of a move that was killed; None where none was, or the home is not as it was then."""
        if self.has(MOVING):
            order = self._note(_ORDER) if self._note(_BEGUN) == fingerprint else None
            return order_of(order) if order else None
        if self._ask(_USED):
            raise Permanent(
                f"{place_of(self._url)} holds runs or games already: move into a database of its own"
            )
        return None

    def begin(self, fingerprint: str, order: EventOrder, damage: Mapping[str, str]) -> None:
        """Anew: whatever another attempt has sent goes."""
        names = ", ".join(f'"{table.name}"' for table in all_tables())
        notes = {_BEGUN: fingerprint, _ORDER: order.text}
        notes |= {_DAMAGE + run_id: why for run_id, why in damage.items()}
        with self._transaction() as cursor:
            cursor.execute(f"TRUNCATE {names}")
            cursor.execute(f"DROP TABLE IF EXISTS {MOVING}")
            cursor.execute(f"CREATE TABLE {MOVING} (name text PRIMARY KEY, value text NOT NULL)")
            cursor.executemany(_NOTE, list(notes.items()))

    def fill(self, table: db.Table, rows: Iterator[Row]) -> Tally:
        """What is there already is counted and not sent again. Of the rows as they were sent."""
        tally, batch, writers = Tally(), _Batch(), writers_of(table)
        there = self._ask(f'SELECT coalesce(max(id), 0) FROM "{table.name}"')  # noqa: S608 - Dagster's
        ids = [column.name for column in table.columns].index("id")
        for row in rows:
            line = line_of(row, writers)
            tally.add(line)
            if row[ids] > there:
                batch.add(line)
            if batch.is_full:
                self._send_rows(table, batch.taken())
        self._send_rows(table, batch.taken())
        return tally

    def fill_events(self, events: HomeEvents, order: EventOrder, tell: Tell) -> Tally:
        """Run by run. How many of them are there, and their tally, is noted with them: none is read again."""
        batch, writers = _Batch(), writers_of(SqlEventLogStorageTable)
        done, counted = (self._note(_EVENTS) or "0 0:0").split()
        tally, all_runs = Tally.of(counted), len(events.run_ids)
        for number, run_id in enumerate(events.run_ids[int(done) :], start=int(done) + 1):
            for event_id, (of_run, text, kind, *others) in events.of_run(run_id, order):
                text = event_moved(kind, text, order.moved)
                line = line_of((event_id, of_run, text, kind, *others), writers)
                tally.add(line)
                batch.add(line)
            if batch.is_full or number == all_runs:
                with self._transaction() as cursor:
                    _send(cursor, SqlEventLogStorageTable, batch.taken())
                    cursor.execute(_NOTE, (_EVENTS, f"{number} {tally.text}"))
                tell(f"events of {number} of {all_runs} runs")
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
                cursor.execute(_NOTE, (_TABLE + name, tally.text))
            cursor.execute(f"DELETE FROM {MOVING} WHERE name = %s", [_ORDER])  # noqa: S608 - ours
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

    def _send_rows(self, table: db.Table, lines: list[bytes]) -> None:
        with self._transaction() as cursor:
            _send(cursor, table, lines)

    def _notes(self, table: str, kind: str) -> dict[str, str]:
        """Without the word that they begin with."""
        found = self._all(f"SELECT name, value FROM {table} ORDER BY name")  # noqa: S608 - ours
        return {name.removeprefix(kind): value for name, value in found if name.startswith(kind)}

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
