"""One game of the schedule: its forecasts with their reasons, and its score sheet, told and happened.

Belongs here: reading one game, which asks for its own rows alone. Not here: what a person wrote of its plays
(`services.game_reading`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from uball_assets.adapters.warehouse.warehouse import Warehouse
from uball_assets.domain.forecasting.forecast import Interval
from uball_assets.domain.forecasting.kept.scored import last_before
from uball_assets.domain.forecasting.made import ForecastScore, MadeForecast, MadePlayerForecast
from uball_assets.domain.forecasting.tables import (
    FORECAST_SCORES,
    FORECASTS,
    PLAYER_FORECASTS,
    forecast_of,
    player_forecast_of,
    score_of,
)
from uball_assets.domain.league.fixtures import Fixture
from uball_assets.domain.league.lines import Counts, PlayerLine, TeamLine
from uball_assets.domain.league.ratings import GameRatings, game_ratings
from uball_assets.domain.league.rosters import roster_at
from uball_assets.domain.league.standing import newest_lines
from uball_assets.domain.league.tables import (
    FIXTURES,
    PLAYER_LINES,
    TEAM_LINES,
    player_line_of,
    team_line_of,
)
from uball_assets.domain.showing.season_so_far import counts_by_game
from uball_assets.services.league.forecast_reading import last_forecast, newest_fixtures, rows_of_games
from uball_assets.services.league.names import moves_of_team, player_names


@dataclass(frozen=True)
class SheetLine:
    """A player: what was told of him, and what he did."""

    player_id: str
    name: str
    told: Mapping[str, Interval]
    """By stat; empty where nothing was."""
    counts: Counts | None
    """None where he did not appear, or nobody told yet."""
    is_out: bool
    """As it was known at tip-off."""
    appears: float | None
    """The chance that he plays, as it was told; `told` is as if he did."""


@dataclass(frozen=True)
class TeamSheet:
    team_id: str
    name: str
    official: int | None
    told: Interval | None
    """Points."""
    counts: Counts | None
    source: str
    """Whose counts they are; '' without any."""
    rated: GameRatings | None
    lines: tuple[SheetLine, ...]
    """Who is to score, or scored, the most first."""

    @property
    def players_points(self) -> float | None:
        """What was told of the players, each by his chance to play, together; None where nothing was."""
        told = [
            line.appears * line.told["points"].mean
            for line in self.lines
            if line.appears is not None and "points" in line.told
        ]
        return sum(told) if told else None


@dataclass(frozen=True)
class FixtureNow:
    fixture: Fixture
    forecast: MadeForecast | None
    """That is, or was, used."""
    versions: tuple[MadeForecast, ...]
    """Used ones, oldest first."""
    on_trial: tuple[MadeForecast, ...]
    """What models on trial said last."""
    score: ForecastScore | None
    sheets: tuple[TeamSheet, TeamSheet]
    """Home, away."""

    @property
    def names(self) -> tuple[str, str]:
        return self.sheets[0].name, self.sheets[1].name


def read_fixture(
    warehouse: Warehouse, game_id: str, team_name: Callable[[str], str], now: datetime
) -> FixtureNow | None:
    """None: no schedule has it."""
    known = newest_fixtures(warehouse.read(FIXTURES, equal={"game_id": [game_id]}))
    if not known:
        return None
    [fixture] = known
    made = [forecast_of(row) for row in rows_of_games(warehouse, FORECASTS, known)]
    made.sort(key=lambda one: one.making.made_at)
    scores = [score_of(row) for row in rows_of_games(warehouse, FORECAST_SCORES, known)]
    forecast = last_forecast(made, fixture)
    sheet = _Sheets(warehouse, fixture, forecast, team_name, now)
    return FixtureNow(
        fixture,
        forecast,
        tuple(one for one in made if one.making.is_used),
        tuple(last_before((one for one in made if not one.making.is_used), fixture.tip_off)),
        next((one for one in scores if one.is_used and one.family == "outcome"), None),
        (sheet.of(fixture.home_team), sheet.of(fixture.away_team)),
    )


class _Sheets:
    """What both sheets are made of, read once."""

    def __init__(
        self,
        warehouse: Warehouse,
        fixture: Fixture,
        forecast: MadeForecast | None,
        team_name: Callable[[str], str],
        now: datetime,
    ) -> None:
        self._warehouse, self._fixture, self._now = warehouse, fixture, now
        self._forecast, self._team_name = forecast, team_name
        team_lines = [team_line_of(row) for row in rows_of_games(warehouse, TEAM_LINES, [fixture])]
        lines = [player_line_of(row) for row in rows_of_games(warehouse, PLAYER_LINES, [fixture])]
        self._team_lines: dict[str, TeamLine] = newest_lines(team_lines)
        self._lines: dict[str, PlayerLine] = newest_lines(lines)
        self._counts = counts_by_game(team_lines, lines).get(fixture.game_id, {})
        told = [
            player_forecast_of(row)
            for row in rows_of_games(warehouse, PLAYER_FORECASTS, [fixture])
            if row["is_used"]
        ]
        self._told: dict[str, MadePlayerForecast] = {}
        for one in sorted(last_before(told, fixture.tip_off), key=lambda one: one.making.made_at):
            self._told[one.player_id] = one

    def of(self, team_id: str) -> TeamSheet:
        fixture = self._fixture
        is_home = team_id == fixture.home_team
        other_id = fixture.away_team if is_home else fixture.home_team
        own, other = self._counts.get(team_id), self._counts.get(other_id)
        told = self._forecast.told if self._forecast else None
        sources = sorted({line.source for line in self._lines.values() if line.team_id == team_id})
        line = self._team_lines.get(team_id)
        return TeamSheet(
            team_id,
            self._team_name(team_id),
            fixture.home_points if is_home else fixture.away_points,
            (told.home_points if is_home else told.away_points) if told else None,
            own,
            line.source if line else ", ".join(sources),
            game_ratings(own, other) if own and other else None,
            self._players(team_id),
        )

    def _players(self, team_id: str) -> tuple[SheetLine, ...]:
        """Who played; before the game who is on the roster."""
        moves = moves_of_team(self._warehouse, team_id)
        roster = roster_at(moves, team_id, min(self._fixture.tip_off, self._now))
        names = player_names(moves)
        lines = {who: line for who, line in self._lines.items() if line.team_id == team_id}
        told = {who: one for who, one in self._told.items() if one.team_id == team_id}
        who_is_shown = lines.keys() | told.keys() | (roster.out if lines else roster.players)
        shown = [
            SheetLine(
                who,
                names.get(who, who),
                told[who].told.stats if who in told else {},
                lines[who].counts if who in lines else None,
                who in roster.out,
                told[who].told.appears if who in told else None,
            )
            for who in sorted(who_is_shown)
        ]
        return tuple(sorted(shown, key=_most_points_first))


def _most_points_first(line: SheetLine) -> tuple[bool, float, float]:
    points = line.counts.points if line.counts else -1
    told = line.told["points"].mean if "points" in line.told else -1.0
    return line.counts is None, -points, -told
