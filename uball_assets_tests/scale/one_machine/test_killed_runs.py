"""Runs of a league's own user that are frozen or killed, under a daemon of another's: a living one is left
alone, a dead one is ended and started again once.

The tests stand in the order of what they do to the machine; each brings a game of its own.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from uball_assets_tests.daemon.platform import sessions
from uball_assets_tests.daemon.ui import Run
from uball_assets_tests.daemon.waiting import wait_for
from uball_assets_tests.scale.one_machine.at_work import (
    DAGSTER,
    LEAGUES,
    SERVERS,
    are_loaded,
    bring,
    needs_the_machine,
    of_league,
    seen,
    set_up,
    ui,
)
from uball_assets_tests.scale.one_machine.machine import IS_ROOT, Machine

if TYPE_CHECKING:
    from uball_assets_tests.scale.postgres_server import PostgresServer

pytestmark = [
    *needs_the_machine,
    pytest.mark.skipif(not IS_ROOT, reason="root alone can be several users: run this as root"),
]
SERVER = "uball-league@south"
ASSETS = ("raw_videos", "plays", "clips/FAR_LEFT", "clips/NEAR_RIGHT", "training_examples")
GAMES = ("frozen", "killed", "orphaned", "asked-for-meanwhile", "all-killed")
AGAIN_IN_S = "UBALL_ATTEMPT_BACKOFF_S=1"
LAST_PID = Path("/proc/sys/kernel/ns_last_pid")


@pytest.fixture(scope="module")
def machine(postgres: PostgresServer) -> Iterator[Machine]:
    """With PostgreSQL: who is frozen while it writes into SQLite's files stops everybody."""
    machine = Machine()
    try:
        shared = f"\nUBALL_INSTANCE_URL={postgres.create('killed')}\n"
        set_up(machine, shared, dict.fromkeys(LEAGUES, AGAIN_IN_S))
        bring(machine, "south", *GAMES)
        yield machine
    finally:
        machine.close()


def runs_of(machine: Machine, game: str) -> list[Run]:
    """Oldest first."""
    return ui(machine).runs(dagster__partition=game)[::-1]


def caught(machine: Machine, game: str) -> tuple[Run, int]:
    """A run of the game, at work, and its process, which stands still from now on."""
    ui(machine).backfill(of_league("south", ASSETS), [game])

    def at_work() -> tuple[Run, int] | None:
        for run in runs_of(machine, game):
            if run.status == "STARTED" and has_named_itself(machine, run):
                pid = ui(machine).worker_pid(run.run_id)
                os.kill(pid, signal.SIGSTOP)
                return run, pid
        return None

    run, pid = wait_for(f"a run of {game}", at_work, 60.0, lambda: seen(machine), poll_s=0.05)
    assert ui(machine).run(run.run_id).status == "STARTED"
    owner = Path(f"/proc/{pid}").stat().st_uid
    assert owner == machine.ids("uball-south")[0] != machine.ids("uball")[0]
    return run, pid


def has_named_itself(machine: Machine, run: Run) -> bool:
    told = ui(machine).events(run.run_id, "EngineEvent")
    return any(each["label"] == "began" for event in told for each in event["metadataEntries"])


def looked_at(machine: Machine, run: Run, times: int) -> None:
    """Waits until the daemon has looked after the run so often from now on."""
    log = machine.root / "uball-daemon.log"
    words = f"Checking run {run.run_id}"
    before = log.read_text().count(words)
    wait_for("looks of the daemon", lambda: log.read_text().count(words) >= before + times, 60.0)


def ended(machine: Machine, game: str, *statuses: str) -> list[Run]:
    """All runs of the game there are at the end, one after the other."""

    def all_over() -> bool:
        runs = runs_of(machine, game)
        return len(runs) >= len(statuses) and all(run.is_over for run in runs)

    wait_for(f"end of {game}", all_over, 50.0, lambda: seen(machine))
    runs = runs_of(machine, game)
    assert [run.status for run in runs] == list(statuses), seen(machine)
    return runs


def said(machine: Machine, run: Run) -> str:
    events = ui(machine).events(run.run_id, "RunFailureEvent")
    assert len(events) == 1
    return str(events[0]["message"])


def kill(machine: Machine, *services: str) -> None:
    """With all that they started, as systemd and a machine without power do."""
    for name in services:
        process = machine.running.pop(name)
        for pid in sessions().get(process.pid, []):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()


def test_a_run_that_stands_still_is_left_alone_and_goes_on(machine: Machine) -> None:
    run, pid = caught(machine, "frozen")
    looked_at(machine, run, times=3)
    assert ui(machine).run(run.run_id).status == "STARTED"
    os.kill(pid, signal.SIGCONT)
    ended(machine, "frozen", "SUCCESS")


def test_a_killed_run_is_ended_and_started_again_once(machine: Machine) -> None:
    _, pid = caught(machine, "killed")
    os.kill(pid, signal.SIGKILL)
    first, second = ended(machine, "killed", "FAILURE", "SUCCESS")
    assert second.tags["dagster/parent_run_id"] == first.run_id


def test_a_run_killed_with_its_code_server_is_started_again_when_that_is_back(machine: Machine) -> None:
    run, pid = caught(machine, "orphaned")
    kill(machine, SERVER)
    looked_at(machine, run, times=2)
    assert ui(machine).run(run.run_id).status == "STARTED", "nobody could start it again"
    machine.start(SERVER)
    first, _ = ended(machine, "orphaned", "FAILURE", "SUCCESS")
    assert f"its process {pid} is gone" in said(machine, first)


def test_a_run_that_is_queued_while_its_code_server_is_away_waits_for_it(machine: Machine) -> None:
    kill(machine, SERVER)
    ui(machine).backfill(of_league("south", ASSETS), ["asked-for-meanwhile"])
    time.sleep(30.0)
    machine.start(SERVER)
    ended(machine, "asked-for-meanwhile", "SUCCESS")


def test_after_all_was_killed_a_run_is_started_again_though_its_number_is_another_s_now(
    machine: Machine,
) -> None:
    run, pid = caught(machine, "all-killed")
    kill(machine, *DAGSTER, *SERVERS)
    with under_number(pid) as another:
        try:
            for name in (*DAGSTER, *SERVERS):
                machine.start(name)
            wait_for("both leagues in the UI", lambda: are_loaded(machine), 60.0, machine.log)
            first, _ = ended(machine, "all-killed", "FAILURE", "SUCCESS")
            assert another.poll() is None
        finally:
            another.kill()
    assert first.run_id == run.run_id
    assert f"its process {pid} is gone" in said(machine, first)


def under_number(pid: int) -> subprocess.Popen[bytes]:
    """Another Python under this number, as soon as the system has buried who had it."""

    def given() -> subprocess.Popen[bytes] | None:
        LAST_PID.write_text(str(pid - 1))
        process = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
        if process.pid == pid:
            return process
        process.kill()
        process.wait()
        return None

    return wait_for(f"a process under the number {pid}", given, 30.0, poll_s=0.05)


def test_a_daemon_that_is_not_shown_other_users_processes_takes_none_for_dead(machine: Machine) -> None:
    """/proc mounted with hidepid=2, as some hardening guides have it."""
    pid = machine.running[SERVER].pid
    uid, gid, _ = machine.ids("uball")
    look = (
        "import os, pathlib; from uball_assets.adapters.machine.worker import Worker; "
        f"os.setgroups([]); os.setgid({gid}); os.setuid({uid}); "
        f"print(pathlib.Path('/proc/{pid}').exists(), Worker({pid}).is_gone(0.0))"
    )
    hidden = 'mount -t proc -o hidepid=2 proc /proc && exec "$0" -c "$1"'
    words = ["unshare", "--mount", "sh", "-c", hidden, sys.executable, look]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["False", "False"], done.stderr
