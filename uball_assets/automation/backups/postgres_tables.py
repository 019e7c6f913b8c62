"""Dagster's tables in PostgreSQL, as files: all of them as one moment shows them, and back.

A table is a line that names its columns and what COPY gives, in the order of its key: a table that only grows
begins with the same bytes each time. Dagster's own notes of how it made the tables are left to it.

Belongs here: one database's tables. Not here: SQLite files (`services.backup.sources`), making the tables
(`automation.storing`).
"""

from __future__ import annotations

import io
import json
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from uball_assets.automation.storing.postgres import connected, place_of
from uball_assets.automation.storing.postgres_storage import open_postgres
from uball_assets.domain.backup.manifest import DAGSTER, ROWS
from uball_assets.domain.errors import Permanent
from uball_assets.services.backup.sources import Source, steady_source

_PREFIX = "postgres/"
_DAGSTERS_OWN = ("alembic_version", "secondary_indexes", "instance_info", "daemon_heartbeats")
_TABLES = """
    SELECT tablename FROM pg_tables
    WHERE schemaname = current_schema() AND NOT starts_with(tablename, 'uball_') ORDER BY 1
"""
"""Without our own notes: of a move, and in a column of whose a row is (`storing.parting`)."""
_COLUMNS = """
    SELECT column_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name = %s AND column_name <> 'uball_league'
    ORDER BY ordinal_position
"""
_REFERENCES = """
    SELECT child.relname, parent.relname FROM pg_constraint
    JOIN pg_class child ON child.oid = conrelid JOIN pg_class parent ON parent.oid = confrelid
    WHERE contype = 'f'
"""
_SEQUENCES = """
    SELECT column_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name = %s AND column_default LIKE 'nextval%%'
"""


@dataclass(frozen=True)
class PostgresTables:
    """`Snapshots`, and `restoring.Tables`. Raises ServiceDown where the server does not answer."""

    url: str

    def taken(self, scratch: Path) -> list[Source]:
        with _at_one_moment(self.url) as cursor:
            return [_taken(cursor, table, scratch / f"{table}.copy") for table in _tables(cursor)]

    def in_the_way(self) -> str:
        with connected(self.url) as connection, connection.cursor() as cursor:
            for table in _tables(cursor):
                cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{table}")')  # noqa: S608 - a name of its own
                if cursor.fetchone()[0]:
                    return f"table {table} of {place_of(self.url)}"
        return ""

    def put(self, tables: Iterable[tuple[str, Iterator[bytes]]]) -> None:
        """All of it, or nothing; in the place of what stands there."""
        open_postgres(self.url)
        with connected(self.url) as connection:
            connection.autocommit = False
            with connection, connection.cursor() as cursor:
                given = {name.removeprefix(_PREFIX).removesuffix(".copy"): rows for name, rows in tables}
                order = _in_order(cursor, given)
                for table in reversed(order):
                    cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608 - a name of its own
                for table in order:
                    _put(cursor, table, given[table])


@contextmanager
def _at_one_moment(url: str) -> Iterator[Any]:
    with connected(url) as connection:
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True, autocommit=False)
        with connection, connection.cursor() as cursor:
            yield cursor


def _tables(cursor: Any) -> list[str]:
    cursor.execute(_TABLES)
    return [row[0] for row in cursor.fetchall() if row[0] not in _DAGSTERS_OWN]


def _taken(cursor: Any, table: str, path: Path) -> Source:
    cursor.execute(_COLUMNS, (table,))
    columns = [row[0] for row in cursor.fetchall()]
    names = ", ".join(f'"{name}"' for name in columns)
    order = '"id"' if "id" in columns else names
    with path.open("wb") as file:
        file.write(json.dumps(columns).encode() + b"\n")
        cursor.copy_expert(f'COPY (SELECT {names} FROM "{table}" ORDER BY {order}) TO STDOUT', file)  # noqa: S608
    return steady_source(DAGSTER, f"{_PREFIX}{table}.copy", ROWS, path)


def _in_order(cursor: Any, given: Collection[str]) -> list[str]:
    """Those that rows of others refer to first. Raises Permanent for a table that is not there."""
    if unknown := sorted(set(given) - set(_tables(cursor))):
        raise _other_version(f"table {', '.join(unknown)}")
    cursor.execute(_REFERENCES)
    order = TopologicalSorter({table: set[str]() for table in given})
    for table, other in cursor.fetchall():
        if {table, other} <= set(given) and table != other:
            order.add(table, other)
    return list(order.static_order())


def _other_version(what: str) -> Permanent:
    return Permanent(
        f"Dagster's database has no {what} here: restore with the version that made the backup, or newer"
    )


def _put(cursor: Any, table: str, pieces: Iterator[bytes]) -> None:
    file = _Pieces(pieces)
    columns = json.loads(file.readline())
    cursor.execute(_COLUMNS, (table,))
    if unknown := sorted(set(columns) - {row[0] for row in cursor.fetchall()}):
        raise _other_version(f"column {', '.join(unknown)} of {table}")
    names = ", ".join(f'"{name}"' for name in columns)
    cursor.copy_expert(f'COPY "{table}" ({names}) FROM STDIN', file)
    cursor.execute(_SEQUENCES, (table,))
    for (column,) in cursor.fetchall():
        following = f'SELECT coalesce(max("{column}"), 0) + 1 FROM "{table}"'  # noqa: S608
        cursor.execute(following)
        (number,) = cursor.fetchone()
        cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s, false)", (table, column, number))


class _Pieces(io.RawIOBase):
    """Pieces as a file, as COPY reads one."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._held = pieces, b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while not self._held:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._held = piece
        given, self._held = (self._held, b"") if size < 0 else (self._held[:size], self._held[size:])
        return given

    def readline(self, size: int | None = -1) -> bytes:
        del size
        line = b""
        while not line.endswith(b"\n") and (letter := self.read(1)):
            line += letter
        return line
