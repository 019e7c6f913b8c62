"""Dagster's tables in a home's SQLite files, all but events, read row by row as they are moved.

Belongs here: which tables, in which order, and what tells one state of them from another. Not here: events
(`home_events`), where rows go (`move_target`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import sqlalchemy as db
from dagster._core.storage.event_log.schema import SqlEventLogStorageMetadata
from dagster._core.storage.runs.schema import RunStorageSqlMetadata
from dagster._core.storage.schedules.schema import ScheduleStorageSqlMetadata

from uball_assets.automation.moving.copy_lines import Tally
from uball_assets.automation.moving.references import Moved, row_moved
from uball_assets.automation.moving.sqlite_file import Row, SqliteFile, reading
from uball_assets.automation.runs.tables import EVENTS, RUNS, TICKS
from uball_assets.domain.errors import Permanent

_SAME_IN_BOTH = "secondary_indexes"
_EVENTS = "event_logs"
_METADATA = {
    RUNS: RunStorageSqlMetadata,
    EVENTS: SqlEventLogStorageMetadata,
    TICKS: ScheduleStorageSqlMetadata,
}
_BELOW = ("history", "history/runs", "schedules")
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
        self._folder = folder
        self._files = {file: stack.enter_context(reading(folder / file)) for file in _METADATA}
        self.index = self._files[EVENTS]

    def tables(self) -> list[db.Table]:
        return [table for table in all_tables() if table.name != _EVENTS]

    def rows(self, table: db.Table, moved: Moved) -> Iterator[Row]:
        """In the order of their ids, naming events by their new numbers."""
        names = [column.name for column in table.columns]
        columns = ", ".join(f'"{name}"' for name in names)
        where = _ORPHANED.get(table.name, "true")
        query = f'SELECT {columns} FROM "{table.name}" WHERE {where} ORDER BY id'  # noqa: S608 - Dagster's
        for row in self._file_of(table).rows(query):
            yield tuple(row_moved(table.name, dict(zip(names, row, strict=True)), moved).values())

    def run_ids(self) -> list[str]:
        return [run_id for (run_id,) in self._files[RUNS].rows("SELECT run_id FROM runs")]

    def version(self) -> set[str]:
        """One, or several where they do not fit together."""
        return {
            version
            for file in self._files.values()
            for (version,) in file.rows("SELECT version_num FROM alembic_version")
        }

    def fingerprint(self) -> str:
        """Another one after anything was written."""
        tally = Tally()
        for below in _BELOW:
            for entry in os.scandir(self._folder / below):
                found = entry.stat()
                if entry.is_file() and found.st_size and not entry.name.endswith("-shm"):
                    tally.add(f"{below}/{entry.name} {found.st_size} {found.st_mtime_ns}".encode())
        return tally.text

    def _file_of(self, table: db.Table) -> SqliteFile:
        return next(self._files[file] for file, metadata in _METADATA.items() if table.metadata is metadata)
