"""Jobs read off Dagster's instance: backfills, and the runs that are of none, as one history.

Reads do without the webserver, and go on while it is away. Belongs here: reading. Not here: the rules
(`domain.operating.jobs`), what was read a moment ago (`kept`), hiding (`adapters.access`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache

import dagster as dg
from dagster._core.execution.backfill import BulkActionsFilter, BulkActionStatus, PartitionBackfill
from dagster._core.storage.dagster_run import RunRecord

from uball_assets.assets import ours
from uball_assets.assets.common import OPEN_STATUSES
from uball_assets.assets.progress import PROGRESS_TAG
from uball_assets.assets.run_words import FOR_GOOD_TAG, PARTITION_TAG
from uball_assets.automation.api_jobs import tags
from uball_assets.automation.executor import AGAIN_TAG
from uball_assets.automation.forecasting.jobs import MODELS
from uball_assets.automation.forecasting.situation import LEAGUE_ASSETS
from uball_assets.automation.situation import MODEL_CHAIN, MODEL_JOBS
from uball_assets.domain.operating.jobs import (
    Batch,
    JobRun,
    State,
    batch_statuses,
    percent_of_batch,
    percent_of_run,
    run_statuses,
    sentence,
    state_of_batch,
)

_TIES = 100
"""Of jobs that began within one second: as many more are read than a page needs."""
_BACKFILL_TAG = "dagster/backfill"
_ASSETS_RUN = "__ASSET_JOB"
_FORECAST_MODELS = frozenset(MODELS)
_REASONS = (tags.BECAUSE, "train/reason", "game/reason", "refresh/reason")
_RANGE = ("dagster/asset_partition_range_start", "dagster/asset_partition_range_end")

Place = tuple[float, str]
"""Where a job stands in the history: when it was asked for, Unix seconds, and its id."""


@dataclass(frozen=True)
class Job:
    job_id: str
    """A backfill's id, or a run's."""
    is_batch: bool
    dagster_id: str
    """That by which Dagster knows it now: another than `job_id` where it was launched again."""
    what: str
    state: State
    is_stopping: bool
    """Somebody cancelled it, and it is not over yet."""
    percent: int
    said: str
    by: str
    because: str
    created_at_s: float
    started_at_s: float | None
    ended_at_s: float | None
    trains: bool
    game_ids: tuple[str, ...] = ()
    runs: tuple[JobRun, ...] = field(default=(), repr=False)
    """The newest first."""

    @property
    def page(self) -> str:
        """In Dagster's UI."""
        return f"/runs/b/{self.dagster_id}" if self.is_batch else f"/runs/{self.dagster_id}"

    @property
    def place(self) -> Place:
        return self.created_at_s, self.job_id


Stored = PartitionBackfill | RunRecord
"""A job as Dagster keeps it."""


class Reader:
    """Of one instance, opened once. Safe to share between threads."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self._instance = instance
        self._planned = lru_cache(maxsize=200)(self._steps_planned)

    def find(self, job_id: str) -> Job | None:
        """As it is now; None where Dagster knows neither a backfill nor a run of that id, or it is another
        league's."""
        backfill = self._instance.get_backfill(job_id)
        if backfill:
            return self.jobs([backfill])[0] if ours.is_own_backfill(backfill) else None
        record = self._instance.get_run_record_by_id(job_id)
        return self.jobs([record])[0] if record and ours.is_own(record.dagster_run) else None

    def history(
        self, limit: int, before: Place | None = None, state: State | None = None
    ) -> list[tuple[Place, Stored]]:
        """The newest first, from behind a place on; `jobs` reads them. A backfill holds its runs.
        `state`: at least all those in it."""
        until = datetime.fromtimestamp(before[0] + 1.0, UTC) if before else None
        wanted = limit + (_TIES if before else 1)
        of_batches = [BulkActionStatus(word) for word in batch_statuses(state)] if state else None
        of_runs = [dg.DagsterRunStatus(word) for word in run_statuses(state)] if state else None
        batches = ours.backfills(
            self._instance, BulkActionsFilter(statuses=of_batches, created_before=until), wanted
        )
        single = self._instance.get_run_records(
            ours.runs(statuses=of_runs, created_before=until, exclude_subruns=True), limit=wanted
        )
        stored: list[Stored] = [*batches, *single]
        places = ((_place_of(one), one) for one in stored if tags.AGAIN_OF not in _tags_of(one))
        found = [(place, one) for place, one in places if before is None or place < before]
        return sorted(found, key=lambda one: one[0], reverse=True)[:limit]

    def jobs(self, stored: Sequence[Stored]) -> list[Job]:
        """In their order; the runs of all are read at once."""
        runs = self._records_of([one.backfill_id for one in stored if isinstance(one, PartitionBackfill)])
        return [
            self._batch(one, runs[one.backfill_id])
            if isinstance(one, PartitionBackfill)
            else self._single(one)
            for one in stored
        ]

    def of_request(self, request_id: str) -> str | None:
        """The job that came of a request."""
        found = ours.backfills(self._instance, BulkActionsFilter(tags={tags.REQUEST: request_id}))
        first = [one.backfill_id for one in found if tags.AGAIN_OF not in one.tags]
        return first[-1] if first else None

    def runs_of(self, backfill_id: str) -> list[JobRun]:
        """The newest first."""
        return [self._run(record) for record in self._records_of([backfill_id])[backfill_id]]

    def status_of(self, backfill_id: str) -> str:
        """Dagster's word for it now; '' for none that it knows."""
        found = self._instance.get_backfill(backfill_id)
        return found.status.value if found else ""

    def backfills(
        self, *statuses: BulkActionStatus, since: datetime | None = None
    ) -> Sequence[PartitionBackfill]:
        return ours.backfills(self._instance, BulkActionsFilter(statuses=statuses, created_after=since))

    def successor_of(self, backfill_id: str) -> PartitionBackfill | None:
        """What was launched in its place."""
        found = ours.backfills(self._instance, BulkActionsFilter(tags={tags.AGAIN_OF: backfill_id}))
        return found[0] if found else None

    def cancelled_runs(self) -> list[JobRun]:
        """Those that somebody cancelled and that are not over."""
        found = self._instance.get_run_records(ours.runs(statuses=OPEN_STATUSES))
        return [self._run(record) for record in found if _is_cancelled(record)]

    def note_cancel(self, run_id: str) -> None:
        self._instance.add_run_tags(run_id, {tags.CANCEL: run_id})

    def _batch(self, backfill: PartitionBackfill, records: Sequence[RunRecord]) -> Job:
        if not records and backfill.status is BulkActionStatus.FAILED:
            again = self.successor_of(backfill.backfill_id)
            if again is not None:
                return _in_place_of(backfill, self.jobs([again])[0])
        runs = [self._run(record) for record in records]
        assets = ours.names_of(backfill.asset_selection)
        of_league = bool(assets & LEAGUE_ASSETS)
        batch = Batch(
            status=backfill.status.value,
            game_ids=games_of(backfill),
            of_games=bool(assets - MODEL_CHAIN) and not of_league,
            of_model=bool(assets & MODEL_CHAIN),
            in_one_run=of_league,
        )
        state = state_of_batch(batch.status, runs)
        started = [record.start_time for record in records if record.start_time]
        return Job(
            job_id=backfill.backfill_id,
            is_batch=True,
            dagster_id=backfill.backfill_id,
            what=backfill.tags.get(tags.WHAT) or backfill.title or "backfill",
            state=state,
            is_stopping=batch.status in ("CANCELING", "FAILING"),
            percent=percent_of_batch(batch, runs),
            said=sentence(state, runs),
            by=backfill.tags.get(tags.BY, ""),
            because=backfill.tags.get(tags.BECAUSE, ""),
            created_at_s=backfill.backfill_timestamp,
            started_at_s=min(started, default=None),
            ended_at_s=_end_of(backfill, records) if state.is_over else None,
            trains=batch.of_model or bool(assets & _FORECAST_MODELS),
            game_ids=tuple(batch.game_ids),
            runs=tuple(runs),
        )

    def _single(self, record: RunRecord) -> Job:
        run, told = self._run(record), record.dagster_run.tags
        name = record.dagster_run.job_name
        return Job(
            job_id=run.run_id,
            is_batch=False,
            dagster_id=run.run_id,
            what=told.get(tags.WHAT) or ("assets" if name == _ASSETS_RUN else name),
            state=run.state,
            is_stopping=run.status == "CANCELING" or (_is_cancelled(record) and not run.state.is_over),
            percent=percent_of_run(run),
            said=run.said or sentence(run.state, [run]),
            by=told.get(tags.BY, ""),
            because=next((told[tag] for tag in _REASONS if told.get(tag)), ""),
            created_at_s=record.create_timestamp.timestamp(),
            started_at_s=record.start_time,
            ended_at_s=record.end_time
            or (record.update_timestamp.timestamp() if run.state.is_over else None),
            trains=run.is_training,
            game_ids=(run.game_id,) if run.game_id else tuple(told[tag] for tag in _RANGE if tag in told),
            runs=(run,),
        )

    def _run(self, record: RunRecord) -> JobRun:
        run = record.dagster_run
        assets = ours.names_of(run.asset_selection)
        is_live = run.status is dg.DagsterRunStatus.STARTED
        is_training = run.job_name in MODEL_JOBS or bool(assets & MODEL_CHAIN)
        return JobRun(
            run_id=run.run_id,
            status=run.status.value,
            game_id="" if is_training else run.tags.get(PARTITION_TAG, ""),
            is_training=is_training,
            steps_done=self._steps_done(run.run_id) if is_live else 0,
            steps_planned=self._planned(run.execution_plan_snapshot_id) if is_live else 0,
            progress=run.tags.get(PROGRESS_TAG, "") if is_live else "",
            said=run.tags.get(FOR_GOOD_TAG) or run.tags.get(AGAIN_TAG, ""),
        )

    def _records_of(self, backfill_ids: Sequence[str]) -> Mapping[str, list[RunRecord]]:
        """By backfill, the newest first."""
        found: dict[str, list[RunRecord]] = {backfill_id: [] for backfill_id in backfill_ids}
        if found:
            asked = ours.runs(tags={_BACKFILL_TAG: list(found)})
            for record in self._instance.get_run_records(asked):
                found[record.dagster_run.tags[_BACKFILL_TAG]].append(record)
        return found

    def _steps_done(self, run_id: str) -> int:
        return sum(step.end_time is not None for step in self._instance.get_run_step_stats(run_id))

    def _steps_planned(self, snapshot_id: str | None) -> int:
        if snapshot_id is None:
            return 0
        return len(self._instance.get_execution_plan_snapshot(snapshot_id).step_keys_to_execute)


def games_of(backfill: PartitionBackfill) -> list[str]:
    """The partitions that it was launched for."""
    data = backfill.asset_backfill_data
    if data is None:
        return sorted(backfill.partition_names or ())
    subsets = data.target_subset.partitions_subsets_by_asset_key.values()
    return sorted({game for subset in subsets for game in subset.get_partition_keys()})


def _in_place_of(first: PartitionBackfill, job: Job) -> Job:
    told = "it was launched again, for Dagster was loading the league's code when it was launched first"
    return replace(
        job,
        job_id=first.backfill_id,
        created_at_s=first.backfill_timestamp,
        said=f"{job.said}; {told}",
    )


def _tags_of(one: Stored) -> Mapping[str, str]:
    return one.tags if isinstance(one, PartitionBackfill) else one.dagster_run.tags


def _is_cancelled(record: RunRecord) -> bool:
    """A run that is executed once more inherits the tags of the one before."""
    run = record.dagster_run
    return run.tags.get(tags.CANCEL) == run.run_id


def _place_of(one: Stored) -> Place:
    if isinstance(one, PartitionBackfill):
        return one.backfill_timestamp, one.backfill_id
    return one.create_timestamp.timestamp(), one.dagster_run.run_id


def _end_of(backfill: PartitionBackfill, records: Sequence[RunRecord]) -> float:
    """Dagster tells it of those that it ended itself."""
    ended = (record.end_time for record in records if record.end_time)
    return backfill.backfill_end_timestamp or max(ended, default=backfill.backfill_timestamp)
