"""What Dagster's own tables say of now: open runs, the daemon's last heartbeat, what is switched on.

Belongs here: reading. Not here: the tables (`runs.tables`), or what of it is broken (`domain.operating`).
"""

from __future__ import annotations

import json

from uball_assets.assets.run_words import OPEN, PARTITION_TAG
from uball_assets.automation.runs.tables import OWN, OWN_INSTIGATORS, RUNS, TICKS, among, moment_s, rows, tag
from uball_assets.domain.operating.broken import OpenRun, Tick
from uball_assets.settings import Settings

MOST_OPEN = 500
"""More open runs than that are as broken, or as well."""
_OPEN = f"""
    SELECT run_id, pipeline_name, status, create_timestamp, start_time,
        {tag(PARTITION_TAG)},
        {tag("uball/progress")}
    FROM runs
    WHERE status IN {among(OPEN)} {OWN}
    ORDER BY id LIMIT {MOST_OPEN}
"""  # noqa: S608 - ours
_BEAT = "SELECT max(timestamp) FROM daemon_heartbeats"
_NEWEST_TICKS = f"""
    SELECT tick_body, epoch(timestamp) FROM job_ticks
    WHERE id IN (SELECT max(id) FROM job_ticks GROUP BY selector_id)
        AND selector_id IN (SELECT selector_id FROM instigators WHERE {OWN_INSTIGATORS})
"""  # noqa: S608 - ours
_SWITCHED_ON = f"SELECT 1 FROM instigators WHERE status = 'RUNNING' AND {OWN_INSTIGATORS} LIMIT 1"  # noqa: S608


def open_runs(settings: Settings) -> list[OpenRun]:
    """The oldest first; none where nothing ever ran. Raises Permanent as opening the instance does."""
    found = rows(settings, RUNS, "runs", _OPEN)
    return [
        OpenRun(run_id, job, game or "", status, moment_s(asked), started_s or None, progress or "")
        for run_id, job, status, asked, started_s, game, progress in found
    ]


def heartbeat_s(settings: Settings) -> float | None:
    """The newest of any daemon of this home, Unix seconds; None where none ever ran."""
    found = rows(settings, RUNS, "daemon_heartbeats", _BEAT)
    return moment_s(found[0][0]) if found and found[0][0] else None


def is_automated(settings: Settings) -> bool:
    """Whether a sensor or schedule runs: by the setting, or because somebody switched it on."""
    return settings.automation_on or bool(rows(settings, TICKS, "instigators", _SWITCHED_ON))


def newest_ticks(settings: Settings) -> list[Tick]:
    """Each sensor's and schedule's last; what Dagster wrote otherwise than is known is passed over."""
    return [
        tick
        for body, at_s in rows(settings, TICKS, "job_ticks", _NEWEST_TICKS)
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
