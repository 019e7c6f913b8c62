"""Making forecasts of the games to come: by the model that serves, and by one on trial beside it.

A forecast is made where its features or its model are other than in the version before, and none after
tip-off: the clock is read once more when they are written.

Belongs here: reading, asking, writing. Not here: when one is made anew (`domain.forecasting.kept.remaking`),
features (`features`), scores (`scoring`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import numpy as np

from uball_assets.adapters.record.family import of_family
from uball_assets.adapters.record.registry import Registry
from uball_assets.adapters.record.routes import current_routing
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.warehouse.warehouse import Lineage, Warehouse
from uball_assets.domain.forecasting.forecast import PlayerForecast
from uball_assets.domain.forecasting.kept.remaking import (
    SHEET_CHANGED,
    TIME_PASSED,
    News,
    because,
    inputs_hash,
    is_to_come,
)
from uball_assets.domain.forecasting.linear import row_of
from uball_assets.domain.forecasting.made import MadeForecast, MadePlayerForecast, Making
from uball_assets.domain.forecasting.players import PlayerModel
from uball_assets.domain.forecasting.sheet import Share, share_of
from uball_assets.domain.forecasting.tables import (
    FORECASTS,
    PLAYER_FORECASTS,
    forecast_row,
    player_forecast_row,
)
from uball_assets.domain.form.columns import APPEARS
from uball_assets.domain.form.tables import FORM_FEATURES, PLAYER_FEATURES
from uball_assets.domain.league.facts import LeagueFacts
from uball_assets.domain.league.fixtures import Fixture
from uball_assets.domain.record import Family
from uball_assets.domain.serving.routing import Routing, beside, model_for
from uball_assets.domain.tables import Row, Table
from uball_assets.services.forecasting.models import load_outcome, load_player

MADE_BY = "forecasts"
_Key = tuple[Any, ...]


@dataclass(frozen=True)
class Made:
    """By one run."""

    games: tuple[MadeForecast, ...]
    players: tuple[MadePlayerForecast, ...]
    coming: int
    """Games that may be told still."""
    without_features: tuple[str, ...]
    """Of those, the ones whose features are not there yet."""


@dataclass(frozen=True)
class _Told:
    """By whom a game is told."""

    model: str
    is_used: bool


def make_forecasts(
    warehouse: Warehouse,
    registry: Registry,
    training: ObjectStore,
    facts: LeagueFacts,
    clock: Callable[[], datetime],
    run: str,
) -> Made:
    """Of every game to come, where one is due. `facts`: in all their versions."""
    now = clock()
    news = News.of(facts, now)
    coming = {one.game_id: one for one in facts.known_at(now).fixtures if is_to_come(one, now)}
    since = (now - timedelta(days=1)).date()
    rows = [row for row in warehouse.read(FORM_FEATURES, since=since) if row["game_id"] in coming]
    players = [row for row in warehouse.read(PLAYER_FEATURES, since=since) if row["game_id"] in coming]
    before = _newest(warehouse.read(FORECASTS, since=since), "game_id")
    before_players = _newest(warehouse.read(PLAYER_FORECASTS, since=since), "game_id", "player_id")

    outcome = _Asking(registry, Family.OUTCOME, lambda name: load_outcome(training, name))
    games = [
        MadeForecast(making, model.forecast(row))
        for row in rows
        for making, model in outcome.due(coming[row["game_id"]], row, (row["game_id"],), before, news, now)
    ]
    player = _Asking(registry, Family.PLAYER, lambda name: load_player(training, name))
    lines = [
        MadePlayerForecast(making, row["team_id"], row["player_id"], squad.forecast(model, row))
        for squad in _squads(players, outcome.points(rows))
        for row in squad.rows
        for making, model in player.due(
            coming[row["game_id"]],
            row,
            (row["game_id"], row["player_id"]),
            before_players,
            news,
            now,
            partial(squad.held_to, row),
        )
    ]
    written = _write(warehouse, FORECASTS, games, forecast_row, clock, run)
    written_lines = _write(warehouse, PLAYER_FORECASTS, lines, player_forecast_row, clock, run)
    known = {row["game_id"] for row in rows}
    return Made(written, written_lines, len(coming), tuple(sorted(coming.keys() - known)))


class _Asking:
    """A family's models, each loaded once."""

    def __init__(self, registry: Registry, family: Family, load: Callable[[str], Any]) -> None:
        self._routing = current_routing(of_family(registry, family))
        self._otherwise = SHEET_CHANGED if family is Family.PLAYER else TIME_PASSED
        self._load = load
        self._models: dict[str, Any] = {}

    def due(
        self,
        fixture: Fixture,
        row: Row,
        key: _Key,
        before: Mapping[_Key, Making],
        news: News,
        now: datetime,
        held_to: Callable[[Any], Sequence[float | None]] = lambda _: (),
    ) -> list[tuple[Making, Any]]:
        """What is to be made now, with the model to ask. `held_to`: what else a model's forecast rests on."""
        found = []
        for told in _who(self._routing, fixture.game_id):
            model = self._model(told.model)
            hashed = inputs_hash(told.model, model.features, row, *held_to(model))
            last = before.get((*key, told.is_used))
            if last and last.inputs_hash == hashed and last.tip_off == fixture.tip_off:
                continue
            why = because(last, fixture, told.model, news, self._otherwise)
            making = Making(
                fixture.game_id,
                fixture.tip_off,
                fixture.home_team,
                fixture.away_team,
                told.model,
                now,
                told.is_used,
                hashed,
                why,
            )
            found.append((making, model))
        return found

    def points(self, rows: Iterable[Row]) -> dict[_Key, float]:
        """Each team's, as the model that is used tells them: by game and team."""
        found = {}
        for row in rows:
            for told in _who(self._routing, row["game_id"])[:1]:
                forecast = self._model(told.model).forecast(row)
                found[row["game_id"], row["home_team"]] = forecast.home_points.mean
                found[row["game_id"], row["away_team"]] = forecast.away_points.mean
        return found

    def _model(self, name: str) -> Any:
        if name not in self._models:
            self._models[name] = self._load(name)
        return self._models[name]


@dataclass(frozen=True)
class _Squad:
    """Of a team in a game to come."""

    rows: Sequence[Row]
    """A player each."""
    team_points: float | None
    """As the outcome model tells them, where one serves."""
    _shares: dict[str, Share | None] = field(default_factory=dict)

    def forecast(self, model: PlayerModel, row: Row) -> PlayerForecast:
        return replace(model.forecast(row, self._share(model)), appears=row.get(APPEARS.name))

    def held_to(self, row: Row, model: PlayerModel) -> tuple[float | None, ...]:
        share = self._share(model)
        return (row.get(APPEARS.name), *((share.team_points, share.factor) if share else ()))

    def _share(self, model: PlayerModel) -> Share | None:
        if self.team_points is None:
            return None
        if model.name not in self._shares:
            table = np.array([row_of(model.features, row) for row in self.rows])
            chances = [row.get(APPEARS.name) for row in self.rows]
            points = model.points(model.features, table)
            self._shares[model.name] = share_of(points, chances, self.team_points)
        return self._shares[model.name]


def _squads(players: Iterable[Row], points: Mapping[_Key, float]) -> list[_Squad]:
    found: dict[_Key, list[Row]] = defaultdict(list)
    for row in sorted(players, key=lambda row: str(row["player_id"])):
        found[row["game_id"], row["team_id"]].append(row)
    return [_Squad(rows, points.get(key)) for key, rows in found.items()]


def _who(routing: Routing | None, game_id: str) -> list[_Told]:
    if routing is None:
        return []
    used = model_for(routing, game_id)
    other = beside(routing, used)
    return [_Told(used, is_used=True), *([_Told(other, is_used=False)] if other else [])]


def _newest(rows: Iterable[Row], *key: str) -> dict[_Key, Making]:
    """By key and whether it was used, the version made last."""
    found: dict[_Key, Making] = {}
    for row in sorted(rows, key=lambda row: row["made_at"]):
        making = Making(**{name: row[name] for name in Making.__dataclass_fields__})
        found[*(row[name] for name in key), making.is_used] = making
    return found


_Made = TypeVar("_Made", MadeForecast, MadePlayerForecast)


def _write(
    warehouse: Warehouse,
    table: Table,
    made: Iterable[_Made],
    to_row: Callable[[_Made], dict[str, Any]],
    clock: Callable[[], datetime],
    run: str,
) -> tuple[_Made, ...]:
    """Those whose game has not begun by now: making many takes a while."""
    at = clock()
    kept = [replace(one, making=replace(one.making, made_at=at)) for one in made if at < one.making.tip_off]
    if kept:
        warehouse.write(table, map(to_row, kept), Lineage(MADE_BY, run))
    return tuple(kept)
