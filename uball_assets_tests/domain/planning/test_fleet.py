"""The queue of runs agrees with what queueing theory says of queues that can be reckoned."""

from __future__ import annotations

import math
from random import Random

import pytest

from uball_assets.domain.planning.fleet import Fleet, Phase, Run, alone_s, work_through

_RUNS = 6_000


def poisson(load: float, servers: int, seed: int = 3) -> list[Run]:
    """Runs that come by chance and take a second on average, so many that `servers` are busy to `load`."""
    chance, at_s, runs = Random(seed), 0.0, []
    for _ in range(_RUNS):
        at_s += chance.expovariate(load * servers)
        runs.append(Run(at_s, (Phase(chance.expovariate(1.0)),)))
    return runs


def mean_wait_s(runs: list[Run], fleet: Fleet) -> float:
    starts_s = work_through(runs, fleet).starts_s
    return sum(start - run.asked_s for start, run in zip(starts_s, runs, strict=True)) / len(runs)


def erlang_c_wait_s(load: float, servers: int) -> float:
    """Mean wait in an M/M/c queue whose service takes a second."""
    offered = load * servers
    busy = offered**servers / math.factorial(servers) / (1 - load)
    idle = sum(offered**count / math.factorial(count) for count in range(servers))
    return busy / (busy + idle) / (servers * (1 - load))


@pytest.mark.parametrize(("load", "servers"), [(0.5, 1), (0.7, 5)])
@pytest.mark.parametrize("is_one_machine", [True, False], ids=["cores of one", "a machine each"])
def test_runs_wait_as_long_as_erlang_says(load: float, servers: int, is_one_machine: bool) -> None:
    fleet = Fleet(1, servers, servers) if is_one_machine else Fleet(servers, 1, 1)
    assert mean_wait_s(poisson(load, servers), fleet) == pytest.approx(
        erlang_c_wait_s(load, servers), rel=0.1
    )


def test_what_waits_for_a_service_holds_its_place_as_work_would() -> None:
    waiting = [Run(run.asked_s, (Phase(wait_s=run.phases[0].cpu_s),)) for run in poisson(0.7, 5)]
    worked = work_through(waiting, Fleet(1, 1, 5))
    assert worked.busy_core_s == 0
    assert mean_wait_s(waiting, Fleet(1, 1, 5)) == pytest.approx(erlang_c_wait_s(0.7, 5), rel=0.1)


def test_equal_runs_wait_half_as_long_as_those_of_chance() -> None:
    """Pollaczek and Khinchine: M/D/1 beside M/M/1."""
    equal = [Run(run.asked_s, (Phase(1.0),)) for run in poisson(0.7, 1)]
    assert mean_wait_s(equal, Fleet(1, 1, 1)) == pytest.approx(0.7 / (2 * 0.3), rel=0.1)


def test_runs_that_share_a_core_take_as_long_as_processor_sharing_says() -> None:
    """M/M/1 with every run at work at once: 1 / (1 - load), however long the queue's order."""
    runs = poisson(0.6, 1)
    worked = work_through(runs, Fleet(1, 1, 10_000))
    took_s = sum(end - run.asked_s for end, run in zip(worked.ends_s, runs, strict=True)) / len(runs)
    assert took_s == pytest.approx(1 / 0.4, rel=0.1)
    assert worked.starts_s == [run.asked_s for run in runs]


def test_no_work_is_lost_and_none_is_done_twice() -> None:
    runs = poisson(0.9, 3)
    worked = work_through(runs, Fleet(1, 3, 3))
    assert worked.busy_core_s == pytest.approx(sum(run.phases[0].cpu_s for run in runs))
    assert worked.held_place_s == pytest.approx(worked.busy_core_s)


@pytest.mark.parametrize(
    ("phases", "cores", "took_s"),
    [
        ((Phase(8.0, width=2),), 4, 4.0),
        ((Phase(8.0, width=9),), 4, 2.0),
        ((Phase(8.0, width=2, wait_s=3.0), Phase(1.0)), 4, 8.0),
        ((Phase(wait_s=3.0),), 1, 3.0),
        ((), 1, 0.0),
    ],
)
def test_a_run_alone_takes_what_its_phases_take(phases: tuple[Phase, ...], cores: int, took_s: float) -> None:
    worked = work_through([Run(5.0, phases)], Fleet(1, cores, 1))
    assert worked.ends_s[0] - 5.0 == pytest.approx(took_s)
    assert alone_s(phases, cores) == pytest.approx(took_s)


def test_a_run_that_can_use_less_leaves_the_rest_to_its_neighbour() -> None:
    narrow, wide = Run(0.0, (Phase(10.0, width=1),)), Run(0.0, (Phase(30.0, width=4),))
    assert work_through([narrow, wide], Fleet(1, 4, 2)).ends_s == pytest.approx([10.0, 10.0])


def test_runs_are_started_in_the_order_they_came_on_the_machine_with_most_room() -> None:
    runs = [Run(0.3, (Phase(1.0),)), Run(0.1, (Phase(1.0),)), Run(0.2, (Phase(1.0),))]
    assert work_through(runs, Fleet(2, 1, 1)).starts_s == pytest.approx([1.1, 0.1, 0.2])
