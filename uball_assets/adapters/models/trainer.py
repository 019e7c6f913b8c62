"""Training a model from JSONL: one Protocol, the local trainer, and the cloud's tuning service.

Belongs here: submitting a job once and following it to its end. Not here: when to train
(`domain.learning.retrain`) or what a model is called (`domain.learning.model_names`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from uball_assets.domain.learning.lessons import Lessons
from uball_assets.domain.operating.progress import Meter, no_meter
from uball_assets.domain.spending.tuning_plan import TuningPlan


@dataclass(frozen=True)
class TuneSpec:
    """All that decides a model's weights; `fingerprint` (domain.learning.manifest) hashes it and labels the
    job.
    """

    model_name: str
    fingerprint: str
    train_uri: str
    """JSONL of training examples, one clip each, in the exact form of DOMAIN.md: its name in the training
    store, or its address there (`stores.places`)."""
    validation_uri: str
    parent_uri: str | None
    """The model whose weights training starts from; None starts from the base."""
    base: str
    epochs: int
    seed: int
    options: Mapping[str, str] = field(default_factory=dict)
    """What else this backend is told and decides the weights, such as the adapter's size; by name."""


class JobState(StrEnum):
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class JobStatus:
    job_id: str
    state: JobState
    detail: str
    """One sentence for a person: what it is doing, or why it ended."""
    model_uri: str | None = None
    """The weights' name in the training store, or the service's own name of the model."""
    endpoint_uri: str | None = None
    """Where the model answers; None: at `model_uri`."""
    metrics: Mapping[str, float] = field(default_factory=dict)
    """E.g. loss by epoch, examples used, examples dropped, cost_usd."""
    epochs_done: int = 0
    """Of one that runs, as far as the service tells."""
    may_pass: bool = False
    """Of one that failed: another, told the same, may succeed."""


class Trainer(Protocol):
    """Raises `Permanent` (refused, over budget) or `Transient` (the service cannot be asked now)."""

    def find(self, fingerprint: str) -> JobStatus | None:
        """The job submitted for this fingerprint, whoever submitted it; None if there is none."""
        ...

    def plan(self, spec: TuneSpec, shown: Lessons | None = None) -> TuningPlan:
        """What a training would read, take and cost, and what is against it; spends nothing.

        `shown`: those lines of the spec's files alone, though no file holds just them yet.
        """
        ...

    def submit(self, spec: TuneSpec, meter: Meter = no_meter) -> JobStatus:
        """Starts the job; never called blindly twice: `find` is asked first. Permanent for refused input, or
        a price over the ceiling. `meter` hears of what is trained here and now, not of a service's job."""
        ...

    def poll(self, job_id: str) -> JobStatus: ...

    def cancel(self, job_id: str) -> None: ...
