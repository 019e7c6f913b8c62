"""What a tuning job of Vertex AI says of itself, in the platform's words and numbers.

Belongs here: states, the sentence for a person, tokens, what was dropped. Not here: asking for the job
(`tuning`) or its loss curve (`loss_curve`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from uball_assets.adapters.models.trainer import JobState
from uball_assets.adapters.models.vertex.errors import LASTING_CODES, plain_words

_ENDS = {
    "JOB_STATE_SUCCEEDED": JobState.SUCCEEDED,
    "JOB_STATE_FAILED": JobState.FAILED,
    "JOB_STATE_EXPIRED": JobState.FAILED,
    "JOB_STATE_CANCELLED": JobState.CANCELLED,
}
"""Every other state is one on the way: queued, pending, running, updating, paused, cancelling."""
_DOING = {
    "WAITING_FOR_QUOTA": "waits for the project's quota: another tuning job is running",
    "PROCESSING_DATASET": "has its examples read and checked",
    "WAITING_FOR_CAPACITY": "waits for free hardware",
    "TUNING": "is being tuned",
    "POST_PROCESSING": "is being put in its place",
}
_SHOWN_REASONS, _SHOWN_LINES = 3, 5


@dataclass(frozen=True)
class Progress:
    """What changes while a job is getting on."""

    state: str
    sub_state: str
    updated_at: datetime | None
    epoch_count: int
    step_count: int


def state_of(job: Any) -> JobState:
    state = _name(job.state)
    if state == "JOB_STATE_PARTIALLY_SUCCEEDED":
        return JobState.SUCCEEDED if model_of(job) else JobState.FAILED
    return _ENDS.get(state, JobState.RUNNING)


def may_pass(job: Any) -> bool:
    """Whether another job may end otherwise: it failed, and not by what it was given or may not do."""
    return state_of(job) is JobState.FAILED and not (job.error and job.error.code in LASTING_CODES)


def progress_of(job: Any) -> Progress:
    done = job.tuning_job_metadata
    return Progress(
        state=_name(job.state),
        sub_state=_name(job.tuning_job_state),
        updated_at=job.update_time,
        epoch_count=int(done.completed_epoch_count or 0) if done else 0,
        step_count=int(done.completed_step_count or 0) if done else 0,
    )


def model_of(job: Any) -> str | None:
    """`projects/…/models/ID@version`: what the next tuning goes on from, and batches ask."""
    return job.tuned_model.model if job.tuned_model else None


def endpoint_of(job: Any) -> str | None:
    """Where the default checkpoint answers; another one after each tuning."""
    return job.tuned_model.endpoint if job.tuned_model else None


def base_of(job: Any) -> str:
    named = job.base_model or (job.pre_tuned_model.base_model if job.pre_tuned_model else "") or ""
    return str(named).rpartition("/")[2]


def epochs_of(job: Any) -> int:
    spec = job.supervised_tuning_spec
    epochs = spec.hyper_parameters.epoch_count if spec and spec.hyper_parameters else None
    return int(epochs or 1)


def counts_of(job: Any) -> dict[str, float]:
    """tokens_billed, examples, examples_dropped, steps: those that the service has told so far.

    The service counts the tokens of one pass over the examples and bills every epoch. A job that did not
    succeed was tuned for the epochs that it completed.
    """
    stats = _stats(job)
    if stats is None:
        return {}
    epochs = epochs_of(job) if state_of(job) is JobState.SUCCEEDED else progress_of(job).epoch_count
    dropped = stats.total_truncated_example_count or 0
    counts = {
        "tokens_billed": _times(stats.total_billable_token_count, epochs),
        "examples": _less(stats.tuning_dataset_example_count, dropped),
        "examples_dropped": dropped,
        "steps": stats.tuning_step_count,
    }
    return {name: float(count) for name, count in counts.items() if count is not None}


def sentence(job: Any, subject: str) -> str:
    """What it is doing, or why it ended; what was dropped in either case."""
    state, parts = state_of(job), []
    if state is JobState.RUNNING:
        parts.append(f"{subject} {_doing(job)}")
    elif state is JobState.SUCCEEDED:
        counts = counts_of(job)
        learned = f" from {counts['examples']:.0f} examples" if "examples" in counts else ""
        billed = f", {counts['tokens_billed']:,.0f} tokens billed" if "tokens_billed" in counts else ""
        parts.append(f"{subject} has learned{learned}{billed}")
    else:
        why = plain_words(job.error.message) if job.error else ""
        parts.append(f"{subject} ended in {_name(job.state)}{f': {why}' if why else ''}")
    return "; ".join([*parts, *filter(None, [dropped_words(job)])])


def dropped_words(job: Any) -> str:
    """`14 of 100 examples dropped: The video lasts … (14, such as lines 3, 9)`; '' if none was."""
    stats = _stats(job)
    count = int(stats.total_truncated_example_count or 0) if stats else 0
    if not count:
        return ""
    total = f" of {stats.tuning_dataset_example_count}" if stats.tuning_dataset_example_count else ""
    lines, reasons = stats.truncated_example_indices or [], stats.dropped_example_reasons or []
    by_reason: dict[str, list[int]] = defaultdict(list)
    for line, reason in zip(lines, reasons, strict=False):
        by_reason[plain_words(reason)].append(int(line))
    most_frequent = sorted(by_reason.items(), key=lambda pair: -len(pair[1]))[:_SHOWN_REASONS]
    shown = [f"{reason} (lines {_listed(named)})" for reason, named in most_frequent]
    return f"{count}{total} examples dropped{': ' if shown else ''}{'; '.join(shown)}"


def _doing(job: Any) -> str:
    progress = progress_of(job)
    if progress.state != "JOB_STATE_RUNNING":
        waiting = _DOING["WAITING_FOR_QUOTA"] if "QUOTA" in progress.sub_state else ""
        return waiting or f"is {progress.state.removeprefix('JOB_STATE_').lower().replace('_', ' ')}"
    doing = _DOING.get(progress.sub_state.removeprefix("TUNING_JOB_STATE_"), "is running")
    return doing + (
        f", epoch {progress.epoch_count} of {epochs_of(job)} done" if progress.epoch_count else ""
    )


def _stats(job: Any) -> Any:
    return job.tuning_data_stats.supervised_tuning_data_stats if job.tuning_data_stats else None


def _name(state: Any) -> str:
    """An enum of the library, or None."""
    return str(getattr(state, "value", state) or "")


def _listed(lines: list[int]) -> str:
    more = ", …" if len(lines) > _SHOWN_LINES else ""
    return ", ".join(map(str, sorted(lines)[:_SHOWN_LINES])) + more


def _times(count: int | None, factor: int) -> int | None:
    return None if count is None else count * factor


def _less(count: int | None, dropped: int) -> int | None:
    return None if count is None else count - dropped
