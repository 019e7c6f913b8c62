"""Seasons of a generated league: every fact in all its versions, and the best forecast of each game.

Belongs here: what is asked for, and what comes of it. Not here: how a year goes (`year`), its files
(`feed_files`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property

import numpy as np

from uball_assets.demo.seasons.best_forecast import BestForecast
from uball_assets.demo.seasons.moves import Moves, newcomers_a_summer
from uball_assets.demo.seasons.people import clubs, people_of
from uball_assets.demo.seasons.told import Told
from uball_assets.demo.seasons.year import GAP_DAYS, Year
from uball_assets.domain.footage.games import Team
from uball_assets.domain.league.facts import LeagueFacts
from uball_assets.domain.league.fixtures import Fixture

FIRST_DAY = datetime(2023, 10, 1, tzinfo=UTC)


@dataclass(frozen=True)
class GeneratedGame:
    fixture: Fixture
    """Its last version: the official score, where it was played."""
    best: BestForecast

    @property
    def home_won(self) -> bool | None:
        fixture = self.fixture
        if fixture.home_points is None or fixture.away_points is None:
            return None
        return fixture.home_points > fixture.away_points


@dataclass(frozen=True)
class GeneratedSeasons:
    """A seed decides everything, the first day only when it happens."""

    seed: int
    teams: int | Sequence[Team] = 8
    """How many, or which: their rosters are filled up. Four at least."""
    seasons: int = 3
    games_a_season: int = 60
    """Played, before playoffs and besides a pre-season and a game that is cancelled."""
    first_day: datetime = FIRST_DAY
    """Midnight, UTC."""
    games_to_come: int = 0
    """More of the last season, scheduled and not played; it has no playoffs yet. The first of them is two
    days after the last that was played."""

    @property
    def facts(self) -> LeagueFacts:
        told = self._told
        return LeagueFacts(
            fixtures=tuple(told.fixtures),
            player_lines=tuple(told.lines),
            roster_moves=tuple(told.moves.told),
        )

    @property
    def games(self) -> tuple[GeneratedGame, ...]:
        """All that were played or are to come, by tip-off."""
        last = {fixture.game_id: fixture for fixture in self._told.fixtures}
        made = [GeneratedGame(last[game_id], best) for game_id, best in self._told.best.items()]
        return tuple(sorted(made, key=lambda one: (one.fixture.tip_off, one.fixture.game_id)))

    @property
    def last_played_day(self) -> int:
        """Of the season's games, counted from the first day."""
        return self._told.last_played_day

    def beginning(self, first_day: datetime) -> GeneratedSeasons:
        """The same on other days."""
        return replace(self, first_day=first_day)

    @cached_property
    def _told(self) -> Told:
        rng = np.random.default_rng(self.seed)
        teams = clubs(self.teams, self.seed) if isinstance(self.teams, int) else tuple(self.teams)
        people = people_of(teams, self.seasons * newcomers_a_summer(len(teams)), self.seed, rng)
        told = Told(self.first_day, Moves(people, [team.team_id for team in teams], rng), rng)
        start = 0
        for number in range(1, self.seasons + 1):
            to_come = self.games_to_come if number == self.seasons else 0
            start = Year(told, self.seed, number, start).play(self.games_a_season, to_come) + GAP_DAYS
        return told
