"""What the fake Vertex AI does: its jobs, models and answers, and the control over it.

Belongs here: what an address means, once it is read. Not here: addresses and tokens (`vertex_server`), the
work of a job (`vertex_tuning`, `vertex_batch`).
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from uball_assets_tests.cloud.vertex_server import vertex_wire as wire
from uball_assets_tests.cloud.vertex_server.vertex_answers import Answers, Clips
from uball_assets_tests.cloud.vertex_server.vertex_batch import BatchJob, checked_model
from uball_assets_tests.cloud.vertex_server.vertex_dataset import Limits
from uball_assets_tests.cloud.vertex_server.vertex_faults import Faults
from uball_assets_tests.cloud.vertex_server.vertex_jobs import Jobs
from uball_assets_tests.cloud.vertex_server.vertex_models import (
    Models,
    base_of,
    endpoint_view,
    model_view,
    published,
)
from uball_assets_tests.cloud.vertex_server.vertex_tuning import Quota, TuningJob, checked_start

Answer = dict[str, Any]
STATE_S = 0.05
"""How long a job stays in each of its states, at least."""


class Vertex:
    """The service behind the addresses."""

    def __init__(self, cache_dir: Path) -> None:
        self.faults = Faults()
        self.resets = 0
        self._models, self._clips = Models(), Clips(cache_dir)
        self._answers = Answers(self._clips, self.faults)
        self._lock = threading.Lock()
        self._start_afresh()

    def _start_afresh(self) -> None:
        self.tunings, self.batches = Jobs(), Jobs()
        self._quota, self._limits, self._state_s = Quota(), Limits(), STATE_S
        self.requests: Counter[str] = Counter()
        self.expired: set[str] = set()
        self._answers.answered_tokens = 0

    # --- control

    def count(self, address: str) -> None:
        with self._lock:
            self.requests[address] += 1

    def control(self, asked: Answer) -> Answer:
        if asked.get("reset"):
            self.tunings.forget()
            self.batches.forget()
            self._models.forget()
            self.faults.forget()
            self.resets += 1
            self._start_afresh()
        self.faults.order(asked.get("faults", []))
        self._limits = replace(self._limits, **asked.get("limits", {}))
        self._state_s = asked.get("state_s", self._state_s)
        return self.counts()

    def counts(self) -> Answer:
        tunings = [job for job in self.tunings.all() if isinstance(job, TuningJob)]
        return {
            "requests": dict(self.requests),
            "tuning_jobs": len(tunings),
            "batch_jobs": len(self.batches.all()),
            "states": dict(Counter(job.view()["state"] for job in tunings)),
            "batch_states": dict(Counter(job.view()["state"] for job in self.batches.all())),
            "billed_tuning_tokens": sum(job.billed_tokens for job in tunings),
            "answered_tokens": self._answers.answered_tokens,
            "limits": asdict(self._limits),
        }

    # --- jobs

    def tune(self, parent: str, body: Any) -> Answer:
        asked, location = wire.TUNING_JOB(body, ""), parent.split("/")[3]
        start = checked_start(asked, location, self._models)
        job = TuningJob(
            asked,
            location,
            start,
            models=self._models,
            clips=self._clips,
            limits=self._limits,
            quota=self._quota,
            state_s=self._state_s,
            dropping=self.faults.take("examples_dropped", "tuningJobs"),
        )
        return self._submitted(self.tunings, job, "tuningJobs")

    def predict(self, parent: str, body: Any) -> Answer:
        asked, location = wire.BATCH_JOB(body, ""), parent.split("/")[3]
        job = BatchJob(
            asked,
            location,
            checked_model(asked, location, self._models),
            answers=self._answers,
            clips=self._clips,
            faults=self.faults,
            state_s=self._state_s,
        )
        return self._submitted(self.batches, job, "batchPredictionJobs")

    def _submitted(self, jobs: Jobs, job: TuningJob | BatchJob, kind: str) -> Answer:
        job.ordered_end = self.faults.take("job_ends", kind)
        job.ordered_stop = self.faults.take("job_stuck", kind)
        return jobs.add(job)

    # --- models and endpoints

    def generate(self, name: str, body: Any) -> Answer:
        weights, base = self._answering(name)
        return self._answers.generate(weights, base, wire.GENERATE(body, ""))

    def count_tokens(self, name: str, body: Any) -> Answer:
        _, base = self._answering(name)
        return self._answers.count_tokens(base, wire.COUNT_TOKENS(body, ""))

    def _answering(self, name: str) -> tuple[bytes | None, str]:
        base = published(name)
        if base:
            base_of(base)
            return None, base
        version, checkpoint = self._models.at_endpoint(name)
        if self._models.is_empty(name):
            raise wire.Refusal(404, f"Endpoint `{name}` has no deployed model.")
        return checkpoint.weights, version.base

    def model(self, name: str) -> Answer:
        base = published(name)
        if base is None:
            return model_view(self._models.version(name))
        base_of(base)
        return {"name": f"publishers/google/models/{base}", "versionId": "default"}

    def endpoint(self, name: str) -> Answer:
        return endpoint_view(*self._models.at_endpoint(name), is_empty=self._models.is_empty(name))

    def undeploy(self, name: str, body: Any) -> Answer:
        """Goes on for one look, as the service's operations do."""
        self._models.undeploy(name, str(body.get("deployedModelId", "")))
        return {"name": name.rpartition("/endpoints/")[0] + "/operations/1"}

    def versions(self, name: str) -> Answer:
        return {"models": [model_view(version) for version in self._models.versions_of(name)]}

    def delete(self, name: str) -> Answer:
        """An endpoint, a model, or one version of it."""
        if "/endpoints/" in name:
            self._models.delete_endpoint(name)
        elif "@" in name:
            self._models.delete_version(name)
        else:
            self._models.delete_model(name)
        return self.operation("/".join([*name.split("/")[:4], "operations/2"]))

    def operation(self, name: str) -> Answer:
        return {"name": name, "done": True}
