"""Two leagues share one PostgreSQL: each lets its own runs, backfills and ticks go, by its own settings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
import pytest
from dagster._core.execution.backfill import BulkActionStatus, PartitionBackfill
from dagster._core.remote_origin import (
    ManagedGrpcPythonEnvCodeLocationOrigin,
    RemoteInstigatorOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    InstigatorType,
    SensorInstigatorData,
    TickData,
    TickStatus,
)
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from pydantic import SecretStr

from uball_assets.automation.instance import open_instance
from uball_assets.settings import Settings

if TYPE_CHECKING:
    from uball_assets_tests.scale.postgres_server import PostgresServer

pytestmark = pytest.mark.scale
LEAGUES = ("north", "south")
DAY_S = 86_400.0
RUNS, TICKS = 6, 20
Kept = dict[str, dict[str, int]]


@dg.job
def game_job() -> None: ...


@pytest.fixture
def shared(postgres: PostgresServer, tmp_path: Path) -> Settings:
    """Of each league: runs that ended, an old backfill, and old ticks of its sensor, taking turns."""
    settings = Settings(home=tmp_path / "both", instance_url=SecretStr(postgres.create("two_purges")))
    with open_instance(settings) as instance:
        for _ in range(RUNS):
            for league in LEAGUES:
                add_ended_run(instance, league)
        for league in LEAGUES:
            add_old_backfill(instance, league)
            switch_on(instance, league)
        for number in range(TICKS):
            for league in LEAGUES:
                add_tick(instance, league, time.time() - (TICKS - number) * DAY_S)
    return settings


def repository(league: str) -> RemoteRepositoryOrigin:
    code = LoadableTargetOrigin(module_name="uball_assets.definitions")
    location = ManagedGrpcPythonEnvCodeLocationOrigin(code, location_name=league)
    return RemoteRepositoryOrigin(location, "__repository__")


def add_ended_run(instance: dg.DagsterInstance, league: str) -> None:
    origin = RemoteJobOrigin(repository(league), "game_job")
    run = instance.create_run_for_job(
        game_job, remote_job_origin=origin, status=dg.DagsterRunStatus.STARTED, tags={"of": league}
    )
    instance.report_run_failed(run, "killed")


def add_old_backfill(instance: dg.DagsterInstance, league: str) -> None:
    instance.add_backfill(
        PartitionBackfill(
            f"backfill of {league}",
            BulkActionStatus.COMPLETED_SUCCESS,
            from_failure=False,
            tags={},
            backfill_timestamp=time.time() - 3_000 * DAY_S,
            asset_selection=[dg.AssetKey([league, "plays"])],
            partition_names=[],
        )
    )


def sensor_of(league: str) -> InstigatorState:
    origin = RemoteInstigatorOrigin(repository(league), "games_sensor")
    return InstigatorState(
        origin, InstigatorType.SENSOR, InstigatorStatus.RUNNING, SensorInstigatorData(min_interval=30)
    )


def switch_on(instance: dg.DagsterInstance, league: str) -> None:
    instance.add_instigator_state(sensor_of(league))


def add_tick(instance: dg.DagsterInstance, league: str, at_s: float) -> None:
    sensor = sensor_of(league)
    instance.create_tick(
        TickData(
            sensor.instigator_origin_id,
            "games_sensor",
            InstigatorType.SENSOR,
            TickStatus.SKIPPED,
            at_s,
            skip_reason="nothing is due",
            selector_id=sensor.selector_id,
        )
    )


def kept(settings: Settings) -> Kept:
    with open_instance(settings) as instance:
        storage = instance.schedule_storage
        assert storage
        ticks = {
            league: len(storage.get_ticks(sensor.instigator_origin_id, sensor.selector_id))
            for league in LEAGUES
            for sensor in [sensor_of(league)]
        }
        return {
            "runs": dict(Counter(run.tags["of"] for run in instance.get_runs())),
            "ticks": ticks,
            "backfills": dict(Counter(one.backfill_id.split()[-1] for one in instance.get_backfills())),
        }


def purge(settings: Settings, league: str, *words: str, **keep: str) -> Any:
    """By a process of the league, as its schedule would."""
    assert settings.instance_url
    environment = {
        **os.environ,
        **{name.upper(): value for name, value in keep.items()},
        "UBALL_LEAGUE": league,
        "UBALL_HOME": str(settings.home.with_name(league)),
        "UBALL_INSTANCE_URL": settings.instance_url.get_secret_value(),
    }
    command = [str(Path(sys.executable).with_name("uball")), "instance", "purge", "--json", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_each_lets_its_own_go_by_its_own_settings_and_nothing_of_the_others(shared: Settings) -> None:
    north = purge(shared, "north", "--keep", "2", uball_keep_ticks_days="1", uball_keep_ticks="5")
    assert (len(north["runs"]), len(north["ticks"])) == (RUNS - 2, TICKS - 5)
    assert kept(shared) == {
        "runs": {"north": 2, "south": RUNS},
        "ticks": {"north": 5, "south": TICKS},
        "backfills": {"south": 1},
    }
    south = purge(shared, "south", "--keep", "3", uball_keep_ticks_days="10", uball_keep_ticks="1")
    assert len(south["runs"]) == RUNS - 3
    assert kept(shared) == {
        "runs": {"north": 2, "south": 3},
        "ticks": {"north": 5, "south": TICKS - len(south["ticks"])},
        "backfills": {},
    }
    assert TICKS - 11 <= len(south["ticks"]) <= TICKS - 9
    assert (
        purge(shared, "north", "--keep", "2", uball_keep_ticks_days="1", uball_keep_ticks="5")["runs"] == []
    )
