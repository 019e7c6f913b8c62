"""A team as it stands: its season, its roster with who is out, its last and next games; and all teams' table.

Belongs here: reading for the pages, of one season and by team. Not here: adding up (`domain.showing`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from uball_assets.adapters.warehouse.warehouse import Warehouse
from uball_assets.domain.form.tables import FORM_FEATURES
from uball_assets.domain.league.fixtures import Fixture
from uball_assets.domain.league.lines import Counts
from uball_assets.domain.league.rosters import Move, RosterMove, roster_at
from uball_assets.domain.league.tables import PLAYER_LINES, TEAM_LINES, player_line_of, team_line_of
from uball_assets.domain.showing.season_so_far import TeamSeason, counts_by_game, team_season
from uball_assets.services.league.forecast_reading import (
    ForecastGame,
    fixtures_between,
    rows_of_games,
    with_forecasts,
)
from uball_assets.services.league.names import moves_of_team, player_names

LOOK_BACK = timedelta(days=400)
"""So far back a league's last game is looked for: a year and its summer."""
LOOK_AHEAD = timedelta(days=60)
SHOWN_GAMES = 10
BOTH = 2
_RATINGS = ("elo_medium", "margin_rating")


@dataclass(frozen=True)
class RosterLine:
    player_id: str
    name: str
    jersey_number: int | None
    out_since: datetime | None
    """None: he can play."""


@dataclass(frozen=True)
class TeamNow:
    team_id: str
    season: str
    """'' where it played none lately."""
    so_far: TeamSeason
    ratings: dict[str, float]
    """As of the last game that features were made for: `elo_medium`, `margin_rating`."""
    roster: tuple[RosterLine, ...]
    """By number, then name."""
    last: tuple[ForecastGame, ...]
    """The latest first."""
    next: tuple[ForecastGame, ...]


def read_team(warehouse: Warehouse, team_id: str, now: datetime) -> TeamNow | None:
    """None: no game and no roster knows it."""
    fixtures = fixtures_between(warehouse, (now - LOOK_BACK).date(), (now + LOOK_AHEAD).date(), team_id)
    moves = moves_of_team(warehouse, team_id)
    if not fixtures and not moves:
        return None
    season = season_of(fixtures, now)
    own = [one for one in fixtures if one.season == season]
    played = [one for one in fixtures if one.is_final][-SHOWN_GAMES:]
    to_come = [one for one in fixtures if one.tip_off > now and not one.is_final][:SHOWN_GAMES]
    told = {one.fixture.game_id: one for one in with_forecasts(warehouse, [*played, *to_come])}
    return TeamNow(
        team_id,
        season,
        team_season(team_id, own, _counts(warehouse, own)),
        _ratings(warehouse, team_id, [*played[-1:], *to_come[:1]]),
        _roster(moves, team_id, now),
        tuple(told[one.game_id] for one in reversed(played)),
        tuple(told[one.game_id] for one in to_come),
    )


@dataclass(frozen=True)
class Standings:
    season: str
    teams: tuple[TeamSeason, ...]
    """The best record first."""


def read_standings(warehouse: Warehouse, now: datetime) -> Standings:
    """Of the season that is played, or was last."""
    fixtures = fixtures_between(warehouse, (now - LOOK_BACK).date(), (now + LOOK_AHEAD).date())
    season = season_of(fixtures, now)
    own = [one for one in fixtures if one.season == season]
    counts = _counts(warehouse, own)
    ids = sorted({team for one in own for team in (one.home_team, one.away_team)})
    found = [team_season(team_id, own, counts) for team_id in ids]
    return Standings(season, tuple(sorted(found, key=_best_first)))


def season_of(fixtures: Sequence[Fixture], now: datetime) -> str:
    """Of the last game that was played; before the first one of the next."""
    played = [one for one in fixtures if one.tip_off <= now]
    return (played[-1] if played else fixtures[0]).season if fixtures else ""


def _best_first(season: TeamSeason) -> tuple[float, float, str]:
    return -(season.all.share or 0.0), -(season.net or 0.0), season.team_id


def _counts(warehouse: Warehouse, fixtures: Sequence[Fixture]) -> dict[str, dict[str, Counts]]:
    """By game and team. Players' lines are read only where a team's are missing."""
    played = [one for one in fixtures if one.is_final]
    of_teams = [team_line_of(row) for row in rows_of_games(warehouse, TEAM_LINES, played)]
    found = counts_by_game(of_teams)
    bare = [one for one in played if len(found.get(one.game_id, {})) < BOTH]
    of_players = [player_line_of(row) for row in rows_of_games(warehouse, PLAYER_LINES, bare)]
    return counts_by_game(of_teams, of_players) if of_players else found


def _ratings(warehouse: Warehouse, team_id: str, fixtures: Sequence[Fixture]) -> dict[str, float]:
    """The latest that were made; features of a game are as of its tip-off."""
    rows = sorted(rows_of_games(warehouse, FORM_FEATURES, fixtures), key=lambda row: row["tip_off"])
    if not rows:
        return {}
    side = "home" if rows[-1]["home_team"] == team_id else "away"
    told = {name: rows[-1].get(f"{side}_{name}") for name in _RATINGS}
    return {name: value for name, value in told.items() if value is not None}


def _roster(moves: Sequence[RosterMove], team_id: str, now: datetime) -> tuple[RosterLine, ...]:
    roster, names = roster_at(moves, team_id, now), player_names(moves)
    numbers = {move.player_id: move.jersey_number for move in moves if move.jersey_number is not None}
    out_since = {
        move.player_id: move.moved_at
        for move in sorted(moves, key=lambda one: one.moved_at)
        if move.move is Move.OUT and move.moved_at <= now
    }
    lines = [
        RosterLine(
            who,
            names.get(who, who),
            numbers.get(who),
            out_since.get(who) if who in roster.out else None,
        )
        for who in roster.players
    ]
    return tuple(sorted(lines, key=_by_number))


def _by_number(line: RosterLine) -> tuple[bool, int, str]:
    return line.jersey_number is None, line.jersey_number or 0, line.name
