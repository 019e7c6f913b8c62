"""Who else is at work in a home: what a demo waits for, and what it need not wait for."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import dagster as dg
import pytest
from dagster import DagsterRunStatus
from dagster._daemon.types import DaemonHeartbeat

from uball_assets.automation.instance import runs_of_others
from uball_assets.automation.launcher import PID_TAG, WatchedRunLauncher

NO_PROCESS = 2**22 + 1
"""Beyond the largest id that Linux gives."""


@dg.job
def empty() -> None: ...


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    launcher = {"module": WatchedRunLauncher.__module__, "class": WatchedRunLauncher.__name__}
    with dg.instance_for_test(overrides={"run_launcher": launcher}) as instance:
        yield instance


def a_run(instance: dg.DagsterInstance, status: DagsterRunStatus, pid: int) -> str:
    return instance.create_run_for_job(empty, status=status, tags={PID_TAG: str(pid)}).run_id


def waited_for(instance: dg.DagsterInstance) -> list[str]:
    return [run.run_id for run in runs_of_others(instance)]


def test_a_run_that_goes_on_is_waited_for(instance: dg.DagsterInstance) -> None:
    going = a_run(instance, DagsterRunStatus.STARTED, os.getpid())
    a_run(instance, DagsterRunStatus.SUCCESS, os.getpid())
    assert waited_for(instance) == [going]


def test_a_run_whose_process_is_gone_is_failed_and_not_waited_for(instance: dg.DagsterInstance) -> None:
    dead = a_run(instance, DagsterRunStatus.STARTED, NO_PROCESS)
    assert waited_for(instance) == []
    run = instance.get_run_by_id(dead)
    assert run
    assert run.status is DagsterRunStatus.FAILURE


def test_a_run_that_waits_itself_is_waited_for_only_where_a_daemon_lives(
    instance: dg.DagsterInstance,
) -> None:
    waiting = a_run(instance, DagsterRunStatus.NOT_STARTED, os.getpid())
    assert waited_for(instance) == []
    instance.add_daemon_heartbeat(DaemonHeartbeat(time.time(), "QUEUED_RUN_COORDINATOR", "d1", []))
    assert waited_for(instance) == [waiting]
