"""Who belongs to which team, and who cannot play: each move with its moment, so that any day can be told.

Belongs here: moves, and the roster that follows from them. Not here: what players usually bring
(`domain.form`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Move(StrEnum):
    JOINED = "joined"
    LEFT = "left"
    OUT = "out"
    """Injured, suspended, away: on the roster, and not to play."""
    BACK = "back"


@dataclass(frozen=True)
class RosterMove:
    player_id: str
    team_id: str
    move: Move
    moved_at: datetime
    """UTC: from then on it holds."""
    known_at: datetime
    """UTC: since then it is known; it may be announced before it holds."""
    name: str = ""
    jersey_number: int | None = None


@dataclass(frozen=True)
class Roster:
    """Of one team at one moment, by player id."""

    players: frozenset[str]
    out: frozenset[str]
    """Of those, who cannot play."""


_AT_ONCE = (Move.LEFT, Move.JOINED, Move.BACK, Move.OUT)
"""In which order moves hold that were made, and known, at one moment: who joins a team hurt is out."""


def in_turn(move: RosterMove) -> tuple[datetime, datetime, int, str]:
    """What moves are sorted by, so that the order in which they were read does not matter."""
    return move.moved_at, move.known_at, _AT_ONCE.index(move.move), move.team_id


def roster_at(moves: Iterable[RosterMove], team_id: str, moment: datetime) -> Roster:
    """As it was known at `moment`. A player is where the last move put him: who joins a team leaves the
    other, and can play. Of moves since the same moment the one known last counts last."""
    known = [move for move in moves if move.known_at <= moment and move.moved_at <= moment]
    team_of: dict[str, str] = {}
    is_out: dict[str, bool] = {}
    for move in sorted(known, key=in_turn):
        if move.move is Move.JOINED:
            team_of[move.player_id], is_out[move.player_id] = move.team_id, False
        elif move.move is Move.LEFT and team_of.get(move.player_id) == move.team_id:
            del team_of[move.player_id]
        elif move.move in (Move.OUT, Move.BACK):
            is_out[move.player_id] = move.move is Move.OUT
    players = frozenset(player for player, team in team_of.items() if team == team_id)
    return Roster(players, frozenset(player for player in players if is_out.get(player)))
