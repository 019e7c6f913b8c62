"""Clips of one game cut on several nodes: the run that cuts them takes free places on other nodes of Ray.

A place is a process of Ray's that works part after part, and writes the clips into the store itself. Nobody
can ask a node that is cut off or frozen whether it still writes; so the process ends, by its kernel's alarm,
once the run has not been heard of for a while, also one that was frozen, before it does anything else. The
run takes a part for undone no sooner than that: nothing of an older attempt is ever written over a newer one.

Belongs here: Ray, and a place's beginning and end. Not here: what is done there (`services.clip_library`),
who takes which part (`adapters.machine.places`).
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from uball_assets.adapters.machine.core_seconds import core_s

if TYPE_CHECKING:
    import dagster as dg

    from uball_assets.services.clip_library import Opened, Part, PartCut, Places

BEAT_S = 1.0
"""So often a place that is at work hears of its run."""
ALARM_S = 8.0
"""It ends itself after so long without."""
OVER_S = 2 * ALARM_S + 2.0
"""So long after the last answer to a beat, its process has ended: one more beat may have reached it just
before its alarm, with the answer lost."""


def places_of(run: dg.DagsterRun | None, nodes: int) -> Places:
    """For a run on one of Ray's nodes, where more than one may cut for it; else none."""
    from uball_assets.automation.nodes.run_on_node import NODE_TAG

    is_on_ray = nodes > 1 and run is not None and NODE_TAG in run.tags
    return (lambda: [NodePlace() for _ in range(nodes - 1)]) if is_on_ray else tuple


class NodePlace:
    """One place on another node (`adapters.machine.places.Place`): that of a run there."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_ended = False
        self._node: Any = None
        self._heard_s = 0.0
        self._is_idle = threading.Event()
        self._is_idle.set()

    def begin(self) -> None:
        ray = _joined()
        own = ray.get_runtime_context().get_node_id()
        options = {
            "num_cpus": 1,
            "max_concurrency": 2,  # a part and a beat
            "scheduling_strategy": "SPREAD",
            "label_selector": {"ray.io/node-id": f"!{own}"},
        }
        with self._lock:
            if self._is_ended:
                raise RuntimeError("it was ended before it began")
            self._node = ray.remote(CuttingNode).options(**options).remote()
        ray.get(self._node.beat.remote())  # it may have waited long for its room
        self._heard_s = time.monotonic()

    def do(self, work: Part) -> PartCut:
        import ray

        self._is_idle.clear()
        try:
            return self._answer(self._node.cut.remote(work))
        except ray.exceptions.RayTaskError:
            raise  # it said so itself
        except Exception:
            self._kill()
            time.sleep(max(0.0, self._heard_s + OVER_S - time.monotonic()))
            raise
        finally:
            self._is_idle.set()

    def end(self) -> None:
        self._kill()
        self._is_idle.wait()

    def _answer(self, part: Any) -> PartCut:
        """Raises TimeoutError once nothing was heard for so long that its process has ended."""
        import ray

        beat = None
        while not ray.wait([part], timeout=BEAT_S)[0]:
            if beat is None:
                beat = self._node.beat.remote()
            elif ray.wait([beat], timeout=0)[0]:
                ray.get(beat)
                self._heard_s, beat = time.monotonic(), None
            if time.monotonic() > self._heard_s + OVER_S:
                raise TimeoutError(f"nothing was heard of it for {OVER_S:.0f} s")
        answer: PartCut = ray.get(part)
        return answer

    def _kill(self) -> None:
        with self._lock:
            self._is_ended = True
            node, self._node = self._node, None
        if node is not None:
            import ray

            ray.kill(node)


class CuttingNode:
    """The process on the other node, with that node's own settings; for one camera."""

    def __init__(self) -> None:
        from uball_assets.resources import build_resources
        from uball_assets.settings import load_settings

        self._cutter = build_resources(load_settings()).cutter
        self._videos = ExitStack()
        self._opened: Opened | None = None
        self._counted_s = 0.0

    def beat(self) -> None:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})
        signal.setitimer(signal.ITIMER_REAL, ALARM_S)

    def cut(self, part: Part) -> PartCut:
        if self._opened is None:
            self._opened = self._videos.enter_context(self._cutter.opened(part.camera))
        cut = self._cutter.cut_part(part, self._opened)
        before_s, self._counted_s = self._counted_s, core_s()
        return replace(cut, core_s=self._counted_s - before_s)


_joining = threading.Lock()


def _joined() -> Any:
    """Ray, as this process is part of its cluster. It may take its time where the head is away."""
    import ray

    with _joining:
        if not ray.is_initialized():
            logging.getLogger("ray").setLevel(logging.ERROR)  # it tells of signals that it leaves to Dagster
            ray.init(address="auto", log_to_driver=False, configure_logging=False)
    return ray
