"""The loop moves, with Dagster's real daemon and webserver, driven as a person drives the UI.

The tests stand in the order of a league's first weeks on one running platform: a batch of six games, then one
new game after another. Each states what must have been before it.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from uball_assets.adapters.record.registry import Entry
from uball_assets.domain.footage.angles import Angle
from uball_assets.resources import Resources
from uball_assets_tests.daemon.platform import Platform
from uball_assets_tests.daemon.season import Season, bring
from uball_assets_tests.daemon.ui import Run, Tick, Ui
from uball_assets_tests.daemon.waiting import wait_for

pytestmark = pytest.mark.daemon

GAME_CHAIN = ("raw_videos", "plays", *(f"clips/{angle}" for angle in Angle))
MODEL_CHAIN = ("training_set", "tuned_model", "evaluation", "endpoint")
STATES = ("materialized", "failed", "unmaterialized", "materializing")
SENSORS = ("games_sensor", "retrain_sensor")


def test_a_backfill_of_six_games_trains_one_model(
    platform: Platform, games: Season, outside: Resources
) -> None:
    ui, everyone = platform.ui, [game.game_id for game in games.batch]
    refused, unannotated = games.refused.game_id, games.unannotated.game_id
    for game_id in everyone:
        ui.add_partition(game_id)
    ui.backfill(ui.assets(), everyone)
    wait_for("end of the backfill's runs", lambda: _has_served(ui, games), 200, ui.seen)

    (model,) = outside.registry.entries("models")
    assert model["label"] == "v1-4games"
    assert set(model["game_ids"]) == games.learned

    for asset in (*GAME_CHAIN, "annotations"):
        assert ui.partitions(asset) == _states(materialized=set(everyone)), asset
    assert ui.partitions("training_examples") == _states(
        materialized=games.learned, failed={refused}, unmaterialized={refused, unannotated}
    )
    for asset in MODEL_CHAIN:
        states = ui.partitions(asset)
        assert (states["materialized"], states["failed"]) == (games.learned, set()), asset


def test_the_refused_game_says_why_where_a_person_clicks(platform: Platform, games: Season) -> None:
    ui = platform.ui
    run = ui.run_of("training_examples", games.refused.game_id)
    (failure,) = ui.events(run, "ExecutionStepFailureEvent")
    assert failure["stepKey"] == "training_examples"
    assert "stays out of training: grade F" in failure["error"]["message"]
    assert "no camera FAR_LEFT, NEAR_RIGHT" in failure["error"]["message"]
    shown = {entry["label"]: entry for entry in failure["failureMetadata"]["metadataEntries"]}
    assert shown["grade"]["text"].startswith("F ")
    lost = "\n".join(shown["quarantine"]["table"]["records"])
    assert "cameras FAR_LEFT and NEAR_RIGHT" in lost


def test_a_missing_camera_is_a_warning_on_that_camera_and_game_only(
    platform: Platform, games: Season
) -> None:
    ui, everyone = platform.ui, {game.game_id for game in games.batch}
    without = {
        Angle.FAR_RIGHT: {games.camera_missing.game_id},
        Angle.FAR_LEFT: {games.refused.game_id},
        Angle.NEAR_RIGHT: {games.refused.game_id},
        Angle.NEAR_LEFT: set[str](),
    }
    for angle, failed in without.items():
        check = ui.check(f"clips/{angle}", "every_play_has_a_clip")
        assert not check["blocking"]
        assert check["failed"] == failed, angle
        assert check["succeeded"] == everyone - failed, angle


def test_a_new_game_dropped_into_the_folder_is_learned_by_itself(
    platform: Platform, games: Season, videos: Path, outside: Resources
) -> None:
    ui, new = platform.ui, games.later[0]
    for sensor in SENSORS:
        ui.start_sensor(sensor)
    bring(new, videos, platform.home / "videos", outside.plays_db)
    wait_for("second model", lambda: len(outside.registry.entries("models")) > 1, 150, ui.seen)

    model = outside.registry.entries("models")[1]
    assert model["label"] == "v2-5games"
    assert set(model["game_ids"]) == games.learned | {new.game_id}
    attempts = outside.registry.entries("attempts")
    assert [entry["attempt"] for entry in attempts if entry["target"] == new.game_id] == [1]
    assert [entry["attempt"] for entry in attempts if entry["what"] == "train"] == [1]

    _wait_until_quiet(ui, outside, games)
    before = _done(ui, outside)
    for sensor in SENSORS:
        _wait_for_ticks(ui, sensor, 2)
    assert _done(ui, outside) == before
    for tick in (tick for sensor in SENSORS for tick in ui.ticks(sensor)):
        assert tick.status in ("SUCCESS", "SKIPPED"), tick
        assert tick.run_keys or _is_plain(tick), tick


def test_the_backfill_has_ended_by_itself_and_counts_as_failed_for_the_refused_game(
    platform: Platform,
) -> None:
    ui = platform.ui
    (backfill,) = {run.tags["dagster/backfill"] for run in ui.runs() if "dagster/backfill" in run.tags}
    wait_for("end of the backfill", lambda: ui.backfill_status(backfill) == "COMPLETED_FAILED", 60, ui.seen)


def test_a_killed_training_is_ended_by_the_next_attempt(
    platform: Platform, games: Season, videos: Path, outside: Resources
) -> None:
    ui = platform.ui
    bring(games.later[1], videos, platform.home / "videos", outside.plays_db)
    run = _wait_for_training(ui, outside, attempt=1, models=2)
    os.kill(ui.worker_pid(run.run_id), signal.SIGKILL)
    _assert_ended_by_the_next_attempt(ui, outside, run, "v3-6games")


def test_a_training_killed_with_the_whole_platform_is_ended_after_a_restart(
    platform: Platform, games: Season, videos: Path, outside: Resources
) -> None:
    bring(games.later[2], videos, platform.home / "videos", outside.plays_db)
    run = _wait_for_training(platform.ui, outside, attempt=1, models=3)
    pid = platform.ui.worker_pid(run.run_id)
    platform.kill()
    platform.start()
    _assert_ended_by_the_next_attempt(platform.ui, outside, run, "v4-7games")
    (failure,) = platform.ui.events(run.run_id, "RunFailureEvent")
    assert f"its process {pid} is gone" in failure["message"]


# --- what the tests above look at


def _states(**keys: set[str]) -> dict[str, set[str]]:
    """As `Ui.partitions`; states that are not named are empty."""
    return {name: keys.get(name, set()) for name in STATES}


def _is_plain(tick: Tick) -> bool:
    """A sentence for a person: words with spaces between, no traceback, no braces of a data structure."""
    return " " in tick.skip_reason and not set("{}\n") & set(tick.skip_reason)


def _done(ui: Ui, outside: Resources) -> tuple[list[str], list[str], list[str]]:
    """All that was started, learned and tried."""
    return (
        [run.run_id for run in ui.runs()],
        [model["name"] for model in outside.registry.entries("models")],
        [attempt["run_key"] for attempt in outside.registry.entries("attempts")],
    )


def _has_served(ui: Ui, games: Season) -> bool:
    """Every game that is to be learned from has reached the endpoint, and nothing runs."""
    return ui.partitions("endpoint")["materialized"] >= games.learned and _rests(ui)


def _rests(ui: Ui) -> bool:
    return all(run.is_over for run in ui.runs())


def _wait_until_quiet(ui: Ui, outside: Resources, games: Season) -> None:
    """The model that serves has annotated the game without plays; nothing runs; both sensors say so."""

    def quiet() -> bool:
        served = outside.registry.entries("routes")[-1]["routes"][0]["model"]
        annotated = {entry["game_id"]: entry["model"] for entry in outside.registry.entries("annotations")}
        said = [next((tick.skip_reason for tick in ui.ticks(sensor)), "") for sensor in SENSORS]
        return (
            annotated[games.unannotated.game_id] == served
            and _rests(ui)
            and said[0].startswith("7 games: 6 up to date")
            and f"{games.refused.game_id}: grade F, also after 3 attempts" in said[0]
            and said[1].startswith("up to date")
        )

    wait_for("quiet", quiet, 90, ui.seen)


def _wait_for_ticks(ui: Ui, sensor: str, count: int) -> None:
    before = {tick.tick_id for tick in ui.ticks(sensor)}
    wait_for(
        f"{count} ticks of {sensor}",
        lambda: len({tick.tick_id for tick in ui.ticks(sensor)} - before) >= count,
        60,
        ui.seen,
    )


def _wait_for_training(ui: Ui, outside: Resources, attempt: int, models: int) -> Run:
    """A run of `retrain_job` in the middle of `tuned_model`."""
    assert len(outside.registry.entries("models")) == models

    def look() -> Run | None:
        going = [run for run in ui.runs() if run.job_name == "retrain_job" and run.status == "STARTED"]
        return next((run for run in going if ui.steps(run.run_id).get("tuned_model") == "IN_PROGRESS"), None)

    run = wait_for("training", look, 120, ui.seen, poll_s=0.1)
    assert run.tags["dagster/run_key"].endswith(f":{attempt}")
    return run


def _models(outside: Resources, field: str, value: str) -> list[Entry]:
    return [model for model in outside.registry.entries("models") if model[field] == value]


def _assert_ended_by_the_next_attempt(ui: Ui, outside: Resources, run: Run, label: str) -> None:
    """The killed run is failed; the next attempt at the same games made the model, once."""
    wait_for("failure of the killed run", lambda: ui.run(run.run_id).status == "FAILURE", 60, ui.seen)
    assert ui.steps(run.run_id)["tuned_model"] != "SUCCESS", "it was killed after its training"
    (model,) = wait_for(label, lambda: _models(outside, "label", label), 120, ui.seen)
    assert _models(outside, "fingerprint", model["fingerprint"]) == [model]
    key = f"train:{model['manifest_hash']}"
    tried = [entry["run_key"] for entry in outside.registry.entries("attempts") if key in entry["run_key"]]
    assert tried == [f"{key}:1", f"{key}:2"]
    (again,) = ui.runs(dagster__run_key=f"{key}:2")
    wait_for("end of the second attempt", lambda: ui.run(again.run_id).status == "SUCCESS", 60, ui.seen)
