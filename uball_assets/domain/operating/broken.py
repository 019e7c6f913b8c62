"""What is broken of the platform itself: its record, daemon, disk, sources, money and runs.

Belongs here: when something counts as broken, and what a person can do about it. Not here: gathering the
facts (`automation.operating.facts`), what is wrong with games (`broken_games`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from uball_assets.domain.operating.findings import Finding, Level, named, span_text
from uball_assets.domain.spending.cost import money

HEARTBEAT_S = 120.0
"""Dagster's daemons beat every 30 s; four of them missed is silence."""
ROOM_BYTES, LEAST_ROOM_BYTES = 10e9, 1e9
"""One camera's video; and less than what the record and Dagster's own files need to go on."""
NEAR_CEILING = 0.8
"""Of the month's ceiling: a training may be refused before the month is over."""
FAILING_TICKS = 3
"""In a row: a service that is away for a minute mends itself."""
BACKUP_S = 2 * 86_400.0
"""A daily backup that failed once may be made the next night."""
LIVING_TICK_S = 600.0
STOPPED = "stopped: "
"""What a sensor says that does not believe what it sees (`learning.presence`)."""
_LONGEST_WHY = 300
STARTING_S = 600.0
"""A run that is starting or ending for so long does neither: monitoring ends both within 3 minutes."""
QUEUED_S = 7_200.0
"""A run waits its turn; so long it waits for something that does not come."""
LONGEST_RUN_S = 14_400.0
"""`dagster/max_runtime` of every job (dagster.yaml)."""
SLOW = 5.0
"""Times as long as half of the job's runs take, and half an hour at least."""
_SLOW_FROM_S = 1_800.0


@dataclass(frozen=True)
class OpenRun:
    run_id: str
    job: str
    game_id: str
    """'' for a run of several games."""
    status: str
    """Dagster's: QUEUED, NOT_STARTED, STARTING, STARTED, CANCELING."""
    asked_at_s: float
    started_at_s: float | None
    progress: str = ""
    """What its step said last of how far it is (`progress`)."""


@dataclass(frozen=True)
class Tick:
    """A sensor's or schedule's last."""

    name: str
    at_s: float
    failures: int
    """In a row, this one the last; 0 where it did what it should."""
    error: str
    said: str
    """Why it started nothing, in its own words."""


@dataclass(frozen=True)
class Source:
    """A service whose last answers failed."""

    name: str
    is_open: bool
    """It is left alone for a while (`domain.circuits`)."""
    failures: int
    since_s: float | None
    why: str


@dataclass(frozen=True)
class Money:
    month: str
    spent_usd: float
    ceiling_usd: float
    day_alert: str | None = None
    """What the rule of a day's spending says (`spending.alerts`)."""


@dataclass(frozen=True)
class Serving:
    """How a family's serving model, and one on trial, stand."""

    champion: str
    family: str = "video"
    """Of the model: `video`, `outcome`, `player`."""
    drift: str = ""
    """What its newest entry says, where that is an alarm."""
    drift_since_s: float | None = None
    signs: Sequence[str] = ()
    """In what the newest games, or the answers to them, have become others."""
    ended_trial: str = ""
    """Why the last trial ended, where nothing has changed since."""
    ended_since_s: float | None = None


@dataclass(frozen=True)
class GivenUpRuns:
    """Of the league's results or forecasts: tried so often at what is so now, and never well."""

    what: str
    """`refresh` or `train`."""
    attempts: int
    since_s: float
    reason: str


@dataclass(frozen=True)
class PlatformFacts:
    now_s: float
    damaged: Sequence[str] = ()
    """What of the record cannot be read, and what rests on it."""
    heartbeat_s: float | None = None
    """The daemon's last; None where none ever ran in this home."""
    is_automated: bool = False
    """A sensor or schedule is switched on: without a daemon nothing moves."""
    free_bytes: float | None = None
    home: str = ""
    sources: Sequence[Source] = ()
    money: Money | None = None
    failures_alert: str | None = None
    """What the rule of failing runs says (`spending.alerts`)."""
    runs: Sequence[OpenRun] = ()
    ticks: Sequence[Tick] = ()
    serving: Serving | None = None
    """None while no model serves."""
    forecasting: Sequence[Serving] = ()
    """Of each family of forecasts that has a model that serves."""
    given_up: Sequence[GivenUpRuns] = ()
    usual_s: Mapping[str, float] | None = None
    """By job: half of its runs took no longer."""
    backup_s: float | None = None
    """When the newest backup was made, 0 before the first; None where no place for one is named."""


def broken_platform(facts: PlatformFacts) -> Iterator[Finding]:
    """What stops most comes first."""
    for text in facts.damaged:
        yield Finding(
            f"damaged:{text[:80]}",
            Level.BROKEN,
            "the record is damaged",
            text.partition(":")[0][:60],
            None,
            text,
            "`uball restore` from a backup: docs/disasters.md, Bucket lost",
        )
    yield from _daemon(facts)
    yield from _ticks(facts)
    yield from _disk(facts)
    yield from _backup(facts)
    yield from map(_source, facts.sources)
    yield from _money(facts.money) if facts.money else ()
    yield from _runs(facts)
    for serving in (*([facts.serving] if facts.serving else []), *facts.forecasting):
        yield from _serving(serving)
    yield from map(_given_up, facts.given_up)
    if facts.failures_alert:
        what, _, remedy = facts.failures_alert.partition(": ")
        yield Finding("runs:failing", Level.WARNING, "runs fail", "this league", None, what, remedy)


def _daemon(facts: PlatformFacts) -> Iterator[Finding]:
    if facts.heartbeat_s is None and not facts.is_automated:
        return
    silent_s = facts.now_s - (facts.heartbeat_s or 0.0)
    if facts.heartbeat_s is not None and silent_s < HEARTBEAT_S:
        return
    waiting = sum(run.status in ("QUEUED", "NOT_STARTED") for run in facts.runs)
    why = "it has never run here" if facts.heartbeat_s is None else f"no heartbeat for {span_text(silent_s)}"
    stops = []
    if facts.is_automated:
        stops.append("sensors and schedules are switched on, and nothing ticks")
    if waiting:
        stops.append(f"{waiting} run{'s wait' if waiting > 1 else ' waits'} for it")
    yield Finding(
        "daemon",
        Level.BROKEN if stops else Level.NOTE,
        "the daemon is not running",
        "this machine",
        facts.heartbeat_s,
        "; ".join([why, *stops]),
        "start it: `uball dev` on a laptop, the service on a server (docs/cloud.md)",
    )


def _ticks(facts: PlatformFacts) -> Iterator[Finding]:
    """Of those that tick still: one that was switched off says nothing of now."""
    for tick in facts.ticks:
        if facts.now_s - tick.at_s > LIVING_TICK_S:
            continue
        if tick.failures:
            yield Finding(
                f"tick:{tick.name}",
                Level.BROKEN if tick.failures >= FAILING_TICKS else Level.NOTE,
                "a sensor fails",
                tick.name,
                None,
                f"{tick.failures} ticks in a row, the last: {tick.error[:_LONGEST_WHY]}",
                "see its ticks in the UI (Automation): what it starts is not started",
            )
        elif STOPPED in tick.said:
            why, _, remedy = tick.said.partition(STOPPED)[2].strip().rpartition(": ")
            yield Finding(
                f"stopped:{tick.name}", Level.BROKEN, "discovery has stopped", tick.name, None, why, remedy
            )


def _disk(facts: PlatformFacts) -> Iterator[Finding]:
    if facts.free_bytes is None or facts.free_bytes >= ROOM_BYTES:
        return
    is_full = facts.free_bytes < LEAST_ROOM_BYTES
    yield Finding(
        "disk",
        Level.BROKEN if is_full else Level.WARNING,
        "the disk is nearly full",
        facts.home,
        None,
        f"{facts.free_bytes / 1e9:,.1f} GB free: "
        + ("the record is in danger" if is_full else "one more camera's video may not fit"),
        "free some room, or set UBALL_HOME to another disk; the home's cache folder may be deleted",
    )


def _backup(facts: PlatformFacts) -> Iterator[Finding]:
    if facts.backup_s is None or facts.now_s - facts.backup_s < BACKUP_S:
        return
    yield Finding(
        "backup",
        Level.WARNING,
        "there is no fresh backup",
        facts.home,
        facts.backup_s or None,
        "none was made in two days" if facts.backup_s else "none was ever made from this home",
        "`uball backup` makes one and says what hinders it; daily_backup, switched on, makes one a day",
    )


def _source(source: Source) -> Finding:
    return Finding(
        f"source:{source.name}",
        Level.BROKEN if source.is_open else Level.NOTE,
        "a service is down" if source.is_open else "a service did not answer",
        source.name,
        source.since_s,
        f"{source.failures} failure{'s' * (source.failures != 1)} in a row, the last: {source.why}",
        "nothing is lost: what needs it is tried again; `uball doctor` asks it now and says what to fix",
    )


def _money(spent: Money) -> Iterator[Finding]:
    if spent.ceiling_usd and spent.spent_usd >= NEAR_CEILING * spent.ceiling_usd:
        left_usd = max(0.0, spent.ceiling_usd - spent.spent_usd)
        is_over = left_usd == 0.0
        yield Finding(
            f"money:{spent.month}",
            Level.BROKEN if is_over else Level.WARNING,
            "the month's money is spent" if is_over else "the month's money is nearly spent",
            spent.month,
            None,
            f"{money(spent.spent_usd)} of {money(spent.ceiling_usd)}, {money(left_usd)} left"
            + ("; no paid job is submitted" if is_over else ""),
            "`uball costs` says for what; the ceiling is UBALL_CEILING_MONTH_USD",
        )
    if spent.day_alert:
        why, _, remedy = spent.day_alert.rpartition("; ")
        yield Finding(
            "money:day", Level.WARNING, "a day cost more than its limit", "today (UTC)", None, why, remedy
        )


_AFTER_DRIFT = (
    "see the check drift of annotations, and what has changed in the halls; `uball why` says when a "
    "training comes, `uball rollback` goes back to the model before"
)
_AFTER_DRIFT_OF_FORECASTS = (
    "see the asset forecasts and its check calibrated; `uball why --family {0}` says when a training comes, "
    "`uball rollback --family {0}` goes back to the model before"
)


def _given_up(runs: GivenUpRuns) -> Finding:
    what = "forecasts are not refreshed" if runs.what == "refresh" else "forecasts are not trained"
    return Finding(
        f"forecasts:{runs.what}",
        Level.BROKEN,
        what,
        "quick_refresh" if runs.what == "refresh" else "forecast_pipeline",
        runs.since_s,
        f"{runs.attempts} attempts failed ({runs.reason})",
        "see its runs and mend the cause; another result, or a run by hand, starts it again",
    )


def _serving(serving: Serving) -> Iterator[Finding]:
    if serving.drift:
        yield Finding(
            f"drift:{serving.champion}",
            Level.WARNING,
            f"the serving {serving.family} model has got worse",
            serving.champion,
            serving.drift_since_s,
            serving.drift,
            _AFTER_DRIFT if serving.family == "video" else _AFTER_DRIFT_OF_FORECASTS.format(serving.family),
        )
    if serving.signs:
        yield Finding(
            f"drift_signs:{serving.champion}",
            Level.NOTE,
            "the newest games are not like those before",
            named(sign.partition(":")[0] for sign in serving.signs),
            None,
            "; ".join(serving.signs),
            "see the check drift of annotations: a camera, a hall or a way of writing plays may have changed",
        )
    if serving.ended_trial:
        yield Finding(
            f"trial_ended:{serving.ended_since_s}",
            Level.NOTE,
            f"a trial of {serving.family} models has ended",
            serving.champion,
            serving.ended_since_s,
            serving.ended_trial,
            "nothing: it serves every game; `uball routes` and `uball history` say more"
            + ("" if serving.family == "video" else f" (--family {serving.family})"),
        )


def _runs(facts: PlatformFacts) -> Iterator[Finding]:
    for run in facts.runs:
        if found := _stuck(run, facts):
            level, what, since_s, why = found
            of = f"{run.job} of {run.game_id}" if run.game_id else run.job
            yield Finding(
                f"run:{run.run_id}:{what}",
                level,
                what,
                f"{of} (run {run.run_id[:8]})",
                since_s,
                why,
                "look at its log in the UI, and terminate it there; it is safe to start it again",
            )
    queued = [run for run in facts.runs if run.status in ("QUEUED", "NOT_STARTED")]
    late = [run for run in queued if facts.now_s - run.asked_at_s > QUEUED_S]
    if late and not any(run.status == "STARTED" for run in facts.runs):
        yield Finding(
            "runs:queued",
            Level.BROKEN,
            "runs wait and none goes",
            named(run.game_id or run.job for run in late),
            min(run.asked_at_s for run in late),
            f"{len(late)} in the queue for {span_text(facts.now_s - min(run.asked_at_s for run in late))}",
            "see that the daemon runs, and Deployment > Concurrency in the UI for a pool that is held",
        )


def _stuck(run: OpenRun, facts: PlatformFacts) -> tuple[Level, str, float, str] | None:
    if run.status in ("STARTING", "CANCELING"):
        for_s = facts.now_s - (run.started_at_s or run.asked_at_s)
        doing = run.status.lower()
        if for_s > STARTING_S:
            since_s = run.started_at_s or run.asked_at_s
            return Level.BROKEN, "a run is stuck", since_s, f"{doing} for {span_text(for_s)}"
    if run.status == "STARTED" and run.started_at_s is not None:
        for_s = facts.now_s - run.started_at_s
        usual_s = (facts.usual_s or {}).get(run.job)
        if for_s > LONGEST_RUN_S:
            why = f"it goes for {span_text(for_s)}, and none may take more than {span_text(LONGEST_RUN_S)}"
            return Level.BROKEN, "a run is stuck", run.started_at_s, why
        if usual_s is not None and for_s > max(_SLOW_FROM_S, SLOW * usual_s):
            why = f"it goes for {span_text(for_s)}, half of such runs take {span_text(usual_s)}"
            return Level.WARNING, "a run is slow", run.started_at_s, why
    return None
