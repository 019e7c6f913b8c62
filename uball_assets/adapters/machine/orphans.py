"""What a killed platform left running on a league's home, and nobody waits for: ffmpegs, and the servers of
`uball dev`.

Workers of a pool end with their parent, and a pipe that breaks ends other programs; ffmpeg writes a file to
its end, and the web server and the daemon of a `dagster dev` that was killed go on for ever. One is ended
only where its own words tell that it is this home's, and its parent is no Python any more.

Belongs here: finding and ending them. Not here: when it is looked (`automation.launcher`, `uball dev`).
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_PROGRAM = "ffmpeg"
_SERVERS = ("dagster_webserver", "dagster._daemon")
_OF_DEV = "--shutdown-pipe"
"""`dagster dev` alone starts its servers so: one that a service manager keeps is nobody's orphan."""
_PYTHONS = ("python", "ray::")
_GRACE_S = 5.0


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


def end_servers(home: Path) -> list[int]:
    """The ids of the servers that a killed `uball dev` of this home left. Call it with the home's dev.lock
    held: then no living one is at it. Nothing where there is no /proc, which tells whose home a process is
    at."""
    processes = {one.pid: one for one in _processes()}
    left = [
        one.pid
        for one in processes.values()
        if _OF_DEV in one.command
        and any(server in one.command for server in _SERVERS)
        and _has_home(one.pid, home)
        and not _waits(processes.get(one.parent))
    ]
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in left:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)
        until_s = time.monotonic() + _GRACE_S
        while time.monotonic() < until_s and {one.pid for one in _processes()} & set(left):
            time.sleep(0.05)
    return left


def _has_home(pid: int, home: Path) -> bool:
    try:
        told = (_PROC / str(pid) / "environ").read_bytes()
    except OSError:
        return False
    return f"UBALL_HOME={home}".encode() in told.split(b"\0")


def _is_of(process: Process, work_folder: Path) -> bool:
    words = process.command.replace("\0", " ").split(" ")[:2]  # the second: where it is a script around one
    is_ffmpeg = any(Path(word).name.startswith(_PROGRAM) for word in words)
    return is_ffmpeg and f"{work_folder}{os.sep}" in process.command


def _waits(parent: Process | None) -> bool:
    """Ours are started by Python alone, which Ray names otherwise. Where that is a container's first process
    nobody can tell: left alone."""
    return parent is not None and any(name in parent.command.lower() for name in _PYTHONS)


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
