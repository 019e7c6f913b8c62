"""The model chain: one model a batch, each game marked, nothing done twice, and no promotion unearned."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import dagster as dg
import pytest

from uball_assets.adapters.record.training_requests import ask_for_training
from uball_assets.adapters.stores import documents
from uball_assets.adapters.tracking.tracker import NoTracking, TrackedRun
from uball_assets.assets.common import MODEL
from uball_assets.assets.record.queries import eligible_games, model_versions
from uball_assets.assets.training_set import assemble
from uball_assets.domain.answers.evaluation_set import EvaluationSet
from uball_assets.domain.footage import object_names
from uball_assets.status import read_status
from uball_assets_tests.automation.ticking import Ticker, a_run
from uball_assets_tests.league import CHAIN, Platform, Row, failed_checks, failure, metadata


def add_small(platform: Platform, *game_ids: str) -> None:
    """Games of two plays, one to learn from and one for the evaluation set."""
    for game_id in game_ids:
        learned, *_, measured = platform.rows(game_id)
        platform.add_game(game_id, [learned, measured])


def later(row: Row) -> Row:
    """Other seconds of the one video that is every game's: what g1 learns from must not be g2's evaluation
    set.
    """
    return {**row, "start_timestamp": row["start_timestamp"] + 0.2}


def names(platform: Platform) -> list[str]:
    return [model["name"] for model in platform.entries("models")]


def scored_on_the_newest_evaluation_set(platform: Platform) -> list[str]:
    """By version: the challenger and the champion are scored first."""
    newest = platform.entries("manifests")[-1]["yardstick_hash"]
    scored = [entry for entry in platform.entries("evaluations") if entry["yardstick_hash"] == newest]
    return sorted(entry["model"] for entry in scored)


def serving(platform: Platform) -> list[dict[str, Any]]:
    routes: list[dict[str, Any]] = platform.entries("routes")[-1]["routes"]
    return routes


def test_one_batch_trains_one_model_and_marks_every_game_but_the_refused(
    ready: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracked, address = list[TrackedRun](), "https://mlflow.example/#/experiments/1/runs/7"

    def log(_: NoTracking, run: TrackedRun) -> str:
        tracked.append(run)
        return address

    monkeypatch.setattr(NoTracking, "log", log)
    result = ready.retrain("g2")
    assert result.success
    assert failed_checks(result) <= {"evaluation:better_than_guessing"}
    assert names(ready) == ["basketball-model-v1-3games"]
    for asset in CHAIN:
        assert ready.materialized(asset) == {"g1", "g2", "g4"}
    (run,), (model,) = tracked, ready.entries("models")
    assert (run.family, run.model, run.version) == ("video", model["name"], model["version"])
    assert (run.fingerprint, model["tracked_at"]) == (model["fingerprint"], address)
    assert len(run.curves["loss"]) == model["epochs"] + 1
    assert metadata(result, "tuned_model")["tracked_at"] == address


def test_a_range_of_games_is_one_run_whose_bodies_all_end_well(ready: Platform) -> None:
    result = ready.retrain("g1", to="g2")
    assert result.success
    assert names(ready) == ["basketball-model-v1-3games"]
    assert ready.materialized("endpoint") == {"g1", "g2", "g4"}


def test_a_range_with_a_refused_game_in_it_trains_nothing(ready: Platform) -> None:
    result = ready.retrain("g1", to="g4")
    assert "no sound examples of g3_refused" in failure(result, "training_set")
    assert names(ready) == []


def test_a_second_run_finds_nothing_due_and_trains_nothing(ready: Platform) -> None:
    assert metadata(ready.retrain("g1"), "tuned_model")["trained_now"] is True
    kinds = ("models", "manifests", "evaluations", "promotions", "routes")
    before = {kind: ready.entries(kind) for kind in kinds}
    again = ready.retrain("g2")
    assert again.success
    assert metadata(again, "tuned_model")["trained_now"] is False
    assert {kind: ready.entries(kind) for kind in kinds} == before
    marked = [event.asset_key for event in again.get_asset_materialization_events()]
    assert len(marked) == len(CHAIN)


def marked_by(result: dg.ExecuteInProcessResult, asset: str) -> set[str | None]:
    events = [
        event for event in result.get_asset_materialization_events() if event.asset_key == dg.AssetKey(asset)
    ]
    return {event.partition for event in events}


def test_a_game_that_changed_is_marked_once_more_by_what_has_learned_it_anew(ready: Platform) -> None:
    """Its page would say for ever that the model before is the newest that knows it."""
    ready.retrain("g2")
    ready.edit(ready.resources.plays_db.plays("g1")[0], note="Corrected.")
    ready.run_game("g1")
    learned, again = ready.retrain("g2"), ready.retrain("g2")
    for asset in CHAIN:
        assert marked_by(learned, asset) == {"g1", "g2"}
        assert marked_by(again, asset) == {"g2"}


def test_a_run_of_the_chain_bears_its_model_and_the_route_has_a_page_that_says_who_serves(
    processed: Platform,
) -> None:
    run = processed.instance.get_run_by_id(processed.retrain("g1").run_id)
    assert run
    assert run.tags["model"] == "v1-1games"
    [seen] = processed.instance.fetch_observations(dg.AssetKey("routes"), limit=5).records
    assert seen.asset_observation
    told = seen.asset_observation.metadata
    assert isinstance(told["serving"], dg.TableMetadataValue)
    [route] = told["serving"].records
    assert dict(route.data) == {"model": "basketball-model-v1-1games", "weight_percent": 100}
    assert told["generation"].value == 1


@pytest.mark.parametrize("asset", CHAIN)
def test_no_model_asset_marks_a_game_that_no_model_can_learn_from(trained: Platform, asset: str) -> None:
    trained.instance.add_dynamic_partitions("games", ["never_processed"])
    result = trained.materialize(asset, game_id="never_processed")
    assert not result.success
    assert "no sound examples of never_processed" in failure(result, asset)
    assert trained.materialized(asset) == set()
    assert len(trained.entries("models")) == 1


def test_a_model_chain_without_any_game_says_what_to_do_first(platform: Platform) -> None:
    platform.instance.add_dynamic_partitions("games", ["g1"])
    for asset in CHAIN:
        result = platform.materialize(asset, game_id="g1")
        assert not result.success
        assert "materialise" in failure(result, asset)


def test_each_version_says_what_it_learned_from_and_who_its_parent_is(undecided: Platform) -> None:
    first, second = undecided.entries("models")
    assert (first["name"], first["parent"], first["game_ids"]) == ("basketball-model-v1-1games", None, ["g1"])
    assert (second["name"], second["parent"], second["game_ids"]) == (
        "basketball-model-v2-2games",
        "basketball-model-v1-1games",
        ["g1", "g2"],
    )
    assert scored_on_the_newest_evaluation_set(undecided) == [first["name"], second["name"]]


def test_the_set_of_a_training_is_each_games_lines_in_order_and_stays_as_it_was(ready: Platform) -> None:
    store = ready.resources.training
    ready.materialize("training_set", game_id="g1")
    [manifest] = ready.entries("manifests")
    old = store.read(manifest["train_uri"])
    assert old == b"".join(store.read(object_names.training_data(game)) for game in ("g1", "g2", "g4"))
    ready.edit(ready.rows("g1", ("train", "validation"))[0], note="Corrected.")
    ready.run_game("g1")
    ready.materialize("training_set", game_id="g1")
    assert len(ready.entries("manifests")) == 2
    assert store.read(manifest["train_uri"]) == old


def test_no_play_of_the_evaluation_set_is_in_the_training_lines(trained: Platform) -> None:
    [manifest] = trained.entries("manifests")
    evaluation_set = documents.load(trained.resources.training, manifest["yardstick_name"], EvaluationSet)
    assert evaluation_set.hash == manifest["yardstick_hash"]
    lines = trained.resources.training.read(manifest["train_uri"])
    assert [play.truth.play_id for play in evaluation_set.plays] == [trained.rows("g1")[3]["id"]]
    assert not any(play.truth.play_id.encode() in lines for play in evaluation_set.plays)


def test_examples_that_change_under_the_assembly_are_refused_for_now(ready: Platform) -> None:
    (ready.training / object_names.training_data("g1")).write_text("half of another run\n")
    a_run(ready, dg.RunRequest(partition_key="g1"), "game_job")
    result = ready.retrain("g2")
    assert not result.success
    assert "the examples of game g1 are being written anew" in failure(result, "training_set")
    assert ready.entries("manifests") == []
    assert ready.state("g1")["trainable"]


@pytest.mark.parametrize(
    ("damaged", "how"),
    [
        ("training_data", "cut off"),
        ("training_data", "no text"),
        ("validation_data", "gone"),
        ("examples", "cut off"),
    ],
)
def test_damaged_examples_cost_their_game_alone_until_they_are_made_anew(
    ready: Platform, damaged: str, how: str
) -> None:
    path, before = ready.training / getattr(object_names, damaged)("g2"), ready.state("g2")
    content = path.read_bytes()
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(content[:-20] if how == "cut off" else b"\xff" + content)
    assert ready.materialize("training_set", game_id="g1").success
    assert ready.entries("manifests")[-1]["game_ids"] == ["g1", "g4"]
    state = ready.state("g2")
    assert not state["trainable"]
    assert state["reasons"][-1].startswith("its examples are damaged: ")
    if (damaged, how) != ("training_data", "cut off"):
        return

    ticker = Ticker(ready.with_settings(attempt_backoff_s=(0.0,)), "games_sensor")
    assert ticker.tick() == ""
    [request] = [asked for asked in ticker.requests if asked.partition_key == "g2"]
    assert request.tags["game/reason"] == "its examples are damaged: collected again"
    assert ready.run_game("g2").success
    after = ready.state("g2")
    assert (after["trainable"], after["examples_hash"]) == (True, before["examples_hash"])
    assert path.read_bytes() == content
    assert ready.materialize("training_set", game_id="g2").success
    assert ready.entries("manifests")[-1]["game_ids"] == ["g1", "g2", "g4"]


def test_a_set_of_which_every_game_is_damaged_is_not_made(processed: Platform) -> None:
    (processed.training / object_names.training_data("g1")).write_text("half of another run\n")
    result = processed.retrain("g1")
    assert "no game is left to learn from: the examples of g1 are damaged" in failure(result, "training_set")
    assert processed.entries("manifests") == []


def test_a_game_whose_partition_was_deleted_is_not_learned_from_again(ready: Platform) -> None:
    ready.instance.delete_dynamic_partition("games", "g2")
    ready.materialize("training_set", game_id="g1")
    assert ready.entries("manifests")[-1]["game_ids"] == ["g1", "g4"]


def test_a_set_that_comes_back_trains_a_new_version_on_it(trained: Platform) -> None:
    row = trained.rows("g1")[0]
    for note in ("changed", row["note"]):
        trained.edit(row, note=note)
        trained.run_game("g1")
        trained.retrain("g1")
    first, second, third = (entry["manifest_hash"] for entry in trained.entries("models"))
    assert first == third != second
    assert trained.entries("evaluations")[-1]["model"] == names(trained)[-1]


def test_a_benchmark_game_is_scored_on_and_not_counted_as_learned(
    build_platform: Callable[..., Platform],
) -> None:
    platform = build_platform(benchmark_games=("g2",))
    add_small(platform, "g1")
    platform.add_game("g2", [later(row) for row in platform.rows("g2", ("train", "validation"))])
    for game_id in ("g1", "g2"):
        platform.run_game(game_id)
    platform.retrain("g1")
    assert names(platform) == ["basketball-model-v1-1games"]
    [manifest] = platform.entries("manifests")
    assert b"games/g2/" not in platform.resources.training.read(manifest["train_uri"])
    assert platform.entries("evaluations")[-1]["play_count"] == 3


def test_one_video_as_two_games_on_both_sides_of_the_split_is_never_trained_on(platform: Platform) -> None:
    rows = platform.rows("g1", ("train",)), platform.rows("g2", ("validation",))
    for game_id, of_game in zip(("g1", "g2"), rows, strict=True):
        platform.add_game(game_id, of_game)
        assert platform.run_game(game_id).success
    said = failure(platform.retrain("g1"), "training_set")
    taught, asked = (f"games/{row['game_id']}/clips/{row['id']}_" for (row,) in rows)
    assert re.search(f"{asked}.*shows what {taught}.*if their games are one video, take one game out", said)
    assert platform.entries("manifests") == []


def test_a_champion_that_is_the_newest_model_is_not_compared_with_itself(processed: Platform) -> None:
    for asset in CHAIN[:3]:
        processed.materialize(asset, game_id="g1")
    canary = [{"model": "basketball-model-v1-1games", "weight_percent": 100}]
    by_hand = {"generation": 1, "routes": canary, "reason": "by hand"}
    processed.resources.registry.append("routes", by_hand, key="by-hand-1")
    assert processed.materialize("endpoint", game_id="g1").success
    assert processed.entries("promotions")[-1]["reason"] == "basketball-model-v1-1games serves already"
    assert len(processed.entries("routes")) == 1


def test_a_model_that_no_longer_answers_is_neither_scored_nor_served(undecided: Platform) -> None:
    (undecided.training / "models/basketball-model-v1-1games/model.safetensors").unlink()
    add_small(undecided, "g3")
    serves_no_more = undecided.run_game("g3")
    assert "does not answer" in failure(serves_no_more, "annotations")
    undecided.materialize("endpoint", game_id="g2")
    for asset in CHAIN[:1]:
        undecided.materialize(asset, game_id="g3")
    assert undecided.materialize("evaluation", game_id="g3").success
    assert scored_on_the_newest_evaluation_set(undecided) == ["basketball-model-v2-2games"]


def route_to(platform: Platform, version: int) -> None:
    routes = [{"model": names(platform)[version - 1], "weight_percent": 100}]
    entry = {"generation": len(platform.entries("routes")) + 1, "routes": routes, "reason": "by hand"}
    platform.resources.registry.append("routes", entry, key=f"by-hand-{version}")


def test_a_model_that_no_route_returns_to_is_asked_no_more_and_keeps_its_last_score(
    undecided: Platform,
) -> None:
    route_to(undecided, 2)
    undecided.add_game("g3")
    undecided.run_game("g3")
    assert undecided.materialize("training_set", "tuned_model", game_id="g3").success
    route_to(undecided, 3)
    undecided.add_game("g4")
    undecided.run_game("g4")
    result = undecided.materialize("training_set", "tuned_model", "evaluation", game_id="g4")
    assert result.success
    first, *others = names(undecided)
    assert scored_on_the_newest_evaluation_set(undecided) == others
    shown = {model.name: model for model in read_status(undecided.settings).models}
    assert [shown[name].is_on_newest_set for name in (first, *others)] == [False, True, True, True]
    last = [entry for entry in undecided.entries("evaluations") if entry["model"] == first][-1]
    assert (shown[first].play_accuracy, shown[first].scored_on) == (
        last["play_accuracy"],
        last["yardstick_hash"],
    )
    rows = metadata(result, "evaluation")["versions"].records
    assert ["(earlier set)" in str(row.data["model"]) for row in rows] == [True, False, False, False]
    written = model_versions(undecided.resources.registry, undecided.resources.training)
    assert ["play_accuracy" in row for row in written] == [False, True, True, True]


def test_above_its_ceiling_the_evaluation_set_is_drawn_and_the_score_says_of_how_many(
    ready: Platform,
) -> None:
    manifest = eligible_games(ready.resources.registry, ready.notes.partitions())
    entry = assemble(ready.resources.training, ready.resources.registry, manifest, 2)
    drawn = documents.load(ready.resources.training, entry["yardstick_name"], EvaluationSet)
    assert (len(drawn.plays), drawn.drawn_from) == (2, 3)
    assert ready.materialize("tuned_model", "evaluation", game_id="g1").success
    scored = ready.entries("evaluations")[-1]
    assert (scored["play_count"], scored["drawn_from"], scored["yardstick_hash"]) == (2, 3, drawn.hash)


def test_a_route_to_a_model_that_never_was_says_so(platform: Platform) -> None:
    routes = [{"model": "basketball-model-v9-9games", "weight_percent": 100}]
    platform.resources.registry.append("routes", {"generation": 1, "routes": routes, "reason": ""}, key="1")
    add_small(platform, "g1")
    result = platform.run_game("g1")
    assert "the record has no model basketball-model-v9-9games" in failure(result, "annotations")


def test_the_model_chain_is_one_run_for_all_and_one_at_a_time() -> None:
    assert MODEL["backfill_policy"] == dg.BackfillPolicy.single_run()
    assert MODEL["pool"] == "training"


@pytest.mark.parametrize(
    ("told", "says"), [({"seed": 8}, ("seed", 8)), ({"epochs": 2}, ("epochs", 2))], ids=["seed", "epochs"]
)
def test_a_changed_setting_trains_the_same_games_once_more_and_then_no_more(
    trained: Platform, told: dict[str, Any], says: tuple[str, int]
) -> None:
    changed = trained.with_settings(**told)
    assert metadata(changed.retrain("g1"), "tuned_model")["trained_now"] is True
    assert names(changed) == ["basketball-model-v1-1games", "basketball-model-v2-1games"]
    assert changed.entries("models")[-1][says[0]] == says[1]
    assert metadata(changed.retrain("g1"), "tuned_model")["trained_now"] is False


def test_a_request_is_a_new_job_on_the_same_set_and_only_one(trained: Platform) -> None:
    registry = trained.resources.registry
    ask_for_training(registry, "ann", "the first looks wrong", from_base=False)
    assert metadata(trained.retrain("g1"), "tuned_model")["trained_now"] is True
    assert metadata(trained.retrain("g1"), "tuned_model")["trained_now"] is False
    ask_for_training(registry, "ann", "from nothing", from_base=True)
    assert metadata(trained.retrain("g1"), "tuned_model")["trained_now"] is True
    first, second, third = trained.entries("models")
    assert len({first["fingerprint"], second["fingerprint"], third["fingerprint"]}) == 3
    assert (second["parent"], third["parent"]) == (first["name"], None)
    assert (first["request"], second["request"], third["request"]) == (0, 1, 2)


def grown(platform: Platform, **settings: Any) -> Platform:
    """A second game has come, and been learned under these settings."""
    add_small(platform, "g2")
    assert platform.run_game("g2").success
    changed = platform.with_settings(**settings)
    assert changed.retrain("g2").success
    return changed


@pytest.mark.parametrize(
    ("settings", "lines", "shown"),
    [
        ({}, 8, "2 new lines and 6 of 6 old ones"),
        ({"train_on": "new_plus_replay"}, 4, "2 new lines and 2 of 6 old ones"),
        ({"train_on": "new_plus_replay", "replay_per_new": 3.0}, 8, "2 new lines and 6 of 6 old ones"),
        ({"train_on": "new_only"}, 2, "2 new lines and 0 of 6 old ones"),
    ],
    ids=["cumulative", "replay", "replay of all", "new only"],
)
def test_a_model_is_taught_what_is_new_while_its_set_stays_cumulative(
    trained: Platform, settings: dict[str, Any], lines: int, shown: str
) -> None:
    platform = grown(trained, **settings)
    model, set_of_all = platform.entries("models")[-1], platform.entries("manifests")[-1]
    assert model["metrics"]["examples"] == model["lessons"]["line_count"] == lines
    assert model["lessons"]["shown"].startswith(shown)
    assert (model["game_ids"], model["train_count"]) == (["g1", "g2"], 8)
    store = platform.resources.training
    assert len(store.read(set_of_all["train_uri"]).splitlines()) == 8
    card = json.loads(store.read(object_names.model_lessons(model["name"])))
    assert card == model["lessons"]
    assert scored_on_the_newest_evaluation_set(platform) == names(platform)
    assert metadata(platform.retrain("g2"), "tuned_model")["trained_now"] is False


def test_a_training_from_the_base_is_shown_every_game_whatever_the_setting(trained: Platform) -> None:
    platform = grown(trained, train_on="new_only")
    ask_for_training(platform.resources.registry, "ann", "a clean start", from_base=True)
    assert platform.retrain("g1").success
    last = platform.entries("models")[-1]
    assert (last["parent"], last["lessons"]["line_count"], last["lessons"]["train_on"]) == (
        None,
        8,
        "cumulative",
    )


def test_an_edited_and_a_withdrawn_game_are_told_on_the_card_until_a_training_from_the_base(
    trained: Platform,
) -> None:
    platform = grown(trained, start_from="newest")
    platform.edit(platform.rows("g2")[0], note="Corrected.")
    platform.run_game("g2")
    platform.instance.delete_dynamic_partition("games", "g1")
    shown = metadata(platform.retrain("g2"), "tuned_model")["edited_or_withdrawn"]
    told = [
        (trace["game_id"], trace["what"]) for trace in platform.entries("models")[-1]["lessons"]["traces"]
    ]
    assert told == [("g2", "edited"), ("g1", "withdrawn")]
    assert [record.data["what"] for record in shown.records] == ["edited", "withdrawn"]
    for from_base, left in ((False, ["g1"]), (True, [])):
        ask_for_training(platform.resources.registry, "ann", "again", from_base=from_base)
        assert platform.retrain("g2").success
        traces = platform.entries("models")[-1]["lessons"]["traces"]
        assert [trace["game_id"] for trace in traces] == left
