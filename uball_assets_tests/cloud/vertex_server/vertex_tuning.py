"""Tuning jobs of the fake Vertex AI: they really train, and give what the local trainer gives.

Belongs here: a request's rules, the training, the tuned model. Not here: reading the JSONL
(`vertex_dataset`) or a job's life (`vertex_jobs`). The adapter's size and the learning rate's multiplier are
checked, and change nothing in the small model.

Loss: JSONL of `{"step", "epoch", "loss"}` at the job's gcsMetricsUri, beside the training file, for epoch 0
(before any step) and after each. That form is ours: the service's own is not documented.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from typing import Any

from uball_assets.adapters.models.local.learning import BATCH, learn
from uball_assets.adapters.models.local.model import LocalModel
from uball_assets_tests.cloud.vertex_server.vertex_answers import Clips
from uball_assets_tests.cloud.vertex_server.vertex_dataset import (
    Dataset,
    Limits,
    check_resolutions,
    check_validation,
    read_training,
)
from uball_assets_tests.cloud.vertex_server.vertex_faults import Fault
from uball_assets_tests.cloud.vertex_server.vertex_jobs import Job
from uball_assets_tests.cloud.vertex_server.vertex_models import (
    PROJECT,
    SERVED_IN,
    Checkpoint,
    Models,
    Version,
    base_of,
    location_of,
    new_name,
    now,
    published,
)
from uball_assets_tests.cloud.vertex_server.vertex_wire import Refusal

SEED = 7
"""The platform's own default; the service knows no seed."""
DEFAULT_EPOCHS = 40
"""What a public set of 166 examples was given that did not say: 17.5 M tokens."""
DEFAULT_NAME = "tuned-model"


@dataclass(frozen=True)
class Start:
    """What a tuning begins with: a base, or a checkpoint of a tuned version."""

    base: str
    parent: Version | None = None
    checkpoint: Checkpoint | None = None

    def model(self) -> LocalModel:
        return LocalModel.from_bytes(self.checkpoint.weights) if self.checkpoint else LocalModel()


def checked_start(asked: dict[str, Any], location: str, models: Models) -> Start:
    """Refuses what the service refuses at once; what stands in the files fails the job later."""
    spec = asked.get("supervisedTuningSpec", {})
    if "trainingDatasetUri" not in spec:
        raise Refusal(400, "supervisedTuningSpec.trainingDatasetUri is required.")
    if ("baseModel" in asked) == ("preTunedModel" in asked):
        raise Refusal(400, "Exactly one of baseModel and preTunedModel must be set.")
    start = _start(asked, models)
    base = base_of(start.base)
    if location not in SERVED_IN or (start.parent and start.parent.location != location):
        raise Refusal(400, f"Tuning {start.base} is not supported in location {location}.")
    hyper = spec.get("hyperParameters", {})
    size = hyper.get("adapterSize", "ADAPTER_SIZE_FOUR")
    if size.removeprefix("ADAPTER_SIZE_") not in base.adapter_sizes:
        raise Refusal(400, f"Adapter size {size} is not supported for {start.base}.")
    if hyper.get("epochCount", 1) < 1 or hyper.get("learningRateMultiplier", 1.0) <= 0:
        raise Refusal(400, "epochCount and learningRateMultiplier must be greater than zero.")
    return start


def _start(asked: dict[str, Any], models: Models) -> Start:
    if "baseModel" in asked:
        return Start(published(asked["baseModel"]) or asked["baseModel"])
    named = asked["preTunedModel"]
    parent = models.version(named.get("tunedModelName", ""))
    return Start(parent.base, parent, parent.checkpoint(named.get("checkpointId")))


class Quota:
    """One tuning at a time in a project, as new projects have it; the others wait."""

    def __init__(self) -> None:
        self._free = threading.Lock()

    def take(self, job: Job) -> None:
        while not self._free.acquire(timeout=0.02):
            job.heed_cancel()

    def give_back(self) -> None:
        self._free.release()


class TuningJob(Job):
    def __init__(
        self,
        asked: dict[str, Any],
        location: str,
        start: Start,
        *,
        models: Models,
        clips: Clips,
        limits: Limits,
        quota: Quota,
        state_s: float,
        dropping: Fault | None,
    ) -> None:
        super().__init__(new_name(location, "tuningJobs"), _echo(asked, start), state_s)
        self.billed_tokens = 0
        self._asked, self._start, self._models, self._clips = asked, start, models, clips
        self._limits, self._quota, self._dropping = limits, quota, dropping
        self._has_quota = False
        spec = asked["supervisedTuningSpec"]
        self._train_uri, self._validation_uri = spec["trainingDatasetUri"], spec.get("validationDatasetUri")
        self._epochs = spec.get("hyperParameters", {}).get("epochCount", DEFAULT_EPOCHS)
        self._keeps_all = not spec.get("exportLastCheckpointOnly", False)

    def work(self) -> str:
        self.say(tuningJobState="TUNING_JOB_STATE_WAITING_FOR_QUOTA")
        self._quota.take(self)
        self._has_quota = True
        self.go_to("JOB_STATE_RUNNING", experiment=self._experiment())
        self.go_to("TUNING_JOB_STATE_PROCESSING_DATASET")
        dataset = self._dataset()
        self.go_to("TUNING_JOB_STATE_WAITING_FOR_CAPACITY")
        self.go_to("TUNING_JOB_STATE_TUNING")
        weights, losses = self._train(dataset)
        self.go_to("TUNING_JOB_STATE_POST_PROCESSING")
        self._publish(dataset, weights, losses)
        return "JOB_STATE_SUCCEEDED"

    def clean_up(self) -> None:
        if self._has_quota:
            self._quota.give_back()

    def _dataset(self) -> Dataset:
        drop_share = self._dropping.share if self._dropping else 0.0
        dataset, resolutions = read_training(
            self._clips, self._train_uri, self._start.base, self._limits, drop_share
        )
        self.say(tuningDataStats=dataset.stats(self._steps(dataset, self._epochs)))
        check_resolutions(resolutions)
        if self._validation_uri:
            check_validation(self._clips, self._validation_uri, self._limits, dataset.line_count, resolutions)
        dataset.refuse_many_dropped(self._limits.dropped_share)
        return dataset

    def _train(self, dataset: Dataset) -> tuple[list[bytes], list[float]]:
        """Weights after each epoch, and the loss before and after each."""
        model, weights = self._start.model(), []

        def after(epoch: int) -> None:
            weights.append(model.to_bytes())
            self.billed_tokens += dataset.billable_tokens
            self.say(tuningJobMetadata={"completedEpochCount": str(epoch)})
            self.heed_cancel()

        losses = learn(model, dataset.lessons, self._epochs, SEED, after)
        return weights, losses

    def _publish(self, dataset: Dataset, weights: list[bytes], losses: list[float]) -> None:
        uri = f"{self._train_uri.rpartition('/')[0]}/tuning-{self.name.rpartition('/')[2]}/metrics.jsonl"
        rows = [
            {"step": self._steps(dataset, epoch), "epoch": epoch, "loss": loss}
            for epoch, loss in enumerate(losses)
        ]
        self._clips.write(uri, "".join(f"{json.dumps(row)}\n" for row in rows).encode())
        version = self._version(dataset, weights)
        self._models.add(version)
        last = version.checkpoints[-1]
        tuned: dict[str, Any] = {"model": version.name, "endpoint": last.endpoint}
        if self._keeps_all:
            tuned["checkpoints"] = [
                {
                    "checkpointId": each.id,
                    "epoch": str(each.epoch),
                    "step": str(each.step),
                    "endpoint": each.endpoint,
                }
                for each in version.checkpoints
            ]
        self.say(tunedModel=tuned, gcsMetricsUri=uri)

    def _version(self, dataset: Dataset, weights: list[bytes]) -> Version:
        """The parent's next version, unless a display name of its own asks for a model of its own."""
        location, parent = location_of(self.name), self._start.parent
        display_name = self._asked.get("tunedModelDisplayName")
        model = parent.model if parent and not display_name else new_name(location, "models")
        kept = list(enumerate(weights, start=1))
        checkpoints = tuple(
            Checkpoint(
                id=str(number),
                epoch=epoch,
                step=self._steps(dataset, epoch),
                endpoint=new_name(SERVED_IN[location], "endpoints"),
                weights=data,
            )
            for number, (epoch, data) in enumerate(kept if self._keeps_all else kept[-1:], start=1)
        )
        return Version(
            model=model,
            number=self._models.next_number(model),
            base=self._start.base,
            display_name=display_name or (parent.display_name if parent else DEFAULT_NAME),
            labels=self._asked.get("labels", {}),
            checkpoints=checkpoints,
            created=now(),
        )

    def _steps(self, dataset: Dataset, epochs: int) -> int:
        return -(-len(dataset.examples) // BATCH) * epochs

    def _experiment(self) -> str:
        job_id, location = self.name.rpartition("/")[2], location_of(self.name)
        place = f"projects/{PROJECT}/locations/{location}"
        return f"{place}/metadataStores/default/contexts/tuning-experiment-{job_id}"


def _echo(asked: dict[str, Any], start: Start) -> dict[str, Any]:
    """The request as the job shows it: int64 are texts, and a parent says its base."""
    spec = dict(asked["supervisedTuningSpec"])
    hyper = dict(spec.get("hyperParameters", {}))
    if "epochCount" in hyper:
        hyper["epochCount"] = str(hyper["epochCount"])
    shown = {**asked, "supervisedTuningSpec": {**spec, "hyperParameters": hyper}}
    if start.parent:
        shown["preTunedModel"] = {
            **asked["preTunedModel"],
            "baseModel": start.base,
            "tunedModelName": start.parent.name,
        }
    return shown
