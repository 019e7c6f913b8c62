"""A cluster that runs each pod's very command on this machine: a process in an empty folder and home.

Belongs here: a pod's life. Not here: what a pod is made of (`cluster`), or what is run in it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from uball_assets_tests.scale.kubernetes.cluster import Cluster

_LONGEST_S = 240.0


@dataclass
class LocalPods(Cluster):
    """`environment`: what the ConfigMap and the Secrets would put into every pod."""

    folder: Path = Path()
    environment: Mapping[str, str] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def create_namespaced_job(self, body: Any, namespace: str, **_: Any) -> None:
        super().create_namespaced_job(body, namespace)
        name = body.metadata.name
        (container,) = body.spec.template.spec.containers
        home = self.folder / name
        home.mkdir()
        given = {entry.name: entry.value for entry in container.env if entry.value}
        with (home / "log").open("wb") as log:
            self.processes[name] = subprocess.Popen(
                container.args,
                cwd=home,
                env={
                    "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
                    "HOME": str(home),
                    **given,
                    **self.environment,
                    "UBALL_HOME": str(home / ".uball"),
                },
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def read_namespaced_job_status(self, name: str, **of_kubernetes: Any) -> Any:
        if (process := self.processes.get(name)) is not None:
            code = process.poll()
            self.states[name] = {"active": 1} if code is None else {"failed" if code else "succeeded": 1}
        return super().read_namespaced_job_status(name, **of_kubernetes)

    def end_of(self, run_id: str) -> int:
        """Waits for a run's pod; its exit code."""
        return self.processes[f"dagster-run-{run_id}"].wait(_LONGEST_S)

    def take_back(self, run_id: str, how: signal.Signals) -> None:
        """Its node is taken back: SIGTERM; or lost: SIGKILL."""
        os.killpg(self.processes[f"dagster-run-{run_id}"].pid, how)
        self.end_of(run_id)

    def log(self, run_id: str) -> str:
        return (self.folder / f"dagster-run-{run_id}" / "log").read_text()[-3000:]

    def close(self) -> None:
        for process in self.processes.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def wait_for(what: str, holds: Callable[[], bool]) -> None:
    until_s = time.monotonic() + _LONGEST_S
    while not holds():
        assert time.monotonic() < until_s, f"waited in vain for {what}"
        time.sleep(0.02)
