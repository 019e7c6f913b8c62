"""The two teams of a game, as far as they are known: who can act in it, and how a player's team is written.

Belongs here: colours and names. Not here: rosters (`games`) or how the teams stand in a prompt (`examples`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from uball_assets.domain.fields import text_in
from uball_assets.domain.hashing import content_hash

_WRITTEN = re.compile(r"\(([^()]+)\)\s*$")
_NUMBER = re.compile(r"#\s*(\d+)")
_WORD = re.compile(r"[^\W\d_]")
_LONGEST_NAME = 60


@dataclass(frozen=True)
class Teams:
    """In the order of the row of `games`."""

    names: tuple[str, str]
    colors: tuple[str, str]
    """The jerseys', as people write them behind a player: `Player #7 (Gray)`."""

    def place_of(self, word: str | None) -> int | None:
        """0 or 1: whose colour or name it is; None where it is neither's."""
        row = _plain(word or "")
        own = (place for place in (0, 1) if row in (_plain(self.names[place]), _plain(self.colors[place])))
        return next(own, None)

    def strangers(self, players: Iterable[str | None]) -> tuple[str, ...]:
        """Those who are written with the colour, or the name, of neither team; each once."""
        own = {_plain(word) for word in (*self.names, *self.colors)}
        written = dict.fromkeys(player for player in players if player)
        return tuple(player for player in written if _plain(color_of(player) or self.colors[0]) not in own)


def teams_of(game: Mapping[str, Any] | None, players: Iterable[str | None] = ()) -> Teams | None:
    """The teams of a row of `games`, held against the `players` that people wrote down.

    None where a colour is missing or no word (`#808080`), both are the same, or most players are of neither:
    then the row does not speak of colours as people do.
    """
    row = game or {}
    first, second = (_one_line(row.get(f"team{number}_color")) for number in (1, 2))
    if not (first and second and _WORD.match(first) and _WORD.match(second)) or _plain(first) == _plain(
        second
    ):
        return None
    names = [_one_line(row.get(f"team{number}_display_name")) for number in (1, 2)]
    teams = Teams((names[0] or first, names[1] or second), (first, second))
    written = {player for player in players if color_of(player)}
    return None if len(teams.strangers(written)) > len(written) / 2 else teams


def teams_hash(game: Mapping[str, Any] | None) -> str:
    """Changes when the names or colours that a row of `games` tells do; '' where it tells no two teams."""
    teams = teams_of(game)
    return content_hash([*teams.names, *teams.colors]) if teams else ""


def color_of(player: str | None) -> str | None:
    """`Gray` of `Player #7 (Gray)`."""
    found = _WRITTEN.search(player or "")
    return found[1].strip() if found else None


def team_color(player: str | None) -> str | None:
    """`Gray` of `Player #7 (grey)`: one for all who write the same colour."""
    color = color_of(player)
    return _plain(color).title() if color else None


def shirt_of(player: str | None) -> str | None:
    """`Gray #7` of `Player #7 (grey)`: one for all who write the same player. None without a colour or a
    number; #0 and #00 are two."""
    team, number = team_color(player), number_of(player)
    return f"{team} #{number}" if team and number else None


def number_of(player: str | None) -> str | None:
    """`7` of `Player #7 (Gray)`, as it is worn (`worn`)."""
    found = _NUMBER.search(player or "")
    return worn(found[1]) if found else None


def worn(number: object) -> str | None:
    """A jersey's number is its digits: 0 and 00 are two. None for what is none."""
    text = (text_in(number) or "").removesuffix(".0")
    return text if text.isdecimal() else None


def _one_line(value: object) -> str | None:
    """Short, and without what sets names apart in a prompt."""
    text = re.sub(r"[\s();]+", " ", text_in(value) or "")[:_LONGEST_NAME].strip()
    return text or None


def _plain(word: str) -> str:
    return word.strip().casefold().replace("grey", "gray")
