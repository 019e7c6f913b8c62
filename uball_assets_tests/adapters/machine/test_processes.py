"""Processes that were started with signals ignored, and those that they start."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import pytest

from uball_assets.adapters.machine.processes import signals_kept, stop
from uball_assets_tests.processes import AFRESH

IGNORING = "import signal; [signal.signal(each, signal.SIG_IGN) for each in (2, 15, 1)]; "
WAITING = "import signal; print('up', flush=True); signal.pause()"
IN_THE_BACKGROUND = """
import subprocess, sys
from click.testing import CliRunner
from uball_assets.cli import main
assert CliRunner().invoke(main, ["version"]).exit_code == 0
waits = "print('up', flush=True); import signal; signal.pause()"
child = subprocess.Popen([sys.executable, "-c", waits], stdout=subprocess.PIPE)
child.stdout.readline()
child.terminate()
print(child.wait(), flush=True)
signal.pause()
"""


@contextmanager
def started(*words: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def test_a_process_that_does_not_heed_is_ended_all_the_same() -> None:
    with started(sys.executable, "-c", IGNORING + WAITING) as process:
        assert said(process) == "up"
        stop(process, within_s=0.1)
        assert process.returncode == -signal.SIGKILL


def test_a_process_that_heeds_is_only_asked() -> None:
    with started(*AFRESH, sys.executable, "-c", WAITING) as process:
        assert said(process) == "up"
        stop(process, within_s=60)
        assert process.returncode == -signal.SIGTERM


def test_uball_started_in_the_background_can_be_ended_and_so_can_what_it_starts() -> None:
    with started(sys.executable, "-c", IGNORING + IN_THE_BACKGROUND) as uball:
        assert said(uball) == str(-signal.SIGTERM)
        uball.terminate()
        assert uball.wait() == -signal.SIGTERM


def test_a_run_of_dagster_leaves_this_process_s_signals_as_they_were() -> None:
    @dg.op
    def nothing() -> None: ...

    @dg.job
    def doing() -> None:
        nothing()

    asked_to_end = (signal.SIGINT, signal.SIGTERM)
    before = [signal.getsignal(each) for each in asked_to_end]
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        with signals_kept():
            assert doing.execute_in_process().success
            assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN, "Dagster has learned better"
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    finally:
        for each, handler in zip(asked_to_end, before, strict=True):
            signal.signal(each, handler)


RUNNING = """
import signal, sys
import dagster as dg
import pytest
from uball_assets.adapters.machine.processes import signals_kept

@dg.op
def waiting():
    print('up', flush=True)
    signal.pause()

@dg.job
def doing():
    waiting()

with signals_kept():
    assert not doing.execute_in_process(raise_on_error=False).success
print('went on', flush=True)
"""


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_who_asks_a_process_to_end_in_a_run_of_dagster_ends_the_process_too(asked: signal.Signals) -> None:
    with started(*AFRESH, sys.executable, "-c", RUNNING) as process:
        assert said(process) == "up"
        process.send_signal(asked)
        assert said(process) == "", "it went on"
        assert process.wait() == -asked


POOL = """
import os, signal
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from uball_assets.adapters.machine.processes import end_with_parent

if __name__ == "__main__":
    with ProcessPoolExecutor(1, get_context("spawn"), end_with_parent) as pool:
        print(pool.submit(os.getpid).result(), flush=True)
        signal.pause()
"""


def test_a_pool_s_workers_end_with_a_process_that_is_killed(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(POOL)
    with started(*AFRESH, sys.executable, str(program)) as process:
        assert int(said(process))
        process.kill()
        assert said(process) == "", "only once nobody holds the other end is there nothing more to read"
