"""Each family of models has its own record of them; what is not about models is common to all."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.growth.metered_store import Meter, MeteredStore
from uball_assets.adapters.record.family import family_of, of_family
from uball_assets.adapters.record.following import followed, newest_followed
from uball_assets.adapters.record.pauses import pause, pause_now
from uball_assets.adapters.record.registry import StoreRegistry
from uball_assets.adapters.record.retirements import begin, why_retired
from uball_assets.adapters.record.routes import change, current_routing
from uball_assets.adapters.record.training_requests import ask_for_training, requests_open
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.domain.record import FORECASTING, OF_A_FAMILY, SUBJECTS, Family, kind_of, stopped_by
from uball_assets.domain.serving.routing import Cause, Change, promoted

ANN = Cause("ann", Change.PROMOTION, "the first")


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path)


@pytest.fixture
def registry(store: FolderStore) -> StoreRegistry:
    return StoreRegistry(store, lambda: datetime(2026, 3, 18, 12, tzinfo=UTC))


def test_the_video_models_record_is_the_record_as_it_always_was(registry: StoreRegistry) -> None:
    assert of_family(registry, Family.VIDEO) is registry
    assert {kind_of(Family.VIDEO, kind) for kind in OF_A_FAMILY} == OF_A_FAMILY


def test_a_familys_routes_are_its_own(registry: StoreRegistry, store: FolderStore) -> None:
    outcome, player = (of_family(registry, family) for family in FORECASTING)
    change(registry, promoted(None, "v1"), ANN)
    change(outcome, promoted(None, "outcome-model-v1"), ANN)
    assert str(current_routing(registry)) == "v1 100 %"
    assert str(current_routing(outcome)) == "outcome-model-v1 100 %"
    assert current_routing(player) is None
    assert b"outcome-model-v1" in store.read("record/outcome_routes/000001.json")
    assert (family_of(registry), family_of(player)) == (Family.VIDEO, Family.PLAYER)


def test_each_kind_of_a_family_is_looked_up_as_the_video_models_is(registry: StoreRegistry) -> None:
    outcome = of_family(registry, Family.OUTCOME)
    begin(outcome, "outcome-model-v1", "old", [])
    assert "was retired on 2026-03-18 (old)" in (why_retired(outcome, "outcome-model-v1") or "")
    assert why_retired(registry, "outcome-model-v1") is None
    assert {kind for kind in OF_A_FAMILY if kind in SUBJECTS} == {
        kind for kind in OF_A_FAMILY if kind_of(Family.PLAYER, kind) in SUBJECTS
    }


def test_a_training_is_asked_of_one_family_and_a_pause_holds_for_all(registry: StoreRegistry) -> None:
    outcome = of_family(registry, Family.OUTCOME)
    ask_for_training(outcome, "ann", "new rosters", from_base=True)
    assert requests_open(outcome, 0.0).newest
    assert requests_open(registry, 0.0).newest is None
    pause(outcome, "ann", "the finals", None)
    assert pause_now(registry) == pause_now(outcome)


def test_what_was_followed_of_a_family_is_not_read_again_by_the_next_look(tmp_path: Path) -> None:
    meter = Meter(0.0)
    registry = StoreRegistry(MeteredStore(tmp_path, meter), lambda: datetime(2026, 3, 7, tzinfo=UTC))
    writer = of_family(StoreRegistry(FolderStore(tmp_path), lambda: datetime.now(UTC)), Family.OUTCOME)
    writer.append("models", {"name": "outcome-model-v1"}, key="1")
    assert len(followed(of_family(registry, Family.OUTCOME), "models")) == 1
    read = meter.counted["read record"]
    assert newest_followed(of_family(registry, Family.OUTCOME), "models").keys() == {"outcome-model-v1"}
    assert meter.counted["read record"] == read
    assert followed(registry, "models") == []


def test_a_familys_view_at_one_look_is_its_own_still(registry: StoreRegistry) -> None:
    of_family(registry, Family.OUTCOME).append("models", {"name": "outcome-model-v1"}, key="1")
    view = of_family(registry, Family.OUTCOME).at_one_look()
    assert [entry["name"] for entry in view.entries("models")] == ["outcome-model-v1"]


def test_a_damaged_kind_of_one_family_stops_that_family_alone() -> None:
    assert stopped_by("outcome_models").startswith("outcome forecasts cannot go on without it; not affected:")
    assert "player forecasts" in stopped_by("outcome_models").partition("not affected:")[2]
    assert "outcome forecasts" in stopped_by("models").partition("not affected:")[2]
