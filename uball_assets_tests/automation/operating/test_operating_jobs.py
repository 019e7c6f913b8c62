"""The report's and the proof's job, run as Dagster runs them: what their pages show, and what is sent."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest
from pydantic import SecretStr

from uball_assets.definitions import build_defs
from uball_assets.resources import build_resources, record
from uball_assets.settings import Settings, load_settings
from uball_assets_tests.adapters.messages.servers import Taken


@pytest.fixture
def settings(settings: Settings, hook: Taken) -> Settings:  # noqa: ARG001
    """The fresh home's, read again: alerts go to the hook."""
    return load_settings()


def run(settings: Settings, job: str, asset: str, *, comes_through: bool = True) -> dict[str, object]:
    """The metadata that the run leaves on the asset's page."""
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    resources = build_resources(settings)
    resources.plays_db.add_game({"id": "g1"}, [], [])
    with dg.DagsterInstance.ephemeral() as instance:
        found = build_defs(settings).resolve_job_def(job)
        done = found.execute_in_process(instance=instance, run_config=quiet, raise_on_error=False)
        assert done.success is comes_through
        (event,) = instance.fetch_observations(dg.AssetKey(asset), limit=10).records
        observed = event.asset_observation
        assert observed is not None
        return {name: value.value for name, value in observed.metadata.items()}


def test_the_days_report_is_sent_once_kept_as_a_page_and_shown(settings: Settings, hook: Taken) -> None:
    for _ in range(2):
        shown = run(settings, "daily_report_job", "reports")
    assert [got["id"].partition("-")[0] for got in hook.got] == ["daily"]
    assert shown["What came in"] == "No game was processed."
    assert "<h2>Trainings</h2>" in Path(str(shown["page"]).removeprefix("file://")).read_text()


def test_a_report_that_a_channel_does_not_take_fails_its_run_where_what_waits_goes_with_the_home(
    settings: Settings,
) -> None:
    nobody = settings.model_copy(update={"alert_webhook_url": SecretStr("http://127.0.0.1:9/none")})
    run(nobody, "daily_report_job", "reports")
    alone = nobody.model_copy(update={"home": settings.home / "pod", "home_is_shared": False})
    run(alone, "daily_report_job", "reports", comes_through=False)


def test_the_proof_shows_what_is_wrong_and_asks_for_it(settings: Settings) -> None:
    registry = record(settings)
    state = {"game_id": "g1", "examples_hash": "x", "rows": 9, "grade": "A"}
    registry.append("games", state, key="g1")
    registry.append("models", {"name": "m1", "model_uri": "models/m1/model.safetensors"}, key="m1")
    shown = run(settings, "store_proof_job", "store_proof")
    assert (shown["games"], shown["wrong"], shown["models_missing"]) == (1, 1, "m1")
    (entry,) = registry.entries("repairs")
    assert (entry["game_id"], entry["missing"]) == ("g1", 11)
