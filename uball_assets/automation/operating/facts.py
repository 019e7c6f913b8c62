"""The facts that say what is broken now, read off the record, Dagster's tables and this machine.

It does without Dagster, and no game's documents are read: the newest entry of each game, a bounded stretch of
the newest attempts and runs, one look at the month's costs.

Belongs here: gathering. Not here: what of it is broken (`domain.operating`), who is told (`watch`).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from uball_assets.adapters.record.family import family_of, of_family
from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.adapters.record.routes import cause_of, routing_of
from uball_assets.automation.alerts import Standing, standing
from uball_assets.automation.backups.loss import refuse_lost
from uball_assets.automation.backups.places import Notes
from uball_assets.automation.operating.live_tables import (
    heartbeat_s,
    is_automated,
    newest_ticks,
    open_runs,
)
from uball_assets.domain.circuits import State
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage.games import game_title
from uball_assets.domain.league.tables import FIXTURES
from uball_assets.domain.operating.alerting import ALERTS, Alert
from uball_assets.domain.operating.broken import (
    GivenUpRuns,
    Money,
    OpenRun,
    PlatformFacts,
    Serving,
    Source,
    broken_platform,
)
from uball_assets.domain.operating.broken_games import GameFacts, GivenUp, Waiting, broken_games
from uball_assets.domain.operating.findings import Finding, worst_first
from uball_assets.domain.operating.late_results import LATE_RESULTS, late_findings
from uball_assets.domain.operating.store_proof import REPAIRS
from uball_assets.domain.operating.usual import Usual, usual_by_job
from uball_assets.domain.record import DRIFT, FORECASTING, ROUTES, Family
from uball_assets.domain.run_figures import RUNS, RunFigures
from uball_assets.domain.serving.routing import Change
from uball_assets.domain.spending.spending import month_of, spent_in
from uball_assets.settings import Settings

T = TypeVar("T")
Newest = Callable[[Registry, str], dict[str, Entry]]
"""Of a kind, by subject."""


def _newest_once(registry: Registry, kind: str) -> dict[str, Entry]:
    return registry.newest_by_subject(kind)


_ATTEMPTS, _OUTCOMES, _COSTS = "attempts", "attempt_outcomes", "costs"
MOST_ATTEMPTS, MOST_OUTCOMES, MOST_RUNS = 3000, 1000, 300
"""The newest that are read, however long the record is."""


@dataclass(frozen=True)
class Now:
    findings: list[Finding]
    """Worst first."""
    usual: dict[str, Usual]
    """How long runs take, by job."""
    runs: list[OpenRun]
    acknowledged: dict[str, dict[str, str]]
    """Who knows of a finding, and what they said, by its key."""

    def told(self) -> list[dict[str, Any]]:
        """The findings for a program or a page."""
        return [{**one.to_dict(), "acknowledged": self.acknowledged.get(one.key)} for one in self.findings]


def look_now(
    settings: Settings,
    registry: Registry,
    now: datetime,
    rows: Iterable[Mapping[str, Any]],
    states: Mapping[str, Entry] | None = None,
    damaged: Sequence[str] = (),
    alerts: Standing | None = None,
    newest: Newest = _newest_once,
) -> Now:
    """`rows`: of the table of games; `states`: the newest entry of each game, where they have been
    read already, and `alerts` likewise; `damaged`: what could not be read of the record before this.

    `newest`: how the newest entries are read; a process that looks again and again follows them.

    What cannot be read here is a finding of its own, and the others are found all the same.
    """
    hurt = list(damaged)
    now_s = now.timestamp()
    if states is None:
        states = _told(hurt, lambda: newest(registry, "games")) or {}
    over = alerts or _told(hurt, lambda: standing(settings, registry, now)) or Standing()
    games = _game_facts(settings, registry, now_s, list(rows), states, newest, hurt)
    usually = _told(hurt, lambda: usual(registry)) or {}
    _told(hurt, lambda: refuse_lost(settings, registry))
    platform = _platform_facts(settings, registry, now, over, usually, hurt)
    known = _told(hurt, lambda: _acknowledged(registry)) or {}
    late = _told(hurt, lambda: late_findings(registry.latest(LATE_RESULTS))) or []
    found = worst_first([*broken_platform(platform), *broken_games(games), *late])
    return Now(found, usually, list(platform.runs), known)


def usual(registry: Registry) -> dict[str, Usual]:
    """How long runs take, by job, of the newest that ended well."""
    newest = registry.since(RUNS, max(0, registry.count(RUNS) - MOST_RUNS))
    return usual_by_job(map(RunFigures.from_dict, newest))


def _acknowledged(registry: Registry) -> dict[str, dict[str, str]]:
    alerts = map(Alert.from_entry, registry.newest_by_subject(ALERTS).values())
    return {
        alert.finding.key: {"by": alert.by, "because": alert.because}
        for alert in alerts
        if alert.stands and alert.by
    }


def _platform_facts(
    settings: Settings,
    registry: Registry,
    now: datetime,
    over: Standing,
    usually: Mapping[str, Usual],
    hurt: list[str],
) -> PlatformFacts:
    from uball_assets.resources import circuits

    month = month_of(now.astimezone(UTC).date())
    collected = _told(hurt, lambda: has_results(settings))
    money = _told(hurt, lambda: _money(settings, registry, month, over))
    return PlatformFacts(
        now_s=now.timestamp(),
        heartbeat_s=_told(hurt, lambda: heartbeat_s(settings)),
        is_automated=bool(_told(hurt, lambda: is_automated(settings))),
        free_bytes=_free_bytes(settings.home),
        home=str(settings.home),
        sources=[
            Source(one.source, one.state is not State.CLOSED, one.failures, None, one.why)
            for one in circuits(settings).troubled()
        ],
        money=money,
        failures_alert=over.failures,
        runs=(_told(hurt, lambda: open_runs(settings)) or []),
        ticks=_told(hurt, lambda: newest_ticks(settings)) or [],
        serving=_told(hurt, lambda: serving_now(registry)),
        forecasting=(_told(hurt, lambda: forecasting_now(registry)) or ()) if collected else (),
        given_up=(_told(hurt, lambda: given_up_runs(registry, settings.max_attempts)) or ())
        if collected
        else (),
        usual_s={job: one.half_s for job, one in usually.items()},
        damaged=hurt,
        backup_s=Notes(settings.home).newest_s() if settings.backup_url else None,
    )


def _money(settings: Settings, registry: Registry, month: str, over: Standing) -> Money:
    return Money(
        month,
        spent_in(registry.about(_COSTS, month), month),
        settings.ceilings.month_usd,
        over.day,
    )


def serving_now(registry: Registry) -> Serving | None:
    """Which model serves and how it stands; None while none does."""
    row = registry.latest(ROUTES)
    if row is None:
        return None
    champion, cause = routing_of(row).champion, cause_of(row)
    drift, has_ended = registry.newest(DRIFT, champion) or {}, cause.what is Change.TRIAL_ENDED
    since = drift.get("alarm_since")
    return Serving(
        champion=champion,
        family=str(family_of(registry)),
        drift=drift["said"] if since else "",
        drift_since_s=datetime.fromisoformat(since).timestamp() if since else None,
        signs=drift.get("changed", ()),
        ended_trial=cause.why if has_ended else "",
        ended_since_s=_at_s(row) if has_ended else None,
    )


def has_results(settings: Settings) -> bool:
    """Whether anything was ever collected: else nothing of forecasts is on the record."""
    from uball_assets.resources import warehouse

    return bool(warehouse(settings).stamp((FIXTURES,)))


def forecasting_now(registry: Registry) -> list[Serving]:
    """The same of each family of forecasts."""
    found = (serving_now(of_family(registry, family)) for family in FORECASTING)
    return [serving for serving in found if serving]


def given_up_runs(registry: Registry, most: int) -> list[GivenUpRuns]:
    """Of the league's refreshes and trainings: where the newest attempts, all at what is so now, failed."""
    own = of_family(registry, Family.OUTCOME)
    ended = _outcomes(_newest(own, _OUTCOMES, MOST_OUTCOMES))
    newest: dict[str, list[Entry]] = {}
    for entry in _newest(own, _ATTEMPTS, MOST_ATTEMPTS):
        of_it = newest.setdefault(entry["what"], [])
        if of_it and of_it[-1]["target_hash"] != entry["target_hash"]:
            of_it.clear()
        of_it.append(entry)
    return [
        GivenUpRuns(what, len(asked), _at_s(asked[-1]), str(asked[-1]["reason"]))
        for what, asked in newest.items()
        if len(asked) >= most and all(ended.get(one["run_key"], "succeeded") != "succeeded" for one in asked)
    ]


def _free_bytes(home: Path) -> float:
    there = next(place for place in (home, *home.parents) if place.exists())
    return float(shutil.disk_usage(there).free)


def _game_facts(
    settings: Settings,
    registry: Registry,
    now_s: float,
    rows: list[Mapping[str, Any]],
    states: Mapping[str, Entry],
    newest: Newest,
    hurt: list[str],
) -> GameFacts:
    asked = _told(hurt, lambda: _newest(registry, _ATTEMPTS, MOST_ATTEMPTS)) or []
    ended = _told(hurt, lambda: _outcomes(_newest(registry, _OUTCOMES, MOST_OUTCOMES))) or {}
    done = _told(hurt, lambda: newest(registry, "annotations")) or {}
    latest = _told(hurt, lambda: registry.latest("models"))
    titles = {str(row["id"]): game_title(row) for row in rows}
    days = {str(row["id"]): str(row.get("date") or "") for row in rows}
    first: dict[str, float] = {}
    for entry in asked:
        game = entry["target"]
        if entry["what"] == "game" and not _is_at(entry, done.get(game)):
            first.setdefault(game, _at_s(entry))
    known = {*days, *first}
    waiting = [
        Waiting(game, first.get(game), days.get(game, ""))
        for game in sorted(known)
        if not _is_through(game, states, done, first)
    ]
    return GameFacts(
        now_s=now_s,
        late_after_h=settings.late_after_h,
        states=states,
        titles=titles,
        waiting=waiting,
        given_up=_given_up(asked, ended, done, latest, settings.max_attempts),
        repairs=(_told(hurt, lambda: _repairs(registry, states)) or {}),
    )


def _is_through(
    game: str, states: Mapping[str, Entry], done: Mapping[str, Entry], first: Mapping[str, float]
) -> bool:
    """A game is through with its state and its annotations; a later attempt at something new is waiting."""
    return game in states and (bool(states[game].get("removed")) or (game in done and game not in first))


def _is_at(attempt: Entry, done: Entry | None) -> bool:
    """Whether what was tried has been reached, or the game was whole and only collected again."""
    if done is None:
        return False
    target = str(attempt["target_hash"]).partition(":")[2]
    return target.partition(":")[0] == done["target"] or _at_s(attempt) < _at_s(done)


def _given_up(
    asked: Sequence[Entry],
    ended: Mapping[str, str],
    done: Mapping[str, Entry],
    model: Entry | None,
    most: int,
) -> list[GivenUp]:
    """Where the newest attempts are at one content, ended all, and were as many as may be."""
    by_target: dict[tuple[str, str], list[Entry]] = {}
    for entry in asked:
        of_it = by_target.setdefault((entry["what"], entry["target"]), [])
        if of_it and of_it[-1]["target_hash"] != entry["target_hash"]:
            of_it.clear()
        of_it.append(entry)
    found = []
    for (what, target), entries in by_target.items():
        last = entries[-1]
        if len(entries) < most or any(entry["run_key"] not in ended for entry in entries):
            continue
        is_reached = (
            _is_at(last, done.get(target))
            if what == "game"
            else ended[last["run_key"]] == "succeeded" or (model and _at_s(model) >= _at_s(last))
        )
        if not is_reached:
            reason = str(last.get("reason", ""))
            found.append(GivenUp(target if what == "game" else "", len(entries), _at_s(last), reason))
    return found


def _repairs(registry: Registry, states: Mapping[str, Entry]) -> dict[str, Entry]:
    newest = registry.newest_by_subject(REPAIRS)
    return {
        game: entry
        for game, entry in newest.items()
        if entry["open"] and game in states and not states[game].get("removed")
    }


def _newest(registry: Registry, kind: str, most: int) -> list[Entry]:
    return registry.since(kind, max(0, registry.count(kind) - most))


def _outcomes(entries: Iterable[Entry]) -> dict[str, str]:
    return {one["run_key"]: one["outcome"] for entry in entries for one in entry.get("outcomes", [entry])}


def _at_s(entry: Entry) -> float:
    return datetime.fromisoformat(entry["recorded_at"]).timestamp()


def _told(hurt: list[str], read: Callable[[], T]) -> T | None:
    """What cannot be read is told once, and costs only what rests on it."""
    try:
        return read()
    except Permanent as error:
        if str(error) not in hurt:
            hurt.append(str(error))
        return None
