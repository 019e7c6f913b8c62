"""A player as he stands: his lines by game, his season, what is told of his next game.

Belongs here: reading for the page, by the player. Not here: adding up (`domain.showing.player_season`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from uball_assets.adapters.warehouse.warehouse import Warehouse
from uball_assets.domain.forecasting.made import MadePlayerForecast
from uball_assets.domain.forecasting.tables import PLAYER_FORECASTS, player_forecast_of
from uball_assets.domain.league.fixtures import NEVER_COUNTED, Fixture
from uball_assets.domain.league.lines import PlayerLine
from uball_assets.domain.league.rosters import RosterMove, roster_at
from uball_assets.domain.league.tables import FIXTURES, PLAYER_LINES, player_line_of
from uball_assets.domain.showing.player_season import PlayerSeason, player_season
from uball_assets.services.league.forecast_reading import MOVED_BY, newest_fixtures
from uball_assets.services.league.names import moves_of_players, player_names
from uball_assets.services.league.team_reading import LOOK_AHEAD, LOOK_BACK, season_of


@dataclass(frozen=True)
class PlayerGame:
    line: PlayerLine
    fixture: Fixture | None
    """None where no schedule has the game."""


@dataclass(frozen=True)
class PlayerNow:
    player_id: str
    name: str
    team_id: str | None
    """None: on no roster, and he never played."""
    is_out: bool
    season: str
    """Of the numbers; '' where he played none lately."""
    so_far: PlayerSeason
    games: tuple[PlayerGame, ...]
    """Of a year, the latest first."""
    next: MadePlayerForecast | None
    """What is told of his next game."""


def read_player(warehouse: Warehouse, player_id: str, now: datetime) -> PlayerNow | None:
    """None: no line and no roster knows him."""
    since, until = (now - LOOK_BACK).date(), (now + LOOK_AHEAD).date()
    equal = {"player_id": [player_id]}
    rows = warehouse.read(PLAYER_LINES, since=since, until=now.date(), equal=equal)
    moves = moves_of_players(warehouse, [player_id])
    if not rows and not moves:
        return None
    newest = {line.game_id: line for line in sorted(map(player_line_of, rows), key=lambda one: one.known_at)}
    lines = sorted(newest.values(), key=lambda line: line.tip_off)
    fixtures = _fixtures(warehouse, lines)
    season = season_of([fixtures[line.game_id] for line in lines if line.game_id in fixtures], now)
    counted = [
        line.counts
        for line in lines
        if (one := fixtures.get(line.game_id)) and one.season == season and one.phase not in NEVER_COUNTED
    ]
    team_id = next((team for team in _teams(moves) if player_id in roster_at(moves, team, now).players), None)
    told = warehouse.read(PLAYER_FORECASTS, since=now.date(), until=until, equal=equal)
    return PlayerNow(
        player_id,
        player_names(moves).get(player_id, player_id),
        team_id or (lines[-1].team_id if lines else None),
        team_id is not None and player_id in roster_at(moves, team_id, now).out,
        season,
        player_season(counted),
        tuple(PlayerGame(line, fixtures.get(line.game_id)) for line in reversed(lines)),
        _next([player_forecast_of(row) for row in told if row["is_used"]], now),
    )


def _fixtures(warehouse: Warehouse, lines: list[PlayerLine]) -> dict[str, Fixture]:
    if not lines:
        return {}
    days = [line.tip_off.date() for line in lines]
    ids = [line.game_id for line in lines]
    since, until = min(days) - MOVED_BY, max(days) + MOVED_BY
    rows = warehouse.read(FIXTURES, since=since, until=until, equal={"game_id": ids})
    return {one.game_id: one for one in newest_fixtures(rows)}


def _teams(moves: list[RosterMove]) -> list[str]:
    return sorted({move.team_id for move in moves})


def _next(told: list[MadePlayerForecast], now: datetime) -> MadePlayerForecast | None:
    """The last version of the game that comes first."""
    ahead = [one for one in told if one.making.tip_off > now]
    first = min((one.making.tip_off for one in ahead), default=None)
    return max(
        (one for one in ahead if one.making.tip_off == first),
        key=lambda one: one.making.made_at,
        default=None,
    )
