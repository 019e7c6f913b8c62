"""What is broken of forecasts shows where all that is broken does."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from uball_assets.adapters.record.family import of_family
from uball_assets.adapters.record.registry import StoreRegistry
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.automation.attempts import OUTCOMES, ask
from uball_assets.automation.operating.facts import forecasting_now, given_up_runs
from uball_assets.domain.operating.broken import GivenUpRuns, PlatformFacts, Serving, broken_platform
from uball_assets.domain.record import DRIFT, Family
from uball_assets_tests.services.forecasting.operating.models import add_model, serve


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path)


@pytest.fixture
def registry(store: FolderStore) -> StoreRegistry:
    return StoreRegistry(store, lambda: datetime(2026, 3, 18, 12, tzinfo=UTC))


def test_a_model_of_forecasts_that_got_worse_is_told_with_its_familys_commands(
    registry: StoreRegistry, store: FolderStore
) -> None:
    model = add_model(registry, store, Family.OUTCOME)
    serve(registry, Family.OUTCOME, model["name"])
    entry = {
        "model": model["name"],
        "said": "drift: evidence 2,000",
        "alarm_since": "2026-03-01T12:00:00+00:00",
        "changed": [],
    }
    of_family(registry, Family.OUTCOME).append(DRIFT, entry, key="g1")
    [serving] = forecasting_now(registry)
    assert (serving.family, serving.drift) == ("outcome", "drift: evidence 2,000")
    findings = broken_platform(PlatformFacts(0.0, forecasting=[serving]))
    [finding] = [one for one in findings if one.key.startswith("drift")]
    assert "uball rollback --family outcome" in finding.remedy


def test_refreshes_that_failed_so_often_at_one_state_are_given_up_and_told(registry: StoreRegistry) -> None:
    own = of_family(registry, Family.OUTCOME)
    for attempt in (1, 2, 3):
        assert given_up_runs(registry, 3) == []
        ask(own, "refresh", "", "stale:h", attempt, f"k{attempt}", "results changed")
        told = {"run_key": f"k{attempt}", "outcome": "failed", "at_s": 1.0}
        own.append(OUTCOMES, {"outcomes": [told]}, key=f"k{attempt}")
    [given_up] = given_up_runs(registry, 3)
    assert (given_up.what, given_up.attempts, given_up.reason) == ("refresh", 3, "results changed")
    ask(own, "refresh", "", "stale:i", 1, "k4", "results changed")
    assert given_up_runs(registry, 3) == []


def test_a_platform_says_what_was_given_up() -> None:
    facts = PlatformFacts(10.0, given_up=[GivenUpRuns("train", 3, 1.0, "due: 3 new games")])
    found = {one.key: one for one in broken_platform(facts)}
    assert found["forecasts:train"].what == "forecasts are not trained"


def test_a_trial_that_has_ended_names_the_family() -> None:
    serving = Serving("outcome-model-v1", "outcome", ended_trial="worse", ended_since_s=1.0)
    findings = broken_platform(PlatformFacts(10.0, forecasting=[serving]))
    [finding] = [one for one in findings if one.key.startswith("trial")]
    assert "(--family outcome)" in finding.remedy
