"""Every run in figures on the record, and in the plays database for the league's own charts.

A run says itself how it ended; of one that was killed, whoever asks next says it. What fails here costs its
figures, never the run.

Belongs here: measuring and writing. Not here: what figures say together (`domain.run_figures`).
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import dagster as dg
from dagster._core.events import DagsterEvent

from uball_assets.adapters.machine.core_seconds import core_s
from uball_assets.adapters.plays.plays_db import PlaysDb, Row
from uball_assets.adapters.record.registry import Registry
from uball_assets.assets import ours
from uball_assets.assets.run_words import ARRIVED_TAG
from uball_assets.automation.launcher import PID_TAG
from uball_assets.domain.errors import UballError
from uball_assets.domain.learning.again import Kind
from uball_assets.domain.run_figures import RUNS, Outcome, RunFigures, StartedBy

_BACKFILL, _RUN_KEY, _PARTITION = "dagster/backfill", "dagster/run_key", "dagster/partition"
_RETRY_NUMBER = "dagster/retry_number"
ATTEMPT_TAG = "uball/attempt"
"""Of a command's run: which of its attempts it is, from 1."""
_MOST_KILLED = 500
"""Looked for in one report."""


@dataclass
class RunWatch:
    """One run while it goes."""

    failures: dict[str, Kind] = field(default_factory=dict)
    for_good: dict[str, str] = field(default_factory=dict)
    """By step what failed it, where the same again would give the same."""
    steps_s: dict[str, float] = field(default_factory=dict)
    steps_cpu_s: dict[str, float] = field(default_factory=dict)
    started_at_s: float = field(default_factory=lambda: datetime.now(UTC).timestamp())
    _cpu_began_s: float = field(default_factory=core_s)

    def saw(
        self,
        event: DagsterEvent,
        kind_of: Callable[[DagsterEvent], Kind],
        error_of: Callable[[DagsterEvent], str],
    ) -> None:
        step = str(event.step_key)
        if event.event_type is dg.DagsterEventType.STEP_START:
            self._cpu_began_s = core_s()
        elif event.is_step_failure:
            kind = self.failures[step] = kind_of(event)
            if kind is Kind.PERMANENT and (error := error_of(event)):
                self.for_good[step] = error
        elif event.is_step_success:
            self.steps_s[step] = round(event.step_success_data.duration_ms / 1000, 3)
            self.steps_cpu_s[step] = round(core_s() - self._cpu_began_s, 3)

    def figures(self, instance: dg.DagsterInstance, run: dg.DagsterRun) -> RunFigures:
        record = instance.get_run_record_by_id(run.run_id)
        outcome = Outcome.SUCCEEDED
        if self.failures:
            for_good = Kind.PERMANENT in self.failures.values()
            outcome = Outcome.REFUSED if for_good else Outcome.FAILED
        return RunFigures(
            **_named(run),
            outcome=outcome,
            asked_at_s=record.create_timestamp.timestamp() if record else self.started_at_s,
            started_at_s=self.started_at_s,
            ended_at_s=datetime.now(UTC).timestamp(),
            peak_memory_mb=peak_memory_mb(),
            steps_s=self.steps_s,
            steps_cpu_s=self.steps_cpu_s,
            failed_steps=sorted(self.failures),
            may_pass=set(self.failures.values()) == {Kind.TRANSIENT},
            arrived_at_s=_arrived_s(record),
        )


@dataclass(frozen=True)
class RunRecords:
    registry: Registry
    plays_db: PlaysDb

    def enter(self, figures: RunFigures) -> str:
        """Once for each run; what went wrong with it, in words, else ''."""
        try:
            self.registry.append(RUNS, figures.to_dict(), key=figures.run_id)
            self.plays_db.write_job_runs([as_row(figures)])
        except UballError as error:
            return f"this run's figures are not all kept: {error}"
        return ""

    def enter_killed(self, instance: dg.DagsterInstance, since: datetime) -> None:
        """Runs that ended without a word since then: killed, or ended before they began."""
        ended = [dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
        found = ours.runs(statuses=ended, updated_after=since)
        for record in instance.get_run_records(found, limit=_MOST_KILLED):
            run = record.dagster_run
            if self.registry.find(RUNS, run.run_id) is None:
                self.enter(_killed(record))


def as_row(figures: RunFigures) -> Row:
    """As the plays database's table `job_runs` has it."""
    return {
        "run_id": figures.run_id,
        "job": figures.job,
        "game_id": figures.game_id or None,
        "outcome": str(figures.outcome),
        "started_by": str(figures.started_by),
        "attempt": figures.attempt,
        "started_at": _moment(figures.started_at_s),
        "ended_at": _moment(figures.ended_at_s),
        "duration_s": round(figures.duration_s, 3),
        "peak_memory_mb": figures.peak_memory_mb,
        "failed_steps": list(figures.failed_steps),
    }


def peak_memory_mb() -> float:
    """The most that this process, or one that it waited for, has held."""
    unit = 1 / 1_048_576 if sys.platform == "darwin" else 1 / 1024  # bytes there, kB on Linux
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return round(max(resource.getrusage(who).ru_maxrss for who in whose) * unit, 1)


def _killed(record: dg.RunRecord) -> RunFigures:
    run, asked_s = record.dagster_run, record.create_timestamp.timestamp()
    is_canceled = run.status is dg.DagsterRunStatus.CANCELED
    return RunFigures(
        **_named(run),
        outcome=Outcome.CANCELED if is_canceled else Outcome.KILLED,
        asked_at_s=asked_s,
        started_at_s=record.start_time or asked_s,
        ended_at_s=record.end_time or record.update_timestamp.timestamp(),
        peak_memory_mb=0.0,
    )


def _named(run: dg.DagsterRun) -> dict[str, Any]:
    tags: Mapping[str, str] = run.tags
    return {
        "run_id": run.run_id,
        "job": run.job_name,
        "game_id": tags.get(_PARTITION, ""),
        "started_by": _started_by(tags),
        "launch": tags.get(_BACKFILL, run.root_run_id or run.run_id),
        "attempt": attempt_of(tags),
    }


def attempt_of(tags: Mapping[str, str]) -> int:
    """From 1: as its command counts, its sensor, or Dagster."""
    number = tags.get(ATTEMPT_TAG) or tags.get(_RUN_KEY, "").rpartition(":")[2]
    return int(number) if number.isdigit() else int(tags.get(_RETRY_NUMBER, 0)) + 1


def _arrived_s(record: dg.RunRecord | None) -> float | None:
    told = record.dagster_run.tags.get(ARRIVED_TAG) if record else None
    return float(told) if told else None


def _started_by(tags: Mapping[str, str]) -> StartedBy:
    if PID_TAG in tags:
        return StartedBy.COMMAND
    if _RETRY_NUMBER in tags:
        return StartedBy.AGAIN
    if _RUN_KEY in tags:
        return StartedBy.SENSOR
    return StartedBy.BACKFILL if _BACKFILL in tags else StartedBy.PERSON


def _moment(at_s: float) -> str:
    return datetime.fromtimestamp(at_s, UTC).isoformat(timespec="milliseconds")
