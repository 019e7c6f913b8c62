"""One game's page of the form book: everything told of its teams and players as of one moment.

Belongs here: putting features together under their names. Not here: reckoning them (`team_form`, `schedule`,
`ratings`, `squads`, `player_form`), their order (`columns`).
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import numpy as np

from uball_assets.domain.form.columns import TEAM_MEASURES
from uball_assets.domain.form.index import Index
from uball_assets.domain.form.player_form import TOLD, player_form, usual
from uball_assets.domain.form.ratings import ELO_SPEEDS, strengths
from uball_assets.domain.form.rows import Asked, Features
from uball_assets.domain.form.schedule import rest
from uball_assets.domain.form.squads import CHANGE_GAMES, squad
from uball_assets.domain.form.team_form import head_to_head, season_form, window_form
from uball_assets.domain.league.fixtures import Fixture

_POINTS, _VALUE = TOLD.index("points"), TOLD.index("value")


class Page:
    def __init__(self, index: Index, fixture: Fixture, moment: datetime) -> None:
        """`moment` is not after the fixture's tip-off."""
        self.fixture, self.moment = fixture, moment
        self._index = index
        self._asked = Asked(
            moment.timestamp(),
            fixture.tip_off.timestamp(),
            index.seasons[fixture.season],
            index.games[fixture.game_id],
        )
        self._brought: dict[str, tuple[float, float] | None] = {}
        self._rosters = {
            team: index.rosters.at(team, moment) for team in (fixture.home_team, fixture.away_team)
        }
        games = index.meetings.seen(self._asked)
        self._strengths = strengths(index.meetings.where(games), self._asked.at_s)
        self._elo = dict(
            zip(
                self._rosters,
                index.elo.after(
                    np.flatnonzero(games), self._asked.season, [index.teams[team] for team in self._rosters]
                ),
                strict=True,
            )
        )
        self._home, self._away = (self._team(team) for team in self._rosters)

    def game(self) -> Features:
        found: Features = {}
        for measure in TEAM_MEASURES:
            home, away = self._home.get(measure.name), self._away.get(measure.name)
            found |= {f"home_{measure.name}": home, f"away_{measure.name}": away}
            found[f"{measure.name}_difference"] = _less(home, away)
        here, there = self._home.get("win_share_at_home"), self._away.get("win_share_away")
        found["win_share_here_difference"] = _less(here, there)
        return found | self._head_to_head() | self._expected()

    def player(self, team_id: str, player_id: str) -> Features:
        """Raises KeyError for a team that does not play."""
        asked, index = self._asked, self._index
        is_home = {self.fixture.home_team: True, self.fixture.away_team: False}[team_id]
        own, other = (self._home, self._away) if is_home else (self._away, self._home)
        expected = self._expected()
        margin, total = expected["expected_margin"], expected["expected_total"]
        if margin is not None and not is_home:
            margin = -margin
        found: Features = {
            "player_games": 0.0,
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
            **self._teammates_out(team_id, player_id, own),
        }
        games, sums = index.of_player.get(player_id), index.player_sums.at(asked.at_s)
        if games is None or sums is None:
            return found
        return found | player_form(games.known(asked), asked, sums)

    def _team(self, team: str) -> Features:
        index, asked = self._index, self._asked
        found = rest(index.schedules.get(team), self.fixture.game_id, asked.at_s, asked.tip_s)
        found["games"] = 0.0
        found |= dict(zip(ELO_SPEEDS, self._elo[team] or (), strict=False))
        if self._strengths is not None:
            found |= self._strengths.of(index.teams[team])
        found |= self._squad(team)
        games, league = index.of_team.get(team), index.tallies_at(asked.at_s)
        if games is not None and league is not None:
            known = games.known(asked)
            found |= season_form(known, asked, league) | window_form(known, asked)
        return found

    def _squad(self, team: str) -> Features:
        recent: Counter[str] = Counter()
        games = 0
        rows = self._index.appearances.get(team)
        if rows is not None:
            known = rows.known(self._asked)
            tips = np.unique(known.tip_s)[-CHANGE_GAMES:]
            games = tips.size
            names = self._index.players.names
            recent.update(names[one] for one in known.player[np.isin(known.tip_s, tips)])
        told = self._index.injuries_told_s <= self._asked.at_s
        return squad(self._rosters[team], told, recent, games, self._brings)

    def _brings(self, player: str) -> tuple[float, float] | None:
        """Points and game score a game."""
        if player not in self._brought:
            self._brought[player] = self._usual(player)
        return self._brought[player]

    def _usual(self, player: str) -> tuple[float, float] | None:
        games, sums = self._index.of_player.get(player), self._index.player_sums.at(self._asked.at_s)
        if games is None or sums is None:
            return None
        mean = usual(games.known(self._asked), self._asked, sums)
        return None if mean is None else (float(mean[_POINTS]), float(mean[_VALUE]))

    def _teammates_out(self, team: str, player: str, own: Features) -> Features:
        out, points = own.get("players_out"), own.get("out_points")
        if out is None or points is None or player not in self._rosters[team].out:
            return {"teammates_out": out, "teammates_out_points": points}
        brings = self._brings(player)
        return {"teammates_out": out - 1.0, "teammates_out_points": points - (brings[0] if brings else 0.0)}

    def _head_to_head(self) -> Features:
        games = self._index.of_team.get(self.fixture.home_team)
        if games is None:
            return {"head_to_head_games": 0.0}
        return head_to_head(games.known(self._asked), self._index.teams[self.fixture.away_team], self._asked)

    def _expected(self) -> Features:
        """Also None for a team that was never seen."""
        league = self._strengths
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
