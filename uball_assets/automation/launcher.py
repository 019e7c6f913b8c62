"""A run launcher that notices when a run's process is gone.

Dagster's own launcher leaves noticing to the code server that started the process. Where both die at once
(the machine restarts, `make dev` or `make demo` is killed) the run stays STARTED for ever and holds its pool.
Run monitoring asks this launcher instead, every few seconds.

Belongs here: whether one process on this machine lives. Not here: what happens to a failed run (`sensors`).
For one machine only: where runs are containers, their own launcher knows.
"""

from __future__ import annotations

import logging
import subprocess
from pathlib import Path

from dagster import DagsterEventType, DagsterRun
from dagster._core.launcher import (
    CheckRunHealthResult,
    DefaultRunLauncher,
    LaunchRunContext,
    WorkerStatus,
)

from uball_assets.adapters.machine.orphans import end_orphans
from uball_assets.settings import load_settings

_log = logging.getLogger(__name__)

PID_TAG = "uball/pid"
"""Of a run within a process that goes on after it (`uball demo`): it may die before the run reports."""
_PROC = Path("/proc")


class WatchedRunLauncher(DefaultRunLauncher):
    """The default launcher, and an answer to 'does the process of this run still live?'"""

    @property
    def supports_check_run_worker_health(self) -> bool:
        return True

    def launch_run(self, context: LaunchRunContext) -> None:
        """What an attempt before this left running goes first: it writes where this one will."""
        self._clean()
        super().launch_run(context)

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """RUNNING also where nothing is known yet, for monitoring fails a run on any other answer."""
        pid = self._worker_pid(run)
        if pid is None:
            return CheckRunHealthResult(WorkerStatus.RUNNING, "its process has not reported itself yet")
        if not runs_python(pid):
            self._clean()
            return CheckRunHealthResult(WorkerStatus.FAILED, f"its process {pid} is gone")
        return CheckRunHealthResult(WorkerStatus.RUNNING)

    def _clean(self) -> None:
        """What the dead process left running would write on beside the attempt that follows."""
        work_folder = load_settings().cache / "work"
        if ended := end_orphans(work_folder):
            _log.warning("ended %d ffmpeg of a killed run: %s", len(ended), ", ".join(map(str, ended)))

    def _worker_pid(self, run: DagsterRun) -> int | None:
        """From the run's tag, or the newest event in which the run's process named itself."""
        if PID_TAG in run.tags:
            return int(run.tags[PID_TAG])
        for entry in reversed(self._instance.all_logs(run.run_id, of_type=DagsterEventType.ENGINE_EVENT)):
            event = entry.dagster_event
            if event and (pid := event.engine_event_data.metadata.get("pid")):
                return int(str(pid.value))
        return None


def runs_python(pid: int) -> bool:
    """Whether a process with this id lives and is Python; an unburied one (zombie) does not live.

    A run is Python: after a restart of the machine its id may belong to something else. From /proc where
    there is one (Linux), else from `ps` (macOS).
    """
    state, command = _from_proc(pid) if (_PROC / "self/stat").exists() else _from_ps(pid)
    return state not in ("", "Z", "X") and "python" in command.lower()


def _from_proc(pid: int) -> tuple[str, str]:
    """State and command line; both empty where there is no such process."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text(errors="replace")
        command = (_PROC / str(pid) / "cmdline").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return "", ""
    return stat.rpartition(") ")[2][:1], command  # proc(5): pid, name in brackets, state


def _from_ps(pid: int) -> tuple[str, str]:
    """As `_from_proc`."""
    ps_command = ["/bin/ps", "-o", "stat=,command=", "-p", str(pid)]
    listed = subprocess.run(ps_command, capture_output=True, text=True, check=False).stdout  # noqa: S603 - a number
    state, _, command = listed.strip().partition(" ")
    return state[:1], command
