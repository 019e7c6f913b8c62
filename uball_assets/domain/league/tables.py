"""The warehouse's tables of facts: schedule, lines, roster moves, in all their versions.

Belongs here: the tables, and rows to facts and back. Not here: features' and forecasts' tables
(`domain.form.tables`, `domain.forecasting.tables`), storing (`adapters.warehouse`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from uball_assets.domain.league.fixtures import Fixture, Phase, Status
from uball_assets.domain.league.lines import COUNTED, Counts, PlayerLine, TeamLine
from uball_assets.domain.league.rosters import Move, RosterMove
from uball_assets.domain.tables import Column, Form, Row, Table

_GAME = Column(Form.TEXT, "the game's id")
_PLAYED_ON = Column(Form.DATE, "the day of its tip-off, UTC")
_TIP_OFF = Column(Form.MOMENT, "when it begins, UTC")
_KNOWN_AT = Column(Form.MOMENT, "since when this version was known, UTC")
_TEAM = Column(Form.TEXT, "the team's id")
_COUNTS = {name: Column(Form.WHOLE, name.replace("_", " ")) for name in COUNTED}

FIXTURES = Table(
    "fixtures",
    "The schedule and its results, a row a version.",
    {
        "game_id": _GAME,
        "known_at": _KNOWN_AT,
        "played_on": _PLAYED_ON,
        "tip_off": _TIP_OFF,
        "season": Column(Form.TEXT, "as the league names it"),
        "phase": Column(Form.TEXT, ", ".join(Phase)),
        "home_team": Column(Form.TEXT, "the home team's id"),
        "away_team": Column(Form.TEXT, "the away team's id"),
        "status": Column(Form.TEXT, ", ".join(Status)),
        "home_points": Column(Form.WHOLE, "official; missing until it is final"),
        "away_points": Column(Form.WHOLE, "official; missing until it is final"),
    },
    ("game_id", "known_at"),
    "played_on",
    "home_team",
)
_LINE = {
    "game_id": _GAME,
    "known_at": _KNOWN_AT,
    "played_on": _PLAYED_ON,
    "tip_off": _TIP_OFF,
    "team_id": _TEAM,
    "opponent_id": Column(Form.TEXT, "the other team's id"),
    "is_home": Column(Form.TRUTH, "whether the team played at home"),
    "source": Column(Form.TEXT, "whose numbers: plays, annotations, or a feed's name"),
    **_COUNTS,
}
TEAM_LINES = Table(
    "team_lines",
    "What each team did in a game, a row a version.",
    _LINE,
    ("game_id", "team_id", "known_at"),
    "played_on",
    "team_id",
)
PLAYER_LINES = Table(
    "player_lines",
    "What each player did in a game, a row a version.",
    {**_LINE, "player_id": Column(Form.TEXT, "the player's id")},
    ("game_id", "player_id", "known_at"),
    "played_on",
    "team_id",
)
ROSTER_MOVES = Table(
    "roster_moves",
    "Who joined or left a team, is out or back, since when, and since when that is known.",
    {
        "player_id": Column(Form.TEXT, "the player's id"),
        "team_id": _TEAM,
        "move": Column(Form.TEXT, ", ".join(Move)),
        "moved_at": Column(Form.MOMENT, "from then on it holds, UTC"),
        "moved_on": Column(Form.DATE, "that day"),
        "known_at": _KNOWN_AT,
        "name": Column(Form.TEXT, "the player's"),
        "jersey_number": Column(Form.WHOLE, "the player's"),
    },
    ("player_id", "team_id", "move", "moved_at"),
    "moved_on",
    "team_id",
)


def fixture_row(fixture: Fixture) -> dict[str, Any]:
    return {**vars(fixture), "phase": str(fixture.phase), "status": str(fixture.status)} | {
        "played_on": day_of(fixture.tip_off)
    }


def fixture_of(row: Row) -> Fixture:
    return Fixture(
        row["game_id"],
        row["season"],
        Phase(row["phase"]),
        row["tip_off"],
        row["home_team"],
        row["away_team"],
        Status(row["status"]),
        row["home_points"],
        row["away_points"],
        row["known_at"],
    )


def line_row(line: TeamLine | PlayerLine) -> dict[str, Any]:
    told = {name: value for name, value in vars(line).items() if name != "counts"}
    return {**told, **vars(line.counts), "played_on": day_of(line.tip_off)}


def team_line_of(row: Row) -> TeamLine:
    return TeamLine(
        row["game_id"],
        row["tip_off"],
        row["team_id"],
        row["opponent_id"],
        row["is_home"],
        _counts_of(row),
        row["source"],
        row["known_at"],
    )


def player_line_of(row: Row) -> PlayerLine:
    return PlayerLine(
        row["game_id"],
        row["tip_off"],
        row["team_id"],
        row["opponent_id"],
        row["player_id"],
        row["is_home"],
        _counts_of(row),
        row["source"],
        row["known_at"],
    )


def move_row(move: RosterMove) -> dict[str, Any]:
    return {**vars(move), "move": str(move.move), "moved_on": day_of(move.moved_at)}


def move_of(row: Row) -> RosterMove:
    return RosterMove(
        row["player_id"],
        row["team_id"],
        Move(row["move"]),
        row["moved_at"],
        row["known_at"],
        row["name"] or "",
        row["jersey_number"],
    )


def day_of(moment: datetime) -> date:
    return moment.date()


def _counts_of(row: Row) -> Counts:
    return Counts(**{name: row[name] or 0 for name in COUNTED})


def rows_of(facts: Iterable[Fixture | TeamLine | PlayerLine | RosterMove]) -> list[dict[str, Any]]:
    """Each as its table has it."""
    found = []
    for fact in facts:
        if isinstance(fact, Fixture):
            found.append(fixture_row(fact))
        elif isinstance(fact, RosterMove):
            found.append(move_row(fact))
        else:
            found.append(line_row(fact))
    return found
