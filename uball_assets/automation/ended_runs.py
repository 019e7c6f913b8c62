"""The runs that ended lately, read off Dagster's own table of them, without Dagster.

Its start takes a command a second, and it reads each run whole; the table is its SQLite storage's, at the
version that is pinned. Belongs here: reading it. Not here: what runs cost, or which of them alarm (`alerts`).
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from uball_assets.automation.home_folder import UNREADABLE, folder_of_league
from uball_assets.domain.errors import Permanent
from uball_assets.settings import Settings

_TABLE = Path("history/runs.db")
_ENDED = """
    SELECT status, start_time, end_time, strftime('%s', update_timestamp) AS changed,
        (SELECT value FROM run_tags AS tag WHERE tag.run_id = runs.run_id AND key = 'dagster/partition'),
        (SELECT value FROM run_tags AS tag WHERE tag.run_id = runs.run_id AND key = 'dagster/backfill')
    FROM runs
    WHERE status IN ('SUCCESS', 'FAILURE', 'CANCELED') AND coalesce(end_time, changed + 0) >= ?
    ORDER BY id DESC
"""


@dataclass(frozen=True)
class EndedRun:
    is_failed: bool
    started_at_s: float | None
    """None for one that never began, or whose beginning was not told."""
    ended_at_s: float
    """Where Dagster does not tell it: when the run's row was last written."""
    is_end_told: bool
    game_id: str
    """'' for a run of no one game."""
    backfill: str
    """'' for a run of its own."""


def ended_runs(settings: Settings, since: datetime) -> list[EndedRun]:
    """The newest first; none where nothing ever ran. Raises Permanent as opening the instance does."""
    if not settings.instance_folder.exists():
        return []
    path = folder_of_league(settings) / _TABLE
    if not path.exists():
        return []
    return [_run(*row) for row in rows(path, "runs", _ENDED, (since.astimezone(UTC).timestamp(),))]


def rows(path: Path, table: str, query: str, values: tuple[Any, ...] = ()) -> list[Any]:
    """Of a table of Dagster's in an existing file; none where it is just being made. Raises Permanent."""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=30)) as database:
            if not database.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone():
                return []
            return database.execute(query, values).fetchall()
    except sqlite3.DatabaseError as error:
        raise Permanent(f"{path}, Dagster's notes of runs, cannot be read ({error}): {UNREADABLE}") from error


def _run(
    status: str, start_s: float | None, end_s: float | None, changed: str, game: str | None, batch: str | None
) -> EndedRun:
    return EndedRun(
        is_failed=status == "FAILURE",
        started_at_s=start_s or None,
        ended_at_s=end_s or float(changed),
        is_end_told=bool(end_s),
        game_id=game or "",
        backfill=batch or "",
    )
