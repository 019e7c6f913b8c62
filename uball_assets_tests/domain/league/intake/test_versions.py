"""The second clock: what of an answer is news, and since when it counts as known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from uball_assets.domain.league.fixtures import Fixture, Phase, Status
from uball_assets.domain.league.intake.reading import Clock, ReadFixture, RefusedRow
from uball_assets.domain.league.intake.versions import fixture_version, line_version
from uball_assets.domain.league.lines import Counts, PlayerLine

TIP_OFF = datetime(2026, 3, 17, 19, tzinfo=UTC)
SOON = TIP_OFF + timedelta(hours=4)
LATE = TIP_OFF + timedelta(days=30)
STAMP = TIP_OFF + timedelta(hours=2)

PLANNED = Fixture(
    "g1", "2025-26", Phase.SEASON, TIP_OFF, "lions", "bears", Status.SCHEDULED, None, None, TIP_OFF
)


def final(home: int = 60, known_at: datetime = SOON) -> Fixture:
    return replace(PLANNED, status=Status.FINAL, home_points=home, away_points=55, known_at=known_at)


def version(
    held: list[Fixture],
    told: Fixture,
    now: datetime,
    stamp: datetime | None = None,
    *,
    may_correct: bool = True,
    has_time: bool = True,
) -> Fixture | None:
    read = ReadFixture(replace(told, known_at=stamp or now), has_time, stamp is not None)
    return fixture_version(held, read, Clock(now), may_correct=may_correct)


@pytest.mark.parametrize(
    ("held", "told", "now", "stamp", "known_at"),
    [
        ([], final(), SOON, None, SOON),
        ([], final(), LATE, None, TIP_OFF + timedelta(hours=3)),
        ([], final(), LATE, STAMP, STAMP),
        ([], PLANNED, LATE, None, LATE),
        ([PLANNED], final(), LATE, None, LATE),
        ([final()], final(), LATE, None, None),
        ([final()], final(61), LATE, None, LATE),
        ([final(known_at=STAMP)], final(61), LATE, STAMP + timedelta(hours=1), STAMP + timedelta(hours=1)),
        ([final(known_at=STAMP)], final(61), LATE, STAMP, LATE),
        ([final(known_at=STAMP), final(61, LATE)], final(61), LATE + timedelta(days=1), STAMP, None),
    ],
    ids=[
        "first seen in time",
        "an archive",
        "an archive with a stamp",
        "an old fixture without a result",
        "a result that we waited for",
        "nothing new",
        "a correction",
        "a correction with a stamp",
        "history told otherwise",
        "history told otherwise, again",
    ],
)
def test_a_version_is_known_since(
    held: list[Fixture],
    told: Fixture,
    now: datetime,
    stamp: datetime | None,
    known_at: datetime | None,
) -> None:
    made = version(held, told, now, stamp)
    assert (made.known_at if made else None) == known_at


def test_a_result_is_never_taken_back_by_silence() -> None:
    assert version([final()], PLANNED, LATE) is None


def test_a_refused_result_changes_nothing_that_is_held() -> None:
    read = ReadFixture(PLANNED, True, False, RefusedRow("a score of 900 cannot be", "correct it"))
    assert fixture_version([final()], read, Clock(LATE), may_correct=True) is None


def test_a_postponed_game_is_news_and_so_is_its_return() -> None:
    postponed = replace(PLANNED, status=Status.POSTPONED)
    made = version([PLANNED], postponed, SOON)
    assert made is not None
    assert made.status is Status.POSTPONED
    again = version([PLANNED, made], PLANNED, LATE)
    assert again is not None
    assert again.status is Status.SCHEDULED


def test_a_later_source_fills_in_and_corrects_nothing() -> None:
    assert version([final()], final(61), LATE, may_correct=False) is None
    filled = version([PLANNED], final(61), LATE, may_correct=False)
    assert filled is not None
    assert filled.home_points == 61


def test_a_date_alone_does_not_move_a_tip_off_that_was_told_with_its_time() -> None:
    at_six = replace(PLANNED, tip_off=TIP_OFF.replace(hour=18))
    assert version([PLANNED], at_six, LATE, has_time=False) is None
    moved = replace(PLANNED, tip_off=TIP_OFF + timedelta(days=3))
    made = version([PLANNED], moved, LATE, has_time=False)
    assert made is not None
    assert made.tip_off == moved.tip_off


def test_a_later_source_tells_the_time_where_only_the_date_was_known() -> None:
    at_six = replace(PLANNED, tip_off=TIP_OFF.replace(hour=18))
    made = version([at_six], PLANNED, LATE, may_correct=False)
    assert made is not None
    assert made.tip_off == TIP_OFF


@pytest.mark.parametrize(
    ("held", "now", "is_first", "known_at"),
    [
        ([], SOON, True, SOON),
        ([], LATE, True, TIP_OFF + timedelta(hours=3)),
        ([], LATE, False, LATE),
        ([Counts(twos_made=3)], LATE, False, LATE),
        ([Counts(twos_made=4)], LATE, False, None),
    ],
    ids=["in time", "an archive", "a player too late", "a correction", "nothing new"],
)
def test_a_line_is_known_since(
    held: list[Counts], now: datetime, is_first: bool, known_at: datetime | None
) -> None:
    def line(counts: Counts) -> PlayerLine:
        return PlayerLine("g1", TIP_OFF, "lions", "bears", "p1", True, counts, "league", SOON)

    told = line(Counts(twos_made=4))
    made = line_version([line(one) for one in held], told, None, now, is_first_of_game=is_first)
    assert (made.known_at if made else None) == known_at
