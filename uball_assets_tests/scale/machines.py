"""Machines within this one: each has its own network, processes, /tmp/ray and shared memory, and none reaches
beyond the others.

A machine that is killed loses every process at once, as if its power was cut; one is frozen whole, and cut
off from the network whole. What they share, as machines share a bucket, is the disk.

Belongs here: Linux' namespaces. Not here: what runs on the machines.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

HUB = "10.77.0.1"
"""Where the tests themselves stand, and what they start."""
_NEW_NETWORK = 0x40000000
_LISTENS, _LOOPBACK = "0A", "0100007F"
"""As /proc/net/tcp writes them."""
_START_S = 10.0
_BOOT = """
# A name that is known: nobody is asked for it, and nobody would answer.
ip link set lo up
mkdir -p /tmp/ray && mount -t tmpfs tmpfs /tmp/ray
mount -t tmpfs -o size=256m tmpfs /dev/shm
hostname "$1"
echo "127.0.0.1 localhost $1" > hosts
mount --bind hosts /etc/hosts
mount --bind /dev/null /etc/resolv.conf
exec sleep infinity
"""


def may_be_made() -> bool:
    """Whether this user may make namespaces; asked in a process of its own."""
    asked = ["unshare", "--net", "--pid", "--mount", "--fork", "true"]
    return shutil.which("ip") is not None and not subprocess.run(asked, check=False).returncode


@contextmanager
def network() -> Iterator[None]:
    """This thread, and what it starts, stand in a network of their own, which nothing leaves."""
    libc = ctypes.CDLL(None, use_errno=True)
    with Path("/proc/thread-self/ns/net").open() as outer:
        if libc.unshare(_NEW_NETWORK):
            raise OSError(ctypes.get_errno(), "no network of its own is allowed here")
        try:
            _ip("link set lo up", "link add hub type bridge", f"addr add {HUB}/24 dev hub", "link set hub up")
            yield
        finally:
            libc.setns(outer.fileno(), _NEW_NETWORK)


@dataclass
class Machine:
    """Made within `network()`. `number`: the last of its address, from 2."""

    number: int
    folder: Path
    _holder: subprocess.Popen[bytes] | None = None
    _started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"10.77.0.{self.number}"

    def boot(self) -> None:
        """Runs, with nothing on it yet; once more after `kill`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        own = ["--net", "--pid", "--mount", "--uts", "--fork", "--kill-child", "--mount-proc"]
        words = ["unshare", *own, "sh", "-ec", _BOOT, "", f"node{self.number}"]
        self._holder = subprocess.Popen(words, cwd=self.folder)
        until_s = time.monotonic() + _START_S
        while self._is_booting():
            assert self._holder.poll() is None, "a machine cannot be made"
            assert time.monotonic() < until_s, "a machine does not boot"
            time.sleep(0.02)
        cable = f"node{self.number}"
        _ip(
            f"link add {cable} type veth peer name eth0 netns {self._first}",
            f"link set {cable} master hub up",
        )
        set_up = f"ip addr add {self.address}/24 dev eth0; ip link set eth0 up"
        self._within(["sh", "-ec", set_up], {}, None).wait()

    def start(self, words: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        """What it says goes to the end of `log` in the machine's folder."""
        with (self.folder / "log").open("ab") as log:
            return self._within(words, environment, log)

    def kill(self) -> None:
        """Nothing where it was never booted."""
        if self._holder is not None:
            self._holder.kill()
            self._holder.wait()
        for process in self._started:
            process.kill()  # nsenter stands still with what it started, once that was frozen
            process.wait()
        self._started.clear()

    def freeze(self) -> None:
        """Every process stands still, those too that others start meanwhile."""
        while moving := [pid for pid in self.processes() if _state(pid) not in "TZX"]:
            for pid in moving:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGSTOP)
            time.sleep(0.05)

    def thaw(self) -> None:
        for pid in self.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def cut_off(self) -> None:
        _ip(f"link set node{self.number} down")

    def connect(self) -> None:
        _ip(f"link set node{self.number} up")

    def processes(self) -> list[int]:
        """All but the one that keeps the machine."""
        own = _namespace(self._first) if self._first else ""
        folders = Path("/proc").glob("[0-9]*")
        return [
            int(one.name)
            for one in folders
            if own and _namespace(int(one.name)) == own and int(one.name) != self._first
        ]

    def listening(self) -> set[int]:
        """Ports that others might reach: all but those of loopback."""
        ports = set()
        for table in ("tcp", "tcp6"):
            for line in Path(f"/proc/{self._first}/net/{table}").read_text().splitlines()[1:]:
                address, port = line.split()[1].split(":")
                if line.split()[3] == _LISTENS and not address.endswith(_LOOPBACK):
                    ports.add(int(port, 16))
        return ports

    @property
    def _first(self) -> int:
        """Its first process, as this machine counts; 0 before there is one."""
        assert self._holder is not None
        children = Path(f"/proc/{self._holder.pid}/task/{self._holder.pid}/children")
        with suppress(OSError, IndexError):
            return int(children.read_text().split()[0])
        return 0

    def _is_booting(self) -> bool:
        with suppress(OSError):
            return not Path(f"/proc/{self._first}/cmdline").read_bytes().startswith(b"sleep")
        return True

    def _within(
        self, words: Sequence[str], environment: Mapping[str, str], log: IO[bytes] | None
    ) -> subprocess.Popen[bytes]:
        enter = ["nsenter", "-t", str(self._first), "--net", "--pid", "--mount", "--uts"]
        process = subprocess.Popen(
            [*enter, f"--wdns={self.folder}", "--", *words],
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        self._started.append(process)
        return process


def _ip(*commands: str) -> None:
    for command in commands:
        subprocess.run(["ip", *command.split()], check=True)  # noqa: S607 - the system's


def _namespace(pid: int) -> str:
    try:
        return str(Path(f"/proc/{pid}/ns/pid").readlink())
    except OSError:
        return ""


def _state(pid: int) -> str:
    """'X' where it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][:1]
    except OSError:
        return "X"
