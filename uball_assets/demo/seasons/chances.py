"""What a team does with a chance: whose it is, what becomes of it, for any lineup against any other.

A chance ends with a shot, a lost ball or a trip to the line; a game is so many of them for each team, each
independent of the others. So a score's distribution is known exactly.

Belongs here: probabilities. Not here: throwing the dice (`game`), a score's distribution (`best_forecast`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from uball_assets.demo.seasons.people import People

MINUTES = np.array([0.78, 0.75, 0.71, 0.66, 0.60, 0.48, 0.41, 0.34, 0.27])
"""The part of a game that the best player who can play is on the court, the second best, and so on: five."""
STARTED_BY = 5
POINTS_A_CHANCE = 0.935
"""Of an average team against another, on a neutral court."""
HOME_EDGE = 1.8
"""Points per 100 chances to the home team's attack, and to its defence."""
BACK_TO_BACK, THIRD_DAY = -1.6, -0.4
"""Points per 100 chances to a team's attack and defence, when it played yesterday or the day before."""
BASE_MADE = np.array([0.76, 0.50, 0.34, 0.27])
"""Free throws, twos, threes, fours."""
WORTH = np.array([2.0, 3.0, 4.0])
EYE = 0.004
"""What a point of ability adds to one's share of shots made, besides what it does for the whole team."""
USE = 0.08
"""How much more often a better player takes the chance, on the scale of logarithms."""


@dataclass(frozen=True)
class Side:
    """A team in one game."""

    players: np.ndarray
    """Who plays, by place in `People`."""
    minutes: np.ndarray
    """Parts of the game; they add up to five."""
    share: np.ndarray
    """Of the team's chances."""
    looks: np.ndarray
    made: np.ndarray
    """A row a player: free throws, twos, threes, fours."""

    @property
    def points(self) -> np.ndarray:
        """Expected per chance of the team, a value a player."""
        shots = (self.looks[:, 2:] * self.made[:, 1:]) @ WORTH
        return np.asarray(self.share * (shots + 2 * self.looks[:, 1] * self.made[:, 0]))

    @property
    def odds(self) -> np.ndarray:
        """Of 0, 1, 2, 3 and 4 points from one chance."""
        line, free = self.share * self.looks[:, 1], self.made[:, 0]
        two, three, four = (self.share[:, None] * self.looks[:, 2:] * self.made[:, 1:]).sum(axis=0)
        one, both = (line * 2 * free * (1 - free)).sum(), (line * free**2).sum()
        return np.array([1 - one - both - two - three - four, one, two + both, three, four])


@dataclass(frozen=True)
class Lineup:
    """Who plays of a team, and what that makes of it."""

    players: np.ndarray
    minutes: np.ndarray
    offence: float
    """Points per 100 chances, with the team's understanding and its tired legs."""
    defence: float


def lineup(people: People, able: np.ndarray, extra: float) -> Lineup:
    """The best of those who can play, most minutes to the best; `extra`: points per 100 chances at both
    ends."""
    best = able[np.argsort(-(people.offence[able] + people.defence[able]), kind="stable")][: len(MINUTES)]
    minutes = MINUTES[: len(best)] * (STARTED_BY / MINUTES[: len(best)].sum())
    offence, defence = minutes @ people.offence[best], minutes @ people.defence[best]
    return Lineup(best, minutes, float(offence) + extra, float(defence) + extra)


def side(people: People, own: Lineup, other: Lineup, edge: float) -> Side:
    """`edge`: points per 100 chances, for the court."""
    who = own.players
    keen = own.minutes * np.exp(USE * people.offence[who] + people.eagerness[who])
    share, looks = keen / keen.sum(), people.looks[who]
    made = BASE_MADE + EYE * people.offence[who][:, None]
    told = Side(who, own.minutes, share, looks, made)
    target = POINTS_A_CHANCE + (own.offence - other.defence + edge) / 100
    slope = float(share @ (looks[:, 2:] @ WORTH))
    made[:, 1:] += (target - told.points.sum()) / slope
    return Side(who, own.minutes, share, looks, made.clip(0.05, 0.95))
