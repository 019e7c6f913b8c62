"""Letting old runs, backfills and ticks leave Dagster: what would go, and its going.

Killed at any moment and repeated it comes to the same: what a run left goes first, the run's own row last, so
that what was begun is found again. Belongs here: reading and deleting, in SQLite and PostgreSQL alike. Not
here: the rule (`domain.operating.purging`), what is needed (`needed`).
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import sqlalchemy as db
from dagster._core.execution.backfill import PartitionBackfill
from dagster._core.scheduler.instigation import TickStatus
from dagster._core.storage.event_log.schema import (
    AssetCheckExecutionsTable,
    AssetEventTagsTable,
    SqlEventLogStorageTable,
)
from dagster._core.storage.runs.schema import (
    BackfillTagsTable,
    BulkActionsTable,
    KeyValueStoreTable,
    RunsTable,
    RunTagsTable,
)
from dagster._core.storage.schedules.schema import InstigatorsTable, JobTickTable
from dagster._core.storage.tags import BACKFILL_ID_TAG

from uball_assets.adapters.record.registry import Registry
from uball_assets.assets.ours import is_own_backfill
from uball_assets.assets.run_words import LEAGUE, OPEN
from uball_assets.automation.attempts import GAME, TRAIN, read_attempts
from uball_assets.automation.nodes.lease import Lease
from uball_assets.automation.runs.tables import OWN_INSTIGATORS
from uball_assets.automation.storing.busy import OPEN_BACKFILLS
from uball_assets.automation.storing.dagster_tables import event_tables, run_tables, tick_tables
from uball_assets.automation.storing.needed import ended_runs, named_by_open, needed_runs
from uball_assets.domain.errors import Transient
from uball_assets.domain.operating.purging import Keep, leaving
from uball_assets.settings import Settings

_RUNS_AT_ONCE = 200
_TICKS_AT_ONCE = 2_000
_SIDES = ("", "-wal", "-shm", "-journal")
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Purge:
    """What leaves, or left."""

    ended: int
    """Runs that had ended."""
    runs: tuple[str, ...]
    kept: dict[str, int]
    """Of runs that are old enough: how many stay, by the reason."""
    backfills: tuple[str, ...]
    ticks: tuple[int, ...]
    files_bytes: int
    """On this machine: SQLite's file of each run, and what runs printed."""


def keep_of(settings: Settings) -> Keep:
    return Keep(settings.keep_runs_days, settings.keep_runs, settings.keep_ticks_days, settings.keep_ticks)


def plan_purge(
    instance: dg.DagsterInstance, registry: Registry, keep: Keep, now_s: float | None = None
) -> Purge:
    """Nothing is changed. Raises Permanent for a damaged record."""
    now_s = time.time() if now_s is None else now_s
    attempts = read_attempts(registry)
    unsettled = [*attempts.unsettled(GAME), *attempts.unsettled(TRAIN)]
    # The open ones first: a run that ends meanwhile is then neither among them nor among those that may go.
    named, ended = named_by_open(instance), ended_runs(instance)
    found = leaving(ended, needed_runs(instance, unsettled), named, keep, now_s)
    return Purge(
        ended=len(ended),
        runs=found.runs,
        kept=dict(found.kept),
        backfills=tuple(_old_backfills(instance, set(found.runs), keep.oldest_run_s(now_s))),
        ticks=tuple(_old_ticks(instance, keep, now_s)),
        files_bytes=sum(_bytes_of(path) for run_id in found.runs for path in _places(instance, run_id)),
    )


def carry_out(instance: dg.DagsterInstance, found: Purge, tell: Tell) -> None:
    for begin in range(0, len(found.runs), _RUNS_AT_ONCE):
        _delete_runs(instance, found.runs[begin : begin + _RUNS_AT_ONCE])
        tell(f"{min(begin + _RUNS_AT_ONCE, len(found.runs))} of {len(found.runs)} runs have left")
    with run_tables(instance) as runs:
        for key in found.backfills:
            runs.execute(BackfillTagsTable.delete().where(BackfillTagsTable.c.backfill_id == key))
            runs.execute(BulkActionsTable.delete().where(BulkActionsTable.c.key == key))
    for begin in range(0, len(found.ticks), _TICKS_AT_ONCE):
        _delete_ticks(instance, found.ticks[begin : begin + _TICKS_AT_ONCE])


def _delete_runs(instance: dg.DagsterInstance, run_ids: Sequence[str]) -> None:
    """Their rows last. One that is open again or that somebody repeats now is left alone."""
    still_over = RunsTable.c.run_id.in_(run_ids) & RunsTable.c.status.not_in(OPEN)
    named = named_by_open(instance)
    with run_tables(instance) as runs:
        found = runs.execute(db.select(RunsTable.c.run_id).where(still_over))
        ids = [run_id for (run_id,) in found if run_id not in named]
    for run_id in ids:
        _delete_logs(instance, prefix=[run_id])
    with event_tables(instance) as events:
        of_runs = SqlEventLogStorageTable.c.run_id.in_(ids)
        event_ids = db.select(SqlEventLogStorageTable.c.id).where(of_runs)
        events.execute(AssetEventTagsTable.delete().where(AssetEventTagsTable.c.event_id.in_(event_ids)))
        events.execute(AssetCheckExecutionsTable.delete().where(AssetCheckExecutionsTable.c.run_id.in_(ids)))
        events.execute(SqlEventLogStorageTable.delete().where(of_runs))
    for run_id in ids:
        for path in _places(instance, run_id):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    with run_tables(instance) as runs:
        leases = [Lease(instance, run_id).key for run_id in ids]
        runs.execute(KeyValueStoreTable.delete().where(KeyValueStoreTable.c.key.in_(leases)))
        runs.execute(RunTagsTable.delete().where(RunTagsTable.c.run_id.in_(ids)))
        runs.execute(RunsTable.delete().where(RunsTable.c.run_id.in_(ids)))


def _delete_logs(instance: dg.DagsterInstance, **which: Sequence[str]) -> None:
    """Raises Transient where the bucket they are in does not do it."""
    try:
        instance.compute_log_manager.delete_logs(**which)
    except Exception as error:
        why = type(error).__name__
        raise Transient(f"what runs printed cannot be deleted ({why}): see to UBALL_LOGS_URL") from error


def _places(instance: dg.DagsterInstance, run_id: str) -> list[Path]:
    """What of a run is a file or folder on this machine."""
    root = Path(instance.root_directory)
    files = [root / "history" / "runs" / f"{run_id}.db{side}" for side in _SIDES]
    folders = [root / "storage" / run_id, root / "compute_logs" / run_id]
    return [path for path in (*files, *folders) if path.exists()]


def _bytes_of(path: Path) -> int:
    if path.is_dir():
        return sum(each.stat().st_size for each in path.rglob("*") if each.is_file())
    return path.stat().st_size


def _old_backfills(instance: dg.DagsterInstance, leaving: set[str], before_s: float) -> list[str]:
    """This league's that are over, are old, and keep no run."""
    old = db.select(BulkActionsTable.c.key, BulkActionsTable.c.body).where(
        BulkActionsTable.c.status.not_in(OPEN_BACKFILLS),
        BulkActionsTable.c.timestamp < datetime.fromtimestamp(before_s, UTC).replace(tzinfo=None),
    )
    of_backfills = db.select(RunTagsTable.c.value, RunTagsTable.c.run_id).where(
        RunTagsTable.c.key == BACKFILL_ID_TAG
    )
    with run_tables(instance) as runs:
        staying = {key for key, run_id in runs.execute(of_backfills) if run_id not in leaving}
        bodies = {key: body for key, body in runs.execute(old) if key not in staying}
    return [
        key for key, body in bodies.items() if is_own_backfill(dg.deserialize_value(body, PartitionBackfill))
    ]


def _old_ticks(instance: dg.DagsterInstance, keep: Keep, now_s: float) -> list[int]:
    """Those that are over, are old, and are not among the newest of their sensor or schedule. Of a league
    that shares Dagster with others those of its own: what another keeps, its settings say."""
    ticks = JobTickTable.c
    place = db.func.row_number().over(
        partition_by=db.func.coalesce(ticks.selector_id, ticks.job_origin_id), order_by=ticks.id.desc()
    )
    columns = (ticks.id, ticks.selector_id, ticks.timestamp, ticks.status, place.label("place"))
    placed = db.select(*columns).subquery().c
    before = datetime.fromtimestamp(keep.oldest_tick_s(now_s), UTC).replace(tzinfo=None)
    query = db.select(placed.id).where(
        placed.place > max(1, keep.ticks),
        placed.timestamp < before,
        placed.status != TickStatus.STARTED.value,
    )
    if LEAGUE:
        own = db.select(InstigatorsTable.c.selector_id).where(db.text(OWN_INSTIGATORS))
        query = query.where(placed.selector_id.in_(own))
    with tick_tables(instance) as schedules:
        return [tick_id for (tick_id,) in schedules.execute(query)]


def _delete_ticks(instance: dg.DagsterInstance, tick_ids: Sequence[int]) -> None:
    """What they logged first."""
    these = JobTickTable.c.id.in_(tick_ids)
    with tick_tables(instance) as schedules:
        for (body,) in schedules.execute(db.select(JobTickTable.c.tick_body).where(these)):
            if log_key := json.loads(body).get("log_key"):
                _delete_logs(instance, log_key=log_key)
        schedules.execute(JobTickTable.delete().where(these))
