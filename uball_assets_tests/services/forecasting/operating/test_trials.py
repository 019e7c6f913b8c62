"""A trial of forecasts on the record: pairs once, and the routes that follow."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from uball_assets.adapters.record.pauses import held_now, pause
from uball_assets.adapters.record.registry import StoreRegistry
from uball_assets.adapters.record.routes import current_routing
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.domain.record import PAIRS, Family
from uball_assets.services.forecasting.operating.answering import ForecastEndpoint, serving_of
from uball_assets.services.forecasting.operating.trials import enter_pair, look_at_trial, trial_of
from uball_assets.services.serving import Serving
from uball_assets_tests.services.forecasting.operating.models import add_model

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
V1, V2 = "outcome-model-v1", "outcome-model-v2"


@pytest.fixture
def serving(tmp_path: Path) -> Serving:
    """v1 serves, v2 is in shadow."""
    store = FolderStore(tmp_path)
    registry = StoreRegistry(store, lambda: NOW)
    one, two = (add_model(registry, store, Family.OUTCOME, games) for games in (40, 44))
    serving = serving_of(Family.OUTCOME, registry, store, ForecastEndpoint(Family.OUTCOME, store))
    serving.promote(one, "ann", "the first")
    serving.shadow(two, "ann", "a look")
    return serving


def play(serving: Serving, game_id: str, challenger: float, champion: float) -> None:
    routing = current_routing(serving.registry)
    assert routing
    enter_pair(serving.registry, routing, game_id, (challenger, champion))


def test_a_game_counts_once_and_a_corrected_result_in_its_place(serving: Serving) -> None:
    for challenger in (0.5, 0.5, 0.9):
        play(serving, "g1", challenger, 0.7)
    assert serving.registry.count(PAIRS) == 2
    routing = current_routing(serving.registry)
    assert routing
    trial = trial_of(serving.registry, routing)
    assert trial
    assert trial.games == ("game g1: 0.900 and 0.700 nats",)


def test_evidence_for_the_challenger_promotes_it_and_says_so(serving: Serving) -> None:
    for number in range(4):
        play(serving, f"g{number}", 0.1, 1.2)
    row = look_at_trial(serving, NOW, 14, None)
    assert row
    assert row["cause"]["why"].startswith("better: evidence")
    assert str(current_routing(serving.registry)) == f"{V2} 100 %"


def test_while_no_model_may_change_the_trial_goes_on(serving: Serving) -> None:
    for number in range(4):
        play(serving, f"g{number}", 0.1, 1.2)
    pause(serving.registry, "ann", "finals", None)
    assert look_at_trial(serving, NOW, 14, held_now(serving.registry, (), NOW)) is None
    assert str(current_routing(serving.registry)) == f"{V1} 100 %, {V2} in shadow"


def test_evidence_against_it_ends_the_trial(serving: Serving) -> None:
    for number in range(3):
        play(serving, f"g{number}", 1.2, 0.1)
    row = look_at_trial(serving, NOW, 14, None)
    assert row
    assert f"{V2}: worse" in row["cause"]["why"]
    assert str(current_routing(serving.registry)) == f"{V1} 100 %"


def test_without_a_trial_there_is_nothing_to_look_at(serving: Serving) -> None:
    serving.rollback(None, "ann", "enough")
    assert look_at_trial(serving, NOW, 14, None) is None
