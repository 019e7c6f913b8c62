"""What Dagster's own tables say of now: open runs, the daemon's last heartbeat, what is switched on.

Read without Dagster, as `ended_runs` does and for the same reason. Belongs here: reading. Not here: what of
it is broken (`domain.operating`).
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from uball_assets.automation.ended_runs import rows
from uball_assets.automation.home_folder import folder_of_league
from uball_assets.domain.operating.broken import OpenRun, Tick
from uball_assets.settings import Settings

_RUNS, _TICKS = Path("history/runs.db"), Path("schedules/schedules.db")
MOST_OPEN = 500
"""More open runs than that are as broken, or as well."""
_OPEN = f"""
    SELECT run_id, pipeline_name, status, create_timestamp, start_time,
        (SELECT value FROM run_tags AS tag WHERE tag.run_id = runs.run_id AND key = 'dagster/partition'),
        (SELECT value FROM run_tags AS tag WHERE tag.run_id = runs.run_id AND key = 'uball/progress')
    FROM runs
    WHERE status IN ('QUEUED', 'NOT_STARTED', 'STARTING', 'STARTED', 'CANCELING')
    ORDER BY id LIMIT {MOST_OPEN}
"""  # noqa: S608 - a number
_BEAT = "SELECT max(timestamp) FROM daemon_heartbeats"
_NEWEST_TICKS = """
    SELECT tick_body, strftime('%s', timestamp) FROM job_ticks
    WHERE id IN (SELECT max(id) FROM job_ticks GROUP BY selector_id)
"""
_SWITCHED_ON = "SELECT 1 FROM instigators WHERE status = 'RUNNING' LIMIT 1"


def open_runs(settings: Settings) -> list[OpenRun]:
    """The oldest first; none where nothing ever ran. Raises Permanent as opening the instance does."""
    path = _file(settings, _RUNS)
    found = rows(path, "runs", _OPEN) if path else []
    return [
        OpenRun(run_id, job, game or "", status, _moment_s(asked), started_s or None, progress or "")
        for run_id, job, status, asked, started_s, game, progress in found
    ]


def heartbeat_s(settings: Settings) -> float | None:
    """The newest of any daemon of this home, Unix seconds; None where none ever ran."""
    path = _file(settings, _RUNS)
    found = rows(path, "daemon_heartbeats", _BEAT) if path else []
    return _moment_s(found[0][0]) if found and found[0][0] else None


def is_automated(settings: Settings) -> bool:
    """Whether a sensor or schedule runs: by the setting, or because somebody switched it on."""
    path = _file(settings, _TICKS)
    return settings.automation_on or bool(path and rows(path, "instigators", _SWITCHED_ON))


def newest_ticks(settings: Settings) -> list[Tick]:
    """Each sensor's and schedule's last; what Dagster wrote otherwise than is known is passed over."""
    path = _file(settings, _TICKS)
    return [
        tick
        for body, at_s in (rows(path, "job_ticks", _NEWEST_TICKS) if path else [])
        if (tick := _tick(body, float(at_s)))
    ]


def _tick(body: str, at_s: float) -> Tick | None:
    try:
        told = json.loads(body)
        error = told.get("error") or {}
        cause = error.get("cause") or error
        return Tick(
            name=str(told["job_name"]),
            at_s=at_s,
            failures=int(told.get("consecutive_failure_count") or 0),
            error=" ".join(str(cause.get("message") or "").split()),
            said=str(told.get("skip_reason") or ""),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _file(settings: Settings, name: Path) -> Path | None:
    if not settings.instance_folder.exists():
        return None
    path = folder_of_league(settings) / name
    return path if path.exists() else None


def _moment_s(text: str) -> float:
    """Dagster's tables hold UTC, without saying so."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
