"""The daily and the weekly report: which period, what is told of it, as text and as a page of its own."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from uball_assets.domain.operating.alerting import Alert, Event
from uball_assets.domain.operating.findings import Finding, Level
from uball_assets.domain.operating.period_report import Period, PeriodFacts, due_period, period_report
from uball_assets.domain.operating.report_page import as_html, as_text
from uball_assets.domain.run_figures import Against

END = datetime(2026, 3, 10, 7, tzinfo=UTC)
LATE = Finding(
    "late:g1", Level.BROKEN, "a game is late", "<g1>", END.timestamp() - 7200, "not there", "run it"
)
NOTE = Finding("note", Level.NOTE, "a camera lacks", "g2", None, "", "")
QUIET = PeriodFacts(
    "uball", Period.DAILY, END, END, [], frozenset(), {}, [], [], [], 0.0, 200.0, [], [], [], [], {}
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("period", "now", "begin", "end"),
    [
        (Period.DAILY, "2026-03-10T07:00", "2026-03-09T07:00", "2026-03-10T07:00"),
        (Period.DAILY, "2026-03-10T06:59", "2026-03-08T07:00", "2026-03-09T07:00"),
        (Period.DAILY, "2026-03-10T23:00", "2026-03-09T07:00", "2026-03-10T07:00"),
        (Period.WEEKLY, "2026-03-09T07:10", "2026-03-02T07:00", "2026-03-09T07:00"),
        (Period.WEEKLY, "2026-03-09T06:00", "2026-02-23T07:00", "2026-03-02T07:00"),
        (Period.WEEKLY, "2026-03-15T23:00", "2026-03-02T07:00", "2026-03-09T07:00"),
    ],
)
def test_a_report_is_about_the_newest_whole_period(period: Period, now: str, begin: str, end: str) -> None:
    assert due_period(period, at(now), 7) == (at(begin), at(end))


def game(game_id: str, **told: Any) -> dict[str, Any]:
    return {"game_id": game_id, "grade": "A", "rows": 9, "plays": 8, **told}


def test_what_came_in_trainings_money_and_what_to_look_at_are_told() -> None:
    facts = replace(
        QUIET,
        games=[game("g1"), game("g2", grade="F"), game("g3", rows=0)],
        new_games=frozenset({"g1", "g3"}),
        titles={"g1": "2026-03-07, Gray - Blue"},
        models=[
            {"name": "m3", "label": "v3-10games", "game_count": 10, "train_count": 465, "cost_usd": 12.5}
        ],
        promotions=[{"challenger": "m3", "reason": "it gets no fewer plays right"}],
        costs=[{"what": "training", "subject": "m3", "usd": 12.5, "month": "2026-03"}],
        month_usd=50.0,
        goals=[Against("grade A", "over 90%", "50% of 2 games", False)],
        alerts=[Alert(Event.BEGUN, LATE, END.timestamp(), END.timestamp(), by="anna", because="known")],
        findings=[LATE, NOTE],
    )
    report = period_report(facts)
    says = {section.title: section.says for section in report.sections}
    assert report.id == "daily-2026-03-10"
    assert says["What to look at"] == "1 thing to look at. Beside these, 1 things to know: `uball status`."
    assert says["What came in"] == "3 games processed, 2 of them new: 1 A, 1 F, 1 to annotate."
    assert says["Trainings"] == "1 video model trained."
    assert says["Money"] == "$12.50 in this period; $50.00 this month, $150.00 left of $200.00."
    text = as_text(report)
    assert "it gets no fewer plays right" in text
    assert "2026-03-07, Gray - Blue" in text
    assert "anna: known" in text
    page = as_html(report)
    assert "a game is late: &lt;g1&gt;" in page
    assert '<td class="MISSED">MISSED</td>' in page
    assert not re.search(r"(src|href)=|https?://|<script", page)


def test_a_quiet_day_says_so_and_a_busy_one_is_cut() -> None:
    quiet = period_report(QUIET)
    says = [section.says for section in quiet.sections]
    assert says[:3] == ["Nothing is broken.", "No game was processed.", "No video model was trained."]
    assert says[4] == "No run has ended."
    busy = period_report(replace(QUIET, games=[game(f"g{n}") for n in range(100)]))
    assert (len(busy.sections[1].rows), busy.sections[1].more) == (40, 60)
    assert "and 60 more" in as_text(busy)
    assert "and 60 more" in as_html(busy)
