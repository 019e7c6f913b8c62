"""Facts written by hand, a line each, for tests that know the number.

Belongs here: short ways to write facts. Not here: drawn leagues (`leagues`).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from uball_assets.domain.form.book import FormBook
from uball_assets.domain.league.facts import LeagueFacts
from uball_assets.domain.league.fixtures import Fixture, Phase, Status
from uball_assets.domain.league.lines import Counts, PlayerLine, TeamLine
from uball_assets.domain.league.rosters import Move, RosterMove

Fact = Fixture | PlayerLine | TeamLine | RosterMove

DAY_0 = datetime(2026, 1, 1, 19, tzinfo=UTC)


def day(number: float) -> datetime:
    return DAY_0 + timedelta(days=number)


def played(
    on: float,
    home: str,
    away: str,
    score: tuple[int, int],
    *,
    season: str = "2026",
    phase: Phase = Phase.SEASON,
) -> Fixture:
    """Known three hours later; its id is `HOME-AWAY@day`."""
    return Fixture(
        game_id(on, home, away),
        season,
        phase,
        day(on),
        home,
        away,
        Status.FINAL,
        *score,
        day(on) + timedelta(hours=3),
    )


def to_come(
    on: float,
    home: str,
    away: str,
    *,
    status: Status = Status.SCHEDULED,
    season: str = "2026",
    known: float = -100,
) -> Fixture:
    return Fixture(
        game_id(on, home, away), season, Phase.SEASON, day(on), home, away, status, None, None, day(known)
    )


def game_id(on: float, home: str, away: str) -> str:
    return f"{home}-{away}@{on:g}"


def line(on: float, home: str, away: str, player: str, counts: Counts, *, of: str = "") -> PlayerLine:
    """Of the home team's player where `of` says no other."""
    team = of or home
    other = away if team == home else home
    known_at = day(on) + timedelta(hours=3)
    return PlayerLine(
        game_id(on, home, away), day(on), team, other, player, team == home, counts, "feed", known_at
    )


def team_line(on: float, home: str, away: str, counts: Counts, *, of: str = "") -> TeamLine:
    one = line(on, home, away, "", counts, of=of)
    return TeamLine(
        one.game_id, one.tip_off, one.team_id, one.opponent_id, one.is_home, counts, "feed", one.known_at
    )


def move(player: str, team: str, what: Move, on: float, known: float | None = None) -> RosterMove:
    return RosterMove(player, team, what, day(on), day(on if known is None else known))


def book(*facts: Fact) -> FormBook:
    return FormBook(
        LeagueFacts(
            tuple(one for one in facts if isinstance(one, Fixture)),
            tuple(one for one in facts if isinstance(one, TeamLine)),
            tuple(one for one in facts if isinstance(one, PlayerLine)),
            tuple(one for one in facts if isinstance(one, RosterMove)),
        )
    )
