"""A process that named itself is gone when it has ended, and in doubt it lives."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import pytest

from uball_assets.adapters.machine import worker
from uball_assets.adapters.machine.worker import Worker, _from_proc, _from_ps

ANOTHER_BOOT = "a-boot-of-another-time"
NO_PROCESS = 2**22 + 1
"""Beyond the largest number that Linux gives."""
linux = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"]) as process:
        yield process
        process.kill()


def bury(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def test_what_it_says_of_itself_comes_back_whole() -> None:
    this = Worker.this()
    assert this.pid == os.getpid()
    assert this.began
    assert Worker.from_words(this.words()) == this
    assert Worker.from_words({"pid": "7"}) == Worker(7)


def test_one_that_lives_is_not_gone_whatever_the_clock_said() -> None:
    assert not Worker.this().is_gone(named_at_s=time.time())
    assert not Worker.this().is_gone(named_at_s=0.0)


def test_another_python_under_its_number_is_not_it(sleeper: subprocess.Popen[bytes]) -> None:
    assert not Worker(sleeper.pid).is_gone(0.0), "who told the number alone is taken for it"
    assert replace(Worker.this(), pid=sleeper.pid).is_gone(time.time())


@linux
def test_nor_is_one_that_began_after_the_word_of_a_process_that_told_its_number_alone(
    sleeper: subprocess.Popen[bytes],
) -> None:
    assert not Worker(sleeper.pid).is_gone(time.time() - 30), "the clock may have been set a little"
    assert Worker(sleeper.pid).is_gone(time.time() - 90)


@linux
def test_one_of_a_boot_before_is_gone_though_its_number_is_at_work() -> None:
    before = replace(Worker.this(), boot=ANOTHER_BOOT)
    assert before.is_gone(named_at_s=worker._booted_at_s() - 1)


@linux
def test_one_that_named_itself_while_this_machine_was_up_in_another_boot_is_of_another_machine() -> None:
    assert not replace(Worker.this(), pid=NO_PROCESS, boot=ANOTHER_BOOT).is_gone(named_at_s=time.time())


@linux
def test_this_machine_s_boot_has_a_name_and_a_time() -> None:
    assert worker._boot()
    assert 0 < worker._booted_at_s() < time.time()


def test_one_that_nothing_shows_is_gone_unless_the_system_hides_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Worker(NO_PROCESS).is_gone(0.0)

    monkeypatch.setattr(os, "kill", Mock(side_effect=PermissionError))
    assert not Worker(NO_PROCESS).is_gone(0.0)


def test_a_system_without_proc_is_asked_in_one_language_and_zone(
    sleeper: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if not Path("/bin/ps").exists():
        pytest.skip("needs ps")
    monkeypatch.setattr(worker, "_PROC", tmp_path / "none")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    _, command, began = _from_ps(sleeper.pid)
    assert len(began.split()) == len(["Sun", "Nov", "29", "14:37:17", "2026"])
    monkeypatch.setenv("TZ", "America/New_York")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    assert _from_ps(sleeper.pid)[1:] == (command, began)
    named = Worker(sleeper.pid, began)
    assert not named.is_gone(time.time())
    bury(sleeper)
    assert named.is_gone(time.time())


@linux
@pytest.mark.skipif(not Path("/bin/ps").exists(), reason="needs both ways to ask")
def test_proc_and_ps_agree(sleeper: subprocess.Popen[bytes]) -> None:
    assert not Worker(sleeper.pid).is_gone(0.0)
    for look in (_from_proc, _from_ps):
        state, command, _ = look(sleeper.pid)
        assert state in ("R", "S", "D")
        assert "python" in command
    sleeper.kill()
    os.waitid(os.P_PID, sleeper.pid, os.WEXITED | os.WNOWAIT)
    assert _from_proc(sleeper.pid)[0] == _from_ps(sleeper.pid)[0] == "Z"
    assert Worker(sleeper.pid, _from_proc(sleeper.pid)[2], worker._boot()).is_gone(time.time())
    sleeper.wait()
    assert _from_proc(sleeper.pid) == _from_ps(sleeper.pid) == ("", "", "")
