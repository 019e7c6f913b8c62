"""What a job said a moment ago: many ask about the same job, and one look answers all of them.

Belongs here: for how long. Not here: looking (`reading`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from uball_assets.automation.api_jobs.reading import Job, Place, Reader
from uball_assets.domain.operating.jobs import State

KEPT_S = 0.5
_MOST = 2000


class KeptJobs:
    """As they were at most half a second ago, or for good once they are over. Shared by threads."""

    def __init__(self, reader: Reader, now_s: Callable[[], float] = time.monotonic) -> None:
        self._reader, self._now_s = reader, now_s
        self._kept: dict[str, tuple[float, Job]] = {}
        self._looking: dict[str, threading.Lock] = {}

    def find(self, job_id: str) -> Job | None:
        """None where Dagster knows neither a backfill nor a run of that id."""
        with self._looking.setdefault(job_id, threading.Lock()):  # of many who ask at once, one looks
            found = self._fresh(job_id) or self._keep(self._reader.find(job_id))
        if found is None:
            self._looking.pop(job_id, None)
        return found

    def history(self, limit: int, before: Place | None = None, state: State | None = None) -> list[Job]:
        """As `Reader.history`."""
        stored = self._reader.history(limit, before, state)
        known = {job_id: self._fresh(job_id) for (_, job_id), _ in stored}
        for job in self._reader.jobs([one for (_, job_id), one in stored if known[job_id] is None]):
            known[job.job_id] = self._keep(job)
        return [job for job in known.values() if job]

    def forget(self) -> None:
        """Something has just been changed."""
        self._kept.clear()

    def _fresh(self, job_id: str) -> Job | None:
        kept = self._kept.get(job_id)
        if kept is None:
            return None
        at_s, job = kept
        # One that failed without a run may be launched again.
        is_settled = job.state.is_over and not (job.state is State.FAILED and not job.runs)
        return job if is_settled or self._now_s() - at_s < KEPT_S else None

    def _keep(self, job: Job | None) -> Job | None:
        if job is not None:
            if len(self._kept) >= _MOST:
                self._kept.clear()
                self._looking.clear()
            self._kept[job.job_id] = self._now_s(), job
        return job
