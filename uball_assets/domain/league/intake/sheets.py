"""Roster moves that follow from who stood on a team's sheet for a game.

    on the sheet, and not on the roster before    joined
    on the roster before, and not on the sheet    left

Belongs here: from sheets to moves. Not here: moves that a feed tells (`reading.read_move`), a roster at a
moment (`rosters`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from uball_assets.domain.league.intake.versions import ARCHIVE_AFTER
from uball_assets.domain.league.rosters import Move, RosterMove, roster_at


@dataclass(frozen=True)
class Player:
    player_id: str
    name: str
    jersey_number: int | None


@dataclass(frozen=True)
class Sheet:
    """A team's for one game."""

    team_id: str
    tip_off: datetime
    players: Mapping[str, Player]
    """By id."""


def moves_of(sheets: Iterable[Sheet], held: Sequence[RosterMove], now: datetime) -> list[RosterMove]:
    """The moves that are not held yet. A sheet is handed in before the game: one that is first seen long
    after it counts as known at tip-off. Only a team's sheets newer than its last move tell of moves."""
    known = list(held)
    found: list[RosterMove] = []
    last = _last_moves(held)
    for sheet in sorted(sheets, key=lambda one: (one.tip_off, one.team_id)):
        if not sheet.players or sheet.tip_off < last.get(sheet.team_id, sheet.tip_off):
            continue
        known_at = sheet.tip_off if now - sheet.tip_off > ARCHIVE_AFTER else now
        before = roster_at(_as_if_known(known, sheet.tip_off), sheet.team_id, sheet.tip_off).players
        new = [
            RosterMove(
                one.player_id,
                sheet.team_id,
                Move.JOINED,
                sheet.tip_off,
                known_at,
                one.name,
                one.jersey_number,
            )
            for player_id, one in sorted(sheet.players.items())
            if player_id not in before
        ]
        new += [
            RosterMove(player_id, sheet.team_id, Move.LEFT, sheet.tip_off, known_at)
            for player_id in sorted(before - sheet.players.keys())
        ]
        known += new
        found += new
    return found


def _last_moves(held: Iterable[RosterMove]) -> dict[str, datetime]:
    last: dict[str, datetime] = {}
    for move in held:
        last[move.team_id] = max(move.moved_at, last.get(move.team_id, move.moved_at))
    return last


def _as_if_known(moves: Iterable[RosterMove], moment: datetime) -> list[RosterMove]:
    """Those that hold at `moment`, whenever they became known: a sheet is read once, in order."""
    return [replace(move, known_at=min(move.known_at, moment)) for move in moves if move.moved_at <= moment]
