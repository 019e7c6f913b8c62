"""A SQLite file that nobody writes to, read without a trace of it having been read.

Belongs here: opening it, and the error that names it. Not here: what is asked of it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from uball_assets.domain.errors import Permanent

Row = tuple[Any, ...]


class Damaged(Permanent):
    """SQLite cannot read a file, or not all of it."""

    def __init__(self, path: Path, why: object) -> None:
        super().__init__(f"{path} cannot be read: {why}")


class SqliteFile:
    """By a connection; what it cannot read is Damaged, by its path."""

    def __init__(self, path: Path, database: sqlite3.Connection) -> None:
        self._path, self._database = path, database

    def rows(self, query: str, values: Sequence[Any] = ()) -> Iterator[Row]:
        """As they are read: those before the damage come before the error does."""
        try:
            yield from self._database.execute(query, values)
        except sqlite3.DatabaseError as error:
            raise Damaged(self._path, error) from error

    def has(self, table: str) -> bool:
        return any(self.rows("SELECT 1 FROM sqlite_master WHERE name = ?", [table]))


@contextmanager
def reading(path: Path) -> Iterator[SqliteFile]:
    """What was written but never put into the file itself (`-wal`) is read, and stays where it is."""
    log, shared = (path.with_name(path.name + side) for side in ("-wal", "-shm"))
    has_log, was_shared = log.exists() and log.stat().st_size > 0, shared.exists()
    how = "" if has_log else "&immutable=1"
    try:
        database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro{how}", uri=True)
    except sqlite3.DatabaseError as error:
        raise Damaged(path, error) from error
    try:
        with closing(database):
            yield SqliteFile(path, database)
    finally:
        if has_log and not was_shared:
            shared.unlink(missing_ok=True)
