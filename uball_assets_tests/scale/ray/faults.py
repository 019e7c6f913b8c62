"""What happens to the machines of a cluster while a run is at work on them, and what must come of it.

Belongs here: one fault at a time, from the moment that it hits to the moment that the league has got over it.
Not here: whether the league ends as it should (`test_season`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from uball_assets_tests.daemon.ui import Run
from uball_assets_tests.daemon.waiting import wait_for
from uball_assets_tests.scale.machines import Machine
from uball_assets_tests.scale.ray.cluster import Cluster

_SOON_S, _LATER_S = 60.0, 240.0
_FOUND_S = 90.0
_Answer = TypeVar("_Answer")
NODE_TAG = "uball/node"


@dataclass
class Faults:
    cluster: Cluster
    told: list[str] = field(default_factory=list)
    """What happened, and how long it took until it was noticed."""

    def node_killed(self, job: str) -> None:
        """Its power is cut, and comes back once the run is at work elsewhere."""
        run, node = self._at_work(job)
        began_s = time.monotonic()
        node.kill()
        self._is_lost(run, f"node killed under {job}", began_s)
        self.cluster.boot(node)

    def node_frozen(self, job: str) -> None:
        """It stands still, and goes on once the run is known to be lost."""
        run, node = self._at_work(job)
        began_s = time.monotonic()
        node.freeze()
        self._is_lost(run, f"node frozen under {job}", began_s)
        node.thaw()
        wait_for("end of the thawed process", lambda: run.run_id not in at_work(), _SOON_S)

    def node_cut_off(self, job: str, seconds: float) -> None:
        """It works on, and nobody hears of it; its process has ended before the run is known to be lost."""
        run, node = self._at_work(job)
        began_s = time.monotonic()
        node.cut_off()
        self._is_lost(run, f"node cut off under {job}", began_s)
        assert run.run_id not in at_work(), "it works on beside its next attempt"
        time.sleep(max(0.0, began_s + seconds - time.monotonic()))
        node.connect()

    def head_killed(self, job: str, seconds: float) -> None:
        """Nothing is known of a run while the head is away, so that nothing is done about it."""
        run, _ = self._at_work(job)
        self.cluster.head.kill()
        until_s = time.monotonic() + seconds
        while time.monotonic() < until_s:
            now = self._seen(run)
            assert now is None or now.status != "FAILURE", "a verdict on a run, without a head"
            time.sleep(1.0)
        self.cluster.boot(self.cluster.head)
        self.told.append(f"head killed under {job}: {seconds:.0f} s without a verdict")

    def postgres_restarted(self, job: str, seconds: float) -> None:
        self._at_work(job)
        self.cluster.postgres.kill()
        time.sleep(seconds)
        self.cluster.postgres.start()
        self.told.append(f"Postgres killed under {job} and started again after {seconds:.0f} s")

    def _at_work(self, job: str) -> tuple[Run, Machine]:
        """A run of this job, and the node that does it."""

        def found() -> tuple[Run, Machine] | None:
            self.cluster.keep_up()
            nodes = {f"node{node.number}": node for node in self.cluster.workers}
            runs = [
                run
                for run in self._runs()
                if run.status == "STARTED" and run.job_name == job and run.run_id in at_work()
            ]
            return (runs[0], nodes[runs[0].tags[NODE_TAG]]) if runs else None

        return wait_for(f"a run of {job} at work", found, _LATER_S, self._tell, poll_s=0.2)

    def _is_lost(self, run: Run, what: str, began_s: float) -> None:
        def lost() -> bool:
            self.cluster.keep_up()
            now = self._seen(run)
            assert now is None or now.status != "SUCCESS", f"{what}: it was over before"
            return now is not None and now.status == "FAILURE"

        wait_for(f"verdict, {what}", lost, _FOUND_S, self._tell)
        self.told.append(f"{what}: known after {time.monotonic() - began_s:.0f} s")

    def _seen(self, run: Run) -> Run | None:
        return next((one for one in self._runs() if one.run_id == run.run_id), None)

    def _runs(self) -> list[Run]:
        nothing: list[Run] = []
        return self._asked(self.cluster.platform.ui.runs, nothing)

    def _tell(self) -> str:
        told = self._asked(self.cluster.platform.ui.seen, "the platform does not answer")
        return "\n".join([*self.told, told, self.cluster.log_tail(), self.cluster.platform.log_tail()])

    @staticmethod
    def _asked(ask: Callable[[], _Answer], otherwise: _Answer) -> _Answer:
        """`otherwise` while the platform or its database is away."""
        try:
            return ask()
        except (OSError, AssertionError, KeyError):
            return otherwise


def at_work() -> set[str]:
    """The ids of the runs that a process does: one that lives and is not frozen, on any machine."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            state = (folder / "stat").read_text().rpartition(") ")[2][0]
        except (OSError, IndexError):
            continue
        if b"uball_assets.automation.nodes.run_on_node" in words and state not in "TZX":
            found |= {_run_id(words[-2].decode())}
    return found


def _run_id(words: str) -> str:
    return words.partition('"pipeline_run_id": "')[2].partition('"')[0]
