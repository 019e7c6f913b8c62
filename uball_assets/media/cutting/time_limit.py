"""A clip's time limit: one that hangs is given up, and costs only itself.

ffmpeg is a process and can be ended. What decodes within this process cannot: its thread is left behind, and
ends with the process.

Belongs here: the limit and its error. Not here: how long it is (`settings.clips`), what becomes of the clip
(`batch`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from uball_assets.domain.errors import Transient

Made = TypeVar("Made")
GRACE_S = 5.0
"""ffmpeg is ended at the limit, with a better reason: a thread is left only if that did not help."""


class GivenUp(Transient):
    """What made a clip hung, or was killed: that clip is lost, others of its camera are not."""


def within(limit_s: float, make: Callable[[], Made]) -> Made:
    """What `make` gives or raises, if it does within so long. Raises GivenUp if not."""
    work = _Work(make)
    threading.Thread(target=work.do, name="a clip", daemon=True).start()
    if not work.is_done.wait(limit_s + GRACE_S):
        raise GivenUp(f"it was not cut within {limit_s:.0f} s, and was given up: its decoder hangs")
    return work.result()


class _Work(Generic[Made]):
    def __init__(self, make: Callable[[], Made]) -> None:
        self._make = make
        self._made: list[Made] = []
        self._error: BaseException | None = None
        self.is_done = threading.Event()

    def do(self) -> None:
        try:
            self._made.append(self._make())
        except BaseException as error:  # noqa: BLE001 (raised again by `result`)
            self._error = error
        finally:
            self.is_done.set()

    def result(self) -> Made:
        if self._error is not None:
            raise self._error
        return self._made[0]
