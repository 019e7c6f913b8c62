"""This machine once more, under a systemd of its own: its files below an overlay in memory, no unit.

It has no network but its own loopback. Its /opt/uball is this checkout, with a Python for every user.
Belongs here: booting, cutting the power, commands. Not here: what is set up in it (`test_under_systemd`).
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from importlib import util
from pathlib import Path

from uball_assets_tests.scale.one_machine.machine import python_of_all
from uball_assets_tests.scale.one_machine.units import CHECKOUT, PROGRAMS

_START_S = 60.0
_PROGRAM = """#!/bin/sh
PYTHONPATH=/opt/uball:/opt/libraries PYTHONDONTWRITEBYTECODE=1 exec {python} {words} "$@"
"""


@dataclass
class Booted:
    folder: Path
    _nspawn: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        _do("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", self.folder)
        for name in ("upper", "work", "root", "units"):
            (self.folder / name).mkdir()
        programs = self.folder / "upper/opt/uball/.venv/bin"
        programs.mkdir(parents=True)
        for name, words in PROGRAMS.items():
            quoted = " ".join(f"'{word}'" for word in words)
            (programs / name).write_text(_PROGRAM.format(python=python_of_all(), words=quoted))
            (programs / name).chmod(0o755)
        layers = f"lowerdir=/,upperdir={self.folder / 'upper'},workdir={self.folder / 'work'}"
        _do("mount", "-t", "overlay", "-o", layers, "overlay", self.root)

    @property
    def root(self) -> Path:
        return self.folder / "root"

    def boot(self) -> None:
        libraries = util.find_spec("dagster")
        assert libraries
        assert libraries.origin
        seen = {
            **{CHECKOUT / name: f"/opt/uball/{name}" for name in ("uball_assets", "deploy", "supabase")},
            Path(libraries.origin).parents[1]: "/opt/libraries",
        }
        words = [
            *("systemd-nspawn", "--quiet", "--boot", f"--directory={self.root}", "--machine=uball-test"),
            *("--private-network", "--register=no", "--keep-unit", "--link-journal=no"),
            *(f"--bind-ro={here}:{there}" for here, there in seen.items()),
            f"--bind={self.folder / 'units'}:/etc/systemd/system",
        ]
        with (self.folder / "console").open("ab") as console:
            self._nspawn = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=console, stderr=console, start_new_session=True
            )
        until = time.monotonic() + _START_S
        while time.monotonic() < until:
            if self._init() and self.run("systemctl is-system-running --wait").stdout.strip() == "running":
                return
            time.sleep(0.5)
        raise AssertionError((self.folder / "console").read_text(errors="replace")[-3000:])

    def run(self, script: str) -> subprocess.CompletedProcess[str]:
        """By a shell of its root."""
        enter = ["nsenter", f"--target={self._init()}", "--all", "--root", "--wd"]
        clean = ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "EDITOR=true"]
        return subprocess.run(
            [*enter, *clean, "sh", "-ec", script], capture_output=True, text=True, check=False, timeout=180
        )

    def cut_the_power(self) -> None:
        os.kill(self._init(), signal.SIGKILL)
        assert self._nspawn
        self._nspawn.wait(60)

    def close(self) -> None:
        if self._nspawn and self._nspawn.poll() is None:
            self.cut_the_power()
        _do("umount", self.root, self.folder)

    def _init(self) -> int:
        """Its first process, as this machine counts; 0 where there is none yet."""
        assert self._nspawn
        children = Path(f"/proc/{self._nspawn.pid}/task/{self._nspawn.pid}/children").read_text().split()
        return int(children[0]) if children else 0


def _do(*words: str | Path) -> None:
    subprocess.run([*map(str, words)], check=True)


def why_not() -> str:
    """What is missing to boot one; empty where nothing is."""
    if os.getuid():
        return "a machine is booted by root alone: sudo .venv/bin/pytest -m scale …"
    if not all(shutil.which(name) for name in ("systemd-nspawn", "dbus-daemon", "nsenter")):
        return "no systemd to boot: apt-get install systemd-container systemd dbus"
    return "" if python_of_all() else "no Python that every user may run: apt-get install python3"
