"""One game's page of the form book: everything told of its teams and players as of one moment.

Belongs here: putting features together under their names. Not here: reckoning them (`team_form`, `schedule`,
`ratings`, `squads`, `player_form`), what all games of a moment share (`view`), their order (`columns`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from uball_assets.domain.form.columns import PLAYER_FEATURES, TEAM_MEASURES
from uball_assets.domain.form.player_form import days_since
from uball_assets.domain.form.rows import Asked, Features, Floats
from uball_assets.domain.form.schedule import rest
from uball_assets.domain.form.team_form import head_to_head
from uball_assets.domain.form.view import View
from uball_assets.domain.league.fixtures import Fixture
from uball_assets.domain.league.rosters import Roster

_NAMES = tuple(
    (one.name, f"home_{one.name}", f"away_{one.name}", f"{one.name}_difference") for one in TEAM_MEASURES
)
_AT = {feature.name: place for place, feature in enumerate(PLAYER_FEATURES)}


class Page:
    def __init__(self, view: View, fixture: Fixture, asked: Asked, out: frozenset[str] = frozenset()) -> None:
        """`view`: as of the moment asked; `out`: who cannot play either, whatever is known of them."""
        self.fixture, self.out = fixture, out
        self._view, self._index, self.asked = view, view.index, asked
        self._rosters = {team: _without(view.roster(team), out) for team in fixture.teams}
        self._home, self._away = (self._team(team) for team in fixture.teams)

    def game(self) -> Features:
        found: Features = {}
        for name, of_home, of_away, difference in _NAMES:
            home, away = self._home.get(name), self._away.get(name)
            found[of_home], found[of_away], found[difference] = home, away, _less(home, away)
        here, there = self._home.get("win_share_at_home"), self._away.get("win_share_away")
        found["win_share_here_difference"] = _less(here, there)
        return found | self._head_to_head() | self._expected()

    def players(self, team_id: str, players: Sequence[str]) -> Floats:
        """A row each, as `PLAYER_FEATURES`; NaN for what cannot be told. Raises KeyError for a team that does
        not play."""
        around = self._around(team_id)
        forms = [self._view.player(player) for player in players]
        rows = np.array([form.row for form in forms])
        rows[:, [_AT[name] for name in around]] = np.array(list(around.values()), np.float64)
        last_tips_s = np.array([form.last_tip_s for form in forms])
        rows[:, _AT["days_since_played"]] = days_since(last_tips_s, self.asked.tip_s)
        for place, player in enumerate(players):
            if player in self._rosters[team_id].out:
                rows[place, _AT["teammates_out"]] -= 1.0
                rows[place, _AT["teammates_out_points"]] -= (self._view.brings(player) or (0.0,))[0]
        return rows

    def appearing(self, team_id: str, player: str | None) -> dict[str, float]:
        """Chances of those who can play; `player`: one who is taken to be among them."""
        roster = self._rosters[team_id]
        if player is not None:
            roster = Roster(roster.players | {player}, roster.out - {player})
        return self._view.appearing(team_id, roster)

    def _around(self, team_id: str) -> Features:
        """What is alike for all players of a team."""
        is_home = {self.fixture.home_team: True, self.fixture.away_team: False}[team_id]
        own, other = (self._home, self._away) if is_home else (self._away, self._home)
        expected = self._expected()
        margin, total = expected["expected_margin"], expected["expected_total"]
        if margin is not None and not is_home:
            margin = -margin
        return {
            "is_home": float(is_home),
            "rest_days": own.get("rest_days"),
            "back_to_back": own.get("back_to_back"),
            "team_pace": own.get("pace"),
            "team_points": own.get("points_for"),
            "opponent_pace": other.get("pace"),
            "opponent_defensive_rating": other.get("defensive_rating"),
            "opponent_points_against": other.get("points_against"),
            "expected_margin": margin,
            "expected_team_points": None if margin is None or total is None else (total + margin) / 2,
            "teammates_out": own.get("players_out"),
            "teammates_out_points": own.get("out_points"),
        }

    def _team(self, team: str) -> Features:
        begins = self._index.schedules.get(team)
        return (
            self._view.form(team)
            | rest(begins, self.fixture.game_id, self.asked.at_s, self.asked.tip_s)
            | self._view.squad(team, self._rosters[team])
        )

    def _head_to_head(self) -> Features:
        games = self._index.of_team.get(self.fixture.home_team)
        if games is None:
            return {"head_to_head_games": 0.0}
        return head_to_head(games.known(self.asked), self._index.teams[self.fixture.away_team], self.asked)

    def _expected(self) -> Features:
        """Also None for a team that was never seen."""
        league = self._view.strengths
        margin = _less(self._home.get("margin_rating"), self._away.get("margin_rating"))
        totals = self._home.get("total_rating"), self._away.get("total_rating")
        if league is None:
            return {"expected_margin": None, "expected_total": None}
        return {
            "home_advantage": league.home_advantage,
            "expected_margin": None if margin is None else league.home_advantage + margin,
            "expected_total": _plus(league.mean_total, *totals),
        }


def _less(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one - other


def _plus(*numbers: float | None) -> float | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if len(known) == len(numbers) else None


def _without(roster: Roster, out: frozenset[str]) -> Roster:
    """Where these cannot play either."""
    return Roster(roster.players, roster.out | (roster.players & out)) if out else roster
