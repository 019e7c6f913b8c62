"""In a Dagster that several leagues share, each has its own names and sees its own runs alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from uball_assets.automation.home_folder import folder_of_league
from uball_assets.automation.instance import open_instance
from uball_assets.automation.runs.of_instance import InstanceNotes
from uball_assets.definitions import build_defs, defs
from uball_assets.domain.errors import Permanent
from uball_assets.settings import Settings, load_settings

Told = dict[str, Any]
BOTH_WAYS = 2
"""What is read off Dagster's tables is what Dagster itself answers."""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where Dagster's files are."""
    return tmp_path_factory.mktemp("shared")


@pytest.fixture(scope="module")
def north(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """What a process of the league sees; what Dagster loads is called as its environment says."""
    own = {"UBALL_LEAGUE": "north", "UBALL_HOME": str(tmp_path_factory.mktemp("north"))}
    environment = {**os.environ, **own, "UBALL_INSTANCE_FOLDER": str(shared)}
    words = [sys.executable, "-m", f"{__package__}.north"]
    told: Told = json.loads(subprocess.run(words, env=environment, stdout=-1, check=True).stdout)
    return told


@pytest.fixture
def seen(north: Told) -> Told:
    told: Told = north["seen"]
    return told


def names(of: dg.Definitions) -> list[str]:
    return [spec.key.to_user_string() for spec in of.resolve_all_asset_specs()]


def test_its_assets_their_lineage_and_their_checks_bear_its_name(north: Told) -> None:
    assert sorted(north["lineage"]) == sorted(f"north/{name}" for name in names(defs))
    above = [key for deps in north["lineage"].values() for key in deps]
    assert above
    assert all(key.startswith("north/") for key in [*above, *north["checks"], *north["with a deadline"]])
    assert "north/endpoint" in north["with a deadline"]


def test_its_jobs_run_the_same_assets_under_its_name_and_say_whose_they_are(north: Told) -> None:
    for job in defs.resolve_all_job_defs():
        executed = sorted(f"north/{key.to_user_string()}" for key in job.asset_layer.executable_asset_keys)
        assert north["jobs"][job.name] == executed
    assert north["tags"]["uball/league"] == "north"
    assert "uball/league" not in defs.resolve_job_def("game_job").tags


def test_its_partitions_and_pools_are_its_own_and_its_steps_are_called_as_ever(north: Told) -> None:
    assert north["sets"] == north["partition sets"][::-1] == ["north.games", "north.fixtures"]
    assert north["pools"] == ["north.forecasting", "north.training"]
    assert {"clips__FAR_LEFT", "forecasts", "training_set"} < set(north["steps"])


def test_its_code_location_is_called_after_it_and_links_lead_to_its_assets(north: Told) -> None:
    assert north["location"] == "north"
    assert north["link"] == "north/clips/FAR_LEFT"


def test_it_sees_its_own_games_and_runs_alone(seen: Told) -> None:
    assert seen["partitions"] == [["g1"]] * BOTH_WAYS
    assert seen["live"] == [["north-goes"]] * BOTH_WAYS
    assert seen["keyed"] == [["STARTED", "FAILURE"]] * BOTH_WAYS
    assert seen["in the way"] == ["north-goes"]
    assert (seen["open"], seen["ended"]) == (["north-goes"], ["north-failed"])


def test_a_run_that_was_killed_is_on_the_record_of_its_own_league(seen: Told) -> None:
    assert seen["on the record"] == ["north-failed"]


def test_old_runs_that_it_lets_go_are_its_own(seen: Told) -> None:
    assert seen["may leave"] == ["north-failed"]


def test_its_alerts_are_of_its_own_sensors(seen: Told) -> None:
    assert seen["ticks"] == ["3 games of the north"]
    assert not seen["automated by south"]


def test_its_api_tells_of_its_own_jobs_and_finds_no_others_by_their_id(seen: Told) -> None:
    batches = ["north-2", "north-1", "north-0"]
    assert seen["jobs"] == [*batches, ["north-failed"], ["north-goes"]]
    assert seen["newest jobs"] == batches[:2]
    assert seen["of the request"] == "north-1"
    assert seen["found"] == [True, False, True, False]


def test_a_run_under_another_name_in_the_workspace_is_refused(seen: Told) -> None:
    """It would not be found again, and its game started twice."""
    told = "UBALL_LEAGUE is north, and its code location is called south: call it north in workspace.yaml"
    assert seen["refused"] == told


@pytest.mark.usefixtures("north")
def test_a_league_without_a_name_is_refused_where_one_with_a_name_works(
    shared: Path, tmp_path: Path, settings: Settings
) -> None:
    """It would take all runs for its own. With a Dagster of its own it works on."""
    with open_instance(settings.model_copy(update={"instance_folder": tmp_path / "own"})) as instance:
        assert InstanceNotes(instance).live_runs() == []
    words = "is that of the league north too, and this league has no name in it: set UBALL_LEAGUE"
    with pytest.raises(Permanent, match=words):
        open_instance(settings.model_copy(update={"instance_folder": shared}))


def test_so_is_a_tick_of_its_sensors_however_dagster_was_opened() -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions("north.games", ["g1"])
        with pytest.raises(Permanent, match="of the league north too"):
            InstanceNotes(instance)


def test_definitions_are_of_the_league_that_the_process_is_of(settings: Settings) -> None:
    with pytest.raises(Permanent, match="set UBALL_LEAGUE before it starts"):
        build_defs(settings.model_copy(update={"league_slug": "south"}))


@pytest.mark.parametrize("name", ["North", "north league", "north_league", "-north", "1st", "n" * 31])
def test_a_name_that_dagster_or_the_machine_would_not_take_is_refused(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UBALL_LEAGUE", name)
    with pytest.raises(Permanent, match=r"UBALL_LEAGUE is .*small letters"):
        load_settings()


def test_leagues_that_share_one_dagster_keep_note_of_their_own_stores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UBALL_INSTANCE_FOLDER", str(tmp_path / "shared"))
    for league in ("north", "south"):
        monkeypatch.setenv("UBALL_LEAGUE", league)
        monkeypatch.setenv("UBALL_HOME", str(tmp_path / league))
        monkeypatch.setenv("UBALL_VIDEOS_URL", f"s3://videos-of-{league}")
        assert folder_of_league(load_settings()) == tmp_path / "shared"
    monkeypatch.setenv("UBALL_VIDEOS_URL", "s3://elsewhere")
    with pytest.raises(Permanent, match="is the home of the league at UBALL_VIDEOS_URL=s3://videos-of-south"):
        folder_of_league(load_settings())
