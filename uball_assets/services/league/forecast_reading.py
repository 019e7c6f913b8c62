"""Games of the schedule with what was forecast of them, and how that did: read for the pages, by dates.

Belongs here: reading and putting together. Not here: making forecasts (`services.forecasting`), a whole game
(`fixture_reading`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from uball_assets.adapters.warehouse.warehouse import Warehouse
from uball_assets.domain.forecasting.kept.scored import last_before
from uball_assets.domain.forecasting.made import ForecastScore, MadeForecast
from uball_assets.domain.forecasting.tables import FORECAST_SCORES, FORECASTS, forecast_of, score_of
from uball_assets.domain.league.fixtures import Fixture
from uball_assets.domain.league.tables import FIXTURES, fixture_of
from uball_assets.domain.record import Family
from uball_assets.domain.tables import Row, Table

MOVED_BY = timedelta(days=31)
"""A game that was moved lies under the day of each of its versions; so far around it is looked for."""


@dataclass(frozen=True)
class ForecastGame:
    """A game, the forecast that was used of it, and how that did."""

    fixture: Fixture
    forecast: MadeForecast | None
    """The last one before tip-off."""
    score: ForecastScore | None
    """None until the game is played and scored."""


def fixtures_between(
    warehouse: Warehouse, since: date, until: date, team_id: str | None = None
) -> list[Fixture]:
    """The newest version of each game of these days, by tip-off; of one team's, where one is named."""
    sides = ("home_team", "away_team") if team_id is not None else (None,)
    rows: list[dict[str, Any]] = []
    for side in sides:
        equal = {side: [team_id]} if side else {}
        rows += warehouse.read(FIXTURES, since=since - MOVED_BY, until=until + MOVED_BY, equal=equal)
    found = newest_fixtures(rows)
    return [one for one in found if since <= one.tip_off.date() <= until]


def fixtures_since(warehouse: Warehouse, since: datetime | None) -> list[Fixture]:
    """The newest version of each game that begins then or later, by tip-off; None: of all games."""
    first = since.date() - MOVED_BY if since else None
    found = newest_fixtures(warehouse.read(FIXTURES, since=first))
    return [one for one in found if since is None or one.tip_off >= since]


def newest_fixtures(rows: Iterable[Row]) -> list[Fixture]:
    """Of each game its last version, by tip-off."""
    versions = sorted(map(fixture_of, rows), key=lambda one: one.known_at)
    newest = {one.game_id: one for one in versions}
    return sorted(newest.values(), key=lambda one: (one.tip_off, one.game_id))


def is_scheduled(warehouse: Warehouse, game_id: str) -> bool:
    """Whether any schedule has the game."""
    return bool(warehouse.read(FIXTURES, equal={"game_id": [game_id]}))


def with_forecasts(warehouse: Warehouse, fixtures: Sequence[Fixture]) -> list[ForecastGame]:
    """Each with the forecast that is, or was, used."""
    made: dict[str, list[MadeForecast]] = {}
    for row in rows_of_games(warehouse, FORECASTS, fixtures):
        if row["is_used"]:
            made.setdefault(row["game_id"], []).append(forecast_of(row))
    scores = {
        row["game_id"]: score_of(row)
        for row in rows_of_games(warehouse, FORECAST_SCORES, fixtures)
        if row["is_used"] and row["family"] == Family.OUTCOME
    }
    return [
        ForecastGame(one, last_forecast(made.get(one.game_id, ()), one), scores.get(one.game_id))
        for one in fixtures
    ]


def last_forecast(made: Iterable[MadeForecast], fixture: Fixture) -> MadeForecast | None:
    """Of those that were used the last one before tip-off, whichever model told it."""
    used = last_before((one for one in made if one.making.is_used), fixture.tip_off)
    return max(used, key=lambda one: one.making.made_at, default=None)


def rows_of_games(warehouse: Warehouse, table: Table, fixtures: Sequence[Fixture]) -> list[dict[str, Any]]:
    """Of these games, wherever they were moved from."""
    if not fixtures:
        return []
    days = [one.tip_off.date() for one in fixtures]
    return warehouse.read(
        table,
        since=min(days) - MOVED_BY,
        until=max(days) + MOVED_BY,
        equal={"game_id": [one.game_id for one in fixtures]},
    )


@dataclass
class ForecastScores:
    """Of all forecasts since the start: a row a game and model, read again when the table has changed."""

    warehouse: Warehouse
    _kept: tuple[str, list[ForecastScore]] = field(default=("", []), repr=False)

    def all(self) -> list[ForecastScore]:
        stamp = self.warehouse.stamp([FORECAST_SCORES])
        if stamp != self._kept[0]:
            rows = self.warehouse.read(FORECAST_SCORES)
            self._kept = stamp, [score_of(row) for row in rows]
        return self._kept[1]
