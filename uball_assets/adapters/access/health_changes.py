"""When which part of the platform changed its state: a bounded past, the oldest forgotten.

Belongs here: rows. Not here: who looks (`services.watching`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from uball_assets.adapters.access.app_db import AppDb

KEPT = 1000


@dataclass(frozen=True)
class Change:
    at_s: float
    part: str
    state: str
    said: str


class HealthChanges:
    def __init__(self, db: AppDb, now: Callable[[], float] = time.time) -> None:
        self._db, self._now = db, now

    def add(self, part: str, state: str, said: str) -> None:
        """Where the part's last state was another; a restart of the server is none."""
        query = "SELECT state FROM health_changes WHERE part = ? ORDER BY id DESC LIMIT 1"
        with self._db.writing() as connection:
            last = connection.execute(query, (part,)).fetchone()
            if last is not None and last["state"] == state:
                return
            connection.execute(
                "INSERT INTO health_changes (at_s, part, state, said) VALUES (?, ?, ?, ?)",
                (self._now(), part, state, said),
            )
            connection.execute(
                "DELETE FROM health_changes WHERE id <= (SELECT max(id) FROM health_changes) - ?", (KEPT,)
            )

    def newest(self, limit: int) -> list[Change]:
        """The newest first."""
        query = "SELECT at_s, part, state, said FROM health_changes ORDER BY id DESC LIMIT ?"
        return [Change(**dict(row)) for row in self._db.rows(query, limit)]
