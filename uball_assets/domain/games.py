"""Games and teams: ids, names, rosters.

Belongs here: what a game is and which ids may name one. Not here: its plays (`plays`) or its videos
(`angles`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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


def game_title(row: Mapping[str, Any] | None) -> str:
    """How a person knows the game: `2026-03-07, Gray - Blue`, from its row of `games`; ids say nothing."""
    if row is None:
        return "not in the games table"
    teams = " - ".join(str(row.get(f"team{number}_display_name") or "?") for number in (1, 2))
    return f"{row.get('date') or 'no date'}, {teams}"
