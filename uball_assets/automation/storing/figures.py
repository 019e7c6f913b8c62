"""What Dagster keeps, and how much: a table of counts and bytes, of SQLite's files or of PostgreSQL's tables.

Belongs here: counting. Not here: what may go (`purging`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from uball_assets.automation.home_folder import folder_of_league
from uball_assets.automation.runs.tables import EVENTS, RUNS, TICKS, rows
from uball_assets.automation.storing.parting.access import Access, access_of
from uball_assets.automation.storing.postgres import MOVED, place_of, rows_of
from uball_assets.settings import Settings

_COUNTED = {
    "runs": (RUNS, "runs"),
    "backfills": (RUNS, "bulk_actions"),
    "games and other partitions": (EVENTS, "dynamic_partitions"),
    "assets": (EVENTS, "asset_keys"),
    "checks' verdicts": (EVENTS, "asset_check_executions"),
    "ticks": (TICKS, "job_ticks"),
}
_OLDEST = "SELECT epoch(create_timestamp) FROM runs ORDER BY id LIMIT 1"
_SIZE = "SELECT pg_database_size(current_database())"


@dataclass(frozen=True)
class Figures:
    place: str
    """`SQLite in /data/league/dagster`, or `PostgreSQL at host:5432/dagster`."""
    logs: str
    """Where what runs print is kept."""
    counts: dict[str, int]
    size_bytes: int
    """Of the tables, without logs in a bucket."""
    left_at_home_bytes: int
    """Of SQLite files that were moved from, and are still there."""
    oldest_run_s: float | None
    """When it was asked for, Unix seconds."""
    is_moved: bool
    """Whether a home was moved here."""
    access: Access | None
    """As whom, and whose rows; None where they are not parted."""


def figures(settings: Settings) -> Figures:
    """Raises Permanent or ServiceDown as opening the instance does."""
    folder = folder_of_league(settings) if settings.instance_folder.exists() else settings.instance_folder
    url = settings.instance_url.get_secret_value() if settings.instance_url else ""
    counts = {
        name: int(found[0][0]) if found else 0
        for name, (file, table) in _COUNTED.items()
        for found in [rows(settings, file, table, f"SELECT count(*) FROM {table}")]  # noqa: S608 - ours
    }
    oldest = rows(settings, RUNS, "runs", _OLDEST)
    at_home_bytes = _bytes_below(folder / "history") + _bytes_below(folder / "schedules")
    return Figures(
        place=f"PostgreSQL at {place_of(url)}" if url else f"SQLite in {folder}",
        logs=settings.logs_url or str(folder / "compute_logs"),
        counts=counts,
        size_bytes=int(rows_of(url, "runs", _SIZE)[0][0]) if url and counts["runs"] else at_home_bytes,
        left_at_home_bytes=at_home_bytes if url else 0,
        oldest_run_s=float(oldest[0][0]) if oldest else None,
        is_moved=bool(url and rows_of(url, MOVED, "SELECT to_regclass('uball_moved')")),
        access=access_of(url) if url else None,
    )


def _bytes_below(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
