"""The nightly proof of the store: a job that its schedule or a person starts, and the page of what it saw.

Belongs here: when, how long, the run's page. Not here: the proof and what is asked for (`proving`).
"""

from datetime import UTC, datetime

import dagster as dg

from uball_assets.adapters.record.registry import Registry
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.assets import ours
from uball_assets.assets.common import described
from uball_assets.automation.executor import DECIDED_ELSEWHERE
from uball_assets.automation.operating.proving import prove_store, prover, summary
from uball_assets.domain.operating.store_proof import GameProof
from uball_assets.services.store_proof import StoreProof
from uball_assets.settings import Settings

_BOUNDED = {"dagster/max_runtime": "7200", **DECIDED_ELSEWHERE}
_MOST_ROWS = 50
SCHEMA = described(
    {
        "game": ("string", "its id"),
        "wrong": ("string", "what is missing or was changed"),
        "objects": ("string", "the first of them"),
        "asked for": ("string", "whether it is made again by itself"),
    }
)

store_proof = dg.AssetSpec(
    "store_proof",
    group_name="operating",
    kinds={"json"},
    description="The record held against the store, each night: what is missing, was changed or belongs to "
    "nobody. Every game's listing is compared, and the bytes of a share of the clips. What is wrong is asked "
    "for on the record, and games_sensor has exactly that made again. `uball verify` does it now.",
)


@dg.op(name="prove_store")
def prove(
    context: dg.OpExecutionContext,
    training: dg.ResourceParam[ObjectStore],
    registry: dg.ResourceParam[Registry],
    settings: dg.ResourceParam[Settings],
) -> None:
    found, asked = prove_store(settings, registry, prover(settings, training))
    context.log.info("%s", summary(found, len(asked)))
    context.log_event(
        dg.AssetObservation(asset_key=ours.key("store_proof"), metadata=_metadata(found, asked))
    )


@dg.job(
    name="store_proof_job",
    tags=_BOUNDED,
    description="Holds the record against the store and asks for what is missing or was changed. Reads "
    "listings, and UBALL_PROOF_GB_A_NIGHT of clips.",
)
def store_proof_job() -> None:
    prove()


def build_proof_schedule(automation_on: bool) -> dg.ScheduleDefinition:
    return dg.ScheduleDefinition(
        name="nightly_store_proof",
        job=store_proof_job,
        cron_schedule="30 2 * * *",
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.RUNNING
        if automation_on
        else dg.DefaultScheduleStatus.STOPPED,
        description="The proof of the store, at half past two (UTC).",
    )


def _metadata(found: StoreProof, asked: list[GameProof]) -> dict[str, dg.MetadataValue | int | float | str]:
    games = {proof.game_id for proof in asked}
    rows = [
        dg.TableRecord(
            {
                "game": proof.game_id,
                "wrong": proof.said,
                "objects": ", ".join([*proof.missing, *proof.changed][:3]),
                "asked for": "yes" if proof.game_id in games else "no: a run is at it",
            }
        )
        for proof in found.wrong[:_MOST_ROWS]
    ]
    return {
        "games": found.games,
        "unchanged": found.unchanged,
        "compared": found.compared,
        "clips_read_of": found.read,
        "read_mb": round(found.read_bytes / 1e6, 1),
        "left": found.left,
        "wrong": len(found.wrong),
        "orphaned_clips": found.orphaned,
        "models_missing": ", ".join(found.models_missing) or "none",
        "proved_at": dg.MetadataValue.timestamp(datetime.now(UTC)),
        **({"what_is_wrong": dg.MetadataValue.table(rows, schema=SCHEMA)} if rows else {}),
    }
