"""Whether anything still works in a home's Dagster: what a move waits for.

Belongs here: the question, of the home's SQLite files. Not here: the move (`moving`).
"""

from __future__ import annotations

import time

from uball_assets.assets.run_words import OPEN
from uball_assets.automation.operating.live_tables import heartbeat_s
from uball_assets.automation.runs.tables import RUNS, among, rows
from uball_assets.settings import Settings

OPEN_BACKFILLS = ("REQUESTED", "CANCELING", "FAILING")
_BACKFILLS = f"SELECT key FROM bulk_actions WHERE status IN {among(OPEN_BACKFILLS)} ORDER BY id"  # noqa: S608
_RUNS = f"SELECT pipeline_name, run_id, status FROM runs WHERE status IN {among(OPEN)} ORDER BY id"  # noqa: S608
"""Of whichever league."""
_HEARTBEAT_S = 90.0
"""Three times Dagster's interval."""
_SHOWN = 3


def at_home(settings: Settings) -> Settings:
    """The same league with its Dagster in the home, wherever it is now."""
    return settings.model_copy(update={"instance_url": None})


def what_works(settings: Settings) -> list[str]:
    """A phrase for each kind of thing that is not over; nothing where all is quiet."""
    home = at_home(settings)
    open_runs = rows(home, RUNS, "runs", _RUNS)
    runs = [f"{job} ({run_id[:8]}, {status.lower()})" for job, run_id, status in open_runs]
    backfills = [key for (key,) in rows(home, RUNS, "bulk_actions", _BACKFILLS)]
    beat_s = heartbeat_s(home)
    is_beating = beat_s is not None and time.time() - beat_s < _HEARTBEAT_S
    return [
        *([f"{len(runs)} runs are open: {', '.join(runs[:_SHOWN])}"] if runs else []),
        *([f"{len(backfills)} backfills are open: {', '.join(backfills[:_SHOWN])}"] if backfills else []),
        *(["a daemon is at work: end `uball dev` and wait a minute and a half"] if is_beating else []),
    ]
