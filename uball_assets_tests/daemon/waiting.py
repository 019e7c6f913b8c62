"""Waiting for the platform: always bounded, and telling what was seen when the time is over."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

_Found = TypeVar("_Found")
_BUSY = 6
"""Eight other processes on two cores, and some."""


def wait_for(
    what: str,
    look: Callable[[], _Found | None],
    limit_s: float,
    seen: Callable[[], str] = str,
    poll_s: float = 0.5,
) -> _Found:
    """What `look` finds, as soon as it finds something; AssertionError with `seen()` if it never does.

    `limit_s` is what an idle machine needs at most; a busy one is given more.
    """
    limit_s *= _BUSY
    end = time.monotonic() + limit_s
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"no {what} within {limit_s:.0f} s\n{seen()}")
        time.sleep(poll_s)
