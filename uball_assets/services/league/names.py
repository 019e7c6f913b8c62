"""What teams and players are called, where somebody tells it.

Belongs here: looking names up. Not here: whom a word means (`domain.league.directory`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.adapters.warehouse.warehouse import Warehouse
from uball_assets.domain.errors import UballError
from uball_assets.domain.fields import as_uuid, text_in
from uball_assets.domain.footage.games import short_id
from uball_assets.domain.league.rosters import RosterMove
from uball_assets.domain.league.tables import ROSTER_MOVES, move_of

MOST_GAMES = 40
"""Filmed games that are read to find what teams are called; the latest first."""
LOOK_AGAIN_S = 600.0


@dataclass
class TeamNames:
    """By the rows of filmed games; a team that was never filmed is called by its id, a UUID by its beginning.
    Shared by threads."""

    plays_db: PlaysDb
    clock: Callable[[], float] = time.monotonic
    _names: dict[str, str] = field(default_factory=dict)
    _looked_at_s: float | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, team_id: str) -> str:
        if team_id not in self._names:
            self._look()
        return self._names.get(team_id) or (short_id(team_id) if as_uuid(team_id) else team_id)

    def _look(self) -> None:
        with self._lock:
            now_s = self.clock()
            if self._looked_at_s is not None and now_s - self._looked_at_s < LOOK_AGAIN_S:
                return
            self._looked_at_s = now_s
            try:
                self._names |= self._read()
            except UballError:
                return  # ids are names enough where the database is away, or is none

    def _read(self) -> dict[str, str]:
        found: dict[str, str] = {}
        latest = sorted(self.plays_db.games(), key=lambda row: str(row.get("date") or ""), reverse=True)
        for listed in latest[:MOST_GAMES]:
            row = self.plays_db.game(listed["id"]) or {}
            for letter, number in (("a", 1), ("b", 2)):
                team_id, name = (
                    text_in(row.get(column)) for column in (f"team_{letter}_id", f"team{number}_display_name")
                )
                if team_id and name:
                    found.setdefault(team_id, name)
        return found


def is_filmed(plays_db: PlaysDb, game_id: str) -> bool:
    """Whether the plays database has the game; not where it is away, or the league lives of feeds alone."""
    try:
        return plays_db.game(game_id) is not None
    except UballError:
        return False


def player_names(moves: Iterable[RosterMove]) -> dict[str, str]:
    """The last name that was told of each."""
    told = sorted(moves, key=lambda move: (move.moved_at, move.known_at))
    return {move.player_id: move.name for move in told if move.name}


def moves_of_players(warehouse: Warehouse, player_ids: Iterable[str]) -> list[RosterMove]:
    """All that is known of these."""
    ids = sorted(set(player_ids))
    return [move_of(row) for row in warehouse.read(ROSTER_MOVES, equal={"player_id": ids})] if ids else []


def moves_of_team(warehouse: Warehouse, team_id: str) -> list[RosterMove]:
    """All that is known of those who ever belonged to it: where they went since, too."""
    here = [move_of(row) for row in warehouse.read(ROSTER_MOVES, equal={"team_id": [team_id]})]
    return moves_of_players(warehouse, (move.player_id for move in here))
