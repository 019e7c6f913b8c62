"""What jobs need between requests: a cancelled run is asked until it is over, a batch that failed for want of
its code is launched again once.

Level-triggered: each look derives what is due from Dagster's tables, so nothing is lost with this process.
Belongs here: looking and asking. Not here: the rules (`domain.operating.jobs`).
"""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, timedelta

from dagster._core.execution.backfill import BulkActionStatus, PartitionBackfill

from uball_assets.assets import ours
from uball_assets.automation.api_jobs import tags
from uball_assets.automation.api_jobs.kept import KeptJobs
from uball_assets.automation.api_jobs.reading import Job, Reader, games_of
from uball_assets.automation.api_jobs.webserver import Webserver, WebserverAway
from uball_assets.domain.errors import Permanent, UballError
from uball_assets.domain.operating.jobs import cancel_batch, cancel_run, is_to_launch_again

_log = logging.getLogger(__name__)
_EVERY_S, _RESTING_S = 1.0, 5.0
_LATELY = timedelta(hours=1)
"""A batch that failed before that is an old story."""


class AlreadyOver(Permanent):
    """Of a cancel: the job has ended."""


class Keeper:
    def __init__(self, reader: Reader, kept: KeptJobs, webserver: Webserver) -> None:
        self._reader, self._kept, self._webserver = reader, kept, webserver
        self._ended, self._woken = threading.Event(), threading.Event()
        self._looking = threading.Lock()
        self._thread: threading.Thread | None = None

    def cancel(self, job: Job) -> None:
        """Asks once, now; `look` goes on asking. Raises AlreadyOver, WebserverAway or Unsure."""
        if job.state.is_over:
            raise AlreadyOver(f"job {job.job_id} is over: {job.state}")
        if job.is_batch:
            self._cancel_batch(job.dagster_id)
        else:
            steps = cancel_run(job.runs[0])
            self._webserver.check()
            self._reader.note_cancel(job.dagster_id)
            self._webserver.terminate(steps.runs)
        self._kept.forget()
        self._woken.set()

    def _cancel_batch(self, backfill_id: str) -> None:
        steps = cancel_batch(self._reader.status_of(backfill_id), self._reader.runs_of(backfill_id))
        if steps.refused:
            raise AlreadyOver(f"job {backfill_id} has just ended")
        if steps.batch:
            self._webserver.cancel(backfill_id)
        self._webserver.terminate(steps.runs)

    def look(self) -> bool:
        """Does what is due; whether something is left to ask again soon."""
        with self._looking:
            return self._looked()

    def _looked(self) -> bool:
        to_end = [run_id for run in self._reader.cancelled_runs() for run_id in cancel_run(run).runs]
        for backfill in self._reader.backfills(BulkActionStatus.CANCELING):
            runs = self._reader.runs_of(backfill.backfill_id)
            to_end += cancel_batch(backfill.status.value, runs).runs
        self._webserver.terminate(list(dict.fromkeys(to_end)))
        for backfill in self._reader.backfills(BulkActionStatus.FAILED, since=datetime.now(UTC) - _LATELY):
            self._launch_again(backfill)
        return bool(to_end)

    def _launch_again(self, backfill: PartitionBackfill) -> None:
        if tags.REQUEST not in backfill.tags:
            return
        was_again = tags.AGAIN_OF in backfill.tags or self._reader.successor_of(backfill.backfill_id)
        runs = self._reader.runs_of(backfill.backfill_id)
        if not is_to_launch_again(backfill.status.value, len(runs), bool(was_again)):
            return
        self._webserver.check()
        assets = [ours.name_of(asset) for asset in backfill.asset_selection or ()]
        told = {**backfill.tags, tags.AGAIN_OF: backfill.backfill_id}
        title, run_config = backfill.title or "launched again", backfill.run_config or {}
        again = self._webserver.launch(assets, games_of(backfill), told, title, run_config)
        _log.warning(
            "job %s failed before its first run, and is launched again (%s)", backfill.backfill_id, again
        )

    # --- a thread of its own

    def start(self) -> None:
        self._thread = threading.Thread(target=self._keep, name="jobs", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._woken.set()
        if self._thread:
            self._thread.join(timeout=3.0)

    def _keep(self) -> None:
        wait_s = 0.0
        while not self._ended.is_set():
            self._woken.wait(wait_s)
            self._woken.clear()
            wait_s = _RESTING_S
            try:
                if not self._ended.is_set() and self.look():
                    wait_s = _EVERY_S
            except WebserverAway:
                pass  # whoever asks is told so; nothing is due that could be done
            except UballError as error:
                _log.warning("jobs: %s", error)
            except Exception:  # noqa: BLE001 - whatever Dagster's storage raises; the next look is soon
                _log.exception("jobs could not be looked at; the next look is in %s s", _RESTING_S)
