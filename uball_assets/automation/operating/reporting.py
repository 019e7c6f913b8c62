"""The facts of a period for its report, off the record, and sending it once.

Each kind is read from its end back to the period's beginning. Belongs here: gathering and sending, without
Dagster. Not here: what is told (`domain.operating.period_report`), the schedule (`report_job`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from uball_assets.adapters.messages.outbox import Outbox
from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.automation.operating.facts import look_now
from uball_assets.automation.operating.telling import alerts_on_record
from uball_assets.domain.footage.games import game_title
from uball_assets.domain.operating.messages import Message
from uball_assets.domain.operating.period_report import Period, PeriodFacts, Report, due_period, period_report
from uball_assets.domain.operating.report_page import as_html, as_text
from uball_assets.domain.record import DECISIONS
from uball_assets.domain.run_figures import RUNS, RunFigures, run_report
from uball_assets.domain.spending.spending import month_of, spent_in
from uball_assets.settings import Settings

_STEP = 200
_MOST = 5000
"""Entries of one kind that a report reads."""
_MOST_NEW = 200
"""Games of a period that are looked up for whether they are new."""


def read_period(
    settings: Settings,
    registry: Registry,
    rows: Iterable[Mapping[str, Any]],
    period: Period,
    now: datetime,
    *,
    until_now: bool = False,
) -> Report:
    """Of the newest whole period; of what has passed of one that is not over, with `until_now`."""
    begin, end = due_period(period, now, settings.report_hour)
    if until_now:
        begin, end = now - period.length, now
    rows = list(rows)
    games = {entry["game_id"]: entry for entry in _within(registry, "games", begin, end)}
    shown = [entry for entry in games.values() if not entry.get("removed")]
    runs = list(map(RunFigures.from_dict, _within(registry, RUNS, begin, end)))
    month = month_of(end.astimezone(UTC).date())
    states = registry.newest_by_subject("games")
    seen = look_now(settings, registry, now, rows, states)
    goals = run_report(
        runs,
        [state["grade"] for state in states.values() if state.get("grade") and state.get("rows")],
        len(_within(registry, DECISIONS, begin, end)),
        begin.timestamp(),
        end.timestamp(),
        settings.goals,
    ).against
    return period_report(
        PeriodFacts(
            league=settings.league,
            period=period,
            begin=begin,
            end=end,
            games=shown,
            new_games=frozenset(
                entry["game_id"]
                for entry in shown[:_MOST_NEW]
                if _at(registry.about("games", entry["game_id"])[0]) >= begin
            ),
            titles={str(row["id"]): game_title(row) for row in rows},
            models=_within(registry, "models", begin, end),
            promotions=_within(registry, "promotions", begin, end),
            costs=_within(registry, "costs", begin, end),
            month_usd=spent_in(registry.about("costs", month), month),
            ceiling_usd=settings.ceilings.month_usd,
            runs=runs,
            goals=goals,
            alerts=[
                alert
                for alert in alerts_on_record(registry).values()
                if begin.timestamp() <= alert.told_s < end.timestamp()
            ],
            findings=seen.findings,
            usual=seen.usual,
        )
    )


def send_report(outbox: Outbox, report: Report, within_s: float) -> None:
    """Once for each period and channel, however often it is asked for."""
    outbox.put(Message(report.id, report.title, as_text(report), as_html(report)))
    outbox.deliver(within_s)


def _within(registry: Registry, kind: str, begin: datetime, end: datetime) -> list[Entry]:
    return [entry for entry in _back_to(registry, kind, begin) if begin <= _at(entry) < end]


def _back_to(registry: Registry, kind: str, begin: datetime) -> list[Entry]:
    """The newest entries, as many as it takes to come to one from before."""
    count, step = registry.count(kind), _STEP
    while True:
        found = registry.since(kind, max(0, count - step))
        if step >= min(count, _MOST) or (found and _at(found[0]) < begin):
            return found
        step *= 4


def _at(entry: Entry) -> datetime:
    return datetime.fromisoformat(entry["recorded_at"])
