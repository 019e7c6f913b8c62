"""Who changed what over HTTP, when, and how it ended: a row before the work, its outcome after.

Belongs here: rows. Not here: which requests are written down (`app.guard`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from uball_assets.adapters.access.app_db import AppDb


@dataclass(frozen=True)
class AuditRow:
    at_s: float
    who: str
    key_prefix: str
    method: str
    path: str
    outcome: int | None
    """The HTTP status; None where the server ended before there was one."""


class Audit:
    def __init__(self, db: AppDb, now: Callable[[], float] = time.time) -> None:
        self._db, self._now = db, now

    def begin(self, who: str, key_prefix: str, method: str, path: str) -> int:
        """The row's number, for `end`."""
        with self._db.writing() as connection:
            cursor = connection.execute(
                "INSERT INTO audit (at_s, who, key_prefix, method, path) VALUES (?, ?, ?, ?, ?)",
                (self._now(), who, key_prefix, method, path),
            )
            assert cursor.lastrowid is not None
            return cursor.lastrowid

    def end(self, number: int, outcome: int) -> None:
        with self._db.writing() as connection:
            connection.execute("UPDATE audit SET outcome = ? WHERE id = ?", (outcome, number))

    def newest(self, limit: int, who: str = "") -> list[AuditRow]:
        """The newest first; `who`: of one name only."""
        query = "SELECT at_s, who, key_prefix, method, path, outcome FROM audit"
        chosen = "WHERE who = ?" if who else "WHERE ? = ''"
        rows = self._db.rows(f"{query} {chosen} ORDER BY id DESC LIMIT ?", who, limit)
        return [AuditRow(**dict(row)) for row in rows]
