"""Runs in figures, one entry on the record each, and what they say together: by day, by step, against goals.

Belongs here: sums, shares, quantiles. Not here: measuring a run (`automation.run_records`), what a run may do
(`learning.again`).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

RUNS = "runs"
"""The kind of entry on the record."""
_HOUR_S, _WEEK_S = 3600.0, 7 * 86_400.0


class Outcome(StrEnum):
    SUCCEEDED = "succeeded"
    REFUSED = "refused"
    """It failed for good, by what the data are or a person forbade: the platform worked."""
    FAILED = "failed"
    KILLED = "killed"
    """Its process did not live to say how it ended."""
    CANCELED = "canceled"


class StartedBy(StrEnum):
    SENSOR = "sensor"
    BACKFILL = "backfill"
    PERSON = "person"
    AGAIN = "again"
    """By Dagster, after an attempt that failed (`learning.again`)."""
    COMMAND = "command"


@dataclass(frozen=True)
class RunFigures:
    """Times in Unix seconds."""

    run_id: str
    job: str
    game_id: str
    """'' for a run of several games."""
    outcome: Outcome
    started_by: StartedBy
    launch: str
    """What it was started with: a backfill's id, or its own run's."""
    attempt: int
    asked_at_s: float
    """When its run was made: before it waited in the queue."""
    started_at_s: float
    ended_at_s: float
    peak_memory_mb: float
    """Of its process; 0 where nobody measured."""
    steps_s: Mapping[str, float] = field(default_factory=dict)
    """Duration by step that ended well."""
    steps_cpu_s: Mapping[str, float] = field(default_factory=dict)
    """The same in seconds of one core, with those of programs that it waited for and of nodes that cut for
    it; none in entries from before it was kept."""
    failed_steps: Sequence[str] = ()
    may_pass: bool = False
    """It failed by nothing but what may pass (`errors.Transient`)."""
    arrived_at_s: float | None = None
    """When the newest of the game's files and rows was written, where they were not processed before as they
    are; None for a run of nothing new, and for one that ended before it knew."""

    @property
    def duration_s(self) -> float:
        return self.ended_at_s - self.started_at_s

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "failed_steps": list(self.failed_steps)}

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> RunFigures:
        """Of an entry; what the record adds to it is passed over."""
        named = {name: told[name] for name in cls.__dataclass_fields__ if name in told}
        outcome, started_by = Outcome(named["outcome"]), StartedBy(named["started_by"])
        return cls(**{**named, "outcome": outcome, "started_by": started_by})


@dataclass(frozen=True)
class Goals:
    lag_h: float = 24.0
    """From a game's arrival (`lags_s`) to the end of the run that got it through: nineteen of twenty."""
    runs_share: float = 0.98
    """Of the runs that were not refused: ended well."""
    grade_a_share: float = 0.90
    """Of the games that were graded."""
    interventions_a_week: float = 2.0
    """What people did: runs they started, decisions they took."""


@dataclass(frozen=True)
class Against:
    """A goal, and what is so. `met`: None while there is nothing to tell it by."""

    name: str
    goal: str
    value: str
    met: bool | None


@dataclass(frozen=True)
class Spread:
    """Of durations, seconds: half, 95 and 99 of a hundred took no longer."""

    count: int
    p50_s: float
    p95_s: float
    p99_s: float


@dataclass(frozen=True)
class Day:
    """UTC, by when runs ended."""

    day: str
    runs: int
    outcomes: Mapping[str, int]
    duration: Spread
    peak_memory_mb: float


@dataclass(frozen=True)
class RunReport:
    days: Sequence[Day]
    jobs: Mapping[str, Spread]
    steps: Mapping[str, Spread]
    against: Sequence[Against]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def quantile(ordered: Sequence[float], share: float) -> float:
    """The least of the values that this share of them does not exceed; 0 of none."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def spread(durations_s: Iterable[float]) -> Spread:
    ordered = sorted(durations_s)
    p50, p95, p99 = (round(quantile(ordered, share), 3) for share in (0.50, 0.95, 0.99))
    return Spread(len(ordered), p50, p95, p99)


def run_report(
    runs: Sequence[RunFigures],
    grades: Sequence[str],
    decisions: int,
    since_s: float,
    now_s: float,
    goals: Goals,
) -> RunReport:
    """`runs` ended since; `grades` of all games that have one; `decisions`: those that people took since."""
    by_day: dict[str, list[RunFigures]] = defaultdict(list)
    by_job: dict[str, list[float]] = defaultdict(list)
    by_step: dict[str, list[float]] = defaultdict(list)
    for run in sorted(runs, key=lambda run: run.ended_at_s):
        by_day[datetime.fromtimestamp(run.ended_at_s, UTC).date().isoformat()].append(run)
        by_job[run.job].append(run.duration_s)
        for step, seconds in run.steps_s.items():
            by_step[step].append(seconds)
    weeks = max((now_s - since_s) / _WEEK_S, 1e-9)
    return RunReport(
        days=[_day(day, of_day) for day, of_day in by_day.items()],
        jobs={job: spread(by_job[job]) for job in sorted(by_job)},
        steps={step: spread(by_step[step]) for step in sorted(by_step)},
        against=[
            _lag(runs, goals),
            _runs(runs, goals),
            _grades(grades, goals),
            _interventions(runs, decisions, weeks, goals),
        ],
    )


def late(durations_s: Mapping[str, float]) -> list[str]:
    """Those that took more than twice as long as half of them; of fewer than three nobody can tell."""
    usual_s = quantile(sorted(durations_s.values()), 0.5)
    if len(durations_s) < 3:
        return []
    return [name for name, seconds in durations_s.items() if seconds > 2 * usual_s]


def lags_s(runs: Iterable[RunFigures]) -> dict[str, list[float]]:
    """By game, each time that it came through: to that end from when the newest of its files and rows was
    written; from the first run that was asked for it where that was earlier, or nothing was new."""
    waiting: dict[str, float] = {}
    lags: dict[str, list[float]] = defaultdict(list)
    for run in sorted(runs, key=lambda run: run.asked_at_s):
        if run.game_id:
            since_s = min(waiting.get(run.game_id, run.asked_at_s), run.arrived_at_s or run.asked_at_s)
            waiting[run.game_id] = since_s
            if run.outcome in (Outcome.SUCCEEDED, Outcome.REFUSED):
                lags[run.game_id].append(run.ended_at_s - since_s)
                del waiting[run.game_id]
    return dict(lags)


def _day(day: str, runs: Sequence[RunFigures]) -> Day:
    outcomes = {str(outcome): sum(run.outcome is outcome for run in runs) for outcome in Outcome}
    return Day(
        day,
        len(runs),
        {outcome: count for outcome, count in outcomes.items() if count},
        spread(run.duration_s for run in runs),
        max(run.peak_memory_mb for run in runs),
    )


def _lag(runs: Sequence[RunFigures], goals: Goals) -> Against:
    lags = lags_s(runs)
    ordered = sorted(lag_s for of_game in lags.values() for lag_s in of_game)
    p95_h = quantile(ordered, 0.95) / _HOUR_S
    late = sorted(game for game, of_game in lags.items() if max(of_game) / _HOUR_S >= goals.lag_h)
    named = f"; late: {', '.join(late)}" if late else ""
    value = f"{p95_h:.1f} h at most for 95 % of {len(ordered)}{named}" if ordered else "no game came through"
    met = p95_h < goals.lag_h if ordered else None
    return Against("a game's way", f"under {goals.lag_h:g} h", value, met)


def _runs(runs: Sequence[RunFigures], goals: Goals) -> Against:
    counted = [run for run in runs if run.outcome not in (Outcome.REFUSED, Outcome.CANCELED)]
    well = sum(run.outcome is Outcome.SUCCEEDED for run in counted)
    refused = sum(run.outcome is Outcome.REFUSED for run in runs)
    share = well / len(counted) if counted else 0.0
    value = f"{share:.1%} of {len(counted)}" if counted else "no runs"
    beside = f"; {refused} more were refused for good" if refused else ""
    goal = f"over {goals.runs_share:.0%}"
    return Against("runs that end well", goal, value + beside, share > goals.runs_share if counted else None)


def _grades(grades: Sequence[str], goals: Goals) -> Against:
    share = grades.count("A") / len(grades) if grades else 0.0
    value = f"{share:.0%} of {len(grades)} games" if grades else "no game has a grade"
    met = share > goals.grade_a_share if grades else None
    return Against("grade A", f"over {goals.grade_a_share:.0%}", value, met)


def _interventions(runs: Sequence[RunFigures], decisions: int, weeks: float, goals: Goals) -> Against:
    by_hand = {run.launch for run in runs if run.started_by in (StartedBy.PERSON, StartedBy.BACKFILL)}
    a_week = (len(by_hand) + decisions) / weeks
    value = f"{a_week:.1f} ({len(by_hand)} starts, {decisions} decisions in all)"
    goal = f"{goals.interventions_a_week:g} at most"
    return Against("interventions a week", goal, value, a_week <= goals.interventions_a_week)
