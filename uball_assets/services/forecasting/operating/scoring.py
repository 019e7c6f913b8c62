"""Scores of forecasts whose game was played: into the warehouse, and on the record what drift and trials rest
on.

Level-triggered: whatever has a result and no score, or the score of another result, is scored.

Belongs here: reading, scoring, writing. Not here: a score (`domain.forecasting.kept.scored`), drift
(`drifting`), ending a trial (`trials`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from uball_assets.adapters.warehouse.warehouse import Lineage, Warehouse
from uball_assets.domain.forecasting.kept.scored import last_before, one_used, score_game, score_players
from uball_assets.domain.forecasting.made import ForecastScore, MadePlayerForecast
from uball_assets.domain.forecasting.tables import (
    FORECAST_SCORES,
    FORECASTS,
    PLAYER_FORECASTS,
    forecast_of,
    player_forecast_of,
    score_of,
    score_row,
)
from uball_assets.domain.league.facts import LeagueFacts
from uball_assets.domain.league.fixtures import NEVER_COUNTED, Fixture
from uball_assets.domain.league.lines import Counts, PlayerLine
from uball_assets.domain.tables import Row

SCORED_BY = "scores"


def score_played(
    warehouse: Warehouse, facts: LeagueFacts, now: datetime, history_days: int, run: str
) -> list[ForecastScore]:
    """The new ones, of games of the last days that count: a pre-season or an all-star game says little of a
    forecast. `facts`: in all their versions."""
    since = (now - timedelta(days=history_days)).date()
    known = facts.known_at(now)
    played = {
        one.game_id: one
        for one in known.fixtures
        if one.is_final and one.phase not in NEVER_COUNTED and one.tip_off.date() >= since
    }
    appeared = _appeared(known.player_lines, played)
    rows = _by_game(warehouse.read(FORECASTS, since=since))
    lines = _by_game(warehouse.read(PLAYER_FORECASTS, since=since))
    before = set(map(score_of, warehouse.read(FORECAST_SCORES, since=since)))
    found = [
        score
        for game_id, fixture in played.items()
        for score in (
            *_of_game(rows.get(game_id, ()), fixture),
            *_of_players(lines.get(game_id, ()), appeared.get(game_id, {}), fixture),
        )
        if score not in before
    ]
    if found:
        warehouse.write(FORECAST_SCORES, map(score_row, found), Lineage(SCORED_BY, run))
    return found


def _of_game(rows: Iterable[Row], fixture: Fixture) -> list[ForecastScore]:
    told = last_before(map(forecast_of, rows), fixture.tip_off)
    return one_used(score for one in told if (score := score_game(one, fixture)))


def _of_players(rows: Iterable[Row], appeared: Mapping[str, Counts], fixture: Fixture) -> list[ForecastScore]:
    by_model: dict[str, list[MadePlayerForecast]] = defaultdict(list)
    for one in last_before(map(player_forecast_of, rows), fixture.tip_off):
        by_model[one.making.model].append(one)
    return one_used(score for told in by_model.values() if (score := score_players(told, appeared, fixture)))


def _appeared(lines: Iterable[PlayerLine], played: Mapping[str, Fixture]) -> dict[str, dict[str, Counts]]:
    found: dict[str, dict[str, Counts]] = defaultdict(dict)
    for line in lines:
        if line.game_id in played:
            found[line.game_id][line.player_id] = line.counts
    return found


def _by_game(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["game_id"]].append(row)
    return found
