"""What every asset shares: the partitions, the two kinds of run, how a run waits and how it marks games.

Belongs here: the layout that was measured to work (two policies make two kinds of run). Not here: what any
asset does.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import dagster as dg

from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.assets import ours
from uball_assets.assets.run_words import GAME_TAG, MODEL_TAG, OPEN, PARTITIONS, TRAINING_POOL
from uball_assets.domain.errors import Quarantined
from uball_assets.domain.footage.games import game_title
from uball_assets.domain.plays.quarantine_summary import grouped
from uball_assets.settings import Settings

# Chosen knowingly, on a pinned Dagster: backfill policies are in beta, partitioned checks in preview.
warnings.filterwarnings("ignore", category=dg.BetaWarning)
warnings.filterwarnings("ignore", category=dg.PreviewWarning)

games = dg.DynamicPartitionsDefinition(name=PARTITIONS)
GAME: dict[str, Any] = {"partitions_def": games, "group_name": "game"}
"""One run a game: no backfill policy."""
ANNOTATION: dict[str, Any] = {**GAME, "group_name": "annotation"}
"""As a game's other assets; drawn behind the model that annotates, so that arrows run one way."""
MODEL: dict[str, Any] = {
    "partitions_def": games,
    "group_name": "model",
    "pool": TRAINING_POOL,
    "backfill_policy": dg.BackfillPolicy.single_run(),
}
"""One run for all games that are due; one at a time."""

OPEN_STATUSES = [dg.DagsterRunStatus[status] for status in OPEN]
_EXAMPLES = ours.key("training_examples")
COLLECTED_AGAIN = "collected_again"
"""Metadata of a failure that is for good for its run alone: `games_sensor` collects the game once more."""
PICTURES_OPEN = " Pictures open by a click: Dagster shows only short text in place."
"""For the description of an asset that has pictures."""
EACH_GAME = " 'Failed' in the list: in one game at least. Each game's verdict is under Partitions."
"""For the description of a game's check: Dagster's list adds all games up beside the latest's verdict."""


def described(columns: Mapping[str, tuple[str, str]]) -> dg.TableSchema:
    """A table's columns: type and what stands there, by name."""
    return dg.TableSchema(
        columns=[dg.TableColumn(name, type=kind, description=text) for name, (kind, text) in columns.items()]
    )


QUARANTINE_SCHEMA = described(
    {
        "what": ("string", "what was left out; those of one kind and reason together, with their number"),
        "why, and what to do": ("string", "the reason, and the remedy"),
    }
)


def settle(context: dg.AssetExecutionContext, upstream: str, limit_s: float, poll_s: float = 2.0) -> None:
    """Waits, at most `limit_s`, while other runs of this run's backfill still make `upstream`.

    A batch of games launched as one backfill thereby trains one model. A run outside a backfill waits for
    nothing.
    """
    backfill, end = context.run.tags.get("dagster/backfill"), time.monotonic() + limit_s
    while backfill and time.monotonic() < end:
        runs = _open_runs(context.instance, backfill)
        others = [
            run
            for run in runs
            if run.run_id != context.run.run_id and upstream in ours.names_of(run.asset_selection)
        ]
        if not others:
            return
        context.log.info("waiting for %d game runs of this backfill", len(others))
        time.sleep(poll_s)


def _open_runs(instance: dg.DagsterInstance, backfill: str) -> list[dg.DagsterRun]:
    """Those that go on, and those that failed and are about to be started again."""
    of_backfill = {"dagster/backfill": backfill}
    runs = instance.get_runs(dg.RunsFilter(tags=of_backfill, statuses=OPEN_STATUSES))
    failed = instance.get_runs(dg.RunsFilter(tags=of_backfill, statuses=[dg.DagsterRunStatus.FAILURE]))
    return [*runs, *(run for run in failed if run.is_complete_and_waiting_to_retry)]


def games_in_runs(context: dg.AssetExecutionContext) -> set[str]:
    """Games that another run makes or reads something of now."""
    runs = context.instance.get_runs(ours.runs(statuses=OPEN_STATUSES))
    others = (run for run in runs if run.run_id != context.run.run_id)
    return {game_id for run in others if (game_id := run.tags.get("dagster/partition"))}


def refuse_unlearnable(context: dg.AssetExecutionContext, eligible: Collection[str]) -> None:
    """Fails a run started for games without sound examples: Dagster would mark them as learned all the
    same."""
    unsound = sorted(set(context.partition_keys) - set(eligible))
    if unsound:
        raise refused(
            f"no sound examples of {', '.join(unsound)}: materialise training_examples and read its reasons"
        )


def mark(
    context: dg.AssetExecutionContext, covered: Collection[str], metadata: dict[str, Any]
) -> dg.MaterializeResult[None]:
    """This run's partitions by its result; the other games that the result covers by logged events.

    Games already marked are left alone, so a run that found nothing to do adds no events; but those whose
    examples were made anew since are marked once more, for what this result has learned of them is new.
    """
    others = set(covered) - set(context.partition_keys)
    marked, made = (_newest_event(context, key, others) for key in (context.asset_key, _EXAMPLES))
    for game_id in sorted(others):
        if game_id in marked and marked[game_id] > made.get(game_id, 0):
            continue
        context.log_event(
            dg.AssetMaterialization(asset_key=context.asset_key, partition=game_id, metadata=metadata)
        )
    return dg.MaterializeResult(metadata=metadata)


def _newest_event(
    context: dg.AssetExecutionContext, asset: dg.AssetKey, game_ids: set[str]
) -> Mapping[str, int]:
    """The number of the newest materialisation of each game that has one; later ones have higher numbers."""
    numbers: Mapping[str, int] = context.instance.get_latest_storage_id_by_partition(
        asset, dg.DagsterEventType.ASSET_MATERIALIZATION, game_ids
    )
    return numbers


def name_model(context: dg.AssetExecutionContext, label: str) -> None:
    """From now on the run bears the model that it made or found, `v3-10games`: its partitions say little."""
    context.instance.add_run_tags(context.run.run_id, {MODEL_TAG: label})


def name_game(context: dg.AssetExecutionContext, plays_db: PlaysDb) -> str:
    """The run's game as people know it, `2026-03-07, Gray - Blue`; from now on the run bears it too."""
    title = game_title(plays_db.game(context.partition_key))
    if context.run.tags.get(GAME_TAG) != title:
        context.instance.add_run_tags(context.run.run_id, {GAME_TAG: title})
    return title


def game_page(settings: Settings, game_id: str) -> dict[str, dg.UrlMetadataValue]:
    """The link to what people are shown of the game."""
    return {"page": dg.MetadataValue.url(f"{settings.app_address}/games/{quote(game_id)}")}


def model_page(settings: Settings, name: str) -> dict[str, dg.UrlMetadataValue]:
    return {"page": dg.MetadataValue.url(f"{settings.app_address}/models/{quote(name)}")}


def quarantine_metadata(quarantined: Sequence[Quarantined]) -> dict[str, dg.TableMetadataValue | int]:
    """How many were left out and, if any were, which and why."""
    return {
        "quarantined": len(quarantined),
        **({"quarantine": quarantine_table(quarantined)} if quarantined else {}),
    }


def quarantine_table(quarantined: Iterable[Quarantined]) -> dg.TableMetadataValue:
    """The quarantine as a table a person can read: two columns, for Dagster's pages are narrow."""
    records = [
        dg.TableRecord({"what": group.what, "why, and what to do": f"{group.why}. To do: {group.remedy}"})
        for group in grouped(quarantined)
    ]
    return dg.MetadataValue.table(records, schema=QUARANTINE_SCHEMA)


def refused(message: str) -> dg.Failure:
    """A failure that no retry mechanism repeats."""
    return dg.Failure(description=message, allow_retries=False)
