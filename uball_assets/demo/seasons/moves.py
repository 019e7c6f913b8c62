"""Who belongs to which team and who is out, day by day, and the moves that tell of it.

Belongs here: injuries, trades, the summer. Not here: abilities (`people`), games (`year`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from uball_assets.demo.seasons.people import ROSTER, People
from uball_assets.domain.league.rosters import Move, RosterMove

INJURED_A_GAME = 0.03
"""Of those who played; they are out from its end on, and it is announced that night."""
LATE_SCRATCHES = 0.006
"""Of those who are announced to play: out half an hour before tip-off, and it is known only afterwards."""
SHORTEST_OUT_DAYS, MEAN_MORE_OUT_DAYS = 2, 10
TRADED_A_TEAM = 0.75
"""Players a team gives away in a season, each for another."""
SUMMER_MOVES, SUMMER_NEWCOMERS = 0.2, 0.08
"""Shares of all players: who are at another team in the next season; who stop, a newcomer in each's place."""
NOBODY = -1


def newcomers_a_summer(teams: int) -> int:
    return round(SUMMER_NEWCOMERS * teams * ROSTER)


@dataclass
class Moves:
    """As they are at the moment that has been reached."""

    people: People
    teams: list[str]
    """Ids by place."""
    rng: np.random.Generator
    told: list[RosterMove] = field(default_factory=list)
    team_of: np.ndarray = field(init=False)
    """A team's place by player's place."""
    back_at: dict[int, datetime] = field(default_factory=dict)
    """Of those who are or were out."""
    newcomer: int = field(init=False)
    """The next one's place."""

    def __post_init__(self) -> None:
        self.newcomer = ROSTER * len(self.teams)
        places = np.arange(len(self.people.known)) // ROSTER
        self.team_of = np.where(places < len(self.teams), places, NOBODY)

    def gather(self, known_at: datetime) -> None:
        """Every team's first roster is published."""
        for player in np.flatnonzero(self.team_of != NOBODY):
            self._tell(int(player), Move.JOINED, known_at, known_at)

    def able(self, team: int, moment: datetime) -> np.ndarray:
        """Who can play, by place."""
        roster = np.flatnonzero(self.team_of == team)
        return np.array([one for one in roster if not self.is_out(int(one), moment)])

    def is_out(self, player: int, moment: datetime) -> bool:
        return player in self.back_at and self.back_at[player] > moment

    def scratch(self, able: np.ndarray, tip_off: datetime) -> np.ndarray:
        """Who of them plays after all."""
        hit = self.rng.random(len(able)) < LATE_SCRATCHES
        for player in able[hit]:
            self._hurt(int(player), tip_off - timedelta(minutes=30), tip_off + timedelta(minutes=20))
        return able[~hit]

    def injure(self, played: np.ndarray, tip_off: datetime) -> None:
        end = tip_off + timedelta(hours=2, minutes=30)
        for player in played[self.rng.random(len(played)) < INJURED_A_GAME]:
            self._hurt(int(player), end, end + timedelta(minutes=float(self.rng.integers(10, 90))))

    def trade(self, moment: datetime) -> None:
        """Half of a season's trades: healthy players of two teams, one for one."""
        for _ in range(round(len(self.teams) * TRADED_A_TEAM / 4)):
            first, second = self.rng.choice(len(self.teams), 2, replace=False)
            one, other = (self._anybody(int(team), moment) for team in (first, second))
            self._join(one, int(second), moment)
            self._join(other, int(first), moment)

    def summer(self, moment: datetime) -> None:
        """Some change their team, some stop, and newcomers fill the rosters."""
        active = np.flatnonzero(self.team_of != NOBODY)
        movers = self.rng.permutation(active)[: round(SUMMER_MOVES * len(active))]
        for player, team in zip(movers, self.team_of[np.roll(movers, 1)].tolist(), strict=True):
            if team != self.team_of[player]:
                self._join(int(player), team, moment)
        for player in self.rng.permutation(active)[: newcomers_a_summer(len(self.teams))]:
            team = int(self.team_of[player])
            self._tell(int(player), Move.LEFT, moment, moment)
            self.team_of[player] = NOBODY
            self._join(self.newcomer, team, moment)
            self.newcomer += 1

    def _anybody(self, team: int, moment: datetime) -> int:
        return int(self.rng.choice(self.able(team, moment)))

    def _hurt(self, player: int, moment: datetime, known_at: datetime) -> None:
        days = SHORTEST_OUT_DAYS + int(self.rng.geometric(1 / MEAN_MORE_OUT_DAYS))
        back = moment.replace(hour=8, minute=0) + timedelta(days=days)
        self._tell(player, Move.OUT, moment, known_at)
        self._tell(player, Move.BACK, back, back - timedelta(hours=14))
        self.back_at[player] = back

    def _join(self, player: int, team: int, moment: datetime) -> None:
        if self.team_of[player] != NOBODY:
            self._tell(player, Move.LEFT, moment, moment)
        self.team_of[player] = team
        self._tell(player, Move.JOINED, moment + timedelta(minutes=1), moment + timedelta(minutes=1))

    def _tell(self, player: int, move: Move, moved_at: datetime, known_at: datetime) -> None:
        who, team = self.people.known[player], self.teams[self.team_of[player]]
        self.told.append(
            RosterMove(who.player_id, team, move, moved_at, known_at, who.name, who.jersey_number)
        )
