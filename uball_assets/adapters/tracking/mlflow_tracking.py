"""Trainings tracked by MLflow: on a server, or in a folder of this machine.

MLflow works in a process of its own (`mlflow_process`): it takes seconds to load, tries a server that is down
for minutes, and only a process can be ended in the middle of that.

Belongs here: handing over a run, and what became of it. Not here: what MLflow is told.
"""

from __future__ import annotations

import base64
import json
import logging
import subprocess
import sys
from dataclasses import asdict

from uball_assets.adapters.tracking.tracker import TrackedRun, without_login

log = logging.getLogger(__name__)

_PROCESS = "uball_assets.adapters.tracking.mlflow_process"


class _Missed(Exception):  # noqa: N818
    """Why a run is not tracked."""


class MlflowTracking:
    def __init__(self, url: str, limit_s: float) -> None:
        """`url`: a server's (`http://…`), or a folder's path."""
        self.url, self.limit_s = url, limit_s

    def __repr__(self) -> str:
        return f"MlflowTracking({self.url!r})"

    def log(self, run: TrackedRun) -> str | None:
        try:
            said = self._told(run)
        except _Missed as missed:
            place = without_login(self.url)
            log.warning("%s is not tracked at %s: %s", run.model, place, str(missed).replace(self.url, place))
            return None
        if said["lacks"]:
            log.warning("%s is tracked at %s without %s", run.model, said["address"], said["lacks"])
        return str(said["address"])

    def _told(self, run: TrackedRun) -> dict[str, str]:
        """What the process answers. Raises _Missed for anything else."""
        told = {"url": self.url, **asdict(run)}
        told["artefacts"] = {name: base64.b64encode(data).decode() for name, data in run.artefacts.items()}
        try:
            done = subprocess.run(  # noqa: S603 - ours
                [sys.executable, "-m", _PROCESS],
                input=json.dumps(told),
                capture_output=True,
                text=True,
                timeout=self.limit_s,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise _Missed(f"no answer within {self.limit_s:g} s") from error
        except OSError as error:
            raise _Missed(str(error)) from error
        if done.returncode:
            raise _Missed(_last_line(done.stderr) or f"its process ended with {done.returncode}")
        try:
            answer: dict[str, str] = json.loads(_last_line(done.stdout))
        except ValueError as error:
            raise _Missed(f"its process did not say where: {_last_line(done.stdout)!r}") from error
        return answer


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1].strip() if lines else ""
