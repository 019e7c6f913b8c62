"""The file itself: opened once a process, read by any thread, written in whole transactions.

In WAL mode: readers wait for nobody, so that a request learns who asks while another process writes. Belongs
here: connections and what SQLite's errors mean. Not here: a table's meaning (`keys`, `audit`, `requests`).
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from uball_assets.adapters.access.app_tables import TABLES
from uball_assets.adapters.machine.file_errors import translated
from uball_assets.domain.errors import Permanent, Transient

_LOCK_WAIT_S = 5.0
_PASSING = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)


class AppDb:
    """Made by the first that opens it. Safe to share between threads, and between processes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with translated(f"write {path}"):
            path.parent.mkdir(parents=True, exist_ok=True)
        with self._errors():
            self._reader = self._connect()
            with self.writing() as connection:
                for statement in TABLES:
                    connection.execute(statement)
        path.chmod(0o600)
        self._reading = threading.Lock()

    def rows(self, query: str, *values: Any) -> list[sqlite3.Row]:
        """What a query finds. Raises Transient where the file cannot be read now, Permanent where never."""
        with self._errors(), self._reading:
            return self._reader.execute(query, values).fetchall()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """All that is done inside happens, or nothing; raises as `rows`."""
        with self._errors(), closing(self._connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")

    def close(self) -> None:
        self._reader.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, _LOCK_WAIT_S, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _PASSING:
                raise Transient(f"{self.path} cannot be used now: {error}") from error
            raise Permanent(f"{self.path} cannot be used: {error}; restore it or move it away") from error
