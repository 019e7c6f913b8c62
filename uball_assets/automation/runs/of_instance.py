"""The notes of a Dagster instance, for those who have one open.

Belongs here: asking it. Not here: reading its tables without Dagster (`tables`).
"""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg

from uball_assets.assets import ours
from uball_assets.assets.common import OPEN_STATUSES
from uball_assets.assets.run_words import FOR_GOOD_TAG, PARTITION_TAG, PARTITIONS, RUN_KEY_TAG
from uball_assets.automation.runs.notes import KeyedRun, LiveRun


class InstanceNotes:
    """Raises Permanent where not all that is asked would be this league's own (`ours.refuse_unnamed`)."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        ours.refuse_unnamed(instance)
        self._instance = instance

    def partitions(self) -> set[str]:
        return set(self._instance.get_dynamic_partitions(PARTITIONS))

    def live_runs(self) -> list[LiveRun]:
        runs = self._instance.get_runs(ours.runs(statuses=OPEN_STATUSES))
        return [
            LiveRun(
                run.job_name,
                ours.names_of(run.asset_selection),
                run.tags.get(PARTITION_TAG, ""),
            )
            for run in runs
        ]

    def keyed(self, run_keys: Sequence[str]) -> list[KeyedRun]:
        found = self._instance.get_run_records(ours.runs(tags={RUN_KEY_TAG: list(run_keys)}))
        return [
            KeyedRun(
                record.dagster_run.tags[RUN_KEY_TAG],
                record.dagster_run.status.value,
                record.end_time or record.update_timestamp.timestamp(),
                record.dagster_run.tags.get(FOR_GOOD_TAG, ""),
            )
            for record in reversed(found)
        ]
