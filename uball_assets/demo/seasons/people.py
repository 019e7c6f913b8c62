"""The league's players: what each is able to do, how that drifts, how each plays.

Abilities are in points per 100 chances that a team gains while the player is on the court, against the
average player. Nobody but the generator ever sees them.

Belongs here: people. Not here: which team they belong to (`moves`), a game (`game`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from uball_assets.demo.teams import stable_id
from uball_assets.domain.footage.games import Player, Team

ROSTER = 11
OFFENCE_SPREAD, DEFENCE_SPREAD = 2.5, 1.8
"""Standard deviations between players."""
STARS = 2.5
"""Shape of the gamma distribution of abilities: few players are much better, none is as much worse."""
DRIFT_A_DAY = 0.1
"""Standard deviation of an ability's step from a day to the next."""
KEPT_TO_NEXT_SEASON = 0.85
LOOKS = (0.13, 0.10, 0.42, 0.25, 0.10)
"""Shares of chances: lost, a trip to the line, a shot for two, for three, for four."""
LOOKS_SHARPNESS = 14.0
"""How alike players' looks are (a Dirichlet's)."""
_FIRST = ("Ada", "Bo", "Cy", "Dee", "Eli", "Fay", "Gus", "Hal", "Ivo", "Jo", "Kai", "Lou", "Max", "Ned")
_LAST = ("Abbot", "Baker", "Chen", "Dunn", "Egan", "Flores", "Gray", "Hunt", "Ito", "Jones", "Khan", "Lee")


@dataclass
class People:
    """Arrays hold one value a player, in the order of `known`; they change as time goes on."""

    known: list[Player]
    offence: np.ndarray
    defence: np.ndarray
    looks: np.ndarray
    """A row a player, a column for each of `LOOKS`; rows add up to one."""
    eagerness: np.ndarray
    """How readily one takes a chance, besides being good at it."""
    habits: np.ndarray
    """Rebounds, assists, steals, blocks, fouls: how readily one comes by each."""

    def drift(self, days: float, rng: np.random.Generator) -> None:
        spread = DRIFT_A_DAY * np.sqrt(days)
        self.offence += rng.normal(0, spread, len(self.offence))
        self.defence += rng.normal(0, spread * DEFENCE_SPREAD / OFFENCE_SPREAD, len(self.defence))

    def grow_a_year_older(self, rng: np.random.Generator) -> None:
        """The best come back to earth, others rise; the spread stays."""
        count, new = len(self.offence), np.sqrt(1 - KEPT_TO_NEXT_SEASON**2)
        self.offence = KEPT_TO_NEXT_SEASON * self.offence + new * _abilities(rng, OFFENCE_SPREAD, count)
        self.defence = KEPT_TO_NEXT_SEASON * self.defence + new * _abilities(rng, DEFENCE_SPREAD, count)


def people_of(teams: Sequence[Team], newcomers: int, seed: int, rng: np.random.Generator) -> People:
    """The teams' rosters filled up to `ROSTER`, team by team, then those who come in later seasons."""
    known: list[Player] = []
    for team in teams:
        own = list(team.roster[:ROSTER])
        while len(own) < ROSTER:
            own.append(_stranger(rng, seed, team.team_id, own, [*known, *own]))
        known += own
    strangers: list[Player] = []
    while len(strangers) < newcomers:
        strangers.append(_stranger(rng, seed, "newcomers", strangers, [*known, *strangers]))
    known += strangers
    count = len(known)
    return People(
        known,
        _abilities(rng, OFFENCE_SPREAD, count),
        _abilities(rng, DEFENCE_SPREAD, count),
        rng.dirichlet(np.multiply(LOOKS, LOOKS_SHARPNESS), count),
        rng.normal(0, 0.25, count),
        np.exp(rng.normal(0, 0.5, (count, 5))),
    )


def _abilities(rng: np.random.Generator, spread: float, count: int) -> np.ndarray:
    return np.asarray(spread * (rng.gamma(STARS, 1, count) - STARS) / np.sqrt(STARS))


def _stranger(
    rng: np.random.Generator, seed: int, whose: str, mates: Sequence[Player], known: Sequence[Player]
) -> Player:
    """Of a name that nobody known has, as long as there are some."""
    names = [f"{first} {last}" for first in _FIRST for last in _LAST]
    taken = {player.name for player in known}
    drawn = int(rng.integers(len(_FIRST))) * len(_LAST) + int(rng.integers(len(_LAST)))
    turns = [*names[drawn:], *names[:drawn]]
    name = next((one for one in turns if one not in taken), turns[0])
    worn = {player.jersey_number for player in mates}
    free = [number for number in range(100) if number not in worn]
    number = int(free[rng.integers(len(free))])
    return Player(stable_id("player", seed, whose, len(mates)), name, number)


def clubs(count: int, seed: int) -> tuple[Team, ...]:
    """So many teams, whose rosters are still to be filled."""
    return tuple(Team(stable_id("club", seed, one), f"Club {one + 1}", f"C{one + 1}") for one in range(count))
