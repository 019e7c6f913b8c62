"""One process holds a run's lease, and does nothing more once it may have lost it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import dagster as dg
import pytest

from uball_assets.automation.nodes.lease import Keeper, Lease
from uball_assets_tests.daemon.waiting import wait_for

LEASE_S = 1.5


@dg.job
def empty() -> None: ...


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.local_temp(str(tmp_path_factory.mktemp("instance"))) as instance:
        yield instance


@pytest.fixture
def lease(instance: dg.DagsterInstance) -> Lease:
    run = instance.create_run_for_job(empty, status=dg.DagsterRunStatus.STARTED)
    return Lease(instance, run.run_id)


@pytest.fixture
def holder(lease: Lease, tmp_path: Path) -> Iterator[multiprocessing.process.BaseProcess]:
    """Another process at work, which has renewed once."""
    process = multiprocessing.get_context("fork").Process(
        target=work_on, args=(lease.instance.root_directory, lease.run_id, tmp_path / "written")
    )
    process.start()
    try:
        wait_for("renewal", lambda: (lease.word() or "").endswith(" 1"), 10, poll_s=0.02)
        yield process
    finally:
        process.kill()
        process.join()


def work_on(folder: str, run_id: str, written: Path) -> NoReturn:
    """As a run that hangs on to its work whatever happens."""
    os.setsid()
    with dg.DagsterInstance.local_temp(folder) as instance, written.open("a") as file:
        lease = Lease(instance, run_id)
        assert lease.claim("a node")
        Keeper(lease, "a node", LEASE_S).start()
        while True:
            file.write("at work\n")
            file.flush()
            time.sleep(0.01)


def ended_by(holder: multiprocessing.process.BaseProcess) -> int | None:
    holder.join(30)
    return holder.exitcode


def test_a_lease_is_claimed_once_and_again_after_its_release(lease: Lease) -> None:
    assert lease.claim("one")
    assert not lease.claim("other")
    lease.release()
    assert lease.claim("other")
    assert Lease(lease.instance, "another run").claim("one")


def test_a_lease_is_taken_away_only_from_one_that_has_said_nothing_since(lease: Lease) -> None:
    lease.claim("one")
    seen = lease.word()
    assert lease.renew("one 1")
    assert not lease.take_away(seen)
    assert lease.take_away(lease.word())
    assert not lease.renew("one 2")
    assert lease.word() is None


def test_a_process_that_was_frozen_is_ended_before_it_does_anything_else(
    holder: multiprocessing.process.BaseProcess, tmp_path: Path
) -> None:
    assert holder.pid is not None
    os.kill(holder.pid, signal.SIGSTOP)
    time.sleep(0.05)
    before = (tmp_path / "written").stat().st_size
    time.sleep(LEASE_S)
    assert holder.is_alive()
    os.kill(holder.pid, signal.SIGCONT)
    assert ended_by(holder) == -signal.SIGALRM
    assert (tmp_path / "written").stat().st_size == before


def test_a_process_ends_when_its_lease_is_taken_away(
    holder: multiprocessing.process.BaseProcess, lease: Lease
) -> None:
    while not lease.take_away(lease.word()):
        pass
    assert ended_by(holder) == -signal.SIGKILL


def test_a_process_that_cannot_renew_ends_by_the_time_that_its_lease_is_over(
    holder: multiprocessing.process.BaseProcess, lease: Lease, tmp_path: Path
) -> None:
    storage = Path(lease.instance.root_directory) / "history"
    storage.rename(tmp_path / "away")
    began_s = time.monotonic()
    try:
        assert ended_by(holder) == -signal.SIGALRM
        assert time.monotonic() - began_s < LEASE_S
    finally:
        (tmp_path / "away").rename(storage)
