"""What Dagster loads: a change here is a change that people see in the UI and that running jobs depend on."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from uball_assets.definitions import build_defs, defs
from uball_assets.settings import Settings
from uball_assets_tests.league import CHAIN

GAME_GROUP = {
    "raw_videos": [],
    "plays": ["raw_videos"],
    "clips/FAR_LEFT": ["plays", "raw_videos"],
    "clips/NEAR_LEFT": ["plays", "raw_videos"],
    "clips/FAR_RIGHT": ["plays", "raw_videos"],
    "clips/NEAR_RIGHT": ["plays", "raw_videos"],
    "training_examples": ["clips/FAR_LEFT", "clips/FAR_RIGHT", "clips/NEAR_LEFT", "clips/NEAR_RIGHT"],
}
ANNOTATION_GROUP = {
    "annotations": [
        "clips/FAR_LEFT",
        "clips/FAR_RIGHT",
        "clips/NEAR_LEFT",
        "clips/NEAR_RIGHT",
        "plays",
        "raw_videos",
        "routes",
    ],
}
MODEL_GROUP = {
    "training_set": ["training_examples"],
    "tuned_model": ["training_set"],
    "evaluation": ["tuned_model"],
    "endpoint": ["evaluation"],
    "routes": ["endpoint"],
}
LEAGUE_GROUP = {
    "results": [],
    "box_score": ["results"],
    "form_features": ["box_score", "results"],
    "forecasts": ["forecast_routes", "form_features"],
}
FORECASTING_GROUP = {
    "outcome_model": ["form_features"],
    "player_model": ["form_features"],
    "forecast_endpoint": ["outcome_model", "player_model"],
    "forecast_routes": ["forecast_endpoint"],
}
FORECAST_CHAIN = ("outcome_model", "player_model", "forecast_endpoint")
CHECKS = {
    "raw_videos:four_sound_cameras",
    "raw_videos:offsets_agree_with_the_sound",
    "plays:every_row_sound",
    "plays:no_play_twice",
    "plays:rows_add_up",
    "clips/FAR_LEFT:every_play_has_a_clip",
    "clips/NEAR_LEFT:every_play_has_a_clip",
    "clips/FAR_RIGHT:every_play_has_a_clip",
    "clips/NEAR_RIGHT:every_play_has_a_clip",
    "training_examples:good_grade",
    "training_examples:no_play_on_both_sides",
    "annotations:drift",
    "annotations:labels_hold",
    "results:good_grades",
    "box_score:points_add_up",
    "outcome_model:beats_the_base_rate",
    "forecasts:better_than_the_base_rate",
    "forecasts:calibrated",
    "training_set:lines_add_up",
    "tuned_model:base_lives_on",
    "evaluation:better_than_guessing",
    "endpoint:served_model_answers",
}


def spec(asset: str) -> dg.AssetSpec:
    return next(one for one in defs.resolve_all_asset_specs() if one.key.to_user_string() == asset)


def definition(asset: str) -> dg.AssetsDefinition:
    return defs.resolve_assets_def(dg.AssetKey(asset.split("/")))


def test_the_definitions_load() -> None:
    dg.Definitions.validate_loadable(defs)


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("game", GAME_GROUP),
        ("model", MODEL_GROUP),
        ("annotation", ANNOTATION_GROUP),
        ("league", LEAGUE_GROUP),
        ("forecasting", FORECASTING_GROUP),
    ],
)
def test_the_assets_and_their_lineage(group: str, expected: dict[str, list[str]]) -> None:
    found = {
        one.key.to_user_string(): sorted(dep.asset_key.to_user_string() for dep in one.deps)
        for one in defs.resolve_all_asset_specs()
        if one.group_name == group
    }
    assert found == expected


def test_every_asset_says_what_it_is() -> None:
    assert [one.key for one in defs.resolve_all_asset_specs() if not one.description or not one.kinds] == []


def test_every_resource_says_what_it_is_and_who_does_it() -> None:
    found = defs.resources or {}
    assert [name for name, made in found.items() if not made.description] == []
    assert found["video_store"].resource_fn.__name__ == "FolderStore"


@pytest.mark.parametrize("asset", [*GAME_GROUP, *ANNOTATION_GROUP, *CHAIN])
def test_every_asset_is_partitioned_by_game(asset: str) -> None:
    partitions = definition(asset).partitions_def
    assert isinstance(partitions, dg.DynamicPartitionsDefinition)
    assert partitions.name == "games"


def test_routes_are_external_and_unpartitioned_so_that_no_game_waits_for_being_learned() -> None:
    assert spec("routes").partitions_def is None
    assert not definition("routes").is_executable


@pytest.mark.parametrize("asset", CHAIN)
def test_the_model_chain_runs_once_for_all_games_and_one_run_at_a_time(asset: str) -> None:
    found = definition(asset)
    assert found.backfill_policy == dg.BackfillPolicy.single_run()
    assert found.op.pool == "training"


@pytest.mark.parametrize("asset", CHAIN)
def test_a_run_of_many_games_stores_nothing_through_an_io_manager(asset: str) -> None:
    """A range run whose body is annotated otherwise fails after the training."""
    [output] = definition(asset).op.output_defs
    assert output.dagster_type.is_nothing


@pytest.mark.parametrize("asset", [*LEAGUE_GROUP, *FORECAST_CHAIN])
def test_an_asset_of_the_league_is_of_every_game_of_its_schedule_and_runs_once_for_many(asset: str) -> None:
    found = definition(asset)
    assert found.partitions_def == dg.DynamicPartitionsDefinition(name="fixtures")
    assert found.backfill_policy == dg.BackfillPolicy.single_run()
    assert found.op.output_dict["result"].dagster_type.is_nothing
    assert [dep.asset_key.to_user_string() for dep in spec(asset).deps if dep.asset_key in _GAMES] == []


_GAMES = {dg.AssetKey(asset.split("/")) for asset in [*GAME_GROUP, *ANNOTATION_GROUP]}


@pytest.mark.parametrize("asset", [*GAME_GROUP, *ANNOTATION_GROUP])
def test_a_game_has_a_run_of_its_own(asset: str) -> None:
    assert definition(asset).backfill_policy is None


def test_the_checks_and_which_of_them_have_a_verdict_for_each_game() -> None:
    found = {
        f"{check.asset_key.to_user_string()}:{check.name}": check
        for made in (*(defs.asset_checks or ()), *(defs.assets or ()))
        if isinstance(made, dg.AssetsDefinition)
        for check in made.check_specs
    }
    assert set(found) == CHECKS
    by_game = {name for name, check in found.items() if check.partitions_def is not None}
    assert by_game == {name for name in CHECKS if name.partition(":")[0] in GAME_GROUP | ANNOTATION_GROUP}
    assert not any(check.blocking for check in found.values())


@pytest.mark.parametrize(
    ("job", "assets"),
    [
        ("game_job", [*GAME_GROUP, *ANNOTATION_GROUP]),
        ("retrain_job", [*CHAIN]),
        ("scoring_job", [*CHAIN][2:]),
        ("quick_refresh", [*LEAGUE_GROUP]),
        ("forecast_pipeline", [*LEAGUE_GROUP, *FORECAST_CHAIN]),
    ],
    ids=["game_job", "retrain_job", "scoring_job", "quick_refresh", "forecast_pipeline"],
)
def test_the_jobs_and_their_bounds(job: str, assets: list[str]) -> None:
    found = defs.resolve_job_def(job)
    executed = found.asset_layer.executable_asset_keys
    assert {key.to_user_string() for key in executed} == set(assets)
    assert int(found.tags["dagster/max_runtime"]) <= 14_400
    assert found.executor_def.name == "in_process"


def test_every_job_has_a_bound() -> None:
    named = [job for job in defs.resolve_all_job_defs() if not job.name.startswith("__")]
    unbounded = [job.name for job in named if not 0 < int(job.tags.get("dagster/max_runtime", 0)) <= 14_400]
    assert unbounded == []
    assert {"store_proof_job", "daily_report_job", "weekly_report_job"} < {job.name for job in named}


@pytest.mark.parametrize(("is_on", "status"), [(False, "STOPPED"), (True, "RUNNING")], ids=["off", "on"])
def test_the_schedules_run_from_the_start_only_if_the_setting_says_so(is_on: bool, status: str) -> None:
    schedules = build_defs(Settings(automation_on=is_on, report_hour=9)).schedules or ()
    found = {
        one.name: (one.cron_schedule, one.default_status.value)
        for one in schedules
        if isinstance(one, dg.ScheduleDefinition)
    }
    assert found["daily_report"] == ("5 9 * * *", status)
    assert found["weekly_report"] == ("10 9 * * 1", status)
    assert found["nightly_store_proof"] == ("30 2 * * *", status)


@pytest.mark.parametrize(("is_on", "status"), [(False, "STOPPED"), (True, "RUNNING")], ids=["off", "on"])
def test_the_sensors_run_from_the_start_only_if_the_setting_says_so(is_on: bool, status: str) -> None:
    sensors = build_defs(Settings(automation_on=is_on, sensor_interval_s=45)).sensors or ()
    found = {
        sensor.name: (
            [target.job_name for target in sensor.targets],
            sensor.minimum_interval_seconds,
            sensor.default_status.value,
        )
        for sensor in sensors
        if isinstance(sensor, dg.SensorDefinition)
    }
    assert found == {
        "games_sensor": (["game_job"], 45, status),
        "retrain_sensor": (["retrain_job", "scoring_job"], 45, status),
        "fixtures_sensor": (["quick_refresh"], 45, status),
        "forecast_retrain_sensor": (["forecast_pipeline"], 45, status),
        "alerts_sensor": ([], 60, status),
    }


def test_what_is_broken_now_is_shown_by_an_asset_that_no_button_and_no_backfill_makes() -> None:
    assert spec("broken_now").partitions_def is None
    assert not definition("broken_now").is_executable


def test_each_deadline_is_on_an_asset_that_exists() -> None:
    late = {
        one.key.to_user_string() for one in defs.resolve_all_asset_specs() if one.freshness_policy is not None
    }
    assert late == {"raw_videos", "training_examples", "annotations", "tuned_model", "endpoint"}


def test_an_override_replaces_the_resource_of_that_name() -> None:
    assert build_defs(Settings(), videos="another").resources["videos"] == "another"  # type: ignore[index]


def test_a_model_that_google_tunes_is_shown_as_one(tmp_path: Path) -> None:
    pytest.importorskip("dagster_gcp")
    cloud = Settings(
        home=tmp_path,
        videos_url=str(tmp_path),
        training_url="gs://bucket",
        plays_url=f"sqlite:///{tmp_path}/plays.db",
        trainer="vertex",
        gcp_project_id="league",
    )
    specs = build_defs(cloud).resolve_all_asset_specs()
    assert [one.kinds for one in specs if one.key.to_user_string() == "tuned_model"] == [{"gemini"}]
    assert spec("tuned_model").kinds == {"scikitlearn"}
