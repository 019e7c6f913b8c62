"""A game's questions answered by Vertex AI as one batch: half the price, no rate limit, and a wait.

Belongs here: the batch's life, from its file to its answers. Not here: what stands in the rows
(`batch_rows`), what a job says of itself (`batch_status`), submitting exactly once (`submit_once`). A batch
is named by what it asks about which bytes: a process that dies finds the same batch again, waits for it, or
reads what it has answered already, and nothing is paid twice.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from uball_assets.adapters.models.endpoint import Cancelled, Question, Reply, ServedModel
from uball_assets.adapters.models.vertex import batch_status
from uball_assets.adapters.models.vertex.batch_rows import answers_in, read_rows, request_lines
from uball_assets.adapters.models.vertex.clients import VertexClients, location_of, utc_now
from uball_assets.adapters.models.vertex.submit_once import submit_once
from uball_assets.adapters.record.registry import Registry
from uball_assets.adapters.stores.object_store import AlreadyExists, ObjectInfo, ObjectStore
from uball_assets.domain.errors import Permanent, Transient
from uball_assets.domain.footage import object_names
from uball_assets.domain.hashing import content_hash
from uball_assets.domain.operating.progress import Tell, untold

log = logging.getLogger(__name__)

_PAGE_SIZE = 100
_LOOKS_AFTER_CANCEL, _LOOK_EVERY_S = 12, 5.0


@dataclass(frozen=True)
class BatchOptions:
    media_resolution: str = "low"
    """That of training."""
    poll_s: float = 60.0
    stuck_after_s: float = 21_600.0
    """A batch that runs so long and shows nothing new is cancelled."""
    submit_grace_s: float = 180.0
    """How long after a submit its job may stay unseen (`submit_once`)."""


@dataclass(frozen=True)
class _Batch:
    hash: str
    model: ServedModel
    request_count: int

    @property
    def display_name(self) -> str:
        """By it the batch is found again."""
        return f"uball-{self.hash}"

    @property
    def requests(self) -> str:
        return f"{object_names.batch(self.hash)}requests.jsonl"

    @property
    def answers(self) -> str:
        return f"{object_names.batch(self.hash)}answers"

    def __str__(self) -> str:
        return f"batch {self.hash[:8]} of {self.request_count} questions to {self.model.name}"


class VertexBatches:
    def __init__(
        self,
        clients: VertexClients,
        store: ObjectStore,
        registry: Registry,
        options: BatchOptions,
        now: Callable[[], datetime] = utc_now,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`store` holds the clips; questions and answers are written there too."""
        self._clients = clients
        self._store = store
        self._registry = registry
        self._options = options
        self._now = now
        self._sleep = sleep

    def generate_all(
        self, model: ServedModel, questions: Sequence[Question], tell: Tell = untold
    ) -> list[Reply | Permanent]:
        """Waits until the batch has ended: hours, as a rule. The model's resource is asked, not its endpoint.

        Permanent: a batch that was cancelled or paused by somebody, or that the service cannot do at all.
        Transient: it failed or hung, and the next call submits it anew.
        """
        clips = self._clips(questions)
        batched = [question for question in questions if question.clip_uri in clips]
        if not batched:
            return [_no_clip(question) for question in questions]
        batch = self._written(model, batched, clips)
        job = self._followed(batch, self._submitted(batch), tell)
        return self._answers(batch, job, questions, clips)

    def cancel(self, model: ServedModel, questions: Sequence[Question]) -> Cancelled | None:
        """Ends the batch of these questions, and reads what it has answered: that is paid. None where none is
        under way."""
        clips = self._clips(questions)
        batched = [question for question in questions if question.clip_uri in clips]
        batch = self._written(model, batched, clips) if batched else None
        job = self._found(batch) if batch else None
        if batch is None or job is None or not batch_status.is_under_way(job):
            return None
        job = self._cancel(batch, job, batch_status.is_under_way)
        unanswered = Permanent(f"{batch} was cancelled before it began")
        has_begun = job.output_info is not None  # else only what another job wrote could be read
        replies = self._answers(batch, job, questions, clips) if has_begun else [unanswered] * len(questions)
        return Cancelled(replies, not batch_status.is_under_way(job))

    def _answers(
        self, batch: _Batch, job: Any, questions: Sequence[Question], clips: Collection[str]
    ) -> list[Reply | Permanent]:
        """To each question, from the rows that are there."""
        batched = [question for question in questions if question.clip_uri in clips]
        answers = iter(answers_in(read_rows(self._output(batch, job)), batched))
        return [next(answers) if question.clip_uri in clips else _no_clip(question) for question in questions]

    def _clips(self, questions: Sequence[Question]) -> dict[str, ObjectInfo]:
        """Those of the clips that are there, by their address; one listing a folder."""
        wanted = {question.clip_uri for question in questions}
        folders = {self._store.name_of(uri).rpartition("/")[0] + "/" for uri in wanted}
        listed = [info for folder in sorted(folders) for info in self._store.list(folder)]
        found = {self._store.uri(info.name): info for info in listed}
        return {uri: found[uri] for uri in wanted & found.keys()}

    def _written(
        self, model: ServedModel, questions: Sequence[Question], clips: dict[str, ObjectInfo]
    ) -> _Batch:
        """A clip that was cut again under its name makes it another batch."""
        lines = request_lines(questions, model.base, self._options.media_resolution)
        contents = {uri: info.checksum or info.version for uri, info in clips.items()}
        name = content_hash([model.model_uri, lines.decode(), contents])
        batch = _Batch(name, model, lines.count(b"\n"))
        with contextlib.suppress(AlreadyExists):
            self._store.create(batch.requests, lines)
        return batch

    def _submitted(self, batch: _Batch) -> Any:
        return submit_once(
            self._registry,
            f"batch:{batch.hash}",
            find=lambda: self._found(batch),
            submit=lambda: self._submit(batch),
            what=str(batch),
            grace_s=self._options.submit_grace_s,
            now=self._now,
            sleep=self._sleep,
        )

    def _found(self, batch: _Batch) -> Any:
        """One that can still answer, or has; the newest of several."""
        from google.genai import types

        jobs = self._clients.ask(
            f"list the batches in {_location(batch)}",
            _location(batch),
            lambda client: list(client.batches.list(config=types.ListBatchJobsConfig(page_size=_PAGE_SIZE))),
        )
        ours = [job for job in jobs if job.display_name == batch.display_name and self._is_good(batch, job)]
        return max(ours, key=lambda job: job.create_time or datetime.min.replace(tzinfo=UTC), default=None)

    def _is_good(self, batch: _Batch, job: Any) -> bool:
        """A batch whose answers somebody deleted is as good as none."""
        return batch_status.lives(job) or (batch_status.has_answers(job) and bool(self._listed(batch, job)))

    def _submit(self, batch: _Batch) -> Any:
        """Where model and job are: they must share their location, which is not the endpoint's."""
        from google.genai import types

        return self._clients.send_once(
            f"submit {batch}",
            _location(batch),
            lambda client: client.batches.create(
                model=batch.model.model_uri,
                src=self._store.uri(batch.requests),
                config=types.CreateBatchJobConfig(
                    display_name=batch.display_name, dest=self._store.uri(batch.answers)
                ),
            ),
        )

    def _followed(self, batch: _Batch, job: Any, tell: Tell) -> Any:
        """The job, once it has ended with answers."""
        watch = batch_status.Watch(self._options.stuck_after_s)
        while batch_status.is_under_way(job):
            written = sum(info.size_bytes for info in self._listed(batch, job))
            news, hangs_s = watch.look(job, written, self._now())
            if news:
                log.info("%s %s", batch, news)
            if count := batch_status.done_count(job):  # many a batch says nothing of it before its end
                tell(count, batch.request_count)
            if hangs_s:
                self._cancel(batch, job)  # until that shows: the next run must not take it for one under way
                raise Transient(
                    f"{batch} was cancelled: it has shown nothing new for {hangs_s / 3600:.1f} h; "
                    "run it again to submit it anew"
                )
            self._sleep(self._options.poll_s)
            job = self._looked_at(batch, job.name)
        if not (batch_status.has_answers(job) and self._listed(batch, job)):
            raise batch_status.no_answers(job, str(batch))
        return job

    def _looked_at(self, batch: _Batch, job_name: str) -> Any:
        return self._clients.ask(
            f"ask for {batch}", _location(batch), lambda client: client.batches.get(name=job_name)
        )

    def _cancel(self, batch: _Batch, job: Any, goes_on: Callable[[Any], bool] = batch_status.lives) -> Any:
        """The job, once it goes on no more, or as it stands after a little wait."""
        with contextlib.suppress(Permanent):  # it has ended meanwhile
            self._clients.ask(
                f"cancel {batch}", _location(batch), lambda client: client.batches.cancel(name=job.name)
            )
        for _ in range(_LOOKS_AFTER_CANCEL):
            job = self._looked_at(batch, job.name)
            if not goes_on(job):
                break
            self._sleep(min(self._options.poll_s, _LOOK_EVERY_S))
        return job

    def _output(self, batch: _Batch, job: Any) -> list[bytes]:
        return [self._store.read(info.name) for info in self._listed(batch, job)]

    def _listed(self, batch: _Batch, job: Any) -> list[ObjectInfo]:
        """What this job has written; another job of the same batch writes into a folder of its own."""
        folder = job.output_info.gcs_output_directory if job.output_info else None
        name = self._store.name_of(folder.rstrip("/")) if folder else batch.answers
        return self._store.list(f"{name}/")


def _location(batch: _Batch) -> str:
    return location_of(batch.model.model_uri)


def _no_clip(question: Question) -> Permanent:
    return Permanent(f"there is no clip {question.clip_uri}: cut it again")
