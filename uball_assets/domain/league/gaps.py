"""Gaps: what the schedule says must be there by now, and is not.

Belongs here: finding them, and which of them people must be told of. Not here: fetching what is missing
(`services.league.collecting`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from uball_assets.domain.league.fixtures import Fixture, Phase, Status
from uball_assets.domain.league.intake.versions import OVER_AFTER
from uball_assets.domain.league.phases import Calendar, expected_of

LOOK_BACK_DAYS = 7
"""What did not come in a week is asked for by hand (`history_days`)."""
LOOK_AHEAD_DAYS = 7
"""The schedule of the days to come is asked for anew each time: games are moved."""

HABIT_WEEKS = 8
_LEAST_WEEKS = 4
_USUAL_SHARE = 0.25
"""Of the last weeks' same weekdays, that had games: from there on a day without one is asked about."""


class Missing(StrEnum):
    RESULT = "result"
    LINES = "players' lines"
    GAMES = "games"
    """Of a whole day."""
    QUALITY = "quality"
    """The game is graded F."""


@dataclass(frozen=True, order=True)
class Gap:
    day: date
    missing: Missing
    game_id: str
    """'' for a whole day."""
    is_late: bool
    """Whether people are told."""
    is_of_playoffs: bool = False

    @property
    def says(self) -> str:
        of = f"game {self.game_id} of {self.day}" if self.game_id else str(self.day)
        return {
            Missing.RESULT: f"{of} is over and has no result",
            Missing.LINES: f"{of} has a result and not both teams' players",
            Missing.GAMES: f"no game is known of {of}, in the middle of a season",
            Missing.QUALITY: f"{of} is graded F",
        }[self.missing]


def find_gaps(
    fixtures: Iterable[Fixture],
    with_lines: Collection[str],
    failed: Collection[str],
    calendar: Calendar,
    now: datetime,
    days: int = LOOK_BACK_DAYS,
    game_days: Collection[date] = (),
) -> list[Gap]:
    """Of the last `days`, by day. `fixtures`: the newest version of each game; `with_lines`: games of which
    both teams have players' lines; `failed`: games graded F; `game_days`: further days of the last
    HABIT_WEEKS that had games."""
    newest = list(fixtures)
    since = now - timedelta(days=days)
    gaps = [
        Gap(
            one.tip_off.date(),
            missing,
            one.game_id,
            is_late=_is_late(one, missing, now),
            is_of_playoffs=one.phase is Phase.PLAYOFFS,
        )
        for one in newest
        if since <= one.tip_off and (missing := _missing_of(one, with_lines, failed, now))
    ]
    known = {*game_days, *(one.tip_off.date() for one in newest)}
    for back in range(1, days + 1):
        day = now.date() - timedelta(days=back)
        if day not in known and _is_game_day(day, known, calendar):
            gaps.append(Gap(day, Missing.GAMES, "", is_late=False))
    return sorted(gaps)


def _is_game_day(day: date, known: Collection[date], calendar: Calendar) -> bool:
    """Whether the calendar expects games, and the league plays on such weekdays: few do on all of them. As
    long as fewer than four weeks are known, each may be one."""
    if not calendar.spans or not calendar.expected_on(day).games:
        return False
    first = min(known, default=day)
    before = [day - timedelta(weeks=weeks) for weeks in range(1, HABIT_WEEKS + 1)]
    before = [one for one in before if one >= first and calendar.expected_on(one).games]
    played = sum(one in known for one in before)
    return len(before) < _LEAST_WEEKS or played >= _USUAL_SHARE * len(before)


def days_ahead(calendar: Calendar, now: datetime) -> tuple[date, date] | None:
    """Today and the days to come whose schedule may still change; None where no games are expected."""
    today = now.date()
    expected = [today + timedelta(days=ahead) for ahead in range(LOOK_AHEAD_DAYS + 1)]
    return (today, expected[-1]) if any(calendar.expected_on(day).games for day in expected) else None


def has_both_lines(fixture: Fixture, teams: Iterable[str]) -> bool:
    """`teams`: of the players' lines of the game."""
    return {fixture.home_team, fixture.away_team} <= set(teams)


def _missing_of(
    fixture: Fixture, with_lines: Collection[str], failed: Collection[str], now: datetime
) -> Missing | None:
    if fixture.status is Status.SCHEDULED and fixture.tip_off + OVER_AFTER <= now:
        return Missing.RESULT
    if not fixture.is_final:
        return None
    if expected_of(fixture.phase).players and fixture.game_id not in with_lines:
        return Missing.LINES
    return Missing.QUALITY if fixture.game_id in failed else None


def _is_late(fixture: Fixture, missing: Missing, now: datetime) -> bool:
    after = timedelta(hours=expected_of(fixture.phase).late_after_h)
    return missing is not Missing.GAMES and fixture.tip_off + after <= now


def late(gaps: Sequence[Gap]) -> tuple[Gap, ...]:
    return tuple(gap for gap in gaps if gap.is_late)
