"""A league in which something happened: runs that are needed and runs that are not, and what Dagster's pages
tell of its games.

Belongs here: real runs of a small graph, and one answer made of all that the pages ask. Not here: verdicts.
"""

import json
import time
from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.remote_origin import (
    ManagedGrpcPythonEnvCodeLocationOrigin,
    RemoteInstigatorOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    SensorInstigatorData,
    TickData,
    TickStatus,
)
from dagster._core.storage.partition_status_cache import get_and_update_asset_status_cache_value
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin

from uball_assets_tests.app.api.dagster_here import add_backfill

GAMES = ("g1", "g2", "g3")
CAMERA = dg.AssetKey("camera")
games = dg.DynamicPartitionsDefinition(name="games")


_CHECK = dg.AssetCheckSpec("sound", asset="raw", partitions_def=games)
_FATE = {"fails": dg.Field(bool, default_value=False), "is_sound": dg.Field(bool, default_value=True)}
_QUIET = {"console": {"config": {"log_level": "CRITICAL"}}}


@dg.asset(partitions_def=games, check_specs=[_CHECK], config_schema=_FATE)
def raw(context: dg.AssetExecutionContext) -> dg.MaterializeResult:  # type: ignore[type-arg]
    fate = context.op_execution_context.op_config
    context.log.info("game %s", context.partition_key)
    if fate["fails"]:
        raise dg.Failure("it was to fail")
    # Words that Dagster uses itself, in metadata of ours.
    told = {"note": dg.MetadataValue.json({"storage_id": 3, "dagster/input_event_pointer/raw": "3"})}
    verdict = dg.AssetCheckResult(check_name="sound", passed=fate["is_sound"])
    return dg.MaterializeResult(metadata=told, check_results=[verdict])


@dg.asset(partitions_def=games, deps=[raw])
def clips(context: dg.AssetExecutionContext) -> None:
    context.log_event(dg.AssetObservation(CAMERA, partition=context.partition_key))


@dg.asset(deps=[clips])
def page() -> None: ...


OF_A_GAME = [raw, clips]


def run(
    instance: dg.DagsterInstance, game: str, *, tags: Mapping[str, str] | None = None, **fate: bool
) -> str:
    """A run of a game's assets; its id."""
    done = dg.materialize(
        OF_A_GAME,
        partition_key=game,
        instance=instance,
        raise_on_error=False,
        tags=tags,
        run_config={
            "ops": {"raw": {"config": fate}},
            "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
        },
    )
    return done.run_id


def work(instance: dg.DagsterInstance) -> dict[str, str]:
    """What happened, in this order; the run's id of each."""
    instance.add_dynamic_partitions("games", list(GAMES))
    done = {
        "first of g1": run(instance, "g1"),
        "only one of g2": run(instance, "g2", is_sound=False),
        "the one that made g3": run(instance, "g3"),
        "second of g1, repeated by the fourth": run(instance, "g1"),
        "third of g1": run(instance, "g1", tags={"dagster/run_key": "game:g1:a:1"}),
        "the one that failed on g3": run(instance, "g3", fails=True),
    }
    again = done["second of g1, repeated by the fourth"]
    tags = {"dagster/parent_run_id": again, "dagster/root_run_id": again}
    done["fourth of g1"] = run(instance, "g1", tags=tags)
    done["a page"] = dg.materialize([page], instance=instance, run_config={"loggers": _QUIET}).run_id
    instance.report_runless_asset_event(dg.AssetMaterialization("raw", partition="g2"))
    add_backfill(instance, "COMPLETED_SUCCESS", backfill_id="done", assets=["raw"])
    instance.run_storage.set_cursor_values({"a cursor": "7"})
    add_ticks(instance, 5)
    told_of_games(instance)  # Dagster keeps what it once worked out
    return done


def add_ticks(instance: dg.DagsterInstance, count: int) -> None:
    """Of one sensor that is switched on and saw that many times nothing to do."""
    location = ManagedGrpcPythonEnvCodeLocationOrigin(
        LoadableTargetOrigin(module_name="uball_assets.definitions"), location_name="uball"
    )
    origin = RemoteInstigatorOrigin(RemoteRepositoryOrigin(location, "__repository__"), "games_sensor")
    [newest] = instance.fetch_materializations(raw.key, limit=1).records
    cursor = SensorInstigatorData(cursor=json.dumps({"record_id": newest.storage_id}))
    state = InstigatorState(origin, InstigatorType.SENSOR, InstigatorStatus.RUNNING, cursor)
    storage = instance.schedule_storage
    assert storage
    storage.add_instigator_state(state)
    for number in range(count):
        data = TickData(
            instigator_origin_id=origin.get_id(),
            instigator_name=origin.instigator_name,
            instigator_type=InstigatorType.SENSOR,
            status=TickStatus.SKIPPED,
            timestamp=time.time() - count + number,
            selector_id=state.selector_id,
            skip_reason=f"look {number}",
        )
        storage.create_tick(data)


def told_of_games(instance: dg.DagsterInstance) -> dict[str, Any]:
    """What the pages of games and assets tell."""
    log = instance.event_log_storage
    checks = [dg.AssetCheckKey(raw.key, "sound")]
    return {
        "games": instance.get_dynamic_partitions("games"),
        "made": {asset: sorted(instance.get_materialized_partitions(dg.AssetKey(asset))) for asset in ASSETS},
        "failed": {asset.key.to_user_string(): _failed(instance, asset) for asset in OF_A_GAME},
        "newest": {asset: _newest(instance, asset) for asset in ASSETS},
        "observed": [event.timestamp for event in instance.fetch_observations(CAMERA, limit=1).records],
        "checks": {
            key: one.run_id for key, one in log.get_latest_asset_check_execution_by_key(checks).items()
        },
        "verdicts": sorted(
            (str(one.partition_key), str(one.latest_execution_status))
            for one in log.get_asset_check_partition_info(checks)
        ),
        "assets": sorted(
            (str(record.asset_entry.asset_key), record.asset_entry.last_run_id)
            for record in instance.get_asset_records()
        ),
    }


ASSETS = ("raw", "clips", "page")


def told_of_all(instance: dg.DagsterInstance) -> dict[str, Any]:
    """And what those of runs, backfills, sensors tell: all of it."""
    storage = instance.schedule_storage
    assert storage
    states = list(storage.all_instigator_state())
    return {
        **told_of_games(instance),
        "runs": [
            (each.storage_id, each.dagster_run, each.create_timestamp, each.update_timestamp, each.end_time)
            for each in instance.get_run_records()
        ],
        "logs": {run.run_id: log_of(instance, run.run_id) for run in instance.get_runs()},
        "backfills": instance.get_backfills(),
        "sensors": [(state.instigator_name, state.status) for state in states],
        "ticks": [
            tick
            for state in states
            for tick in storage.get_ticks(state.instigator_origin_id, state.selector_id)
        ],
        "cursors": instance.run_storage.get_cursor_values({"a cursor"}),
        "pools": sorted(pool.name for pool in instance.event_log_storage.get_pool_limits()),
    }


def pointers(instance: dg.DagsterInstance) -> dict[str, list[tuple[str, str]]]:
    """For each of clips' events: which event of raw it was made from, by its run and time, as its tag says.
    The numbers may differ between two storages, what they lead to not."""
    found = {}
    for record in instance.fetch_materializations(clips.key, limit=100).records:
        assert record.asset_materialization
        number = str((record.asset_materialization.tags or {})[_POINTER])
        pointed = instance.event_log_storage.get_event_records(
            dg.EventRecordsFilter(dg.DagsterEventType.ASSET_MATERIALIZATION, storage_ids=[int(number)])
        )
        found[f"{record.run_id} {record.timestamp}"] = [
            (each.run_id, str(each.timestamp)) for each in pointed
        ]
    return found


_POINTER = "dagster/input_event_pointer/raw"


def log_of(instance: dg.DagsterInstance, run_id: str) -> list[tuple[Any, ...]]:
    return [
        (entry.timestamp, entry.step_key, entry.dagster_event_type, entry.message, entry.user_message)
        for entry in instance.all_logs(run_id)
    ]


def _newest(instance: dg.DagsterInstance, asset: str) -> tuple[str, float] | None:
    entry = instance.get_latest_materialization_event(dg.AssetKey(asset))
    return (entry.run_id, entry.timestamp) if entry else None


def _failed(instance: dg.DagsterInstance, asset: dg.AssetsDefinition) -> list[str]:
    found = get_and_update_asset_status_cache_value(
        instance, asset.key, games, dynamic_partitions_loader=instance
    )
    assert found
    return sorted(found.deserialize_failed_partition_subsets(games).get_partition_keys())
