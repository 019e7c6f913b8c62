"""What a person presses in the Launchpad does what the command does: on the record with who and why, or told
in the run's failure, by Dagster's real webserver and run workers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from uball_assets.adapters.models.local.model import BASE, LocalModel
from uball_assets.adapters.record.registry import Entry
from uball_assets.automation.executor import AGAIN_TAG
from uball_assets.domain.answers.examples import PROMPT_HASH
from uball_assets.domain.record import REQUESTS
from uball_assets.resources import Resources, build_resources
from uball_assets.settings import Settings
from uball_assets_tests.daemon.platform import Platform
from uball_assets_tests.daemon.ui import Run
from uball_assets_tests.daemon.waiting import wait_for

pytestmark = pytest.mark.daemon


@pytest.fixture(scope="module")
def league(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Two models that answer, and nobody serves; no game, for none is asked about."""
    platform = Platform(tmp_path_factory.mktemp("buttons"), {})
    resources = beside(platform)
    for version in (1, 2):
        _enter_model(resources, version)
    try:
        platform.start()
        yield platform
    finally:
        platform.stop()
    assert not platform.processes()


def beside(league: Platform) -> Resources:
    """The same record, as somebody beside the platform has it."""
    return build_resources(Settings(checkout=league.folder))


def _enter_model(resources: Resources, version: int) -> None:
    name = f"basketball-model-v{version}-1games"
    uri = f"models/{name}/model.safetensors"
    resources.training.write(uri, LocalModel().to_bytes())
    resources.training.write(f"models/{name}/model.json", b"{}")
    entry = {
        "name": name,
        "label": f"v{version}-1games",
        "version": version,
        "game_ids": ["g1"],
        "game_count": 1,
        "parent": None,
        "base": BASE,
        "base_retires_on": None,
        "prompt_hash": PROMPT_HASH,
        "model_uri": uri,
        "endpoint_uri": uri,
        "train_count": 8,
        "cost_usd": 0.0,
    }
    resources.registry.append("models", entry, key=name)


def pressed(league: Platform, op: str, job: str, **form: object) -> Run:
    """The run of a job that a person launched with this form, at its end."""
    run_id = league.ui.launch(job, {"ops": {op: {"config": form}}})
    wait_for(f"end of {job}", lambda: league.ui.run(run_id).is_over, 60, league.ui.seen)
    return league.ui.run(run_id)


def failure(league: Platform, run: Run) -> str:
    [event] = league.ui.events(run.run_id, "ExecutionStepFailureEvent")
    return " ".join([event["error"]["message"], *(cause["message"] for cause in event["error"]["causes"])])


def routes(league: Platform) -> list[Entry]:
    return beside(league).registry.entries("routes")


def weights(row: Entry) -> dict[str, float]:
    return {route["model"]: route["weight_percent"] for route in row["routes"]}


def test_a_pressed_request_for_a_training_is_on_the_record_with_who_and_why(league: Platform) -> None:
    form = {"because": "a new angle", "by": "ann", "from_base": True}
    run = pressed(league, "ask_for_a_training", "train_job", **form)
    assert run.status == "SUCCESS", league.log_tail()
    [request] = beside(league).registry.entries(REQUESTS)
    assert (request["by"], request["why"], request["from_base"]) == ("ann", "a new angle", True)


def test_pressed_promotions_and_a_rollback_are_rows_with_who_and_why(league: Platform) -> None:
    for model, why in (("v1", "the first"), ("v2", "it is better")):
        run = pressed(league, "promote", "promote_job", model=model, because=why, by="ann")
        assert run.status == "SUCCESS", league.log_tail()
    assert pressed(league, "rollback", "rollback_job", because="it is not").status == "SUCCESS"
    told = [(row["routes"][0]["model"], row["cause"]["who"], row["cause"]["why"]) for row in routes(league)]
    assert told == [
        ("basketball-model-v1-1games", "ann", "the first"),
        ("basketball-model-v2-1games", "ann", "it is better"),
        ("basketball-model-v1-1games", "a person in the UI", "it is not"),
    ]
    serving = {row["label"]: row["serves"] for row in beside(league).plays_db.model_versions()}
    assert serving == {"v1-1games": True, "v2-1games": False}


def test_a_pressed_shadow_and_a_pressed_canary_are_rows_and_a_pressed_rollback_ends_the_trial(
    league: Platform,
) -> None:
    before = len(routes(league))
    pressed_well = [
        pressed(league, "shadow", "shadow_job", model="v2", because="let it show", by="ann"),
        pressed(league, "canary", "canary_job", model="v2", percent=20, because="it did well", by="ben"),
        pressed(league, "rollback", "rollback_job", because="one player was wrong", by="cat"),
    ]
    assert [run.status for run in pressed_well] == ["SUCCESS"] * 3, league.log_tail()
    shadow, canary, ended = routes(league)[before:]
    v1, v2 = "basketball-model-v1-1games", "basketball-model-v2-1games"
    assert (shadow["shadow"], weights(shadow)) == (v2, {v1: 100.0})
    assert weights(canary) == {v1: 80.0, v2: 20.0}
    assert (ended.get("shadow"), weights(ended)) == (None, {v1: 100.0})
    told = [(row["cause"]["who"], row["cause"]["why"]) for row in (shadow, canary, ended)]
    assert told == [("ann", "let it show"), ("ben", "it did well"), ("cat", "one player was wrong")]


@pytest.mark.parametrize(
    ("op", "form", "said"),
    [
        ("shadow", {"model": "v1"}, "v1"),
        ("canary", {"model": "v2", "percent": 60}, "a canary gets 1 to 49 % of the games, not 60 %"),
    ],
)
def test_a_trial_that_cannot_be_is_refused_in_the_run_and_changes_nothing(
    league: Platform, op: str, form: dict[str, object], said: str
) -> None:
    before = routes(league)
    run = pressed(league, op, f"{op}_job", because="a slip", by="ann", **form)
    assert run.status == "FAILURE"
    assert said in failure(league, run)
    assert routes(league) == before


def test_a_model_that_nobody_knows_is_refused_in_the_run_and_changes_nothing(league: Platform) -> None:
    before = routes(league)
    run = pressed(league, "promote", "promote_job", model="v9", because="a slip", by="ann")
    assert run.status == "FAILURE"
    assert "there is no model v9: name one by its name, label or version" in failure(league, run)
    assert "(v1-1games, v2-1games)" in failure(league, run)
    assert routes(league) == before
    assert run.tags[AGAIN_TAG].startswith("not started again: promote failed for good"), run.tags


def test_a_form_without_its_reason_is_refused_before_anything_runs(league: Platform) -> None:
    before = len(league.ui.runs())
    with pytest.raises(AssertionError, match="because"):
        league.ui.launch("promote_job", {"ops": {"promote": {"config": {"model": "v1"}}}})
    assert len(league.ui.runs()) == before
