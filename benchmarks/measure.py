"""Wall and CPU seconds of work, fairly compared, and the machine they were measured on."""

from __future__ import annotations

import os
import platform
import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    wall_s: float
    cpu_s: float
    """User and system, of all processes that took part."""


def cost_of(work: Callable[[], object]) -> Cost:
    """Of the work in this process and in those that it starts and waits for."""
    begun_s, before_s = time.monotonic(), _cpu_s()
    work()
    return Cost(time.monotonic() - begun_s, _cpu_s() - before_s)


def paired(works: Mapping[str, Callable[[], Cost]], rounds: int) -> dict[str, list[Cost]]:
    """Each work once a round, the order turned each round, so that a busy minute falls on all of them."""
    names = list(works)
    costs: dict[str, list[Cost]] = {name: [] for name in names}
    for turn in range(rounds):
        place = turn % len(names)
        for name in names[place:] + names[:place]:
            costs[name].append(works[name]())
    return costs


def median_cost(costs: Sequence[Cost]) -> Cost:
    return Cost(
        statistics.median(cost.wall_s for cost in costs), statistics.median(cost.cpu_s for cost in costs)
    )


def median_ratio(upper: Sequence[float], lower: Sequence[float]) -> float:
    """Of runs that stand next to each other."""
    return statistics.median(above / below for above, below in zip(upper, lower, strict=True))


def run_commands(commands: Sequence[Sequence[str]], at_once: int = 1) -> None:
    """Each to its end, `at_once` at a time. Raises CalledProcessError with what the program said."""
    with ThreadPoolExecutor(at_once) as threads:
        list(threads.map(_run, commands))


def machine() -> str:
    """`2 cores (AMD EPYC), 23 GiB memory, Linux`."""
    pages, page_bytes = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    memory_gib = pages * page_bytes / 2**30
    return f"{os.cpu_count()} cores ({_processor()}), {memory_gib:.0f} GiB memory, {platform.system()}"


def _processor() -> str:
    cpu_info = Path("/proc/cpuinfo")
    lines = cpu_info.read_text().splitlines() if cpu_info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _run(command: Sequence[str]) -> None:
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True)


def _cpu_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
