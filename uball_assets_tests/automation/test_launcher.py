"""The watched launcher: a run whose process is gone is seen, a living one is left alone."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import dagster as dg
import pytest
import yaml
from dagster._core.events import EngineEventData
from dagster._core.instance.config import dagster_instance_config
from dagster._core.launcher import WorkerStatus
from dagster._core.remote_origin import (
    GrpcServerCodeLocationOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.storage.dagster_run import DagsterRunStatus
from dagster._grpc.client import DagsterGrpcClient

from uball_assets.adapters.machine.worker import Worker
from uball_assets.automation import launcher as module
from uball_assets.automation.launcher import WatchedRunLauncher

CHECKOUT = Path(__file__).parents[2]
NO_PROCESS = 2**22 + 1
"""Beyond the largest number that Linux gives."""


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


@pytest.fixture
def launcher(instance: dg.DagsterInstance) -> WatchedRunLauncher:
    launcher = WatchedRunLauncher()
    launcher.register_instance(instance)
    return launcher


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"]) as process:
        yield process
        process.kill()


def started_run(instance: dg.DagsterInstance, pid: int | None) -> dg.DagsterRun:
    run = instance.create_run_for_job(empty, status=DagsterRunStatus.STARTED)
    if pid is not None:
        instance.report_engine_event("Started process for run", run, EngineEventData.in_process(pid))
        instance.report_engine_event("an event that names no process", run)
    return run


@dg.job
def empty() -> None:
    pass


def test_a_run_with_a_living_process_is_left_alone(
    instance: dg.DagsterInstance, launcher: WatchedRunLauncher
) -> None:
    health = launcher.check_run_worker_health(started_run(instance, os.getpid()))
    assert health.status is WorkerStatus.RUNNING


def test_a_killed_process_that_nobody_buried_counts_as_gone(
    instance: dg.DagsterInstance, launcher: WatchedRunLauncher, sleeper: subprocess.Popen[bytes]
) -> None:
    run = started_run(instance, sleeper.pid)
    assert launcher.check_run_worker_health(run).status is WorkerStatus.RUNNING
    sleeper.kill()
    os.waitid(os.P_PID, sleeper.pid, os.WEXITED | os.WNOWAIT)  # dead, and still a zombie
    health = launcher.check_run_worker_health(run)
    assert health.status is WorkerStatus.FAILED
    assert str(sleeper.pid) in (health.msg or "")


def test_a_process_that_was_buried_is_gone(
    instance: dg.DagsterInstance, launcher: WatchedRunLauncher, sleeper: subprocess.Popen[bytes]
) -> None:
    sleeper.kill()
    sleeper.wait()
    assert launcher.check_run_worker_health(started_run(instance, sleeper.pid)).status is WorkerStatus.FAILED


@pytest.mark.skipif(not Path("/bin/sleep").exists(), reason="this machine has no sleep")
def test_another_program_with_the_same_number_is_not_the_run(
    instance: dg.DagsterInstance, launcher: WatchedRunLauncher
) -> None:
    with subprocess.Popen(["/bin/sleep", "3600"]) as process:
        health = launcher.check_run_worker_health(started_run(instance, process.pid))
        process.kill()
    assert health.status is WorkerStatus.FAILED


def test_another_run_under_the_number_of_a_dead_one_does_not_pass_for_it(
    instance: dg.DagsterInstance, launcher: WatchedRunLauncher
) -> None:
    """As after a restart of the machine, when every run is given a number that was another's before."""
    run = started_run(instance, os.getpid())
    dead = EngineEventData({**Worker.this().words(), "began": "1"})
    instance.report_engine_event("done by process", run, dead)
    instance.report_engine_event("Executing steps", run, EngineEventData.in_process(os.getpid()))
    assert launcher.check_run_worker_health(run).status is WorkerStatus.FAILED


def test_a_dead_run_waits_for_the_code_server_that_starts_it_again(
    instance: dg.DagsterInstance, launcher: WatchedRunLauncher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dagster asks that once to start it again: in vain while it is away, or not known to be back."""
    server = GrpcServerCodeLocationOrigin("localhost", socket="/nowhere", location_name="north")
    origin = RemoteJobOrigin(RemoteRepositoryOrigin(server, "__repository__"), "empty")
    run = instance.create_run_for_job(empty, status=DagsterRunStatus.STARTED, remote_job_origin=origin)
    instance.report_engine_event("Started process", run, EngineEventData.in_process(NO_PROCESS))
    away = launcher.check_run_worker_health(run)
    assert (away.status, away.msg) == (WorkerStatus.RUNNING, "it waits for its code server")

    clock = Mock(monotonic=Mock(side_effect=[100.0, 100.0, 119.0, 119.0, 120.0, 120.0, 121.0, 121.0]))
    monkeypatch.setattr(module, "time", clock)
    answers = Mock(side_effect=["first", "first", "first", "started anew"])
    monkeypatch.setattr(DagsterGrpcClient, "get_server_id", answers)
    seen = [launcher.check_run_worker_health(run).status for _ in range(4)]
    running, failed = WorkerStatus.RUNNING, WorkerStatus.FAILED
    assert seen == [running, running, failed, running]


def test_a_run_whose_process_has_not_reported_itself_is_left_alone(
    instance: dg.DagsterInstance, launcher: WatchedRunLauncher
) -> None:
    assert launcher.check_run_worker_health(started_run(instance, None)).status is WorkerStatus.RUNNING


def test_a_run_in_this_process_names_its_process(
    instance: dg.DagsterInstance, launcher: WatchedRunLauncher
) -> None:
    """So that the runs of a killed `make demo` are seen too."""

    @dg.op
    def look(context: dg.OpExecutionContext) -> None:
        assert launcher._worker(context.run)[0] == Worker(os.getpid())

    @dg.job
    def looking() -> None:
        look()

    assert looking.execute_in_process(instance=instance).success


def test_dagster_yaml_is_what_this_dagster_reads_and_names_this_launcher() -> None:
    given = yaml.safe_load((CHECKOUT / "dagster.yaml").read_text())
    config, _ = dagster_instance_config(str(CHECKOUT))
    assert config == given
    assert given["run_launcher"] == {
        "module": WatchedRunLauncher.__module__,
        "class": WatchedRunLauncher.__name__,
    }
