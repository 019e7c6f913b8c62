"""Games and teams: ids, names, rosters.

Belongs here: what a game is and which ids may name one. Not here: its plays (`plays`) or its videos
(`angles`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from uball_assets.domain.errors import Permanent

_GAME_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


@dataclass(frozen=True)
class Player:
    player_id: str
    name: str
    jersey_number: int


@dataclass(frozen=True)
class Team:
    team_id: str
    display_name: str
    color: str
    """The jersey's colour as people write it behind a player: `Player #7 (Gray)`."""
    roster: tuple[Player, ...] = ()


@dataclass(frozen=True)
class Game:
    game_id: str
    date: str
    """ISO date, `2026-03-18`."""
    teams: tuple[Team, Team]


def valid_game_id(text: str) -> str:
    """The id itself; it becomes a partition key and a folder, and nothing downstream checks it again.

    Raises Permanent for an id that is empty, over 100 characters, or holds anything but letters, digits, `_`
    and `-`.
    """
    if not _GAME_ID.fullmatch(text):
        raise Permanent(
            f"game id {text!r} cannot name a game: use 1 to 100 letters, digits, '_' or '-', "
            "starting with a letter or digit"
        )
    return text
