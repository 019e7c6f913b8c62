"""Whether a process that named itself still lives on this machine, whoever's user it is of.

Its number alone does not tell: numbers are given anew, and another machine has the same. A process names
itself by when it began, too, and in which boot of its machine. In doubt it lives.

Belongs here: naming one, and looking for it. Not here: what follows (`automation.launcher`).
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_BOOT = "sys/kernel/random/boot_id"
_KNOWS_BOOT = hasattr(time, "CLOCK_BOOTTIME")
_CLOCK_S = 60.0


@dataclass(frozen=True)
class Worker:
    pid: int
    began: str = ""
    """As the system notes it, to be compared alone; empty where it told its number only."""
    boot: str = ""
    """Of its machine; empty where the system has no name for it (macOS)."""

    @classmethod
    def this(cls) -> Worker:
        pid = os.getpid()
        return cls(pid, _look(pid)[2], _boot())

    @classmethod
    def from_words(cls, words: Mapping[str, str]) -> Worker:
        """Of `words()`, or of the number alone; ValueError for what is none."""
        return cls(int(words["pid"]), words.get("began", ""), words.get("boot", ""))

    def words(self) -> dict[str, str]:
        return {"pid": str(self.pid), "began": self.began, "boot": self.boot}

    def is_gone(self, named_at_s: float) -> bool:
        """`named_at_s`: Unix seconds of when it named itself, 0 where that is not known. One of another
        machine is not gone."""
        if self.began and self.boot != _boot():
            return _booted_at_s() > named_at_s  # of this machine before it started anew, or of another
        state, command, began = _look(self.pid)
        if not state:
            return not _is_hidden(self.pid)
        if self.began:
            return state in "ZX" or began != self.began
        return state in "ZX" or "python" not in command.lower() or _is_younger(began, named_at_s)


def _look(pid: int) -> tuple[str, str, str]:
    """State, command line and when it began; all empty where no such process is to be seen. From /proc where
    there is one (Linux), else from `ps` (macOS)."""
    return _from_proc(pid) if (_PROC / "self/stat").exists() else _from_ps(pid)


def _from_proc(pid: int) -> tuple[str, str, str]:
    try:
        stat = (_PROC / str(pid) / "stat").read_text(errors="replace")
        command = (_PROC / str(pid) / "cmdline").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return "", "", ""
    told = stat.rpartition(") ")[2].split()  # proc(5): pid, name in brackets, state as the third
    return told[0], command, told[22 - 3]


def _from_ps(pid: int) -> tuple[str, str, str]:
    """Under one language and zone: what one process noted another compares."""
    listing = ["/bin/ps", "-o", "stat=,lstart=,command=", "-p", str(pid)]
    done = subprocess.run(  # noqa: S603 - a number
        listing, env={"LC_ALL": "C", "TZ": "UTC"}, capture_output=True, text=True, check=False
    )
    state, *began, command = done.stdout.split(maxsplit=6) or ("", "")
    return state[:1], command.strip(), " ".join(began)


def _is_hidden(pid: int) -> bool:
    """Whether it is there, and /proc does not show other users' (mounted with hidepid)."""
    with suppress(ProcessLookupError):
        try:
            os.kill(pid, 0)
        except PermissionError:
            return True
    return False


def _boot() -> str:
    try:
        return (_PROC / _BOOT).read_text().strip()
    except FileNotFoundError:
        return ""


def _booted_at_s() -> float:
    """When this machine started, Unix seconds by its clock of now; 0 where the system does not tell."""
    return time.time() - time.clock_gettime(time.CLOCK_BOOTTIME) if _KNOWS_BOOT else 0.0


def _is_younger(began: str, named_at_s: float) -> bool:
    """Whether it began after the word of the process it would be; `_CLOCK_S`, for clocks are set."""
    if not (_KNOWS_BOOT and began.isdigit() and named_at_s):
        return False
    began_at_s = _booted_at_s() + int(began) / os.sysconf("SC_CLK_TCK")
    return began_at_s > named_at_s + _CLOCK_S
