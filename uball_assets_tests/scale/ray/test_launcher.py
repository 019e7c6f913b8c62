"""The launcher's own decisions: what is handed over, when a run is lost, what a head that is away changes."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import dagster as dg
import pytest
from dagster._core.code_pointer import ModuleCodePointer
from dagster._core.errors import DagsterUserCodeUnreachableError
from dagster._core.launcher import LaunchRunContext, WorkerStatus
from dagster._core.origin import JobPythonOrigin, RepositoryPythonOrigin

from uball_assets.automation.nodes.lease import Lease
from uball_assets.automation.nodes.run_on_node import NODE_TAG

if TYPE_CHECKING:
    from uball_assets.automation.nodes.ray_launcher import LeasedRayLauncher

pytestmark = pytest.mark.scale

LEASE_S = 60.0


@dg.job
def empty() -> None: ...


class Head:
    """Ray's Jobs API, as its client has it."""

    def __init__(self) -> None:
        self.is_away = False
        self.jobs: list[dict[str, Any]] = []

    def submit_job(self, **job: Any) -> None:
        if self.is_away:
            raise ConnectionError("nobody answers")
        self.jobs.append(job)


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


@pytest.fixture
def head() -> Head:
    return Head()


@pytest.fixture
def launcher(instance: dg.DagsterInstance, head: Head) -> LeasedRayLauncher:
    from uball_assets.automation.nodes.ray_launcher import LeasedRayLauncher

    launcher = LeasedRayLauncher(LEASE_S, address="http://10.0.0.2:8265")
    launcher.register_instance(instance)
    launcher.__dict__["client"] = head
    return launcher


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr("uball_assets.automation.nodes.ray_launcher.time.monotonic", lambda: now[0])
    return now


def a_run(instance: dg.DagsterInstance, status: dg.DagsterRunStatus, **tags: str) -> dg.DagsterRun:
    pointer = ModuleCodePointer("uball_assets.definitions", "defs", None)
    origin = JobPythonOrigin("empty", RepositoryPythonOrigin("/opt/uball/bin/python", pointer))
    named = {name.replace("__", "/"): value for name, value in tags.items()}
    return instance.create_run_for_job(empty, status=status, tags=named, job_code_origin=origin)


def on_node(instance: dg.DagsterInstance) -> dg.DagsterRun:
    return a_run(instance, dg.DagsterRunStatus.STARTED, **{NODE_TAG.replace("/", "__"): "node3"})


def test_a_run_is_handed_over_with_its_id_and_nothing_of_the_instance(
    launcher: LeasedRayLauncher, instance: dg.DagsterInstance, head: Head
) -> None:
    run = a_run(instance, dg.DagsterRunStatus.STARTING)
    launcher.launch_run(LaunchRunContext(run, None))
    [job] = head.jobs
    python, _, program, lease_s, words = shlex.split(job["entrypoint"])
    assert (python, program) == ("/opt/uball/bin/python", "uball_assets.automation.nodes.run_on_node")
    assert float(lease_s) == LEASE_S
    assert run.run_id in words
    assert '"instance_ref": null' in words
    assert set(job["runtime_env"]["env_vars"]) == {"DAGSTER_RUN_JOB_NAME"}


def test_a_run_goes_back_into_the_queue_while_the_head_is_away(
    launcher: LeasedRayLauncher, instance: dg.DagsterInstance, head: Head
) -> None:
    head.is_away = True
    run = a_run(instance, dg.DagsterRunStatus.STARTING)
    with pytest.raises(DagsterUserCodeUnreachableError, match="nobody answers"):
        launcher.launch_run(LaunchRunContext(run, None))


def test_a_run_that_renews_is_never_lost_and_a_silent_one_is_once_its_lease_is_taken_away(
    launcher: LeasedRayLauncher, instance: dg.DagsterInstance, clock: list[float]
) -> None:
    run = on_node(instance)
    lease = Lease(instance, run.run_id)
    lease.claim("node3")
    told = []
    for number in range(20):
        clock[0] += 10.0
        if number < 10:
            assert lease.renew(f"node3 {number}")
        told.append(launcher.check_run_worker_health(run).status)
    assert told[:15] == [WorkerStatus.RUNNING] * 15
    assert told[16] is WorkerStatus.FAILED
    assert lease.word() is None


def test_a_run_that_ended_without_a_word_is_lost_too(
    launcher: LeasedRayLauncher, instance: dg.DagsterInstance, clock: list[float]
) -> None:
    run = on_node(instance)
    for _ in range(8):
        clock[0] += 10.0
        told = launcher.check_run_worker_health(run)
    assert told.status is WorkerStatus.FAILED
    assert "node3" in str(told.msg)


def test_a_run_that_no_node_does_is_left_alone(
    launcher: LeasedRayLauncher, instance: dg.DagsterInstance, clock: list[float]
) -> None:
    run = a_run(instance, dg.DagsterRunStatus.STARTED)
    for _ in range(20):
        clock[0] += 10.0
        assert launcher.check_run_worker_health(run).status is WorkerStatus.RUNNING


def test_a_run_that_nobody_holds_is_cancelled_at_once_and_one_at_work_is_told(
    launcher: LeasedRayLauncher, instance: dg.DagsterInstance, head: Head
) -> None:
    head.is_away = True
    waiting, working = a_run(instance, dg.DagsterRunStatus.STARTING), on_node(instance)
    Lease(instance, working.run_id).claim("node3")
    assert launcher.terminate(waiting.run_id)
    assert launcher.terminate(working.run_id)
    status = [run.status for one in (waiting, working) if (run := instance.get_run_by_id(one.run_id))]
    assert status == [dg.DagsterRunStatus.CANCELED, dg.DagsterRunStatus.CANCELING]
    assert not launcher.terminate(waiting.run_id)
