"""The daily and the weekly report: what came in, grades, trainings, money, runs, and what to look at.

Belongs here: which facts of a period are told, and their words. Not here: reading them
(`automation.operating.reporting`), the page (`report_page`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from uball_assets.domain.operating.alerting import Alert
from uball_assets.domain.operating.findings import Finding, Level, span_text
from uball_assets.domain.operating.usual import Usual
from uball_assets.domain.run_figures import Against, RunFigures
from uball_assets.domain.spending.cost import money
from uball_assets.domain.spending.spending import spending

Entry = Mapping[str, Any]
MOST_ROWS = 40
"""Of one table; the others are a number."""
_NOTHING = "-"


class Period(StrEnum):
    DAILY = "daily"
    WEEKLY = "weekly"

    @property
    def length(self) -> timedelta:
        return timedelta(days=1 if self is Period.DAILY else 7)


def due_period(period: Period, now: datetime, hour: int) -> tuple[datetime, datetime]:
    """Begin and end of the newest whole period that a report is about: a day ends at `hour` UTC, a week on
    Monday at that hour."""
    end = now.astimezone(UTC).replace(hour=hour, minute=0, second=0, microsecond=0)
    if end > now:
        end -= timedelta(days=1)
    if period is Period.WEEKLY:
        end -= timedelta(days=end.weekday())
    return end - period.length, end


@dataclass(frozen=True)
class PeriodFacts:
    league: str
    period: Period
    begin: datetime
    end: datetime
    games: Sequence[Entry]
    """The newest entry of each game that was processed in it, in order."""
    new_games: frozenset[str]
    """Those of them that were never processed before."""
    titles: Mapping[str, str]
    models: Sequence[Entry]
    """Trained in it."""
    promotions: Sequence[Entry]
    """Decided in it."""
    costs: Sequence[Entry]
    """Entered in it."""
    month_usd: float
    ceiling_usd: float
    runs: Sequence[RunFigures]
    """Ended in it."""
    goals: Sequence[Against]
    alerts: Sequence[Alert]
    """Told, or over, in it."""
    findings: Sequence[Finding]
    """As it is now, worst first."""
    usual: Mapping[str, Usual]


@dataclass(frozen=True)
class Section:
    title: str
    says: str
    """In a sentence or two."""
    rows: Sequence[Mapping[str, str]] = ()
    """Of equal keys."""
    more: int = 0
    """Rows that are left out."""


@dataclass(frozen=True)
class Report:
    id: str
    """`daily-2026-11-28`: the same for the same period."""
    title: str
    sections: Sequence[Section]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def period_report(facts: PeriodFacts) -> Report:
    day = f"{facts.end:%Y-%m-%d}"
    return Report(
        id=f"{facts.period}-{day}",
        title=f"{facts.league}: {facts.period} report to {facts.end:%Y-%m-%d %H:%M} UTC",
        sections=[
            _look_at(facts.findings, facts.end),
            _came_in(facts),
            _trainings(facts),
            _money(facts),
            _runs(facts),
            _alerts(facts),
        ],
    )


def _look_at(findings: Sequence[Finding], end: datetime) -> Section:
    shown = [one for one in findings if one.level is not Level.NOTE]
    notes = len(findings) - len(shown)
    beside = f" Beside these, {notes} things to know: `uball status`." if notes else ""
    rows = [
        {
            "level": str(one.level),
            "what": f"{one.what}: {one.where}",
            "since": span_text(max(0.0, end.timestamp() - one.since_s)) if one.since_s else _NOTHING,
            "why": one.why,
            "what to do": one.remedy,
        }
        for one in shown
    ]
    says = f"{_count(len(shown), 'thing')} to look at." if shown else "Nothing is broken."
    return _section("What to look at", says + beside, rows)


def _came_in(facts: PeriodFacts) -> Section:
    grades = Counter(_grade(game) for game in facts.games)
    told = ", ".join(f"{count} {grade}" for grade, count in sorted(grades.items()))
    rows = [
        {
            "game": facts.titles.get(game["game_id"], game["game_id"]),
            "id": game["game_id"],
            "new": "new" if game["game_id"] in facts.new_games else "changed",
            "grade": _grade(game),
            "plays": f"{game.get('plays', 0)} of {game.get('rows', 0)}",
            "clips": f"{game.get('clips_accepted', 0)} of {game.get('clips_wanted', 0)}",
            "left out": str(game.get("quarantined", 0)),
        }
        for game in facts.games
    ]
    says = (
        f"{_count(len(facts.games), 'game')} processed, {len(facts.new_games)} of them new: {told}."
        if rows
        else "No game was processed."
    )
    return _section("What came in", says, rows)


def _grade(game: Entry) -> str:
    return str(game.get("grade") or "?") if game.get("rows") else "to annotate"


def _trainings(facts: PeriodFacts) -> Section:
    decided = {entry["challenger"]: str(entry.get("reason", "")) for entry in facts.promotions}
    rows = [
        {
            "model": str(model.get("label") or model["name"]),
            "games": str(model.get("game_count", _NOTHING)),
            "examples": str(model.get("train_count", _NOTHING)),
            "cost": money(float(model.get("cost_usd") or 0.0)),
            "decision": decided.get(model["name"], "not decided"),
        }
        for model in facts.models
    ]
    says = f"{_count(len(rows), 'video model')} trained." if rows else "No video model was trained."
    others = [challenger for challenger in decided if challenger not in {m["name"] for m in facts.models}]
    if others:
        says += f" Decided on earlier ones: {', '.join(others)}."
    return _section("Trainings", says, rows)


def _money(facts: PeriodFacts) -> Section:
    rows = [
        {"what": spent.what, "cost": money(spent.usd)} for spent in spending(facts.costs).by_what if spent.usd
    ]
    left_usd = max(0.0, facts.ceiling_usd - facts.month_usd)
    spent_usd = spending(facts.costs).usd
    says = (
        f"{money(spent_usd)} in this period; {money(facts.month_usd)} this month, "
        f"{money(left_usd)} left of {money(facts.ceiling_usd)}."
    )
    return _section("Money", says, rows)


def _runs(facts: PeriodFacts) -> Section:
    outcomes = Counter(str(run.outcome) for run in facts.runs)
    told = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common())
    usual = facts.usual.get("game_job")
    says = f"{_count(len(facts.runs), 'run')}: {told}." if told else "No run has ended."
    if usual:
        says += f" A game usually takes {usual.text}."
    words = {True: "met", False: "MISSED", None: _NOTHING}
    rows = [
        {"goal": one.name, "wanted": one.goal, "is": one.value, "": words[one.met]} for one in facts.goals
    ]
    return _section("Runs and goals", says, rows)


def _alerts(facts: PeriodFacts) -> Section:
    rows = [
        {
            "what": f"{alert.finding.what}: {alert.finding.where}",
            "began": f"{datetime.fromtimestamp(alert.begun_s, UTC):%Y-%m-%d %H:%M}",
            "now": str(alert.event) if not alert.stands else "stands",
            "known to": f"{alert.by}: {alert.because}" if alert.by else _NOTHING,
        }
        for alert in facts.alerts
    ]
    return _section("Alerts", f"{_count(len(rows), 'alert')} in this period.", rows)


def _section(title: str, says: str, rows: Sequence[Mapping[str, str]]) -> Section:
    return Section(title, says, rows[:MOST_ROWS], max(0, len(rows) - MOST_ROWS))


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'s' * (number != 1)}"
