"""The demo league's five teams and their rosters.

Belongs here: names, colours, numbers. Not here: games (`league`).
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from typing import Any

import numpy as np

from uball_assets.demo.picture import REFEREE
from uball_assets.demo.scene import Person
from uball_assets.domain.footage.angles import Side
from uball_assets.domain.footage.games import Player, Team

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "uball demo league")


def stable_id(*words: object) -> str:
    """The uuid that these words always give."""
    return str(uuid.uuid5(_NAMESPACE, " ".join(map(str, words))))


def chance(*words: object) -> np.random.Generator:
    """The dice that these words always throw."""
    digest = hashlib.sha256(" ".join(map(str, words)).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "big"))


def _team(name: str, color: str, roster: Mapping[int, str]) -> Team:
    players = tuple(Player(stable_id("player", name, number), who, number) for number, who in roster.items())
    return Team(stable_id("team", name), f"{name} {color}", color, players)


TEAMS: tuple[Team, ...] = (
    _team("Granite", "Gray", {4: "Ruiz", 7: "Okafor", 11: "Lind", 15: "Moss", 23: "Abe", 32: "Cole"}),
    _team("Harbor", "Blue", {3: "Vance", 8: "Petit", 12: "Hale", 20: "Njoku", 24: "Sato", 41: "Braun"}),
    _team("Ember", "Red", {1: "Diaz", 5: "Frost", 10: "Imani", 14: "Kerr", 21: "Walsh", 33: "Bell"}),
    _team("Summit", "White", {2: "Adler", 6: "Quinn", 9: "Osei", 13: "Lopez", 22: "Grant", 30: "Yoon"}),
    _team("Cedar", "Green", {0: "Nash", 16: "Ortiz", 17: "Reed", 25: "Sow", 27: "Tran", 44: "Webb"}),
)


def written_name(person: Person) -> str:
    """As people write it in a row: `Player #7 (Gray)`."""
    return f"Player #{person.number} ({person.color})"


def roster_row(team: Team) -> list[dict[str, Any]]:
    return [{"player_id": p.player_id, "name": p.name, "jersey_number": p.jersey_number} for p in team.roster]


def on_court(game: Mapping[str, Any], side: Side) -> list[Person]:
    """Who plays on a half, from a `games` row: three attackers, three defenders, a referee.

    Team 1 attacks the left basket all game long with the first half of its roster, team 2 the right one.
    """
    attack, defend = (1, 2) if side is Side.LEFT else (2, 1)
    place = slice(0, 3) if side is Side.LEFT else slice(3, 6)
    people = [
        Person(p["player_id"], game[f"team{team}_color"], p["jersey_number"])
        for team in (attack, defend)
        for p in game[f"roster_team{team}"][place]
    ]
    return [*people, Person("referee", REFEREE, 1)]
