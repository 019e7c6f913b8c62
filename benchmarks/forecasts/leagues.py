"""A generated league as the platform's rows: features as of each tip-off, and what could have been foreseen.

Belongs here: rows. Not here: the league (`uball_assets.demo.seasons`), learning (`asking`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from uball_assets.demo.seasons.generated import GeneratedGame, GeneratedSeasons
from uball_assets.domain.forecasting.rows import PlayerTrainingRow, TrainingRow
from uball_assets.domain.form.book import FormBook
from uball_assets.domain.league.fixtures import Fixture, Phase
from uball_assets.domain.league.lines import PlayerLine


@dataclass(frozen=True)
class Known:
    """A game of the season that was played."""

    row: TrainingRow
    best: float
    """The home team's chance, from the true strengths."""


@dataclass(frozen=True)
class KnownLine:
    row: PlayerTrainingRow
    best: float
    """Points to be expected of him, from the true strengths."""
    fixture: Fixture


@dataclass(frozen=True)
class League:
    seed: int
    games_a_season: int
    seasons: int = 3

    @cached_property
    def _made(self) -> GeneratedSeasons:
        return GeneratedSeasons(self.seed, seasons=self.seasons, games_a_season=self.games_a_season)

    @cached_property
    def book(self) -> FormBook:
        return FormBook(self._made.facts)

    @property
    def _played(self) -> list[GeneratedGame]:
        return [game for game in self._made.games if game.fixture.phase is Phase.SEASON]

    @cached_property
    def games(self) -> list[Known]:
        """Of the seasons, by tip-off; no pre-season, no playoffs."""
        return [
            Known(TrainingRow.of(game.fixture, self.book.game(game.fixture)), game.best.game.home_win)
            for game in self._played
        ]

    def lines(self, until: int) -> list[KnownLine]:
        """Of the first so many games, those who played and were announced to."""
        of_game: dict[str, list[PlayerLine]] = {}
        for line in self._made.facts.player_lines:
            of_game.setdefault(line.game_id, []).append(line)
        found = []
        for game in self._played[:until]:
            newest = {line.player_id: line for line in of_game[game.fixture.game_id]}
            found += [
                KnownLine(
                    PlayerTrainingRow.of(
                        game.fixture, line, self.book.player(game.fixture, line.team_id, player)
                    ),
                    game.best.player_points[player],
                    game.fixture,
                )
                for player, line in newest.items()
                if player in game.best.player_points
            ]
        return found
