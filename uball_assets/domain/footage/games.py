"""Games and teams: ids, names, rosters.

Belongs here: what a game is and which ids may name one. Not here: its plays (`plays`), its videos
(`angles`) or how its teams are written (`teams`).
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from uball_assets.domain.errors import Permanent
from uball_assets.domain.fields import as_uuid, text_in
from uball_assets.domain.footage.teams import Teams, color_of, number_of, worn

_GAME_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_NAMESPACE = UUID("5b1f8a4e-6a52-5c0a-9d3a-0f6d4c1b7e21")
"""Any constant: it makes a game's name a UUID of the platform's own."""
_SHORT = 10
"""Letters: more would cut a table with the title in it off in Dagster's narrowest page."""


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
class Rosters:
    """Who wears which number in a game, team by team; nothing is held against a team without a roster."""

    teams: Teams
    ids: tuple[Mapping[str, str], Mapping[str, str]]
    """In the order of the teams: a player's id by the number as it is worn; '' where the row tells none, or
    tells the number twice."""

    def missing(self, players: Iterable[str | None]) -> tuple[str, ...]:
        """Those whose number nobody of their team wears, each once; not those without a number or a team."""
        found = dict.fromkeys(player for player in players if player)
        return tuple(player for player in found if self._id(player) is None)

    def ids_of(self, players: Iterable[str | None]) -> dict[str, str]:
        """The ids of those that are on a roster and have one, by how they are written."""
        return {player: found for player in players if player and (found := self._id(player))}

    def _id(self, player: str) -> str | None:
        """None for a number that is on no roster; '' where it cannot be told."""
        number, place = number_of(player), self.teams.place_of(color_of(player))
        if number is None or place is None or not self.ids[place]:
            return ""
        return self.ids[place].get(number)


def rosters_of(game: Mapping[str, Any] | None, teams: Teams | None) -> Rosters | None:
    """From a row of `games`; None where its teams are not known, or neither has a roster."""
    if teams is None:
        return None
    first, second = (_ids_by_number((game or {}).get(f"roster_team{number}")) for number in (1, 2))
    return Rosters(teams, (first, second)) if first or second else None


def _ids_by_number(roster: object) -> dict[str, str]:
    ids: dict[str, str] = {}
    for player in roster if isinstance(roster, list) else []:
        number = worn(player.get("jersey_number")) if isinstance(player, Mapping) else None
        if number is not None:
            ids[number] = "" if number in ids else text_in(player.get("player_id")) or ""
    return ids


def is_valid_game_id(text: str) -> bool:
    return bool(_GAME_ID.fullmatch(text))


def valid_game_id(text: str) -> str:
    """The id itself; it becomes a partition key and a folder, and nothing downstream checks it again.

    Raises Permanent for an id that is empty, over 100 characters, or holds anything but letters, digits, `_`
    and `-`.
    """
    if not is_valid_game_id(text):
        raise Permanent(
            f"game id {text!r} cannot name a game: use 1 to 100 letters, digits, '_' or '-', "
            "starting with a letter or digit"
        )
    return text


def spellings(game_id: str) -> tuple[str, ...]:
    """Under which names a game's folder may stand, its own first: a UUID also in lower and upper case."""
    if as_uuid(game_id) != game_id.lower():
        return (game_id,)
    return tuple(dict.fromkeys((game_id, game_id.lower(), game_id.upper())))


def one_spelling(game_id: str, known: Container[str] = ()) -> str:
    """The one name of a game, however a person, a folder or a table spells it.

    A UUID is lower-case, but a game that is `known` under another spelling keeps that.
    """
    spelled = spellings(game_id)
    otherwise = game_id if len(spelled) == 1 else game_id.lower()
    return next((name for name in spelled if name in known), otherwise)


def assert_uuid(game_id: str) -> None:
    """Raises Permanent, with an id that would do, where a database keeps UUIDs only."""
    if as_uuid(game_id) is None:
        named = uuid5(_NAMESPACE, game_id)
        raise Permanent(
            f"game id {game_id!r} is no UUID, which ids are in Supabase: give the id of the game's row in "
            f"games, the table; if it has none yet, use {named}, which is this name's UUID every time"
        )


def game_title(row: Mapping[str, Any] | None) -> str:
    """How a person knows the game: `2026-03-07, Gray - Blue`, from its row of `games`; ids say nothing."""
    if row is None:
        return "not in the games table"
    if not any(row.get(column) for column in ("date", "team1_display_name", "team2_display_name")):
        return "no date or teams entered"
    names = [row.get(f"team{number}_display_name") for number in (1, 2)]
    teams = " - ".join(str(name or "?") for name in names) if any(names) else "no teams entered"
    return f"{row.get('date') or 'no date'}, {teams}"


def short_id(game_id: str) -> str:
    """Enough of an id to find its game by, beside the title: a UUID's beginning; a given name's end, for many
    begin with a day."""
    if as_uuid(game_id):
        return game_id[:8]
    return game_id if len(game_id) <= _SHORT else f"…{game_id[-_SHORT + 1 :]}"


def game_titles(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Each game's title by its id."""
    return {row["id"]: game_title(row) for row in rows}
