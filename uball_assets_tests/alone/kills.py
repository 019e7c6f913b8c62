"""Processes of a running platform, killed one at a time at moments that are drawn; whoever watches over it
(systemd, or a person) starts it again when it has ended.

Belongs here: which process, when, and the starting again. Not here: what comes to the league meanwhile
(`weeks`).
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from uball_assets_tests.daemon.platform import Platform, sessions

KINDS = {
    "daemon": ("dagster._daemon",),
    "webserver": ("dagster_webserver",),
    "code server": ("code-server",),
    "code": ("api", "grpc"),
    "worker": ("spawn_main",),
    "ffmpeg": ("ffmpeg",),
}
"""Words that stand in the command of each kind; the first kind that fits."""
PAUSE_S = (1.0, 20.0)
"""From one kill, or the start after it, to the next, drawn."""


@dataclass
class Watched:
    """A platform, and whoever watches over it."""

    platform: Platform
    killed: Counter[str] = field(default_factory=Counter)
    sessions: set[int] = field(default_factory=set)
    """Every session that a start has opened; a worker may outlive the one that started it."""

    def play_out(
        self, kills: int, chance: random.Random, is_over: Callable[[], bool], limit_s: float
    ) -> None:
        """Kills so many processes, starts the platform again whenever it ends, and returns once all kills are
        done and `is_over`; AssertionError with what the UI shows if that takes longer."""
        began_s = time.monotonic()
        next_s = began_s + chance.uniform(*PAUSE_S)
        while self.killed.total() < kills or not is_over():
            if time.monotonic() - began_s > limit_s:
                raise AssertionError(f"no rest within {limit_s:.0f} s\n{self.platform.ui.seen()}")
            if self.killed.total() < kills and time.monotonic() >= next_s:
                self._kill_one(chance)
                next_s = time.monotonic() + chance.uniform(*PAUSE_S)
            if self._keep_up():
                next_s = time.monotonic() + chance.uniform(*PAUSE_S)
            time.sleep(0.3)

    def end(self) -> None:
        self.platform.stop()
        for session_id in self.sessions:
            for pid in sessions().get(session_id, []):
                _kill(pid)

    def _keep_up(self) -> bool:
        """As systemd does: what ended is started again, and whether it was. `dagster dev` ends when one of
        its own is gone."""
        process = self.platform.process
        assert process is not None
        self.sessions.add(process.pid)
        if process.poll() is None:
            return False
        self.platform.start()
        return True

    def _kill_one(self, chance: random.Random) -> None:
        """One of the kind that was killed least often so far, so that none is spared."""
        by_kind: dict[str, list[int]] = {}
        for pid in self.platform.processes():
            if kind := _kind(pid):
                by_kind.setdefault(kind, []).append(pid)
        if by_kind:
            kind = min(sorted(by_kind), key=lambda kind: (self.killed[kind], chance.random()))
            self.killed[kind] += _kill(chance.choice(by_kind[kind]))


def _kill(pid: int) -> bool:
    """Whether it was still there."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _kind(pid: int) -> str:
    """'' for what is none of these, `dagster dev` itself among them."""
    with contextlib.suppress(OSError):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
        for kind, marks in KINDS.items():
            if all(any(mark in word for word in words) for mark in marks):
                return kind
    return ""
