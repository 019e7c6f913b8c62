"""Scoring what was told of games that were played, out of the warehouse."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from uball_assets.adapters.warehouse.warehouse import Lineage
from uball_assets.domain.forecasting.forecast import GameForecast, Interval, PlayerForecast
from uball_assets.domain.forecasting.made import MadeForecast, MadePlayerForecast, Making
from uball_assets.domain.forecasting.tables import (
    FORECASTS,
    PLAYER_FORECASTS,
    forecast_row,
    player_forecast_row,
)
from uball_assets.domain.league.facts import LeagueFacts
from uball_assets.domain.league.fixtures import Fixture, Phase, Status
from uball_assets.domain.league.lines import Counts, PlayerLine
from uball_assets.domain.record import Family
from uball_assets.services.forecasting.operating.scoring import score_played
from uball_assets_tests.services.league.warehouse_in_memory import WarehouseInMemory

TIP_OFF = datetime(2026, 3, 7, 18, tzinfo=UTC)
OVER = TIP_OFF + timedelta(hours=3)
FINAL = Fixture("g1", "2025-26", Phase.SEASON, TIP_OFF, "red", "blue", Status.FINAL, 90, 80, OVER)
LINE = PlayerLine("g1", TIP_OFF, "red", "blue", "p1", True, Counts(twos_made=6), "feed", OVER)
FACTS = LeagueFacts((FINAL,), (), (LINE,), ())
MAKING = Making("g1", TIP_OFF, "red", "blue", "v1", TIP_OFF - timedelta(hours=30), True, "h", "new")
TOLD = GameForecast(0.7, Interval(88, 80, 95), Interval(70, 60, 78), ())
LATER = replace(MAKING, model="v2", made_at=TIP_OFF - timedelta(hours=5), inputs_hash="i")
LINEAGE = Lineage("forecasts", "run")


def test_a_game_that_a_promoted_model_told_anew_counts_once_by_what_was_told_last() -> None:
    warehouse = WarehouseInMemory()
    warehouse.write(FORECASTS, [forecast_row(MadeForecast(one, TOLD)) for one in (MAKING, LATER)], LINEAGE)
    line = PlayerForecast({"points": Interval(10, 4, 16)}, ())
    lines = [MadePlayerForecast(one, "red", "p1", line) for one in (MAKING, LATER)]
    warehouse.write(PLAYER_FORECASTS, map(player_forecast_row, lines), LINEAGE)

    found = score_played(warehouse, FACTS, OVER, 30, "run")

    assert {(one.family, one.model): one.is_used for one in found} == {
        (Family.OUTCOME, "v1"): False,
        (Family.OUTCOME, "v2"): True,
        (Family.PLAYER, "v1"): False,
        (Family.PLAYER, "v2"): True,
    }
    assert not score_played(warehouse, FACTS, OVER, 30, "again")


@pytest.mark.parametrize("phase", [Phase.PRE_SEASON, Phase.ALL_STAR])
def test_a_game_that_counts_for_nothing_is_not_scored(phase: Phase) -> None:
    warehouse = WarehouseInMemory()
    warehouse.write(FORECASTS, [forecast_row(MadeForecast(MAKING, TOLD))], LINEAGE)
    facts = replace(FACTS, fixtures=(replace(FINAL, phase=phase),))
    assert score_played(warehouse, facts, OVER, 30, "run") == []
