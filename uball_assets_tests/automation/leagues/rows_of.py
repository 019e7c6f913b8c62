"""Rows of one league in a Dagster that others share, as if its code location had made them.

Belongs here: making them. Not here: who may see or delete them (the tests).
"""

from __future__ import annotations

from collections.abc import Mapping

import dagster as dg
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


@dg.job
def game_job() -> None: ...


def repository(league: str) -> RemoteRepositoryOrigin:
    code = LoadableTargetOrigin(module_name="uball_assets.definitions")
    location = ManagedGrpcPythonEnvCodeLocationOrigin(code, location_name=league)
    return RemoteRepositoryOrigin(location, "__repository__")


def add_run(instance: dg.DagsterInstance, league: str, tags: Mapping[str, str]) -> dg.DagsterRun:
    """One that goes."""
    origin = RemoteJobOrigin(repository(league), "game_job")
    return instance.create_run_for_job(
        game_job, tags=dict(tags), remote_job_origin=origin, status=dg.DagsterRunStatus.STARTED
    )


def add_ended_backfill(
    instance: dg.DagsterInstance, league: str, backfill_id: str, at_s: float, tags: Mapping[str, str]
) -> None:
    instance.add_backfill(
        PartitionBackfill(
            backfill_id,
            BulkActionStatus.COMPLETED_SUCCESS,
            from_failure=False,
            tags=dict(tags),
            backfill_timestamp=at_s,
            asset_selection=[dg.AssetKey([league, "plays"])],
            partition_names=[],
        )
    )


def sensor_of(league: str) -> InstigatorState:
    origin = RemoteInstigatorOrigin(repository(league), "games_sensor")
    return InstigatorState(
        origin, InstigatorType.SENSOR, InstigatorStatus.RUNNING, SensorInstigatorData(min_interval=30)
    )


def add_tick(instance: dg.DagsterInstance, league: str, at_s: float, said: str) -> None:
    sensor = sensor_of(league)
    instance.create_tick(
        TickData(
            sensor.instigator_origin_id,
            "games_sensor",
            InstigatorType.SENSOR,
            TickStatus.SKIPPED,
            at_s,
            skip_reason=said,
            selector_id=sensor.selector_id,
        )
    )
