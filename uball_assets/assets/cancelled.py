"""A paid job (a training, a batch of questions) whose run ends before it: what becomes of it.

    a person cancels the run ─── UBALL_ON_CANCEL=cancel ──► the job is cancelled at the service, billed, told
             │                └─ UBALL_ON_CANCEL=keep ────► it runs on; the next run finds it
    the run's time is over, its machine shuts down ───────► it runs on; the next run finds it
    the process is killed ────────────────────────────────► nobody is there to ask: the same

Belongs here: telling these apart, and cancelling. Not here: following a job (`model`, `services.asking`).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import dagster as dg
from dagster._utils.interrupts import capture_interrupts

from uball_assets.adapters.models.trainer import JobState, JobStatus, Trainer
from uball_assets.adapters.record.bills import Bills
from uball_assets.assets import ours
from uball_assets.assets.progress import step_meter
from uball_assets.assets.run_words import FOR_GOOD_TAG
from uball_assets.domain.errors import UballError
from uball_assets.domain.record import CANCELLATIONS
from uball_assets.domain.spending.cost import money
from uball_assets.services.asking.annotator import Annotator

if TYPE_CHECKING:
    from uball_assets.assets.model import NextTraining

JOB_TAG = "paid_job"
"""Of a run: what its paid job does, and what cancelling the run does to it. Its page shows it."""
_WAIT_S = 60.0
"""How long a job is given to end once it is cancelled; Dagster gives a cancelled run two minutes."""
_LOOK_EVERY_S = 2.0


@contextmanager
def heeding_cancel(
    context: dg.AssetExecutionContext, trainer: Trainer, bills: Bills, training: NextTraining, on_cancel: str
) -> Iterator[None]:
    """Around submitting and following a job. What interrupts it goes on once the job is seen to."""
    try:
        yield
    except dg.DagsterExecutionInterruptedError:
        with capture_interrupts():  # a second click on 'terminate' must not leave it half done
            by_person = _is_cancelled_by_a_person(context)
            if by_person and on_cancel == "cancel":
                _hold(bills, context.run.run_id, training)
                _cancel_job(context, trainer, bills, training)
            elif _running(trainer, training):
                tell_job(context, "runs on: the next run finds it and goes on waiting")
        raise


@contextmanager
def heeding_cancel_of_questions(
    context: dg.AssetExecutionContext, annotator: Annotator, on_cancel: str
) -> Iterator[Annotator]:
    """Around asking, by the annotator that it gives: the batches of that are seen to before an interruption
    goes on. Questions asked one by one end with the run; those answered since its last bill are on none."""
    asking = replace(
        annotator,
        on_job=lambda: tell_job(context, cancelling_would(on_cancel)),
        meter=step_meter(context),
        waits_for=[],
    )
    try:
        yield asking
    except dg.DagsterExecutionInterruptedError:
        with capture_interrupts():
            if asking.waits_for and on_cancel == "cancel" and _is_cancelled_by_a_person(context):
                held = f"{ours.name_of(context.asset_key)}: a person cancelled it, and its batch of questions"
                context.instance.add_run_tags(context.run.run_id, {FOR_GOOD_TAG: held})
                _cancel_batches(context, asking)
            elif asking.waits_for:
                tell_job(context, "runs on: the next run finds it and goes on waiting")
        raise


def tell_job(context: dg.AssetExecutionContext, words: str) -> None:
    """On the run's page, and in its log."""
    context.instance.add_run_tags(context.run.run_id, {JOB_TAG: words})
    context.log.info("the paid job: %s", words)


def cancelling_would(on_cancel: str) -> str:
    """What a person should know before the click."""
    does = "cancels it too" if on_cancel == "cancel" else "leaves it running, and the next run finds it"
    return f"is running; cancelling this run {does} (UBALL_ON_CANCEL={on_cancel})"


def _is_cancelled_by_a_person(context: dg.AssetExecutionContext) -> bool:
    """Dagster ends a run whose time is over by the same signal, through the same state."""
    record = context.instance.get_run_record_by_id(context.run.run_id)
    if record is None or record.dagster_run.status is not dg.DagsterRunStatus.CANCELING:
        return False
    told = context.run.tags.get("dagster/max_runtime")
    longest_s = float(told or context.instance.run_monitoring_max_runtime_seconds)
    return not longest_s or time.time() - (record.start_time or time.time()) <= longest_s


def _hold(bills: Bills, run_id: str, training: NextTraining) -> None:
    """The sensor does not start what a person has just cancelled (`retrain.Situation.cancelled`)."""
    entry = {
        "target_hash": training.target_hash,
        "after_version": training.version - 1,
        "model": training.spec.model_name,
    }
    bills.registry.append(CANCELLATIONS, entry, key=run_id)


def _cancel_job(
    context: dg.AssetExecutionContext, trainer: Trainer, bills: Bills, training: NextTraining
) -> None:
    spec = training.spec
    try:
        job = _running(trainer, training)
        if job is None:
            return
        trainer.cancel(job.job_id)
        ended = _ended(trainer, job)
    except UballError as error:
        tell_job(context, f"could not be cancelled and runs on: {error}. The next run finds it")
        return
    told = ended.metrics
    bill = bills.enter_cancelled(
        spec.model_name,
        job.job_id,
        int(told.get("tokens_billed", 0)),
        None if ended.state is JobState.RUNNING else told.get("cost_usd", 0.0),
    )
    planned = money(bill["estimated_usd"] or 0.0)
    billed = "no bill yet" if bill["usd"] is None else f"{money(bill['usd'])} billed"
    tell_job(context, f"was cancelled with this run: {billed}, about {planned} planned; {ended.detail}")


def _cancel_batches(context: dg.AssetExecutionContext, asking: Annotator) -> None:
    try:
        said = asking.cancel()
    except UballError as error:
        tell_job(context, f"could not be cancelled and runs on: {error}. The next run finds it")
        return
    if said:
        tell_job(context, f"was cancelled with this run: {'; '.join(said)}")


def _running(trainer: Trainer, training: NextTraining) -> JobStatus | None:
    found = trainer.find(training.spec.fingerprint)
    return found if found and found.state is JobState.RUNNING else None


def _ended(trainer: Trainer, job: JobStatus) -> JobStatus:
    """Once it has ended, or as it stands when the wait is over."""
    until = time.monotonic() + _WAIT_S
    status = trainer.poll(job.job_id)
    while status.state is JobState.RUNNING and time.monotonic() < until:
        time.sleep(_LOOK_EVERY_S)
        status = trainer.poll(job.job_id)
    return status
