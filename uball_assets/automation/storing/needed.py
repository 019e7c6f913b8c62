"""Which of Dagster's runs something still needs, and why: asked of SQLite's and PostgreSQL's tables alike.

Dagster's pages tell a game's state by the newest event of each kind that it has of it: without the run that
holds that event a game would look as if it had never been made, or never failed. Belongs here: the questions.
Not here: what follows (`domain.operating.purging`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import dagster as dg
import sqlalchemy as db
from dagster._core.events import ASSET_EVENTS
from dagster._core.storage.event_log.schema import (
    AssetCheckExecutionsTable,
    ConcurrencySlotsTable,
    PendingStepsTable,
    SqlEventLogStorageTable,
)
from dagster._core.storage.runs.schema import BulkActionsTable, RunsTable, RunTagsTable
from dagster._core.storage.tags import BACKFILL_ID_TAG, PARENT_RUN_ID_TAG, ROOT_RUN_ID_TAG

from uball_assets.assets.run_words import OPEN, OWN_TAGS, RUN_KEY_TAG
from uball_assets.automation.storing.busy import OPEN_BACKFILLS
from uball_assets.automation.storing.dagster_tables import event_tables, run_tables
from uball_assets.domain.operating.purging import OldRun

NEWEST_EVENT = "it holds the newest event of a game or an asset"
NEWEST_CHECK = "it holds a check's newest verdict"
BACKFILL = "its backfill is open"
ATTEMPT = "an attempt on the record waits for its outcome"
PLACE = "it has a place in a pool's line"
_COMPLETED = ("SUCCEEDED", "FAILED")
_REPEATED = (PARENT_RUN_ID_TAG, ROOT_RUN_ID_TAG)
_KEYS_A_QUERY = 500
_EVENTS, _CHECKS = SqlEventLogStorageTable.c, AssetCheckExecutionsTable.c
_TAGS = RunTagsTable.c


def needed_runs(instance: dg.DagsterInstance, unsettled_keys: Sequence[str]) -> dict[str, str]:
    """By id, why each is; of several reasons the last one here. `unsettled_keys`: the run keys on the record
    whose outcome is not."""
    with run_tables(instance) as runs, event_tables(instance) as events:
        reasons = dict.fromkeys(_holding_places(events), PLACE)
        reasons |= dict.fromkeys(_of_keys(runs, unsettled_keys), ATTEMPT)
        reasons |= dict.fromkeys(_of_open_backfills(runs), BACKFILL)
        reasons |= dict.fromkeys(_with_newest_checks(events), NEWEST_CHECK)
        reasons |= dict.fromkeys(_with_newest_events(events), NEWEST_EVENT)
    return reasons


def ended_runs(instance: dg.DagsterInstance) -> list[OldRun]:
    """All of this league's, the newest first: what others need, their own record tells."""
    query = (
        db.select(RunsTable.c.run_id, RunsTable.c.end_time, RunsTable.c.update_timestamp)
        .where(RunsTable.c.status.not_in(OPEN))
        .order_by(RunsTable.c.id.desc())
    )
    for key, value in OWN_TAGS.items():
        query = query.where(
            RunsTable.c.run_id.in_(db.select(_TAGS.run_id).where(_TAGS.key == key, _TAGS.value == value))
        )
    with run_tables(instance) as runs:
        names = _named(runs)
        return [
            OldRun(run_id, end_s or _unix_s(changed), tuple(names.get(run_id, ())))
            for run_id, end_s, changed in runs.execute(query)
        ]


def named_by_open(instance: dg.DagsterInstance) -> frozenset[str]:
    """The runs that an open one repeats."""
    open_runs = db.select(RunsTable.c.run_id).where(RunsTable.c.status.in_(OPEN))
    named = db.select(_TAGS.value).where(_TAGS.key.in_(_REPEATED), _TAGS.run_id.in_(open_runs))
    with run_tables(instance) as runs:
        return frozenset(_ids(runs, named))


def _named(runs: db.Connection) -> dict[str, list[str]]:
    """By run: those that it repeats."""
    names: dict[str, list[str]] = {}
    told = db.select(_TAGS.run_id, _TAGS.value).where(_TAGS.key.in_(_REPEATED))
    for run_id, other in runs.execute(told):
        names.setdefault(run_id, []).append(other)
    return names


def _with_newest_events(events: db.Connection) -> Iterator[str]:
    """Of each kind, asset and partition; for an asset also of those without one. Two questions, for each has
    an index of its own."""
    for partition in (_EVENTS.partition.is_not(None), _EVENTS.partition.is_(None)):
        newest = (
            db.select(db.func.max(_EVENTS.id))
            .where(_EVENTS.asset_key.is_not(None))
            .where(_EVENTS.dagster_event_type.in_([kind.value for kind in ASSET_EVENTS]))
            .where(partition)
            .group_by(_EVENTS.asset_key, _EVENTS.dagster_event_type, _EVENTS.partition)
        )
        yield from _ids(events, db.select(_EVENTS.run_id).where(_EVENTS.id.in_(newest)))


def _with_newest_checks(events: db.Connection) -> Iterator[str]:
    """The last one asked for, and the last that came to a verdict."""
    for wanted in (db.true(), _CHECKS.execution_status.in_(_COMPLETED)):
        newest = (
            db.select(db.func.max(_CHECKS.id))
            .where(wanted)
            .group_by(_CHECKS.asset_key, _CHECKS.check_name, _CHECKS.partition)
        )
        yield from _ids(events, db.select(_CHECKS.run_id).where(_CHECKS.id.in_(newest)))


def _of_open_backfills(runs: db.Connection) -> Iterator[str]:
    backfills = db.select(BulkActionsTable.c.key).where(BulkActionsTable.c.status.in_(OPEN_BACKFILLS))
    of_them = db.select(_TAGS.run_id).where(_TAGS.key == BACKFILL_ID_TAG, _TAGS.value.in_(backfills))
    return _ids(runs, of_them)


def _of_keys(runs: db.Connection, keys: Sequence[str]) -> Iterator[str]:
    for begin in range(0, len(keys), _KEYS_A_QUERY):
        some = keys[begin : begin + _KEYS_A_QUERY]
        yield from _ids(runs, db.select(_TAGS.run_id).where(_TAGS.key == RUN_KEY_TAG, _TAGS.value.in_(some)))


def _holding_places(events: db.Connection) -> Iterator[str]:
    for table in (ConcurrencySlotsTable, PendingStepsTable):
        yield from _ids(events, db.select(table.c.run_id).where(table.c.run_id.is_not(None)))


def _ids(connection: db.Connection, query: db.Select[Any]) -> Iterator[str]:
    return (run_id for (run_id,) in connection.execute(query.distinct()))


def _unix_s(moment: datetime) -> float:
    return moment.replace(tzinfo=UTC).timestamp()
