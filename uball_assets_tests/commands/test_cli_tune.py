"""`uball tune --plan`: the next training before it is paid for; it writes nothing to the store."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from uball_assets.adapters.record.registry import StoreRegistry
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.cli import main
from uball_assets.commands.answers import table
from uball_assets.commands.tune import NextTraining
from uball_assets.domain.answers.examples import PROMPT_HASH, example_line
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.learning.manifest import GameExamples, Manifest
from uball_assets.domain.learning.retrain import Decision
from uball_assets.domain.spending.base_models import base_model
from uball_assets.domain.spending.cost import PRICES
from uball_assets.domain.spending.preflight import TuningRequest
from uball_assets.domain.spending.tuning_plan import plan_training
from uball_assets.services.learning.lessons import WayCost
from uball_assets.settings import Settings
from uball_assets_tests.domain.samples import a_play
from uball_assets_tests.domain.spending.test_preflight import lines
from uball_assets_tests.league import Platform

SET = "training_sets/set1/"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("UBALL_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def uball(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def registry(home: Path) -> StoreRegistry:
    return StoreRegistry(FolderStore(home / "training"), lambda: datetime(2026, 11, 20, tzinfo=UTC))


def assemble(home: Path, clip_count: int = 4) -> dict[str, Any]:
    """A training set of four lines and one to validate, as `training_set` leaves it; so many clips exist."""
    store = FolderStore(home / "training")

    def line(play_id: str) -> str:
        uri = store.uri(f"games/g1/clips/{play_id}_FAR_LEFT.mp4")
        return example_line(a_play(play_id=play_id), Angle.FAR_LEFT, uri, 2.5) + "\n"

    for number in range(clip_count):
        store.write(f"games/g1/clips/p{number}_FAR_LEFT.mp4", b"no video")
    store.write("games/g1/clips/v1_FAR_LEFT.mp4", b"no video")
    store.write(f"{SET}training_data.jsonl", "".join(line(f"p{number}") for number in range(4)).encode())
    store.write(f"{SET}validation_data.jsonl", line("v1").encode())
    manifest = Manifest((GameExamples("g1", "e1", 4, 1, "t", "v"),))
    entry = {
        "hash": manifest.hash,
        "manifest": manifest.to_dict(),
        "train_uri": store.uri(f"{SET}training_data.jsonl"),
        "validation_uri": store.uri(f"{SET}validation_data.jsonl"),
    }
    return registry(home).append("manifests", entry, key=f"{manifest.hash}:after-0")


def learn(home: Path, manifest: dict[str, Any], manifest_hash: str) -> None:
    name = "basketball-model-v1-1games"
    model = {
        "name": name,
        "version": 1,
        "manifest_hash": manifest_hash,
        "manifest_key": manifest["key"],
        "prompt_hash": PROMPT_HASH,
        "base": "local-mlp-1",
        "model_uri": f"models/{name}/model.safetensors",
    }
    registry(home).append("models", model, key="1")


def stored(home: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in (home / "training").rglob("*") if path.is_file()}


def test_without_plan_it_says_how_a_training_is_started_and_starts_none() -> None:
    result = uball("tune")
    assert result.exit_code == 2
    assert "tuned_model in the UI, or by retrain_sensor" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_without_a_training_set_it_says_what_is_missing() -> None:
    result = uball("tune", "--plan")
    assert result.exit_code == 1
    assert "no game is ready to be learned from" in result.stderr
    assert "materialise training_set first" in result.stderr


def test_the_first_training_is_told_with_its_base_its_lines_its_price_and_the_ceilings(home: Path) -> None:
    assemble(home)
    before = stored(home)
    result = uball("tune", "--plan")
    assert result.exit_code == 0, result.stderr
    for said in (
        "basketball-model-v1-1games",
        "its base, local-mlp-1",
        "never retires",
        "this machine",
        "4 to learn from, 1 to validate",
        "nothing: runs on this machine",
        "$0.00 spent in",
        "at most $50.00 (UBALL_CEILING_JOB_USD)",
        "waiting: no game is ready to be learned from",
    ):
        assert said in result.stdout
    assert stored(home) == before


def test_the_next_training_goes_on_from_the_newest_model(home: Path) -> None:
    learn(home, assemble(home), manifest_hash="of an older set")
    told = json.loads(uball("tune", "--plan", "--json").stdout)
    assert told["plan"]["model_name"] == "basketball-model-v2-1games"
    assert told["plan"]["parent_uri"] == "models/basketball-model-v1-1games/model.safetensors"
    assert (told["plan"]["train_count"], told["plan"]["estimated_usd"], told["plan"]["faults"]) == (
        4,
        0.0,
        [],
    )
    assert told["newest_model"] == "basketball-model-v1-1games"
    assert (told["is_due"], told["refusal"]) == (False, None)


def test_a_training_set_that_was_learned_leaves_nothing_to_train(home: Path) -> None:
    manifest = assemble(home)
    learn(home, manifest, manifest["hash"])
    result = uball("tune", "--plan")
    assert result.exit_code == 0
    assert (
        "nothing to train: basketball-model-v1-1games has learned from the whole training set"
        in result.stdout
    )
    assert json.loads(uball("tune", "--plan", "--json").stdout)["plan"] is None


def test_faults_are_told_with_their_lines_and_the_exit_code_says_so(home: Path) -> None:
    assemble(home, clip_count=2)
    result = uball("tune", "--plan")
    assert result.exit_code == 1
    for told in (result.stdout, result.stderr):
        assert "clip that is not there (2 lines)" in told
        assert "training_data.jsonl line 3, 4" in told
    told = json.loads(uball("tune", "--plan", "--json").stdout)
    assert told["plan"]["faults"][0]["where"].endswith("training_data.jsonl line 3, 4")
    assert told["refusal"].startswith("basketball-model-v1-1games is not trained")


def test_a_real_training_set_is_planned_without_a_fault(
    processed: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UBALL_HOME", str(processed.settings.home))
    assert processed.materialize("training_set", game_id="g1").success
    result = uball("tune", "--plan", "--json")
    assert result.exit_code == 0, result.stderr
    plan = json.loads(result.stdout)["plan"]
    assert (plan["faults"], plan["warnings"]) == ([], [])
    assert (plan["train_count"], plan["validation_count"]) == (6, 2)


@pytest.mark.parametrize(
    ("spent_usd", "ceilings", "said"),
    [
        (0.0, {}, None),
        (198.0, {}, "$4.00 is over the ceiling of the month"),
        (0.0, {"ceiling_job_usd": 3.99}, "$4.00 is over the ceiling of a job"),
    ],
    ids=["within both", "the month's is reached", "the job's is too low"],
)
def test_a_training_over_a_ceiling_is_refused_with_the_numbers(
    spent_usd: float, ceilings: dict[str, Any], said: str | None
) -> None:
    asked = TuningRequest("basketball-model-v2-5games", "us-central1", 2, {"adapter_size": "4"})
    base, validation = base_model("gemini-3.5-flash"), lines(10, "validation")
    plan = plan_training(lines(200), validation, base, asked, PRICES, date(2026, 11, 23))
    found = NextTraining(plan, None, Decision(due=True, reason="due", attempt=1), {"spent_usd": spent_usd})
    refusal = found.refusal(Settings(**ceilings))
    assert refusal is None if said is None else said in str(refusal)
    broken = replace(found, plan=replace(plan, estimated_usd=None))
    assert "price unknown" in str(broken.refusal(Settings()))


def test_a_request_is_put_on_the_record_with_its_reason_and_plans_what_nothing_changed(home: Path) -> None:
    manifest = assemble(home)
    learn(home, manifest, manifest["hash"])
    result = uball(
        "tune", "--force", "--why", "v1 misreads free throws", "--by", "ann", "--from-base", "--plan"
    )
    assert result.exit_code == 0, result.stderr
    assert "request 1: ann asks for a training from the base, with every game" in result.stderr
    [request] = registry(home).entries("training_requests")
    assert (request["why"], request["from_base"]) == ("v1 misreads free throws", True)
    assert "basketball-model-v2-1games" in result.stdout
    assert "its base, local-mlp-1" in result.stdout


@pytest.mark.parametrize("words", [("--force",), ("--why", "x"), ("--from-base",), ("--plan", "--by", "ann")])
def test_a_request_without_a_reason_or_a_reason_without_a_request_is_refused(
    home: Path, words: tuple[str, ...]
) -> None:
    assert uball("tune", *words).exit_code == 2
    assert not (home / "training").exists()


def test_a_plan_compares_the_ways_by_lines_price_and_what_is_forgotten(
    trained: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    learned, *_, measured = trained.rows("g2")
    trained.add_game("g2", [learned, measured])
    assert trained.run_game("g2").success
    assert trained.materialize("training_set", game_id="g2").success
    monkeypatch.setenv("UBALL_HOME", str(trained.settings.home))
    monkeypatch.setenv("UBALL_TRAIN_ON", "new_plus_replay")
    before = stored(trained.settings.home)
    told = json.loads(uball("tune", "--plan", "--json").stdout)
    assert {way["way"]: (way["lines"], way["unseen_lines"], way["usd"]) for way in told["ways"]} == {
        "cumulative": (8, 0, 0.0),
        "new_plus_replay": (4, 4, 0.0),
        "new_only": (2, 6, 0.0),
    }
    assert (told["plan"]["train_count"], told["plan"]["faults"]) == (4, [])
    assert told["taught"].startswith("2 new lines and 2 of 6 old ones")
    said = uball("tune", "--plan").stdout
    for words in ("new_plus_replay (chosen)", "not shown again", "labels no longer shown"):
        assert words in said
    assert stored(trained.settings.home) == before


def test_ways_of_thousands_of_lines_are_a_table_too() -> None:
    ways = (
        WayCost("cumulative", 48_000, 9_000_000, 90.0, 0, ()),
        WayCost("new_only", 2_400, 1, None, 45_600, ("FOUL",)),
    )
    found = NextTraining(
        None, None, Decision(due=True, reason="due", attempt=1), {}, way="new_only", ways=ways
    )
    said = table(found.ways_table())
    for words in ("48,000 lines", "$90.00", "new_only (chosen)", "unknown", "45,600 old lines", "FOUL"):
        assert words in said
