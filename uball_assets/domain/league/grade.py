"""A game's grade, from the rows that came of it and the lines that are held.

    score = 0.3 schema + 0.2 completeness + 0.4 players + 0.1 ranges, each part 0 to 1
    A from 0.99 with whole schema, B from 0.95, C from 0.80, each only if players account for 0.90 of the game
    (in playoffs for all of it); else F

F is collected again, and no feature is made from it. Where a phase expects no players (pre-season, all-star)
that part is full.

Belongs here: the score, the letter, the reasons. Not here: what a row may say (`reading`), where grades lie
(`grade_table`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from uball_assets.domain.league.fixtures import Fixture
from uball_assets.domain.league.lines import COUNTED, PlayerLine, TeamLine
from uball_assets.domain.league.phases import expected_of

WEIGHTS = {"schema": 0.3, "completeness": 0.2, "players": 0.4, "ranges": 0.1}
LETTERS = (("A", 0.99), ("B", 0.95), ("C", 0.80))
"""Each letter's lowest score, best first."""
FEWEST_PLAYERS = 5
"""Of a team: so many stand on the court."""
USUAL_POINTS = range(20, 181)
"""Of a team."""
MOST_PLAYER_POINTS = 80
MOST_PLAYER_FOULS = 6


@dataclass(frozen=True)
class Intake:
    """What came of a game, beside what became of it."""

    rows: int
    refused: int
    missing: tuple[str, ...] | None
    """Columns of counts that its source does not have; None where it told no lines."""
    has_time: bool
    """Whether the tip-off's time was told, not its date alone."""

    def __add__(self, other: Intake) -> Intake:
        """Of two sources, of which the first told lines wins."""
        missing = other.missing if self.missing is None else self.missing
        has_time = self.has_time or other.has_time
        return Intake(self.rows + other.rows, self.refused + other.refused, missing, has_time)


@dataclass(frozen=True)
class GameGrade:
    game_id: str
    day: date
    letter: str
    score: float
    parts: dict[str, float]
    reasons: tuple[str, ...]
    """What cost points; empty for a perfect game."""

    @property
    def passes(self) -> bool:
        return self.letter != "F"


def grade_game(
    fixture: Fixture, team_lines: Sequence[TeamLine], player_lines: Sequence[PlayerLine], intake: Intake
) -> GameGrade:
    """Of a final game; its newest versions."""
    wants_players = expected_of(fixture.phase).players
    needed = expected_of(fixture.phase).players_needed
    told = _told(fixture, team_lines, intake, wants_lines=wants_players)
    usual = _usual(fixture, team_lines, player_lines)
    players = _players(fixture, player_lines) if wants_players else 1.0
    parts = {
        "schema": 1 - intake.refused / intake.rows if intake.rows else 1.0,
        "completeness": sum(told.values()) / len(told),
        "players": players,
        "ranges": sum(usual.values()) / len(usual),
    }
    # Sums of tenths are a hair off in binary; the letters' limits are not.
    score = round(sum(WEIGHTS[name] * part for name, part in parts.items()), 9)
    is_whole = not intake.refused and not intake.missing
    letter = next((one for one, lowest in LETTERS if score >= lowest and (is_whole or one != "A")), "F")
    return GameGrade(
        fixture.game_id,
        fixture.tip_off.date(),
        letter if players >= needed else "F",
        score,
        parts,
        tuple(_reasons(parts, told, usual, intake, needed, has_players=bool(player_lines))),
    )


def _told(
    fixture: Fixture, team_lines: Sequence[TeamLine], intake: Intake, *, wants_lines: bool
) -> dict[str, bool]:
    """Each thing that is to be told, and whether it was."""
    told = {"the tip-off's time": intake.has_time, "its season": bool(fixture.season)}
    if wants_lines:
        teams = {line.team_id for line in team_lines}
        told |= {f"the line of {team}": team in teams for team in (fixture.home_team, fixture.away_team)}
        told |= {name: name not in (intake.missing or ()) for name in COUNTED}
    return told


def _players(fixture: Fixture, lines: Sequence[PlayerLine]) -> float:
    """The share of the game that named players account for: their points, and that there are five a side."""
    official = {fixture.home_team: fixture.home_points or 0, fixture.away_team: fixture.away_points or 0}
    shares = []
    for team, points in official.items():
        own = [line for line in lines if line.team_id == team]
        counted = sum(line.counts.points for line in own)
        most = max(points, counted)
        enough = min(1.0, len(own) / FEWEST_PLAYERS)
        shares.append(enough * (min(points, counted) / most if most else 1.0))
    return sum(shares) / len(shares)


def _usual(
    fixture: Fixture, team_lines: Sequence[TeamLine], player_lines: Sequence[PlayerLine]
) -> dict[str, bool]:
    """Each number that is held against what is usual."""
    official = {fixture.home_team: fixture.home_points or 0, fixture.away_team: fixture.away_points or 0}
    usual = {f"{team}'s {points} points": points in USUAL_POINTS for team, points in official.items()}
    for line in team_lines:
        if line.team_id in official:
            adds_up = line.counts.points == official[line.team_id]
            usual[f"{line.team_id}'s line of {line.counts.points} points"] = adds_up
    for one in player_lines:
        few = one.counts.points <= MOST_PLAYER_POINTS and one.counts.fouls <= MOST_PLAYER_FOULS
        usual[f"{one.counts.points} points and {one.counts.fouls} fouls of {one.player_id}"] = few
    return usual


def _reasons(
    parts: dict[str, float],
    told: dict[str, bool],
    usual: dict[str, bool],
    intake: Intake,
    needed: float,
    *,
    has_players: bool,
) -> Iterable[str]:
    words = {
        "schema": f"{intake.refused} of {intake.rows} rows were refused",
        "completeness": f"not told: {', '.join(name for name, is_told in told.items() if not is_told)}",
        "players": f"named players account for {parts['players']:.1%} of it, {needed:.0%} needed"
        + ("" if has_players else ": a score alone is not enough, tell player_lines or its plays"),
        "ranges": f"unusual: {', '.join(name for name, is_usual in usual.items() if not is_usual)}",
    }
    cost = {name: WEIGHTS[name] * (1 - part) for name, part in parts.items() if part < 1}
    return (f"{words[name]} (-{cost[name]:.3f})" for name in sorted(cost, key=lambda name: -cost[name]))


@dataclass(frozen=True)
class DayReport:
    """What came of one day's games."""

    day: date
    letters: dict[str, int]
    """Games by grade."""
    missing: tuple[str, ...]
    """A sentence for each gap."""
    reasons: dict[str, tuple[str, ...]]
    """Of each game that is no A."""


def by_day(grades: Iterable[GameGrade], gaps: Iterable[tuple[date, str]]) -> list[DayReport]:
    """`gaps`: day and sentence of each."""
    graded, said = list(grades), list(gaps)
    days = sorted({one.day for one in graded} | {day for day, _ in said})
    return [
        DayReport(
            day,
            dict(sorted(Counter(one.letter for one in graded if one.day == day).items())),
            tuple(says for gap_day, says in said if gap_day == day),
            {one.game_id: one.reasons for one in graded if one.day == day and one.letter != "A"},
        )
        for day in days
    ]
