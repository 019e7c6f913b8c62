"""What a killed process left running: ffmpegs that write for a league's home, and that nobody waits for.

Workers of a pool end with their parent, and a pipe that breaks ends other programs; ffmpeg writes a file to
its end. One is ended only where its own command names the home's work folder and its parent is no Python any
more.

Belongs here: finding and ending them. Not here: when it is looked (`automation.launcher`, `uball dev`).
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_PROGRAM = "ffmpeg"


@dataclass(frozen=True)
class Process:
    pid: int
    parent: int
    command: str


def end_orphans(work_folder: Path) -> list[int]:
    """Their ids. Those of other users and other homes are left alone, and so are those somebody waits for."""
    processes = {one.pid: one for one in _processes()}
    ended = []
    for one in processes.values():
        if _is_of(one, work_folder) and not _waits(processes.get(one.parent)):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(one.pid, signal.SIGKILL)
                ended.append(one.pid)
    return ended


def _is_of(process: Process, work_folder: Path) -> bool:
    words = process.command.replace("\0", " ").split(" ")[:2]  # the second: where it is a script around one
    is_ffmpeg = any(Path(word).name.startswith(_PROGRAM) for word in words)
    return is_ffmpeg and f"{work_folder}{os.sep}" in process.command


def _waits(parent: Process | None) -> bool:
    """Ours are started by Python alone. Where that is a container's first process nobody can tell: left
    alone."""
    return parent is not None and "python" in parent.command.lower()


def _processes() -> Iterator[Process]:
    if not (_PROC / "self/stat").exists():
        yield from _from_ps()
        return
    for folder in _PROC.iterdir():
        if folder.name.isdigit():
            with suppress(OSError, ValueError, IndexError):
                stat = (folder / "stat").read_text(errors="replace").rpartition(") ")[2].split()
                command = (folder / "cmdline").read_text(errors="replace")
                if stat[0] not in ("Z", "X"):  # proc(5): state, parent
                    yield Process(int(folder.name), int(stat[1]), command)


def _from_ps() -> Iterator[Process]:
    """Where there is no /proc (macOS)."""
    listing = ["/bin/ps", "-axo", "pid=,ppid=,command="]
    for line in subprocess.run(listing, capture_output=True, text=True, check=False).stdout.splitlines():  # noqa: S603 - fixed words
        pid, parent, command = [*line.split(maxsplit=2), "", "", ""][:3]
        if pid.isdigit() and parent.isdigit():
            yield Process(int(pid), int(parent), command)
