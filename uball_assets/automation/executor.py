"""How a run's steps are executed, whoever started it: in one process, and another attempt no sooner than due.

Of Dagster's three ways to repeat, runs use one: `run_retries`, where it is told by this executor that what
failed may pass, or where the run's process was killed. A sensor's runs tell it to keep out, for their sensor
counts the attempts; no step has a RetryPolicy, which would multiply with either. A backfill waits for the
attempts of its runs.

Belongs here: one run from its start to its end. Not here: the rule (`domain.learning.again`).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
from dagster._core.errors import raise_execution_interrupts
from dagster._core.events import DagsterEvent, EngineEventData
from dagster._core.execution.context.system import PlanOrchestrationContext
from dagster._core.execution.plan.plan import ExecutionPlan
from dagster._core.execution.retries import RetryMode
from dagster._core.executor.in_process import InProcessExecutor
from dagster_shared.error import SerializableErrorInfo

from uball_assets.adapters.machine.orphans import end_orphans
from uball_assets.adapters.machine.worker import Worker
from uball_assets.assets import ours
from uball_assets.assets.common import COLLECTED_AGAIN
from uball_assets.assets.run_words import FOR_GOOD_TAG
from uball_assets.automation.run_records import RunRecords, RunWatch
from uball_assets.domain.errors import Permanent, Transient
from uball_assets.domain.learning.again import Again, Kind, again, for_good
from uball_assets.domain.learning.retrain import Policy
from uball_assets.domain.operating.findings import span_text

AGAIN_TAG = "uball/again"
"""Of a failed run: whether it is started again, and why not."""
TOOK_TAG = "uball/took"
"""Of an ended run: how long it took; its last event has each step's seconds."""
_MAX_RETRIES, _ON_STEP_FAILURE = "dagster/max_retries", "dagster/retry_on_asset_or_op_failure"
_RETRY_NUMBER = "dagster/retry_number"
DECIDED_ELSEWHERE = {_MAX_RETRIES: "0"}
"""Tags of a run that Dagster must not start again: its sensor, or the command that waits for it, does."""


def build_executor(
    policy: Policy, records: RunRecords, work_folder: Path | None = None
) -> dg.ExecutorDefinition:
    """For all jobs. A run is many light steps: a process for each would cost ten times the work.

    `work_folder`: where runs' ffmpegs write, where the launcher is of another user and can end none.
    """

    @dg.executor(name="in_process")
    def in_process(_: dg.InitExecutorContext) -> RunExecutor:
        return RunExecutor(policy, records, work_folder)

    return in_process


class RunExecutor(InProcessExecutor):
    def __init__(self, policy: Policy, records: RunRecords, work_folder: Path | None) -> None:
        super().__init__(RetryMode.DISABLED)
        self._policy, self._records, self._work_folder = policy, records, work_folder

    def execute(
        self, plan_context: PlanOrchestrationContext, execution_plan: ExecutionPlan
    ) -> Iterator[DagsterEvent]:
        run, instance = plan_context.dagster_run, plan_context.instance
        ours.refuse_other_location(run)
        ours.refuse_unnamed(instance)
        worker = Worker.this()
        text = f"done by process {worker.pid}"  # the launcher looks whether it lives
        yield DagsterEvent.engine_event(plan_context, text, EngineEventData(worker.words()))
        if self._work_folder:
            end_orphans(self._work_folder)
        by_sensor = run.tags.get(_MAX_RETRIES) == DECIDED_ELSEWHERE[_MAX_RETRIES]
        attempt = int(run.tags.get(_RETRY_NUMBER, 0)) + 1
        if FOR_GOOD_TAG in run.tags:  # inherited, as a person executes it once more
            instance.add_run_tags(run.run_id, {FOR_GOOD_TAG: ""})
        if not by_sensor:
            # At the start: a killed process says nothing, and what the attempt before was told is inherited.
            bound = {_MAX_RETRIES: str(self._policy.max_attempts - 1), _ON_STEP_FAILURE: "false"}
            instance.add_run_tags(run.run_id, bound)
        left_s = self._left_s(instance, run) if attempt > 1 else 0.0
        if left_s > 0:
            text = f"attempt {attempt} of {self._policy.max_attempts} begins in {left_s:.0f} s"
            yield DagsterEvent.engine_event(plan_context, text, EngineEventData())
            with raise_execution_interrupts():
                time.sleep(left_s)
        watch = RunWatch()
        for event in super().execute(plan_context, execution_plan):
            watch.saw(event, kind_of, error_of)
            yield event
        if watch.failures:
            held = for_good(watch.for_good) if by_sensor else ""
            decided = again(watch.failures, attempt, self._policy, by_sensor=by_sensor, held=bool(held))
            instance.add_run_tags(run.run_id, _tags(decided, held))
            yield DagsterEvent.engine_event(plan_context, decided.reason, EngineEventData())
        figures = watch.figures(instance, run)
        took = span_text(figures.duration_s)
        instance.add_run_tags(run.run_id, {TOOK_TAG: took})
        yield DagsterEvent.engine_event(plan_context, f"took {took}", EngineEventData(dict(figures.steps_s)))
        if missed := self._records.enter(figures):
            yield DagsterEvent.engine_event(plan_context, missed, EngineEventData())

    def _left_s(self, instance: dg.DagsterInstance, run: dg.DagsterRun) -> float:
        """Of the wait after the attempt before; also where that one was killed."""
        before = instance.get_run_record_by_id(run.parent_run_id) if run.parent_run_id else None
        ended_s = before.end_time if before and before.end_time else time.time()
        return ended_s + self._policy.backoff_after(int(run.tags[_RETRY_NUMBER])) - time.time()


def kind_of(event: DagsterEvent) -> Kind:
    """By the name of the error's class: this very process raised it, so all kinds of Transient are loaded."""
    data = event.step_failure_data
    if data.user_failure_data is not None:
        return Kind.PERMANENT  # dg.Failure, as `assets.common.refused` raises it
    error = _unwrapped(event)
    name = error.cls_name if error else None
    if name in _names(Transient):
        return Kind.TRANSIENT
    return Kind.PERMANENT if name in _names(Permanent) else Kind.UNKNOWN


def error_of(event: DagsterEvent) -> str:
    """What failed a step for good, in its own words; '' where its sensor collects the game again."""
    failed = event.step_failure_data.user_failure_data
    if failed is not None:
        return "" if COLLECTED_AGAIN in failed.metadata else failed.description or ""
    error = _unwrapped(event)
    # `uball_assets.domain.errors.Permanent: no such column`
    return error.message.partition(": ")[2].strip() or error.message.strip() if error else ""


_WRAPPED_AS = "DagsterExecutionStepExecutionError"


def _unwrapped(event: DagsterEvent) -> SerializableErrorInfo | None:
    error = event.step_failure_data.error
    return error.cause if error and error.cls_name == _WRAPPED_AS and error.cause else error


def _names(kind: type) -> set[str]:
    return {kind.__name__}.union(*map(_names, kind.__subclasses__()))


def _tags(decided: Again, held: str) -> dict[str, str]:
    for_good = {FOR_GOOD_TAG: held} if held else {}
    return {AGAIN_TAG: decided.reason, **for_good, **({_ON_STEP_FAILURE: "true"} if decided.repeated else {})}
