"""One question to a source: asked again where no answer comes, and not at all while its circuit is open.

Belongs here: when to try again. Not here: when a circuit opens (`domain.circuits`), what an error means (each
adapter).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from uball_assets.adapters.machine.circuits import ALWAYS_ASKED, Breaker
from uball_assets.domain.errors import Transient

WAITS_S = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Before each of the five tries after the first."""
LONGEST_WAIT_S = 30.0
"""However long a service asks to be left alone."""
_T = TypeVar("_T")


class Slower(Transient):
    """The service is there, and wants to be asked later."""

    def __init__(self, message: str, wait_s: float = 0.0) -> None:
        super().__init__(message)
        self.wait_s = wait_s


class Asking:
    def __init__(
        self,
        circuit: Breaker = ALWAYS_ASKED,
        waits_s: tuple[float, ...] = WAITS_S,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._circuit, self._waits_s, self._sleep = circuit, waits_s, sleep

    def __call__(self, question: Callable[[], _T]) -> _T:
        """Its answer. Raises what the last try raised, CircuitOpen instead of asking, or what is no matter of
        trying again at once."""
        with self._circuit.asking():
            for wait_s in self._waits_s:
                try:
                    return question()
                except Transient as error:
                    told_s = error.wait_s if isinstance(error, Slower) else 0.0
                    self._sleep(min(max(wait_s, told_s), LONGEST_WAIT_S))
            return question()
