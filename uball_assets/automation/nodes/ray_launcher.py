"""Runs spread over the nodes of a Ray cluster, and no verdict on one that may still be at work.

What `dagster_ray.RayRunLauncher` lacks is mended here, over its own hooks:
- Its verdict is the head's word. While the head is away there is none, and afterwards the head says of runs
  that go on that they do not exist, so that each is started again beside itself. Here the verdict is the
  run's lease, which asks no head: `lease`.
- A run that is handed over while the head is away fails. Here it goes back into the queue.
- What it hands over holds the instance's settings. Here a node has its own, and its own secrets.

Belongs here: handing runs over, and when one is lost. Not here: the run's own process (`run_on_node`).
"""

from __future__ import annotations

import functools
import secrets
import shlex
import sys
import time
from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster._core.errors import DagsterUserCodeUnreachableError
from dagster._core.launcher import CheckRunHealthResult, LaunchRunContext, WorkerStatus
from dagster._grpc.types import ExecuteRunArgs
from dagster._serdes import ConfigurableClassData
from dagster_ray import RayRunLauncher
from dagster_shared.serdes import serialize_value

from uball_assets.automation.nodes.lease import Lease
from uball_assets.automation.nodes.run_on_node import NODE_TAG
from uball_assets.domain.operating.silence import Silences

_PROGRAM = "uball_assets.automation.nodes.run_on_node"


class LeasedRayLauncher(RayRunLauncher):  # type: ignore[misc]  # dagster_ray is an extra
    """`ray:` is configured as dagster_ray's. `lease_s`: a run whose process has said nothing for so long is
    lost, and that process has ended itself before."""

    def __init__(self, lease_s: float = 60.0, **ray: Any) -> None:
        super().__init__(**ray)
        self._lease_s = lease_s
        self._silences = Silences()

    @classmethod
    def config_type(cls) -> Any:
        lease_s = dg.Field(float, default_value=60.0)
        return {**super().config_type(), "lease_s": lease_s}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> LeasedRayLauncher:
        return cls(config_value["lease_s"], inst_data=inst_data, **config_value["ray"])

    @functools.cached_property
    def client(self) -> Any:
        from uball_assets.automation.nodes.ray_jobs import PatientJobs

        return PatientJobs(self.address, metadata=self.metadata, headers=self.headers, cookies=self.cookies)

    @property
    def supports_resume_run(self) -> bool:
        """A run is repeated from its failed step on, as on one machine: `executor`."""
        return False

    @property
    def supports_run_worker_crash_recovery(self) -> bool:
        return False

    def launch_run(self, context: LaunchRunContext) -> None:
        """Raises DagsterUserCodeUnreachableError where nobody took the run: Dagster queues it again."""
        run = context.dagster_run
        try:
            self._hand_over(run)
        except Exception as error:
            raise DagsterUserCodeUnreachableError(f"Ray's head did not take the run: {error}") from error

    def _hand_over(self, run: dg.DagsterRun) -> None:
        origin = run.job_code_origin
        if origin is None:
            raise dg.DagsterInvariantViolationError(f"run {run.run_id} has no code to run")
        python = origin.repository_origin.executable_path or sys.executable
        words = serialize_value(
            ExecuteRunArgs(
                job_origin=origin, run_id=run.run_id, instance_ref=None, set_exit_code_on_failure=True
            )
        )
        program = shlex.join([python, "-m", _PROGRAM, str(self._lease_s), words])
        # Named anew each time: where the answer was lost the run may be at work already, and the second
        # process finds its lease taken.
        self._launch_ray_job(f"dagster-run-{run.run_id}-{secrets.token_hex(4)}", program, run)

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """RUNNING for a run that no node does (`uball import`, on the machine of whoever asked)."""
        if NODE_TAG not in run.tags:
            return CheckRunHealthResult(WorkerStatus.RUNNING, "it is done on no node")
        lease = Lease(self._instance, run.run_id)
        word = lease.word()
        silent_s = self._silences.silent_s(run.run_id, word, time.monotonic())
        if silent_s <= self._lease_s or not lease.take_away(word):
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        lost = f"its process on {run.tags[NODE_TAG]} has said nothing for {silent_s:.0f} s"
        return CheckRunHealthResult(WorkerStatus.FAILED, lost)

    def terminate(self, run_id: str) -> bool:
        """Whether the run will end: a process that does it sees by itself that it is to, head or no head."""
        run = self._instance.get_run_by_id(run_id)
        if run is None or run.is_finished:
            return False
        self._instance.report_run_canceling(run)
        if Lease(self._instance, run_id).word() is None and run.status is not dg.DagsterRunStatus.STARTED:
            self._instance.report_run_canceled(run)
        return True
