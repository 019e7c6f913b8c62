"""The next model of forecasts, where the one before is not as it was left."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from uball_assets.adapters.record.family import of_family
from uball_assets.adapters.record.registry import StoreRegistry
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.domain.forecasting.config import ForecastConfig
from uball_assets.domain.forecasting.due import Due, KnownGames
from uball_assets.domain.forecasting.how import How
from uball_assets.domain.league.facts import LeagueFacts
from uball_assets.domain.record import Family
from uball_assets.services.forecasting.models import folder, load_outcome
from uball_assets.services.forecasting.operating import learning
from uball_assets.services.forecasting.operating.versions import undecided
from uball_assets_tests.services.forecasting.operating.models import add_model, serve
from uball_assets_tests.services.forecasting.played import games
from uball_assets_tests.services.league.warehouse_in_memory import WarehouseInMemory

NOW = datetime(2026, 3, 7, 18, tzinfo=UTC)


def test_a_damaged_model_is_mended_by_the_next_training_which_learns_every_game_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FolderStore(tmp_path)
    registry = StoreRegistry(store, lambda: NOW)
    damaged = add_model(registry, store, Family.OUTCOME)
    store.write(f"{folder(damaged['name'])}weights.safetensors", b"half of it")
    monkeypatch.setattr(learning, "outcome_rows", lambda *_: games(60))
    own = of_family(registry, Family.OUTCOME)
    due = Due(How.CONTINUED, "due: 20 new games")
    following = learning.NextForecastModel(due, KnownGames("h", 60, NOW), learning.last_training(own), 0)

    entry = learning.train_next(
        own, store, WarehouseInMemory(), LeagueFacts(), following, ForecastConfig(candidates=("rating",)), NOW
    )

    assert (entry["version"], entry["how"], entry["parent"]) == (2, "from scratch", None)
    assert load_outcome(store, entry["name"]).name == "outcome-model-v2"


def test_a_newest_model_waits_for_its_decision_unless_a_person_let_it_serve(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    registry = StoreRegistry(store, lambda: NOW)
    own = of_family(registry, Family.OUTCOME)
    assert undecided(own) is None
    model = add_model(registry, store, Family.OUTCOME)
    assert undecided(own) == model
    serve(registry, Family.OUTCOME, model["name"])
    assert undecided(own) is None
