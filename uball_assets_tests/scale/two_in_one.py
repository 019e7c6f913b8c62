"""What two leagues leave in one Dagster: a word of each, wherever Dagster keeps words.

Belongs here: making the rows, through Dagster's own storage. Not here: who is shown them
(`test_parted_rows`).
"""

import dagster as dg
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.execution.backfill import BulkActionStatus, PartitionBackfill
from dagster._core.remote_origin import (
    GrpcServerCodeLocationOrigin,
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
from dagster._daemon.types import DaemonHeartbeat
from dagster_shared.error import SerializableErrorInfo

from uball_assets.automation.nodes.lease import Lease

LOCATION_TAG = ".dagster/repository"


def run(instance: dg.DagsterInstance, league: str, word: str) -> str:
    """A game that is made and one that fails, as a run's process notes them; the first one's run."""
    games = dg.DynamicPartitionsDefinition(name=f"{league}.games")
    key = dg.AssetKey([league, f"made-{word}"])

    @dg.asset(
        key=key,
        partitions_def=games,
        check_specs=[dg.AssetCheckSpec(f"check_{word}", asset=key)],
        description=word,
        config_schema={"note": str, "fails": bool},
    )
    def made(context: dg.AssetExecutionContext) -> dg.MaterializeResult:  # type: ignore[type-arg]
        context.log.info(f"a line of {word}")
        if context.op_execution_context.op_config["fails"]:
            raise ValueError(f"what went wrong is {word}")
        passed = dg.AssetCheckResult(passed=True, metadata={"why": word})
        return dg.MaterializeResult(metadata={"told": word}, tags={"tag": word}, check_results=[passed])

    instance.add_dynamic_partitions(f"{league}.games", [f"game-{word}"])
    made_runs = [
        dg.materialize(
            [made],
            instance=instance,
            partition_key=f"game-{word}",
            run_config={"ops": {made.op.name: {"config": {"note": word, "fails": fails}}}},
            tags={LOCATION_TAG: f"__repository__@{league}", "game": word},
            raise_on_error=False,
        )
        for fails in (False, True)
    ]
    assert [each.success for each in made_runs] == [True, False]
    run_id = made_runs[0].run_id
    events = instance.event_log_storage
    events.initialize_concurrency_limit_to_default(f"{league}.pool-{word}")
    events.claim_concurrency_slot(f"{league}.pool-{word}", run_id, "made")
    events.claim_concurrency_slot(f"{league}.pool-{word}", run_id, "waiting")
    assert Lease(instance, run_id).claim(word)
    return run_id


def watch(instance: dg.DagsterInstance, league: str, word: str) -> None:
    """What the daemon and the webserver note of a league."""
    error = SerializableErrorInfo(f"what a sensor met is {word}", [], None)
    address = GrpcServerCodeLocationOrigin(host="", socket=f"/run/{league}", location_name=league)
    origin = RemoteInstigatorOrigin(RemoteRepositoryOrigin(address, "__repository__"), f"sensor-{word}")
    state = InstigatorState(
        origin, InstigatorType.SENSOR, InstigatorStatus.RUNNING, SensorInstigatorData(cursor=word)
    )
    instance.add_instigator_state(state)
    instance.create_tick(
        TickData(
            instigator_origin_id=origin.get_id(),
            instigator_name=f"sensor-{word}",
            instigator_type=InstigatorType.SENSOR,
            status=TickStatus.FAILURE,
            timestamp=1.0,
            error=error,
            cursor=word,
            selector_id=state.selector_id,
        )
    )
    instance.add_backfill(
        PartitionBackfill(
            f"backfill-{word}"[:32],
            BulkActionStatus.COMPLETED_SUCCESS,
            from_failure=False,
            tags={"of": word},
            backfill_timestamp=1.0,
            title=word,
            asset_selection=[dg.AssetKey([league, f"made-{word}"])],
            error=error,
        )
    )
    instance.add_daemon_heartbeat(DaemonHeartbeat(1.0, f"SENSOR_{league}", "d1", [error]))
