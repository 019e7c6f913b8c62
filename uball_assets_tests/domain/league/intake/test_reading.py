"""One row of a feed as a fact: spellings that are read, and values that cannot be."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from uball_assets.domain.league.fixtures import Phase, Status
from uball_assets.domain.league.intake.reading import (
    Clock,
    RefusedRow,
    jersey_in,
    read_fixture,
    read_line,
    read_move,
)
from uball_assets.domain.league.phases import Calendar
from uball_assets.domain.league.rosters import Move

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
CLOCK = Clock(NOW, ZoneInfo("Europe/Vienna"))
CALENDAR = Calendar.parse(
    ["2025-26 season 2025-10-11..2026-04-10", "2025-26 playoffs 2026-04-11..2026-06-20"]
)
GAME = {"game_id": "g1", "tip_off": "2026-03-17T19:00:00Z", "home_team": "lions", "away_team": "bears"}


@pytest.mark.parametrize(
    ("told", "tip_off", "has_time"),
    [
        ("2026-03-17T19:00:00Z", datetime(2026, 3, 17, 19, tzinfo=UTC), True),
        ("2026-03-17T20:00:00+01:00", datetime(2026, 3, 17, 19, tzinfo=UTC), True),
        ("2026-03-17 19:00", datetime(2026, 3, 17, 19, tzinfo=UTC), True),
        ("2026-03-17", datetime(2026, 3, 17, 17, tzinfo=UTC), False),
        (datetime(2026, 3, 17, 19), datetime(2026, 3, 17, 19, tzinfo=UTC), True),  # noqa: DTZ001
        (datetime(2026, 3, 17, tzinfo=UTC).date(), datetime(2026, 3, 17, 17, tzinfo=UTC), False),
        ("18.03.2026 20:00", datetime(2026, 3, 18, 20, tzinfo=UTC), True),
        ("18.3.2026 20:00:30", datetime(2026, 3, 18, 20, 0, 30, tzinfo=UTC), True),
    ],
)
def test_a_moment_is_read_in_any_usual_form(told: object, tip_off: datetime, has_time: bool) -> None:
    read = read_fixture({**GAME, "tip_off": told}, CALENDAR, CLOCK)
    assert (read.fixture.tip_off, read.has_time) == (tip_off, has_time)


@pytest.mark.parametrize(
    ("other", "phase"),
    [
        ({}, Phase.SEASON),
        ({"tip_off": "2026-05-01"}, Phase.PLAYOFFS),
        ({"tip_off": "2026-08-01"}, Phase.OFF_SEASON),
        ({"phase": "Regular Season"}, Phase.SEASON),
        ({"phase": "post-season"}, Phase.PLAYOFFS),
        ({"phase": "All Star"}, Phase.ALL_STAR),
    ],
)
def test_a_games_own_phase_wins_over_the_calendars(other: dict[str, Any], phase: Phase) -> None:
    read = read_fixture({**GAME, **other}, CALENDAR, CLOCK).fixture
    assert (read.phase, read.season) == (phase, "2025-26")


@pytest.mark.parametrize(
    ("other", "status"),
    [
        ({}, Status.SCHEDULED),
        ({"home_points": 60, "away_points": "55"}, Status.FINAL),
        ({"home_points": 60, "away_points": 55, "status": "Finished"}, Status.FINAL),
        ({"home_points": 60, "away_points": 55, "status": "live"}, Status.SCHEDULED),
        ({"status": "postponed"}, Status.POSTPONED),
        ({"status": "Canceled"}, Status.CANCELLED),
        ({"home_points": 60, "away_points": 55, "tip_off": "2026-03-18T11:30:00Z"}, Status.SCHEDULED),
    ],
)
def test_a_status_is_told_or_follows_from_the_points(other: dict[str, Any], status: Status) -> None:
    read = read_fixture({**GAME, **other}, CALENDAR, CLOCK)
    assert (read.fixture.status, read.refused_result) == (status, None)
    assert read.fixture.is_final is (status is Status.FINAL)


def test_a_stamp_of_a_clock_that_is_a_little_ahead_is_now() -> None:
    read = read_fixture({**GAME, "known_at": "2026-03-18T12:20:00Z"}, CALENDAR, CLOCK)
    assert (read.fixture.known_at, read.has_stamp) == (NOW, True)
    with pytest.raises(RefusedRow, match="in the future"):
        read_fixture({**GAME, "known_at": "2026-03-18T14:00:00Z"}, CALENDAR, CLOCK)


@pytest.mark.parametrize("game_id", ["", None, "x" * 101, "a...b", "a\nb"])
def test_an_id_can_name_a_game(game_id: object) -> None:
    with pytest.raises(RefusedRow, match="game_id"):
        read_fixture({**GAME, "game_id": game_id}, CALENDAR, CLOCK)


def test_a_line_names_the_columns_that_its_source_does_not_have() -> None:
    line = read_line(
        {"game_id": "g1", "team_id": "lions", "player_id": "p1", "twos_made": "3"}, CLOCK, of_player=True
    )
    assert line.counts.points == 6
    assert "steals" in line.missing
    assert "twos_made" not in line.missing
    assert "rebounds_of_either" not in line.missing, "nobody has to tell those"


def test_a_move_is_read_with_its_day_and_what_cannot_be_a_shirt_is_none() -> None:
    told = {"player_id": "p1", "team_id": "lions", "move": "Joined", "moved_at": "2026-03-01"}
    move = read_move({**told, "jersey_number": "7"}, CLOCK)
    assert (move.move, move.moved_at, move.jersey_number) == (
        Move.JOINED,
        datetime(2026, 3, 1, 17, tzinfo=UTC),
        7,
    )
    assert [jersey_in(odd) for odd in (None, "", "x", -1, 1.5, 10**30, "1e400", 0)] == [None] * 7 + [0]
    with pytest.raises(RefusedRow, match="'sold' is no move"):
        read_move({**told, "move": "sold"}, CLOCK)


@pytest.mark.parametrize(
    ("stamp", "known_at"),
    [
        ("2026-03-17", datetime(2026, 3, 17, 23, tzinfo=UTC)),  # midnight in Vienna
        ("2026-03-18", NOW),
    ],
)
def test_what_is_stamped_with_a_day_alone_is_known_when_that_is_over(stamp: str, known_at: datetime) -> None:
    result = {"home_points": 80, "away_points": 70, "updated_at": stamp}
    read = read_fixture({**GAME, **result}, CALENDAR, CLOCK)
    assert (read.fixture.known_at, read.fixture.status, read.refused_result) == (known_at, Status.FINAL, None)
    with pytest.raises(RefusedRow, match="in the future"):
        read_fixture({**GAME, "known_at": "2026-03-19"}, CALENDAR, CLOCK)


def test_whether_slashes_say_the_month_or_the_day_first_nobody_can_tell() -> None:
    with pytest.raises(RefusedRow, match="no date or moment"):
        read_fixture({**GAME, "tip_off": "11/12/2026 19:30"}, CALENDAR, CLOCK)
