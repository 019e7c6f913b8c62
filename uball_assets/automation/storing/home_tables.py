"""Dagster's tables in a home's SQLite files, all but events, read row by row as they are moved.

Belongs here: which tables, in which order, and what tells one state of them from another. Not here: events
(`home_events`), where rows go (`move_target`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import sqlalchemy as db
from dagster._core.storage.event_log.schema import SqlEventLogStorageMetadata
from dagster._core.storage.runs.schema import RunStorageSqlMetadata
from dagster._core.storage.schedules.schema import ScheduleStorageSqlMetadata

from uball_assets.automation.runs.tables import EVENTS, RUNS, TICKS
from uball_assets.automation.storing.copy_lines import Tally, line_of, writers_of
from uball_assets.automation.storing.home_events import HomeEvents, reading
from uball_assets.automation.storing.references import Moved, row_moved
from uball_assets.domain.errors import Permanent

_SAME_IN_BOTH = "secondary_indexes"
_EVENTS = "event_logs"
_METADATA = {
    RUNS: RunStorageSqlMetadata,
    EVENTS: SqlEventLogStorageMetadata,
    TICKS: ScheduleStorageSqlMetadata,
}
_ORPHANED = {"run_tags": "run_id IN (SELECT run_id FROM runs)"}
"""Of runs that were deleted: SQLite keeps their tags, PostgreSQL takes none."""


def all_tables() -> list[db.Table]:
    """Of Dagster's, those that others refer to first."""
    tables = [table for metadata in _METADATA.values() for table in metadata.sorted_tables]
    return [table for table in tables if table.name != _SAME_IN_BOTH]


class HomeTables:
    """Open for reading as long as `stack` is."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        """Raises Permanent where nothing ever ran."""
        missing = [str(folder / file) for file in _METADATA if not (folder / file).exists()]
        if missing:
            raise Permanent(f"there is nothing to move: no {missing[0]}; a fresh database needs no move")
        self._files = {file: stack.enter_context(reading(folder / file)) for file in _METADATA}
        self.index = self._files[EVENTS]

    def tables(self) -> list[db.Table]:
        return [table for table in all_tables() if table.name != _EVENTS]

    def rows(self, table: db.Table, moved: Moved | None) -> Iterator[tuple[Any, ...]]:
        """In the order of their ids; with `moved`, naming events by their new numbers."""
        names = [column.name for column in table.columns]
        columns = ", ".join(f'"{name}"' for name in names)
        where = _ORPHANED.get(table.name, "true")
        query = f'SELECT {columns} FROM "{table.name}" WHERE {where} ORDER BY id'  # noqa: S608 - Dagster's
        for row in self._file_of(table).execute(query):
            named = dict(zip(names, row, strict=True))
            yield tuple(row_moved(table.name, named, moved).values()) if moved else row

    def run_ids(self) -> list[str]:
        return [run_id for (run_id,) in self._files[RUNS].execute("SELECT run_id FROM runs")]

    def version(self) -> set[str]:
        """One, or several where they do not fit together."""
        return {
            version
            for database in self._files.values()
            for (version,) in database.execute("SELECT version_num FROM alembic_version")
        }

    def fingerprint(self, events: HomeEvents) -> str:
        """Another one after anything changed."""
        digest = hashlib.blake2b(events.order.fingerprint, digest_size=16)
        for table in self.tables():
            tally, writers = Tally(), writers_of(table)
            for row in self.rows(table, None):
                tally.add(line_of(row, writers))
            digest.update(f"{table.name} {tally.text}".encode())
        return digest.hexdigest()

    def _file_of(self, table: db.Table) -> Any:
        return next(self._files[file] for file, metadata in _METADATA.items() if table.metadata is metadata)
