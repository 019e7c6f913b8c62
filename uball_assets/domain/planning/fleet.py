"""Machines at work on a queue of runs, event by event.

A run takes the first free place on any machine, in the order in which runs came, and keeps it to its end, as
Dagster's queue and run limits have it. The runs of one machine share its cores evenly, none taking more than
it can use; while a run waits for a service it keeps its place and no core.

Belongs here: the queue. Not here: what a run is made of (`work`), when runs come (`season`).
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

_NOTHING_S = 1e-6
"""Core seconds; less than this is left by rounding."""
_ASKED, _ANSWERED, _PHASE_DONE = range(3)


@dataclass(frozen=True)
class Phase:
    """Work, then waiting."""

    cpu_s: float = 0.0
    """Seconds of one core."""
    width: float = 1.0
    """Cores that the work can use at once."""
    wait_s: float = 0.0


@dataclass(frozen=True)
class Run:
    asked_s: float
    phases: tuple[Phase, ...]


@dataclass(frozen=True)
class Fleet:
    machines: int
    cores: float
    """Of each; not always a whole number, where a line feeds fewer than there are."""
    places: int
    """Runs at once on each."""


@dataclass(frozen=True)
class Worked:
    starts_s: Sequence[float]
    ends_s: Sequence[float]
    """Both by run, in the order that the runs were given in."""
    busy_core_s: float
    held_place_s: float


@dataclass
class _Active:
    left_s: float
    width: float
    rate: float = 0.0


@dataclass
class _Machine:
    number: int
    cores: float
    free: int
    now_s: float = 0.0
    version: int = 0
    active: dict[int, _Active] = field(default_factory=dict)
    busy_core_s: float = 0.0

    def advance(self, to_s: float) -> None:
        took_s = to_s - self.now_s
        for one in self.active.values():
            one.left_s -= one.rate * took_s
            self.busy_core_s += one.rate * took_s
        self.now_s = to_s

    def share(self) -> float | None:
        """Gives each active run its cores; when the first of them is done with its phase, from now."""
        self.version += 1
        left, waiting = self.cores, len(self.active)
        for one in sorted(self.active.values(), key=lambda one: one.width):
            one.rate = min(one.width, left / waiting)
            left, waiting = left - one.rate, waiting - 1
        return min((max(0.0, one.left_s) / one.rate for one in self.active.values()), default=None)


def work_through(runs: Sequence[Run], fleet: Fleet) -> Worked:
    """Until the last run is done. Seconds of one clock throughout."""
    return _Work(runs, fleet).through()


def alone_s(phases: Iterable[Phase], cores: float) -> float:
    """What a run takes on a machine of its own."""
    return sum(phase.cpu_s / min(phase.width, cores) + phase.wait_s for phase in phases)


class _Work:
    def __init__(self, runs: Sequence[Run], fleet: Fleet) -> None:
        self._runs = runs
        self._machines = [_Machine(number, fleet.cores, fleet.places) for number in range(fleet.machines)]
        self._most_free = [(-fleet.places, number) for number in range(fleet.machines)]
        """A heap of machines by what was free on them when put in; one that has changed since is void."""
        self._queue: deque[int] = deque()
        self._on: dict[int, _Machine] = {}
        self._phase = [0] * len(runs)
        self._starts_s, self._ends_s = [0.0] * len(runs), [0.0] * len(runs)
        self._events: list[tuple[float, int, int, int]] = [
            (run.asked_s, order, _ASKED, number) for order, (number, run) in enumerate(_in_order(runs))
        ]
        """Time, order of making, kind, run or machine."""
        heapq.heapify(self._events)
        self._made = len(runs)
        self._versions: dict[int, int] = {}
        """Of a machine's own events by order of making: one that is not its newest is void."""

    def through(self) -> Worked:
        while self._events:
            at_s, order, kind, number = heapq.heappop(self._events)
            if kind == _ASKED:
                self._queue.append(number)
                self._start_waiting(at_s)
            elif kind == _ANSWERED:
                self._next_phase(at_s, number)
            elif self._versions.pop(order) == self._machines[number].version:
                self._end_phases(at_s, self._machines[number])
        return Worked(
            self._starts_s,
            self._ends_s,
            sum(machine.busy_core_s for machine in self._machines),
            sum(end - start for start, end in zip(self._starts_s, self._ends_s, strict=True)),
        )

    def _start_waiting(self, at_s: float) -> None:
        while self._queue and (machine := self._with_most_free()):
            number = self._queue.popleft()
            self._free(machine, -1)
            self._on[number], self._starts_s[number] = machine, at_s
            self._work(at_s, number)

    def _with_most_free(self) -> _Machine | None:
        while self._most_free:
            free, number = self._most_free[0]
            if -free == self._machines[number].free:
                return self._machines[number] if free else None
            heapq.heappop(self._most_free)
        return None

    def _free(self, machine: _Machine, places: int) -> None:
        machine.free += places
        heapq.heappush(self._most_free, (-machine.free, machine.number))

    def _work(self, at_s: float, number: int) -> None:
        """Begins the run's phase, or ends the run after its last."""
        phases, machine = self._runs[number].phases, self._on[number]
        if self._phase[number] == len(phases):
            self._ends_s[number] = at_s
            self._free(machine, +1)
            del self._on[number]
            self._start_waiting(at_s)
            return
        phase = phases[self._phase[number]]
        if phase.cpu_s > _NOTHING_S:
            machine.advance(at_s)
            machine.active[number] = _Active(phase.cpu_s, phase.width)
            self._share(at_s, machine)
        else:
            self._wait(at_s, number, phase.wait_s)

    def _wait(self, at_s: float, number: int, wait_s: float) -> None:
        if wait_s > 0:
            self._push(at_s + wait_s, _ANSWERED, number)
        else:
            self._next_phase(at_s, number)

    def _next_phase(self, at_s: float, number: int) -> None:
        self._phase[number] += 1
        self._work(at_s, number)

    def _end_phases(self, at_s: float, machine: _Machine) -> None:
        machine.advance(at_s)
        done = [number for number, one in machine.active.items() if one.left_s <= _NOTHING_S]
        for number in done:
            del machine.active[number]
        self._share(at_s, machine)
        for number in done:
            self._wait(at_s, number, self._runs[number].phases[self._phase[number]].wait_s)

    def _share(self, at_s: float, machine: _Machine) -> None:
        next_s = machine.share()
        if next_s is not None:
            self._versions[self._made] = machine.version
            self._push(at_s + next_s, _PHASE_DONE, machine.number)

    def _push(self, at_s: float, kind: int, number: int) -> None:
        heapq.heappush(self._events, (at_s, self._made, kind, number))
        self._made += 1


def _in_order(runs: Sequence[Run]) -> list[tuple[int, Run]]:
    return sorted(enumerate(runs), key=lambda one: one[1].asked_s)
