"""The routes' rows: compare-and-set, causes, and rows from before there were any."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from uball_assets.adapters.record.registry import StoreRegistry
from uball_assets.adapters.record.routes import (
    OvertakenError,
    cause_of,
    change,
    current_routing,
    is_carried_out,
    routings,
)
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.domain.serving.routing import Cause, Change, Route, Routing, promoted, with_shadow

ANN = Cause("ann", Change.PROMOTION, "v2 is better")
BOB = Cause("bob", Change.PROMOTION, "v3 is better")


@pytest.fixture
def registry(tmp_path: Path) -> StoreRegistry:
    registry = StoreRegistry(FolderStore(tmp_path), lambda: datetime(2026, 3, 18, 12, tzinfo=UTC))
    old = {"generation": 1, "routes": [{"model": "v1", "weight_percent": 100}], "reason": "the first"}
    registry.append("routes", old, key="promote:v1")
    return registry


def test_a_row_from_before_causes_and_shadows_is_read_on(registry: StoreRegistry) -> None:
    assert current_routing(registry) == Routing(1, (Route("v1", 100),))
    [row] = registry.entries("routes")
    assert cause_of(row) == Cause("-", Change.UNTOLD, "the first")
    assert is_carried_out(registry, {"key": "v1:set", "challenger": "v1"})


def test_a_change_follows_what_was_seen_and_keeps_its_cause(registry: StoreRegistry) -> None:
    seen = promoted(current_routing(registry), "v2")
    row = change(registry, with_shadow(Routing(1, (Route("v1", 100),)), "v2"), ANN, decision="v2:set")
    assert cause_of(row) == ANN
    assert routings(registry)[-1].shadow == "v2"
    assert is_carried_out(registry, {"key": "v2:set", "challenger": "v2"})
    assert not is_carried_out(registry, {"key": "v3:set", "challenger": "v3"})
    with pytest.raises(OvertakenError):
        change(registry, seen, BOB)


def test_of_two_at_once_one_wins_and_the_other_is_told_who_and_what_serves(registry: StoreRegistry) -> None:
    seen = current_routing(registry)
    change(registry, promoted(seen, "v2"), ANN)
    with pytest.raises(OvertakenError) as told:
        change(registry, promoted(seen, "v3"), BOB)
    says = str(told.value)
    assert "nothing was changed: ann was quicker with generation 2 (promotion" in says
    assert "v2 is better). Now v2 100 % serves, and what you wanted, v3 100 %, was meant for" in says
    assert [str(routing) for routing in routings(registry)] == ["v1 100 %", "v2 100 %"]


def test_the_same_change_by_the_same_one_is_one_row(registry: StoreRegistry) -> None:
    following = promoted(current_routing(registry), "v2")
    assert change(registry, following, ANN) == change(registry, following, ANN)
    assert registry.count("routes") == 2
