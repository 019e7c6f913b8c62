"""Playoffs hold models of forecasts, from their first day to their last."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from uball_assets.domain.league.operating.playoffs import held_by_playoffs, longest
from uball_assets.domain.league.phases import Calendar
from uball_assets.domain.learning.due.freeze import Held

CALENDAR = Calendar.parse(
    ["2025-26 season 2025-10-11..2026-04-10", "2025-26 playoffs 2026-04-11..2026-06-20"]
)


@pytest.mark.parametrize(
    ("day", "is_held"),
    [("2026-04-10", False), ("2026-04-11", True), ("2026-06-20", True), ("2026-06-21", False)],
)
def test_models_are_held_by_the_calendar(day: str, is_held: bool) -> None:
    now = datetime.fromisoformat(f"{day}T12:00:00+00:00")
    assert bool(held_by_playoffs(CALENDAR, now)) is is_held


def test_the_reason_says_of_which_season_and_until_when() -> None:
    held = held_by_playoffs(CALENDAR, datetime(2026, 5, 1, tzinfo=UTC))
    assert held
    assert held.reason == "no model of forecasts changes: playoffs of 2025-26, until 2026-06-21 00:00 UTC"


def test_of_several_the_longest_is_told() -> None:
    short, open_end = Held("short", "", 1.0), Held("open", "", None)
    assert longest(None, short, open_end) == open_end
    assert longest(None, None) is None
