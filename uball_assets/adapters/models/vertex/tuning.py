"""Training on Vertex AI: a supervised tuning job, planned before a cent is spent and submitted exactly once.

Belongs here: the calls and their order. Not here: what may be submitted (`domain.spending.preflight`), what a
job says of itself (`job_status`), submitting exactly once (`submit_once`).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from uball_assets.adapters.models.trainer import JobState, JobStatus, TuneSpec
from uball_assets.adapters.models.tuning_lines import read_lessons
from uball_assets.adapters.models.vertex import job_status
from uball_assets.adapters.models.vertex.clients import VertexClients, location_of, utc_now
from uball_assets.adapters.models.vertex.loss_curve import read_losses
from uball_assets.adapters.models.vertex.submit_once import submit_once
from uball_assets.adapters.record.bills import Bills
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.stores.places import address_at
from uball_assets.domain.errors import Permanent, Quarantined
from uball_assets.domain.learning.lessons import Lessons
from uball_assets.domain.operating.progress import Meter, no_meter
from uball_assets.domain.spending.base_models import base_model
from uball_assets.domain.spending.cost import find_price, usd
from uball_assets.domain.spending.preflight import TuningRequest
from uball_assets.domain.spending.tuning_plan import TuningPlan, plan_training

log = logging.getLogger(__name__)

FINGERPRINT, MODEL = "uball_fingerprint", "uball_model"
"""Labels of a job and of what it makes: by the first it is found again, the second is for people."""
DISPLAY_NAME = "basketball-model"
"""Of a fresh model. What goes on from a tuned model is its next version and keeps the name."""
ADAPTER_SIZES = {
    "1": "ADAPTER_SIZE_ONE",
    "2": "ADAPTER_SIZE_TWO",
    "4": "ADAPTER_SIZE_FOUR",
    "8": "ADAPTER_SIZE_EIGHT",
    "16": "ADAPTER_SIZE_SIXTEEN",
    "32": "ADAPTER_SIZE_THIRTY_TWO",
}
_PAGE_SIZE = 100


@dataclass(frozen=True)
class VertexOptions:
    """What a tuning on Vertex AI is told beside its TuneSpec."""

    location: str = "us-central1"
    stuck_after_s: float = 21_600.0
    """A job without any progress for so long is cancelled: some were seen to hang for 22 hours."""
    submit_grace_s: float = 180.0
    """How long after a submit its job may stay unseen (`submit_once`)."""


class VertexTrainer:
    """A `Trainer`. A job's id is its resource name: `projects/…/locations/…/tuningJobs/…`."""

    def __init__(
        self,
        clients: VertexClients,
        store: ObjectStore,
        bills: Bills,
        options: VertexOptions,
        now: Callable[[], datetime] = utc_now,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`store` holds the JSONL files and the clips that they name."""
        self._clients = clients
        self._store = store
        self._bills = bills
        self._options = options
        self._now = now
        self._sleep = sleep
        self._seen: dict[str, tuple[job_status.Progress, datetime]] = {}
        """Of each job that is followed: its progress, and since when it has been the same."""

    def find(self, fingerprint: str) -> JobStatus | None:
        """A job that runs or has succeeded before any that failed; the newest of several."""
        job = self._found(fingerprint)
        return self._status(self._job(job.name)) if job else None

    def plan(self, spec: TuneSpec, shown: Lessons | None = None) -> TuningPlan:
        location, parent = self._options.location, _parent(spec)
        train, validation = read_lessons(
            self._store, spec.train_uri, spec.validation_uri, shown, name_of=type(self._store).name_of
        )
        plan = plan_training(
            train,
            validation,
            base_model(spec.base),
            TuningRequest(spec.model_name, location, spec.epochs, spec.options, _labels(spec)),
            prices=self._bills.prices,
            today=self._now().date(),
            parent_uri=parent,
        )
        if parent and location_of(parent) != location:
            remedy = f"set UBALL_TUNING_LOCATION={location_of(parent)}"
            fault = Quarantined("parent model", parent, f"it cannot be gone on from in {location}", remedy)
            return replace(plan, faults=(fault, *plan.faults))
        return plan

    def submit(self, spec: TuneSpec, meter: Meter = no_meter) -> JobStatus:
        """Submits unless a job of this fingerprint runs or has succeeded. Permanent, naming each fault, for
        a training that the service would refuse or fail, or that is over a ceiling."""
        del meter  # `poll` tells of the job
        job = self._living(spec.fingerprint)
        if job is None:
            plan = self.plan(spec)
            self._refuse(plan)
            job = submit_once(
                self._bills.registry,
                f"tuning:{spec.fingerprint}",
                find=lambda: self._living(spec.fingerprint),
                submit=lambda: self._submit(spec),
                what=f"tuning job of {spec.model_name}",
                grace_s=self._options.submit_grace_s,
                now=self._now,
                sleep=self._sleep,
            )
            self._bills.expect_training(plan.model_name, job.name, plan.training_tokens, plan.estimated_usd)
        return self._status(self._job(job.name))

    def poll(self, job_id: str) -> JobStatus:
        """A job that makes no progress is cancelled, and has failed."""
        job = self._job(job_id)
        stuck_s = self._unchanged_s(job)
        if job_status.state_of(job) is not JobState.RUNNING or stuck_s < self._options.stuck_after_s:
            return self._status(job)
        log.warning("cancelling %s: no progress for %.0f s", job_id, stuck_s)
        try:
            self.cancel(job_id)
        except Permanent:  # it has ended meanwhile
            job = self._job(job_id)
            if job_status.state_of(job) is not JobState.RUNNING:
                return self._status(job)
            raise
        seen = job_status.sentence(job, _subject(job))
        return replace(
            self._status(job),
            state=JobState.FAILED,
            detail=f"cancelled: no progress for {stuck_s / 3600:.1f} h; when last seen, {seen}",
            may_pass=True,
        )

    def cancel(self, job_id: str) -> None:
        """Permanent for a job that has ended."""
        self._clients.ask(
            f"cancel {_short(job_id)}",
            location_of(job_id),
            lambda client: client.tunings.cancel(name=job_id),
        )

    def _found(self, fingerprint: str) -> Any:
        """Labels are compared here: that the service can filter by them is not documented."""
        from google.genai import types

        jobs = self._clients.ask(
            f"list the tuning jobs in {self._options.location}",
            self._options.location,
            lambda client: list(client.tunings.list(config=types.ListTuningJobsConfig(page_size=_PAGE_SIZE))),
        )
        ours = [job for job in jobs if (job.labels or {}).get(FINGERPRINT) == fingerprint]
        return max(
            ours,
            key=lambda job: (_lives(job), job.create_time or datetime.min.replace(tzinfo=UTC)),
            default=None,
        )

    def _living(self, fingerprint: str) -> Any:
        job = self._found(fingerprint)
        return job if job and _lives(job) else None

    def _job(self, job_id: str) -> Any:
        return self._clients.ask(
            f"ask for {_short(job_id)}", location_of(job_id), lambda client: client.tunings.get(name=job_id)
        )

    def _submit(self, spec: TuneSpec) -> Any:
        from google.genai import types

        parent = _parent(spec)
        multiplier = spec.options.get("learning_rate_multiplier", "")
        config = types.CreateTuningJobConfig(  # never a dict: the library drops parts of one in silence
            tuned_model_display_name=None if parent else DISPLAY_NAME,
            description=spec.model_name,
            validation_dataset=types.TuningValidationDataset(
                gcs_uri=address_at(self._store, spec.validation_uri)
            ),
            epoch_count=spec.epochs,  # never left out: the service was seen to take 40
            adapter_size=types.AdapterSize(ADAPTER_SIZES[spec.options["adapter_size"]]),
            learning_rate_multiplier=float(multiplier) if multiplier else None,
            export_last_checkpoint_only=spec.options.get("checkpoints", "last") == "last",
            labels=_labels(spec),
        )
        return self._clients.send_once(
            f"submit the tuning job of {spec.model_name}",
            self._options.location,
            lambda client: client.tunings.tune(
                base_model=parent or spec.base,
                training_dataset=types.TuningDataset(gcs_uri=address_at(self._store, spec.train_uri)),
                config=config,
            ),
        )

    def _refuse(self, plan: TuningPlan) -> None:
        if refusal := plan.refusal():
            raise refusal
        self._bills.allow(plan.estimated_usd or 0.0, f"training {plan.model_name}")

    def _status(self, job: Any) -> JobStatus:
        state, counts = job_status.state_of(job), job_status.counts_of(job)
        ended = state is not JobState.RUNNING
        price = find_price(job_status.base_of(job), "training", self._bills.prices)
        if ended and price:
            counts["cost_usd"] = usd(int(counts.get("tokens_billed", 0)), price)
        losses = (
            read_losses(
                self._store, job.gcs_metrics_uri, job_status.epochs_of(job), int(counts.get("steps", 0))
            )
            if ended
            else {}
        )
        return JobStatus(
            job_id=job.name,
            state=state,
            detail=job_status.sentence(job, _subject(job)),
            model_uri=job_status.model_of(job),
            endpoint_uri=job_status.endpoint_of(job),
            metrics={**counts, **losses},
            epochs_done=job_status.progress_of(job).epoch_count,
            may_pass=job_status.may_pass(job),
        )

    def _unchanged_s(self, job: Any) -> float:
        """Since the service's own last word of it, so that it counts on when the process that waits dies."""
        now, progress = self._now(), job_status.progress_of(job)
        seen = self._seen.get(job.name)
        if seen is None or seen[0] != progress:
            self._seen[job.name] = seen = (progress, min(progress.updated_at or now, now))
        return (now - seen[1]).total_seconds()


def _lives(job: Any) -> bool:
    return job_status.state_of(job) in (JobState.RUNNING, JobState.SUCCEEDED)


def _parent(spec: TuneSpec) -> str | None:
    """The tuned model to go on from; a model of another trainer cannot be, then it starts from the base."""
    return spec.parent_uri if (spec.parent_uri or "").startswith("projects/") else None


def _labels(spec: TuneSpec) -> dict[str, str]:
    return {FINGERPRINT: spec.fingerprint, MODEL: spec.model_name}


def _subject(job: Any) -> str:
    """The model's name as it was labelled, else the job's number."""
    return str((job.labels or {}).get(MODEL) or _short(job.name))


def _short(job_id: str) -> str:
    return f"tuning job {job_id.rpartition('/')[2]}"
