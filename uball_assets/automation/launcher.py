"""A run launcher that notices when a run's process is gone.

Dagster's own launcher leaves noticing to the code server that started the process. Where both die at once
(the machine restarts, `make dev` or `make demo` is killed) the run stays STARTED for ever and holds its pool.
Run monitoring asks this launcher instead, every few seconds.

Belongs here: when the process of a run counts as gone. Not here: how one is looked for (`machine.worker`),
what happens to a failed run (`sensors`). For one machine only: where runs are containers, their own launcher
knows.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from dagster import DagsterEventType, DagsterRun
from dagster._core.errors import DagsterUserCodeUnreachableError
from dagster._core.launcher import (
    CheckRunHealthResult,
    DefaultRunLauncher,
    LaunchRunContext,
    WorkerStatus,
)
from dagster._core.remote_origin import GrpcServerCodeLocationOrigin
from dagster._serdes import ConfigurableClassData

from uball_assets.adapters.machine.orphans import end_orphans
from uball_assets.adapters.machine.worker import Worker
from uball_assets.settings import load_settings

_log = logging.getLogger(__name__)

PID_TAG = "uball/pid"
"""Of a run within a process that goes on after it (`uball demo`): it may die before the run reports."""
_ANSWER_S = 5
_LOADED_AFTER_S = 20.0
"""So long the daemon may take a code server that is back for away; Dagster looks again every 10 s."""


class WatchedRunLauncher(DefaultRunLauncher):
    """The default launcher, and an answer to 'does the process of this run still live?'"""

    def __init__(self, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(inst_data)
        self._answering_since_s: dict[str, float] = {}
        """By code server; one that was started anew is another."""

    @property
    def supports_check_run_worker_health(self) -> bool:
        return True

    def launch_run(self, context: LaunchRunContext) -> None:
        """What an attempt before this left running goes first: it writes where this one will."""
        self._clean()
        super().launch_run(context)

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """RUNNING also where nothing is known yet, for monitoring fails a run on any other answer."""
        worker, named_at_s = self._worker(run)
        if worker is None:
            return CheckRunHealthResult(WorkerStatus.RUNNING, "its process has not reported itself yet")
        if not worker.is_gone(named_at_s):
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        if not self._can_start_again(run):
            return CheckRunHealthResult(WorkerStatus.RUNNING, "it waits for its code server")
        self._clean()
        return CheckRunHealthResult(WorkerStatus.FAILED, f"its process {worker.pid} is gone")

    def _can_start_again(self, run: DagsterRun) -> bool:
        """Dagster starts a failed run again at once, or, where its code server is away, never."""
        server = _server_of(run)
        if server is None:
            return True
        try:
            answering = server.create_client().get_server_id(timeout=_ANSWER_S)
        except DagsterUserCodeUnreachableError:
            return False
        since_s = self._answering_since_s.setdefault(answering, time.monotonic())
        return time.monotonic() - since_s >= _LOADED_AFTER_S

    def _clean(self) -> None:
        """What the dead process left running would write on beside the attempt that follows."""
        work_folder = load_settings().cache / "work"
        if ended := end_orphans(work_folder):
            _log.warning("ended %d ffmpeg of a killed run: %s", len(ended), ", ".join(map(str, ended)))

    def _worker(self, run: DagsterRun) -> tuple[Worker | None, float]:
        """As the run's process named itself (`executor`), and when. Until then by its number: from its tag,
        or the event with which Dagster starts it."""
        pid, pid_at_s = run.tags.get(PID_TAG), 0.0
        for entry in reversed(self._instance.all_logs(run.run_id, of_type=DagsterEventType.ENGINE_EVENT)):
            event = entry.dagster_event
            told = _words(event.engine_event_data.metadata) if event else {}
            if "began" in told:
                return Worker.from_words(told), entry.timestamp
            if pid is None and "pid" in told:
                pid, pid_at_s = told["pid"], entry.timestamp
        return (Worker(int(pid)), pid_at_s) if pid else (None, 0.0)


def _words(metadata: Any) -> dict[str, str]:
    return {name: str(value.value) for name, value in metadata.items()}


def _server_of(run: DagsterRun) -> GrpcServerCodeLocationOrigin | None:
    """Its code server where somebody else starts that; where Dagster starts its own, it waits for them."""
    job = run.remote_job_origin
    origin = job.repository_origin.code_location_origin if job else None
    return origin if isinstance(origin, GrpcServerCodeLocationOrigin) else None
