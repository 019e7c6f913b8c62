"""The runs that ended lately, read off Dagster's own table of them; Dagster itself reads each whole.

Belongs here: reading them. Not here: the tables (`tables`), what runs cost or which alarm (`alerts`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from uball_assets.assets.run_words import PARTITION_TAG
from uball_assets.automation.runs.tables import OWN, RUNS, rows, tag
from uball_assets.settings import Settings

_ENDED = f"""
    SELECT status, start_time, end_time, epoch(update_timestamp),
        {tag(PARTITION_TAG)},
        {tag("dagster/backfill")}
    FROM runs
    WHERE status IN ('SUCCESS', 'FAILURE', 'CANCELED') AND coalesce(end_time, epoch(update_timestamp)) >= ?
        {OWN}
    ORDER BY id DESC
"""  # noqa: S608 - ours


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
    since_s = since.astimezone(UTC).timestamp()
    return [_run(*row) for row in rows(settings, RUNS, "runs", _ENDED, (since_s,))]


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
