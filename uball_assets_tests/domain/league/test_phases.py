"""The calendar: which part of the year a day is in, and what is expected of it."""

from __future__ import annotations

from datetime import date

import pytest

from uball_assets.domain.errors import Permanent
from uball_assets.domain.league.fixtures import Phase
from uball_assets.domain.league.phases import Calendar, Span, expected_of

CALENDAR = Calendar.parse(
    [
        "2025-26 pre-season 2025-09-20..2025-10-10",
        "2025-26 season 2025-10-11..2026-04-10",
        "2025-26 all-star 2026-02-13..2026-02-15",
        "2025-26 playoffs 2026-04-11..2026-06-20",
        "2026-27 season 2026-10-10..2027-04-09",
    ]
)


@pytest.mark.parametrize(
    ("day", "phase", "season"),
    [
        ("2025-09-19", Phase.OFF_SEASON, "2025-26"),
        ("2025-09-20", Phase.PRE_SEASON, "2025-26"),
        ("2025-10-11", Phase.SEASON, "2025-26"),
        ("2026-02-14", Phase.ALL_STAR, "2025-26"),
        ("2026-02-16", Phase.SEASON, "2025-26"),
        ("2026-06-20", Phase.PLAYOFFS, "2025-26"),
        ("2026-07-01", Phase.OFF_SEASON, "2026-27"),
        ("2028-01-01", Phase.OFF_SEASON, "2026-27"),
    ],
)
def test_a_day_has_its_phase_and_season(day: str, phase: Phase, season: str) -> None:
    found = date.fromisoformat(day)
    assert (CALENDAR.phase_on(found), CALENDAR.season_on(found)) == (phase, season)


def test_without_a_calendar_every_day_is_of_its_years_season() -> None:
    day = date(2026, 7, 1)
    assert (Calendar().phase_on(day), Calendar().season_on(day)) == (Phase.SEASON, "2026")


def test_nothing_is_expected_between_seasons_and_everything_in_playoffs() -> None:
    assert not expected_of(Phase.OFF_SEASON).games
    assert expected_of(Phase.PLAYOFFS).players_needed == 1.0
    assert expected_of(Phase.PLAYOFFS).late_after_h < expected_of(Phase.SEASON).late_after_h


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2025-26",
        "2025-26 summer 2025-09-20..2025-10-10",
        "2025-26 season 2025-10-11",
        "2025-26 season 2026-04-10..2025-10-11",
    ],
)
def test_what_is_no_span_is_refused_with_its_form(text: str) -> None:
    with pytest.raises(Permanent, match="write 2025-26 season"):
        Span.parse(text)
