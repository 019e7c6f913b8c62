"""What was known of the league at one moment: strengths, each team's and player's form, rosters.

The same for every game that is asked about as of that moment, so it is reckoned once for all of them. Belongs
here: all that does not depend on who meets whom. Not here: one game's answers (`page`).
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from itertools import chain

import numpy as np

from uball_assets.domain.form.index import Index
from uball_assets.domain.form.player_form import STRANGER, TOLD, PlayerForm, player_form, usual
from uball_assets.domain.form.ratings import ELO_SPEEDS, strengths
from uball_assets.domain.form.rows import Asked, Features
from uball_assets.domain.form.squads import CHANGE_GAMES, squad
from uball_assets.domain.form.team_form import season_form, window_form
from uball_assets.domain.league.appearing import PlayedBy, chances_to_appear
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
        self._players: dict[str, PlayerForm] = {}
        self._games_of: dict[str, list[PlayedBy]] = {}
        self._appearing: dict[tuple[str, Roster], dict[str, float]] = {}

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

    def player(self, player: str) -> PlayerForm:
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
        games = self._last_games(team)
        return Counter(chain.from_iterable(games.values())), len(games)

    def _played_by(self, team: str) -> list[PlayedBy]:
        found = []
        for tip_s, appeared in self._last_games(team).items():
            roster = self.index.rosters.at(team, datetime.fromtimestamp(tip_s, UTC))
            found.append(PlayedBy(roster.players - roster.out, frozenset(appeared)))
        return found

    def _last_games(self, team: str) -> dict[float, list[str]]:
        """Who appeared in each, by tip-off."""
        rows = self.index.appearances.get(team)
        if rows is None:
            return {}
        known, names = rows.known(self._asked), self.index.players.names
        tips = np.unique(known.tip_s)[-CHANGE_GAMES:]
        return {tip_s: [names[one] for one in known.player[known.tip_s == tip_s]] for tip_s in tips.tolist()}

    def appearing(self, team: str, roster: Roster) -> dict[str, float]:
        """Each one's chance of those who can play. `roster`: the team's, or a supposed one."""
        if (team, roster) not in self._appearing:
            if team not in self._games_of:
                self._games_of[team] = self._played_by(team)
            able = sorted(roster.players - roster.out)
            self._appearing[team, roster] = chances_to_appear(able, self._games_of[team])
        return self._appearing[team, roster]

    def _player(self, player: str) -> PlayerForm:
        games, sums = self.index.of_player.get(player), self.index.player_sums.at(self._asked.at_s)
        if games is None or sums is None:
            return STRANGER
        return player_form(games.known(self._asked), self._asked, sums)

    def _usual(self, player: str) -> tuple[float, float] | None:
        games, sums = self.index.of_player.get(player), self.index.player_sums.at(self._asked.at_s)
        if games is None or sums is None:
            return None
        mean = usual(games.known(self._asked), self._asked, sums)
        return None if mean is None else (float(mean[_POINTS]), float(mean[_VALUE]))
