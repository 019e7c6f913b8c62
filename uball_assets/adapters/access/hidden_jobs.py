"""Jobs that somebody cleared away: Dagster deletes no backfill, so they are hidden, by a line for each state.

Belongs here: rows. Not here: which jobs there are (`automation.api_jobs`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping

from uball_assets.adapters.access.app_db import AppDb


class HiddenJobs:
    def __init__(self, db: AppDb, now: Callable[[], float] = time.time) -> None:
        self._db, self._now = db, now

    def hide(self, states: Iterable[str], ended_before_s: float, by: str) -> None:
        """From now on, those in these states that ended before that; an earlier, wider order stands."""
        with self._db.writing() as connection:
            for state in states:
                connection.execute(
                    "INSERT INTO hidden_jobs VALUES (?, ?, ?, ?) ON CONFLICT (state) DO UPDATE SET "
                    "ended_before_s = excluded.ended_before_s, by = excluded.by, at_s = excluded.at_s "
                    "WHERE excluded.ended_before_s > ended_before_s",
                    (state, ended_before_s, by, self._now()),
                )

    def before_s(self) -> Mapping[str, float]:
        """By state: jobs that ended before that are hidden."""
        return {row["state"]: row["ended_before_s"] for row in self._db.rows("SELECT * FROM hidden_jobs")}
