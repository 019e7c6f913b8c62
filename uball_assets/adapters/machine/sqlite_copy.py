"""A SQLite database as one moment shows it, whoever writes to it meanwhile.

Belongs here: the copy, and when a file has changed. Not here: what is in it.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from uball_assets.domain.errors import Permanent, Transient

SIDE_FILES = ("-wal", "-shm", "-journal")
_LOCK_WAIT_S = 60.0
_LASTING = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def is_database(path: Path) -> bool:
    """Asked of SQLite: whoever else opens and closes one ends every lock that this process holds on it."""
    try:
        with closing(_open(path)) as database:
            database.execute("pragma schema_version")
    except sqlite3.Error as error:
        return _code(error) != sqlite3.SQLITE_NOTADB
    return path.stat().st_size > 0


def version_of(path: Path) -> str:
    """Another after each transaction."""
    files = [path, path.with_name(path.name + "-wal")]
    stats = [file.stat() for file in files if file.exists()]
    return " ".join(f"{stat.st_size}-{stat.st_mtime_ns}" for stat in stats if stat.st_size)


def copy_database(path: Path, copy: Path) -> None:
    """All that was committed, to a file that nobody else knows; no writer waits for it in WAL mode.

    Opened for writing, though nothing is: who only reads leaves files beside the database. The same database
    gives the same bytes. Raises Permanent for a file that is damaged, Transient where there is no room or it
    stays locked.
    """
    try:
        with (
            closing(_open(path)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
    except sqlite3.Error as error:
        kind = Permanent if _code(error) in _LASTING else Transient
        raise kind(f"cannot copy {path}: {error}") from error


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", _LOCK_WAIT_S, uri=True)


def _code(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
