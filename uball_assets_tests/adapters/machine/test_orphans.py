"""An ffmpeg that a killed process left is ended; one that somebody waits for, or of another home, is not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from uball_assets.adapters.machine.orphans import (
    _from_ps,
    _is_of,
    _processes,
    end_orphans,
    end_servers,
)
from uball_assets.adapters.machine.worker import Worker

STARTS = """
import subprocess, sys, time
child = subprocess.Popen([sys.argv[1], "600", sys.argv[2]])
print(child.pid, flush=True)
time.sleep(600)
"""
"""Starts what goes on by itself, tells its id, and waits."""


@pytest.fixture
def ffmpeg(tmp_path: Path) -> Path:
    """A program of that name that takes its time; what it is told behind the seconds it passes over."""
    program = tmp_path / "bin" / "ffmpeg-linux"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nsleep 600\n")
    program.chmod(0o755)
    return program


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return tmp_path / "home/cache/work"


@pytest.fixture
def started(ffmpeg: Path, work: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A living parent, and its child that writes into the home."""
    words = [sys.executable, "-c", STARTS, sys.executable, str(work / "clip.mp4")]
    words[3] = str(ffmpeg)
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        yield parent, child
        parent.kill()
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


STARTS_SERVER = """
import os, subprocess, sys, time
words = [sys.executable, "-c", "import time; time.sleep(600)", *sys.argv[2:]]
child = subprocess.Popen(words, env={**os.environ, "UBALL_HOME": sys.argv[1]})
print(child.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize(
    ("words", "home", "is_ended"),
    [
        (["dagster_webserver", "--shutdown-pipe", "5"], "home", True),
        (["dagster._daemon", "run", "--shutdown-pipe", "7"], "home", True),
        (["dagster._daemon", "run"], "home", False),
        (["dagster_webserver", "--shutdown-pipe", "5"], "another", False),
        (["something", "--shutdown-pipe", "5"], "home", False),
    ],
    ids=["web server", "daemon", "a service manager's daemon", "another home's", "another program"],
)
def test_the_servers_that_a_killed_ui_of_this_home_left_are_ended_and_no_others(
    tmp_path: Path, words: list[str], home: str, *, is_ended: bool
) -> None:
    starts = [sys.executable, "-c", STARTS_SERVER, str(tmp_path / home), *words]
    with subprocess.Popen(starts, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        try:
            assert end_servers(tmp_path / "home") == []
            parent.kill()
            parent.wait()
            if adopted_by_python(child):
                pytest.skip("this machine's first process is Python: nobody can tell")
            assert end_servers(tmp_path / "home") == ([child] if is_ended else [])
            assert lives(child) is not is_ended
        finally:
            parent.kill()
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)


def lives(pid: int) -> bool:
    return any(one.pid == pid for one in _processes())


def test_what_somebody_waits_for_is_left_and_what_a_killed_one_left_is_ended(
    started: tuple[subprocess.Popen[str], int], work: Path
) -> None:
    parent, child = started
    assert end_orphans(work) == []
    parent.kill()
    parent.wait()
    assert end_orphans(work.parent / "work2") == []
    assert lives(child)
    if adopted_by_python(child):
        pytest.skip("this machine's first process is Python: nobody can tell")
    assert end_orphans(work) == [child]
    until_s = time.monotonic() + 5
    while lives(child) and time.monotonic() < until_s:
        time.sleep(0.01)
    assert not lives(child)


def test_a_process_of_rays_waits_for_its_own_under_another_name(ffmpeg: Path, work: Path) -> None:
    words = ["ray::CuttingNode.cut", "-c", STARTS, str(ffmpeg), str(work / "clip.mp4")]
    with subprocess.Popen(words, executable=sys.executable, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        try:
            assert end_orphans(work) == []
        finally:
            parent.kill()
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)


def adopted_by_python(pid: int) -> bool:
    return any(one.pid == pid and not Worker(one.parent).is_gone(0.0) for one in _processes())


def test_ps_tells_the_same_where_there_is_no_proc(
    started: tuple[subprocess.Popen[str], int], work: Path
) -> None:
    _, child = started
    if not Path("/bin/ps").exists():
        pytest.skip("no ps here")
    (found,) = [one for one in _from_ps() if one.pid == child]
    assert found.parent == started[0].pid
    assert _is_of(found, work) or found.command.startswith("/bin/sh")
