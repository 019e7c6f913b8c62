"""The second clock: what of an answer is news, and since when it counts as known.

    told with a stamp of its own      known since then
    first seen, long after its game   an archive: known 3 h after tip-off (a result), at tip-off (a roster)
    first seen in time                known since we saw it
    other than the version we hold    a correction: known since we saw it
    told otherwise under an old stamp the same: whoever rewrites history is not believed about when

Belongs here: these rules. Not here: what a row says (`reading`), what was known at a moment (`facts`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from uball_assets.domain.league.fixtures import Fixture, Status
from uball_assets.domain.league.intake.reading import Clock, ReadFixture
from uball_assets.domain.league.lines import PlayerLine, TeamLine

OVER_AFTER = timedelta(hours=3)
"""From tip-off until a game is over and its result is known."""
ARCHIVE_AFTER = timedelta(days=2)
"""What is first seen so long after its game was known to others before."""
_Line = TypeVar("_Line", PlayerLine, TeamLine)
_V = TypeVar("_V", Fixture, PlayerLine, TeamLine)


def fixture_version(
    held: Sequence[Fixture], read: ReadFixture, clock: Clock, *, may_correct: bool
) -> Fixture | None:
    """The version to write; None where nothing is new.

    `held`: all versions, by `known_at`. `may_correct`: the source ranks as high as the one whose version is
    held; else it only fills in what is missing.
    """
    stamp = read.fixture.known_at if read.has_stamp else None
    base = _newest(held, stamp)
    merged = _merged(base, read, clock, may_correct=may_correct)
    if base and _same(merged, base):
        return None
    if stamp is None or any(one.known_at == stamp for one in held):
        newest = _newest(held, None)
        if newest and _same(merged, newest):
            return None
        stamp = None
    return replace(merged, known_at=stamp or _first_known(merged, clock.now, is_held=bool(held)))


def line_version(
    held: Sequence[_Line],
    line: _Line,
    stamp: datetime | None,
    now: datetime,
    *,
    is_first_of_game: bool,
) -> _Line | None:
    """As `fixture_version`; `held`: of the same player, or team, in the game. `is_first_of_game`: no line of
    the game is held."""
    base = _newest(held, stamp)
    if base and _same_line(base, line):
        return None
    if stamp is None or any(one.known_at == stamp for one in held):
        newest = _newest(held, None)
        if newest and _same_line(newest, line):
            return None
        late = is_first_of_game and now - line.tip_off > ARCHIVE_AFTER
        stamp = line.tip_off + OVER_AFTER if late else now
    return replace(line, known_at=stamp)


def _merged(base: Fixture | None, read: ReadFixture, clock: Clock, *, may_correct: bool) -> Fixture:
    """What is held, with what the answer adds or corrects. A result is never taken back by silence."""
    told = read.fixture
    if base is None:
        return told
    merged = base
    has_result = told.is_final and (may_correct or not base.is_final)
    if has_result:
        merged = replace(
            merged, status=told.status, home_points=told.home_points, away_points=told.away_points
        )
    elif told.status in (Status.POSTPONED, Status.CANCELLED) and may_correct:
        merged = replace(merged, status=told.status, home_points=None, away_points=None)
    elif base.status in (Status.POSTPONED, Status.CANCELLED) and may_correct and not read.refused_result:
        merged = replace(merged, status=told.status)
    lacks_time = base.tip_off.astimezone(clock.zone).time() == clock.tip_off
    is_other_day = abs(told.tip_off - base.tip_off) > timedelta(days=1)
    if (read.has_time and (may_correct or lacks_time)) or (may_correct and is_other_day):
        merged = replace(merged, tip_off=told.tip_off)
    if may_correct:
        merged = replace(
            merged,
            season=told.season,
            phase=told.phase,
            home_team=told.home_team,
            away_team=told.away_team,
        )
    return merged


def _first_known(fixture: Fixture, now: datetime, *, is_held: bool) -> datetime:
    if fixture.is_final and not is_held and now - fixture.tip_off > ARCHIVE_AFTER:
        return fixture.tip_off + OVER_AFTER
    return now


def _newest(held: Sequence[_V], until: datetime | None) -> _V | None:
    return max(
        (one for one in held if until is None or one.known_at <= until),
        key=lambda one: one.known_at,
        default=None,
    )


def _same(one: Fixture, other: Fixture) -> bool:
    return replace(one, known_at=other.known_at) == other


def _same_line(one: PlayerLine | TeamLine, other: PlayerLine | TeamLine) -> bool:
    return (one.team_id, one.counts) == (other.team_id, other.counts)
