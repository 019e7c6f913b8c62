"""The real platform in a folder of its own: `uball dev` or a plain `dagster dev`, as a person starts it.

Belongs here: processes. Not here: what is asked of it (`ui`) or what lies in it (`season`).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from uball_assets_tests.daemon.ui import Ui
from uball_assets_tests.daemon.waiting import wait_for

CHECKOUT = Path(__file__).parents[2]
_START_S, _STOP_S = 60.0, 20.0


@dataclass
class Platform:
    """One project folder with its own dagster.yaml, instance and data; nothing is written outside it."""

    folder: Path
    settings: Mapping[str, str]
    """`UBALL_*` variables."""
    is_plain: bool = False
    """Dagster's own command, in the checkout."""
    port: int = field(default_factory=lambda: free_port())
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in ("dagster.yaml", "workspace.yaml"):
            shutil.copy(CHECKOUT / name, self.folder / name)

    @property
    def home(self) -> Path:
        return self.folder / ".uball"

    @property
    def ui(self) -> Ui:
        return Ui(f"http://127.0.0.1:{self.port}")

    def start(self) -> None:
        """Returns when GraphQL answers with the code location loaded."""
        plain = ["-m", "dagster", "dev", "-w", "workspace.yaml", "-h", "127.0.0.1", "-p", str(self.port)]
        ours = ["-c", "from uball_assets.cli import main; main()", "dev", "--port", str(self.port)]
        with (self.folder / "dagster.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *(plain if self.is_plain else ours)],
                cwd=self.folder,
                env=self._environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_for("answer from GraphQL", self._answers, _START_S, self.log_tail)

    def _environment(self) -> dict[str, str]:
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("UBALL_")},
            **self.settings,
            "DAGSTER_HOME": str(self.folder),
            "DAGSTER_DISABLE_TELEMETRY": "1",
        }

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, f"dagster dev ended:\n{self.log_tail()}"
        return self.ui.is_loaded()

    def kill(self) -> None:
        """As if the machine lost power: every process at once, none may say goodbye."""
        wait_for("end of every process", lambda: not self._killed(), _STOP_S, poll_s=0.1)
        if self.process is not None:
            self.process.wait(_STOP_S)

    def stop(self) -> None:
        """Asks `dagster dev` to end, as Ctrl-C does, then ends whatever is left."""
        if self.process is not None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(_STOP_S)
        self.kill()

    def _killed(self) -> list[int]:
        found = self.processes()
        for pid in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return found

    def processes(self) -> list[int]:
        """Living processes of the session that `start` opened, run workers included."""
        return sessions().get(self.process.pid, []) if self.process else []

    def log_tail(self) -> str:
        return (self.folder / "dagster.log").read_text(errors="replace")[-4000:]


def sessions() -> dict[int, list[int]]:
    """Process ids by session id; the dead that nobody has collected do not count."""
    found: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # After the last bracket of the command's name: state, parent, group, session.
            state, _, _, session = stat.read_text().rpartition(")")[2].split()[:4]
            if state not in "ZX":
                found.setdefault(int(session), []).append(int(stat.parent.name))
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
