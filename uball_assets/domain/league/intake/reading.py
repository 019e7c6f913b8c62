"""One row of a feed as a fact, or why it is none: what cannot be is refused with its reason and its remedy.

Belongs here: what the values of one row say, by themselves. Not here: a feed's bytes (`documents`), whether
rows agree with each other (`agreement`), since when a fact was known (`versions`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any

from uball_assets.domain.fields import number_in, plain_name, text_in
from uball_assets.domain.league.fixtures import Fixture, Phase, Status
from uball_assets.domain.league.lines import COUNTED, Counts
from uball_assets.domain.league.phases import Calendar
from uball_assets.domain.league.rosters import Move

EARLIEST = date(2000, 1, 1)
"""A clock that was never set says 1970."""
FURTHEST = timedelta(days=2 * 366)
"""No league plans further ahead."""
HIGHEST_SCORE = 250
"""Of one team. The most in a professional game is 186 (NBA, 1983)."""
HIGHEST_COUNT = 120
"""Of one thing that one player or team did in a game."""
HIGHEST_JERSEY = 999
LONGEST_ID = 100
SHORTEST_GAME = timedelta(hours=1)
"""From tip-off; points told sooner, without a word that they are final, are of a game in progress."""
CLOCKS_APART = timedelta(hours=1)
"""A stamp so little ahead is of a server whose clock is."""
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})( .*)?")
"""As a spreadsheet writes dates in much of Europe."""


class Kind(StrEnum):
    """Of a feed's documents, and of the rows in them."""

    FIXTURES = "fixtures"
    TEAM_LINES = "team_lines"
    PLAYER_LINES = "player_lines"
    ROSTER_MOVES = "roster_moves"


@dataclass(frozen=True)
class RawRow:
    """As a source tells it, under the tables' column names; a column the source does not have is no key."""

    kind: Kind
    where: str
    """A document and the place in it, for people."""
    values: Mapping[str, Any]
    beside: Mapping[object, Any] = field(default_factory=dict)
    """What it tells under headers that no table of ours has."""


class RefusedRow(Exception):  # noqa: N818 - an answer, not an error
    def __init__(self, why: str, remedy: str) -> None:
        super().__init__(why)
        self.why, self.remedy = why, remedy


@dataclass(frozen=True)
class Clock:
    """How a source's times are read."""

    now: datetime
    """UTC: nothing is known later."""
    zone: tzinfo = UTC
    """The league's, of a date without a time."""
    tip_off: time = time(18, 0)
    """Assumed where only the date is told."""


@dataclass(frozen=True)
class ReadFixture:
    fixture: Fixture
    """`known_at` is `now` where the row does not tell its own."""
    has_time: bool
    """Whether the tip-off's time was told."""
    has_stamp: bool
    """Whether the row told since when it is known."""
    refused_result: RefusedRow | None = None
    """Why its score is not believed; the fixture stands, as scheduled."""


@dataclass(frozen=True)
class ReadLine:
    game_id: str
    team_id: str
    player_id: str
    """'' for a team's line."""
    counts: Counts
    known_at: datetime | None
    missing: tuple[str, ...]
    """Columns of counts that the source does not have; they count as 0."""


@dataclass(frozen=True)
class ReadMove:
    player_id: str
    team_id: str
    move: Move
    moved_at: datetime
    known_at: datetime | None
    name: str
    jersey_number: int | None


def read_fixture(values: Mapping[str, Any], calendar: Calendar, clock: Clock) -> ReadFixture:
    """Raises RefusedRow."""
    game_id, home, away = (_id(values, name) for name in ("game_id", "home_team", "away_team"))
    if home == away:
        raise RefusedRow(f"{home} cannot meet itself", "name both teams")
    tip_off, has_time = _tip_off(values.get("tip_off"), clock)
    own_phase = text_in(values.get("phase"))
    phase = _phase(own_phase) if own_phase else calendar.phase_on(tip_off.astimezone(clock.zone).date())
    season = text_in(values.get("season")) or calendar.season_on(tip_off.astimezone(clock.zone).date())
    known_at = _stamp(values, clock)
    status, points, refused = _result(values, tip_off, known_at, clock)
    fixture = Fixture(
        game_id, season, phase, tip_off, home, away, status, *points, known_at=known_at or clock.now
    )
    return ReadFixture(fixture, has_time, known_at is not None, refused)


def read_line(values: Mapping[str, Any], clock: Clock, *, of_player: bool) -> ReadLine:
    """Raises RefusedRow."""
    counts = {name: _count(name, values.get(name)) for name in COUNTED}
    line = ReadLine(
        _id(values, "game_id"),
        _id(values, "team_id"),
        _id(values, "player_id") if of_player else "",
        Counts(**counts),
        _stamp(values, clock),
        tuple(name for name in _WANTED_COUNTS if name not in values),
    )
    if line.counts.points > HIGHEST_SCORE:
        raise RefusedRow(f"{line.counts.points} points cannot be", "correct the line")
    return line


def read_move(values: Mapping[str, Any], clock: Clock) -> ReadMove:
    """Raises RefusedRow."""
    word = text_in(values.get("move")) or ""
    try:
        move = Move(word.lower())
    except ValueError:
        raise RefusedRow(f"{word[:40]!r} is no move", f"write {', '.join(Move)}") from None
    moved_at, _ = _moment(values.get("moved_at"), clock, "moved_at")
    return ReadMove(
        _id(values, "player_id"),
        _id(values, "team_id"),
        move,
        moved_at,
        _stamp(values, clock),
        text_in(values.get("name")) or "",
        jersey_in(values.get("jersey_number")),
    )


def jersey_in(value: object) -> int | None:
    """The number on a shirt; None for what cannot be one."""
    number = number_in(value)
    return int(number) if number is not None and number in range(HIGHEST_JERSEY + 1) else None


_WANTED_COUNTS = tuple(name for name in COUNTED if name != "rebounds_of_either")
_PHASES = {plain_name(phase): phase for phase in Phase} | {
    "regularseason": Phase.SEASON,
    "regular": Phase.SEASON,
    "playoff": Phase.PLAYOFFS,
    "postseason": Phase.PLAYOFFS,
}
_STATUSES = {plain_name(status): status for status in Status} | {
    "finished": Status.FINAL,
    "completed": Status.FINAL,
    "played": Status.FINAL,
    "canceled": Status.CANCELLED,
    "live": Status.SCHEDULED,
    "inprogress": Status.SCHEDULED,
}


def _id(values: Mapping[str, Any], column: str) -> str:
    text = text_in(values.get(column))
    if not text:
        raise RefusedRow(f"it has no {column}", f"write its {column}")
    if len(text) > LONGEST_ID or "..." in text or not text.isprintable():
        raise RefusedRow(
            f"{column} {text[:40]!r} cannot be an id", f"use up to {LONGEST_ID} letters, no '...'"
        )
    return text


def _phase(word: str) -> Phase:
    phase = _PHASES.get(plain_name(word))
    if phase is None:
        raise RefusedRow(
            f"its phase, {word[:40]!r}, is none", f"write {', '.join(Phase)}, or leave it to the calendar"
        )
    return phase


def _tip_off(value: object, clock: Clock) -> tuple[datetime, bool]:
    return _moment(value, clock, "tip_off")


def _moment(value: object, clock: Clock, column: str) -> tuple[datetime, bool]:
    """UTC, and whether a time was told."""
    moment, has_time = moment_of(value, clock)
    if moment is None:
        raise RefusedRow(
            f"{column} is {str(value)[:40]!r}, no date or moment", "write 2026-03-18T19:30:00Z, or the date"
        )
    if moment.date() < EARLIEST or moment > clock.now + FURTHEST:
        raise RefusedRow(f"{column} is {moment:%Y-%m-%d}, which cannot be", "correct the date")
    return moment, has_time


def moment_of(value: object, clock: Clock) -> tuple[datetime | None, bool]:
    """UTC, which a time without a zone is too; a date alone begins at the assumed time in the league's zone.
    None for what is neither. Dots say day, month, year; with slashes nobody can tell."""
    if isinstance(value, datetime):
        return _in_utc(value), True
    text = value.isoformat() if isinstance(value, date) else (text_in(value) or "")
    if dotted := _DOTTED.fullmatch(text):
        day, month, year, rest = dotted.groups()
        text = f"{year}-{month:0>2}-{day:0>2}{rest or ''}"
    try:
        if len(text) == len("2026-03-18"):
            return _in_utc(datetime.combine(date.fromisoformat(text), clock.tip_off, clock.zone)), False
        return _in_utc(datetime.fromisoformat(text)), True
    except (ValueError, OverflowError):
        return None, False


def _in_utc(moment: datetime) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _stamp(values: Mapping[str, Any], clock: Clock) -> datetime | None:
    """Since when the row is known, in its own words; None where it has none."""
    for column in ("known_at", "updated_at"):
        if text_in(values.get(column)):
            moment, has_time = _moment(values[column], clock, column)
            begins, ends = (moment, moment) if has_time else _day_around(moment, clock)
            if begins > clock.now + CLOCKS_APART:
                raise RefusedRow(f"{column} is {moment:%Y-%m-%d %H:%M}, in the future", "correct the stamp")
            return min(ends, clock.now)
    return None


def _day_around(moment: datetime, clock: Clock) -> tuple[datetime, datetime]:
    """Its begin and end, UTC: what is stamped with a day alone is safely known only when that is over."""
    day = moment.astimezone(clock.zone).date()
    begins, ends = (datetime.combine(each, time(), clock.zone) for each in (day, day + timedelta(days=1)))
    return _in_utc(begins), _in_utc(ends)


def _result(
    values: Mapping[str, Any], tip_off: datetime, known_at: datetime | None, clock: Clock
) -> tuple[Status, tuple[int | None, int | None], RefusedRow | None]:
    """Status and points; with a reason, and no points, where they are not believed."""
    word = text_in(values.get("status"))
    status = _STATUSES.get(plain_name(word)) if word else None
    told = [text_in(values.get(name)) for name in ("home_points", "away_points")]
    nothing = (None, None)
    try:
        if word and status is None:
            raise RefusedRow(f"its status, {word[:40]!r}, is none", f"write {', '.join(Status)}")
        if status in (Status.POSTPONED, Status.CANCELLED, Status.SCHEDULED):
            return status, nothing, None
        is_early = tip_off <= (known_at or clock.now) < tip_off + SHORTEST_GAME
        if status is None and (is_early or not any(told)):
            return Status.SCHEDULED, nothing, None
        home, away = _points(told[0]), _points(told[1])
        if home == away:
            raise RefusedRow(f"it ended {home} : {away}, and no game ends so", "correct its score")
        if tip_off > clock.now or (known_at and known_at < tip_off):
            raise RefusedRow("it has a score before it began", "correct its date or its stamp")
        return Status.FINAL, (home, away), None
    except RefusedRow as refused:
        return Status.SCHEDULED, nothing, refused


def _points(text: str | None) -> int:
    if text is None:
        raise RefusedRow("it is final and has no points of both teams", "write home_points and away_points")
    number = number_in(text)
    if number is None or number % 1 or not 0 <= number <= HIGHEST_SCORE:
        raise RefusedRow(f"a score of {text[:40]} cannot be (0 to {HIGHEST_SCORE})", "correct its score")
    return int(number)


def _count(name: str, value: object) -> int:
    if text_in(value) is None:
        return 0
    number = number_in(value)
    if number is None or number % 1 or not 0 <= number <= HIGHEST_COUNT:
        raise RefusedRow(
            f"{name} is {str(value)[:40]!r}, no whole number from 0 to {HIGHEST_COUNT}", f"correct {name}"
        )
    return int(number)
