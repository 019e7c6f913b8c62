"""One machine with several leagues, in a folder: users, folders and processes as `deploy/one-machine` says.

As root each league's processes are really its user's; else they are all one's own. Belongs here: setting it
up, processes. Not here: what is asked of them (`test_two_leagues`).
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from uball_assets_tests.daemon.platform import free_port, sessions
from uball_assets_tests.scale.one_machine.units import CHECKOUT, PROFILE, PROGRAMS, Service, service

IS_ROOT = os.getuid() == 0
_STOP_S = 20.0


@dataclass
class Machine:
    root: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="uball-")))
    """Short, for a socket's path has no more than a hundred letters."""
    port: int = field(default_factory=free_port)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def set_up(self, leagues: Sequence[str], shared: str, own: dict[str, str]) -> None:
        """As the README says. `shared`, and of each league `own`: further lines of their `env`."""
        self.root.chmod(0o755)
        etc = self.root / "etc"
        environment = {**os.environ, "ROOT": str(self.root)}
        subprocess.run([str(PROFILE / "install-files")], env=environment, check=True, capture_output=True)
        (etc / "uball/shared.env").write_text((PROFILE / "etc/shared.env").read_text() + shared)
        for league in leagues:
            words = [str(PROFILE / "add-league"), league]
            subprocess.run(words, env=environment, check=True, capture_output=True)
            with (etc / "uball/leagues" / league / "env").open("a") as lines:
                lines.write(f"\n{own[league]}\nUBALL_DAGSTER_URL={self.url}\n")
        made = ["systemd-tmpfiles", f"--root={self.root}", "--create", str(etc / "tmpfiles.d/uball.conf")]
        subprocess.run(made, check=IS_ROOT, capture_output=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, name: str) -> None:
        told = service(name, self.root, python_of_all())
        for folder, mode in told.folders.items():
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(mode)
            if IS_ROOT:
                os.chown(folder, *self.ids(told.user)[:2])
        words = [str(self.port) if word == "3000" else word for word in told.words]
        with (self.root / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                words,
                **self._as(told),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def ask(self, league: str, *words: str) -> subprocess.CompletedProcess[str]:
        """A command of `uball` as `in-league` runs it."""
        told = service(f"uball-serve@{league}", self.root, python_of_all())
        return self._said([*told.words[:-1], *words], told)  # without `serve`

    def may(self, league: str, code: str) -> str:
        """What a program of the league's user says; for what a league may do on this machine."""
        told = service(f"uball-league@{league}", self.root, python_of_all())
        done = self._said([python_of_all(), "-c", code], told)
        return done.stdout.strip() or done.stderr.strip().splitlines()[-1]

    def stop(self, name: str) -> None:
        """Its runs too, as systemd ends all of a service."""
        process = self.running.pop(name)
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_STOP_S)
        for pid in sessions().get(process.pid, []):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def health(self) -> subprocess.CompletedProcess[str]:
        """What `uball-health.service` says."""
        programs = self.root / "bin"
        programs.mkdir(exist_ok=True)
        for name, words in PROGRAMS.items():
            program = programs / name
            program.write_text(f'#!/bin/sh\nexec {shlex.join([python_of_all(), *words])} "$@"\n')
            program.chmod(0o755)
        told = service("uball-daemon", self.root, python_of_all())
        told.environment.update(BIN=str(programs), WEBSERVER=self.url)
        return self._said([str(PROFILE / "health")], told)

    def ids(self, user: str) -> tuple[int, int, list[int]]:
        """User, group, and the groups that it is in besides, as `add-league` made them."""
        users = [line.split(":") for line in (self.root / "etc/passwd").read_text().splitlines()]
        groups = [line.split(":") for line in (self.root / "etc/group").read_text().splitlines()]
        [(uid, gid)] = [(int(one[2]), int(one[3])) for one in users if one[0] == user]
        return uid, gid, [int(one[2]) for one in groups if user in one[3].split(",")]

    def _said(self, words: Sequence[str], told: Service) -> subprocess.CompletedProcess[str]:
        done: subprocess.CompletedProcess[str] = subprocess.run(
            words, **self._as(told), capture_output=True, text=True, check=False
        )
        return done

    def _as(self, told: Service) -> dict[str, Any]:
        libraries = [path for path in sys.path if "site-packages" in path]
        environment = {
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": os.pathsep.join([str(CHECKOUT), *libraries]),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": "/nonexistent",
            **told.environment,
        }
        who: dict[str, Any] = {}
        if IS_ROOT:
            uid, gid, others = self.ids(told.user)
            who = {"user": uid, "group": gid, "extra_groups": others}
        return {"env": environment, "cwd": "/", "umask": told.umask, **who}

    def log(self) -> str:
        logs = sorted(self.root.glob("*.log"))
        return "\n".join(f"== {log.stem}\n{log.read_text(errors='replace')[-2000:]}" for log in logs)

    def close(self) -> None:
        for name in [*self.running]:
            self.stop(name)
        shutil.rmtree(self.root, ignore_errors=True)


def python_of_all() -> str:
    """One that every user may run: this one, or the system's of the same version."""
    here = Path(sys.executable).resolve()
    if not IS_ROOT or all(folder.stat().st_mode & 0o001 for folder in here.parents):
        return sys.executable
    same = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return shutil.which(same, path="/usr/bin:/usr/local/bin") or ""
