"""What the schedule says must be there by now, and is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from uball_assets.domain.league.fixtures import Fixture, Phase, Status
from uball_assets.domain.league.gaps import Missing, days_ahead, find_gaps
from uball_assets.domain.league.phases import Calendar

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
SEASON = Calendar.parse(["2025-26 season 2025-10-11..2026-04-10"])
YESTERDAY = NOW - timedelta(hours=17)
PLANNED = Fixture(
    "g1", "2025-26", Phase.SEASON, YESTERDAY, "lions", "bears", Status.SCHEDULED, None, None, YESTERDAY
)
FINAL = replace(PLANNED, status=Status.FINAL, home_points=60, away_points=55)


@pytest.mark.parametrize(
    ("fixture", "lines", "failed", "missing"),
    [
        (PLANNED, False, False, Missing.RESULT),
        (replace(PLANNED, tip_off=NOW - timedelta(hours=2)), False, False, None),
        (replace(PLANNED, tip_off=NOW + timedelta(hours=2)), False, False, None),
        (replace(PLANNED, tip_off=NOW - timedelta(days=8)), False, False, None),
        (replace(PLANNED, status=Status.POSTPONED), False, False, None),
        (replace(PLANNED, status=Status.CANCELLED), False, False, None),
        (FINAL, False, False, Missing.LINES),
        (FINAL, True, False, None),
        (FINAL, True, True, Missing.QUALITY),
        (replace(FINAL, phase=Phase.PRE_SEASON), False, False, None),
    ],
    ids=[
        "over, without a result",
        "still played",
        "to come",
        "older than a week",
        "postponed",
        "cancelled",
        "a result without lines",
        "whole",
        "graded F",
        "a friendly without lines",
    ],
)
def test_a_game_lacks(fixture: Fixture, lines: bool, failed: bool, missing: Missing | None) -> None:
    gaps = find_gaps([fixture], {"g1"} if lines else set(), {"g1"} if failed else set(), Calendar(), NOW)
    assert [gap.missing for gap in gaps] == ([missing] if missing else [])


def test_days_of_a_season_without_any_game_are_asked_about_and_nobody_is_told() -> None:
    gaps = find_gaps([FINAL], {"g1"}, set(), SEASON, NOW)
    assert {gap.day for gap in gaps} == {date(2026, 3, day) for day in range(11, 17)}
    assert not any(gap.is_late for gap in gaps)


def test_of_days_on_which_the_league_does_not_play_nothing_is_missing() -> None:
    wednesdays = {date(2026, 1, 21) + timedelta(weeks=weeks) for weeks in range(7)}
    gaps = find_gaps([FINAL], {"g1"}, set(), SEASON, NOW, game_days=wednesdays)
    assert [gap.day for gap in gaps] == [date(2026, 3, 11)], "the one Wednesday of which no game is known"


def test_in_the_off_season_nothing_is_expected() -> None:
    summer = NOW + timedelta(days=100)
    assert find_gaps([], set(), set(), SEASON, summer) == []
    assert days_ahead(SEASON, summer) is None
    assert days_ahead(SEASON, NOW) == (date(2026, 3, 18), date(2026, 3, 25))


@pytest.mark.parametrize(
    ("phase", "hours", "is_late"),
    [(Phase.SEASON, 4, False), (Phase.SEASON, 25, True), (Phase.PLAYOFFS, 4, True)],
)
def test_people_are_told_a_day_later_and_in_playoffs_at_once(phase: Phase, hours: int, is_late: bool) -> None:
    fixture = replace(PLANNED, phase=phase, tip_off=NOW - timedelta(hours=hours))
    (gap,) = find_gaps([fixture], set(), set(), Calendar(), NOW)
    assert gap.is_late is is_late
    assert "is over and has no result" in gap.says
