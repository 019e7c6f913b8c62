"""A model of forecasts serves once it was loaded and has forecast; one that is damaged, gone or retired does
not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from uball_assets.adapters.record.family import of_family
from uball_assets.adapters.record.registry import StoreRegistry
from uball_assets.adapters.record.routes import current_routing
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.domain.errors import Permanent
from uball_assets.domain.record import FORECASTING, Family, family_named
from uball_assets.services.forecasting.operating.answering import ForecastEndpoint, serving_of
from uball_assets.services.forecasting.operating.versions import next_version
from uball_assets.services.serving import Serving, model_called, served
from uball_assets_tests.services.forecasting.operating.models import add_model


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path)


@pytest.fixture
def registry(store: FolderStore) -> StoreRegistry:
    return StoreRegistry(store, lambda: datetime(2026, 3, 18, 12, tzinfo=UTC))


@pytest.fixture(params=FORECASTING)
def serving(request: pytest.FixtureRequest, registry: StoreRegistry, store: FolderStore) -> Serving:
    for games in (40, 44):
        add_model(registry, store, request.param, games)
    return serving_of(request.param, registry, store, ForecastEndpoint(Family.OUTCOME, store))


def test_a_person_promotes_puts_on_trial_and_rolls_back_as_with_a_video_model(serving: Serving) -> None:
    one, two = serving.registry.entries("models")
    assert next_version(serving.registry) == 3
    serving.promote(one, "ann", "the first")
    serving.shadow(model_called(serving.registry, "v2"), "ann", "a look")
    serving.promote(model_called(serving.registry, "v2-44games"), "ann", "better")
    serving.rollback(None, "bob", "it is not")
    assert str(current_routing(serving.registry)) == f"{one['name']} 100 %"
    assert two["name"].endswith("-model-v2")


def test_the_routes_of_the_other_families_stay_as_they_are(serving: Serving, registry: StoreRegistry) -> None:
    serving.promote(serving.registry.entries("models")[0], "ann", "the first")
    assert current_routing(registry) is None
    others = [of_family(registry, family) for family in FORECASTING]
    assert sum(current_routing(other) is not None for other in others) == 1


@pytest.mark.parametrize("hurt", ["weights.safetensors", "card.json"])
def test_a_damaged_model_is_not_served(serving: Serving, store: FolderStore, hurt: str) -> None:
    [one, _] = serving.registry.entries("models")
    store.write(f"forecasting/{one['name']}/{hurt}", b"{}")
    with pytest.raises(Permanent, match="does not answer: nothing was changed"):
        serving.promote(one, "ann", "the first")


def test_a_retired_model_keeps_its_card_and_no_longer_answers(serving: Serving, store: FolderStore) -> None:
    [one, _] = serving.registry.entries("models")
    held = [holding.what for holding in serving.endpoint.holdings(served(one))]
    assert held == [f"forecasting/{one['name']}/weights.safetensors"]
    serving.endpoint.retire(served(one))
    assert not serving.answers(one)
    assert store.read(f"forecasting/{one['name']}/card.json")
    assert list(serving.endpoint.holdings(served(one))) == []


def test_a_family_that_nobody_knows_is_named_with_those_there_are() -> None:
    with pytest.raises(Permanent, match=r"no family of models 'plays': write video, outcome, player"):
        family_named("plays")
