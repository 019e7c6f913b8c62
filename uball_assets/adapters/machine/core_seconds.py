"""Seconds of cores that this process has taken, here and on machines that worked for it.

Belongs here: the count. Not here: whose work they were (`automation.run_records`).
"""

from __future__ import annotations

import resource
import threading

_elsewhere_s = [0.0]
_counting = threading.Lock()


def core_s() -> float:
    """Of this process, of those of its own that have ended, and of other machines for it."""
    used = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used) + _elsewhere_s[0]


def took_elsewhere(seconds: float) -> None:
    """Another machine has worked so long for this process."""
    with _counting:
        _elsewhere_s[0] += seconds
