"""What was known of the league at one moment: strengths, each team's and player's form, rosters.

The same for every game that is asked about as of that moment, so it is reckoned once for all of them. Belongs
here: all that does not depend on who meets whom. Not here: one game's answers (`page`).
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import numpy as np

from uball_assets.domain.form.index import Index
from uball_assets.domain.form.player_form import TOLD, PlayerForm, player_form, usual
from uball_assets.domain.form.ratings import ELO_SPEEDS, strengths
from uball_assets.domain.form.rows import Asked, Features
from uball_assets.domain.form.squads import CHANGE_GAMES, squad
from uball_assets.domain.form.team_form import season_form, window_form
from uball_assets.domain.league.rosters import Roster

_POINTS, _VALUE = TOLD.index("points"), TOLD.index("value")


class View:
    def __init__(self, index: Index, asked: Asked, moment: datetime) -> None:
        """Of `asked` the tip-off is not read: what is known at a moment began before it."""
        self.index, self._asked, self._moment = index, asked, moment
        games = index.meetings.seen(asked)
        self._games = np.flatnonzero(games)
        self.strengths = strengths(index.meetings.where(games), asked)
        self._forms: dict[str, Features] = {}
        self._squads: dict[tuple[str, Roster], Features] = {}
        self._recent: dict[str, tuple[Counter[str], int]] = {}
        self._rosters: dict[str, Roster] = {}
        self._brought: dict[str, tuple[float, float] | None] = {}
        self._players: dict[str, PlayerForm | None] = {}

    def form(self, team: str) -> Features:
        """Of its games, and its strength."""
        if team not in self._forms:
            self._forms[team] = self._form(team)
        return self._forms[team]

    def roster(self, team: str) -> Roster:
        if team not in self._rosters:
            self._rosters[team] = self.index.rosters.at(team, self._moment)
        return self._rosters[team]

    def squad(self, team: str, roster: Roster) -> Features:
        """`roster`: the team's, or a supposed one; then who is out is told even where nobody ever was."""
        if (team, roster) not in self._squads:
            told = self.index.injuries_told_s <= self._asked.at_s or roster != self.roster(team)
            if team not in self._recent:
                self._recent[team] = self._appeared(team)
            self._squads[team, roster] = squad(roster, told, *self._recent[team], self.brings)
        return self._squads[team, roster]

    def brings(self, player: str) -> tuple[float, float] | None:
        """Points and game score a game."""
        if player not in self._brought:
            self._brought[player] = self._usual(player)
        return self._brought[player]

    def player(self, player: str) -> PlayerForm | None:
        """None of one who was never seen."""
        if player not in self._players:
            self._players[player] = self._player(player)
        return self._players[player]

    def _form(self, team: str) -> Features:
        index, asked = self.index, self._asked
        found: Features = {"games": 0.0}
        (elo,) = index.elo.after(self._games, asked.season, [index.teams[team]])
        found |= dict(zip(ELO_SPEEDS, elo or (), strict=False))
        if self.strengths is not None:
            found |= self.strengths.of(index.teams[team])
        games, league = index.of_team.get(team), index.tallies_at(asked.at_s)
        if games is not None and league is not None:
            known = games.known(asked)
            found |= season_form(known, asked, league) | window_form(known, asked)
        return found

    def _appeared(self, team: str) -> tuple[Counter[str], int]:
        """How often each player did in the team's last games, and how many these are."""
        rows = self.index.appearances.get(team)
        if rows is None:
            return Counter(), 0
        known = rows.known(self._asked)
        tips = np.unique(known.tip_s)[-CHANGE_GAMES:]
        names = self.index.players.names
        return Counter(names[one] for one in known.player[np.isin(known.tip_s, tips)]), tips.size

    def _player(self, player: str) -> PlayerForm | None:
        games, sums = self.index.of_player.get(player), self.index.player_sums.at(self._asked.at_s)
        if games is None or sums is None:
            return None
        return player_form(games.known(self._asked), self._asked, sums)

    def _usual(self, player: str) -> tuple[float, float] | None:
        games, sums = self.index.of_player.get(player), self.index.player_sums.at(self._asked.at_s)
        if games is None or sums is None:
            return None
        mean = usual(games.known(self._asked), self._asked, sums)
        return None if mean is None else (float(mean[_POINTS]), float(mean[_VALUE]))
