"""Work shared between this machine and places on others, as each has room.

Whoever is free takes the next part, this machine as well: nothing waits for a place that does not come, and a
slow one takes less.

Belongs here: who takes what. Not here: how work is divided (`domain.clipping.parts`), what a place is
(`automation.nodes.cutting`).
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, Protocol, TypeVar

_log = logging.getLogger(__name__)
Work = TypeVar("Work")
Answer = TypeVar("Answer")
_Given = TypeVar("_Given", contravariant=True)
_Got = TypeVar("_Got", covariant=True)


class Place(Protocol[_Given, _Got]):
    """On another machine. Each method may raise whatever kept it from what it is for."""

    def begin(self) -> None:
        """Returns once there is room on a machine; raises where there will be none, or `end` was called."""

    def do(self, work: _Given) -> _Got:
        """Raises only when nothing is done of it any more."""

    def end(self) -> None:
        """Gives the room back. Returns when nothing is done there any more; any thread may call it, at any
        time, and again."""


def share(
    works: Iterable[Work],
    here: Callable[[Work], None],
    places: Sequence[Place[Work, Answer]],
    answered: Callable[[Answer], None],
) -> None:
    """Each work is done here, on this thread, or tried at one place; `answered` hears of those from several
    threads. What a place failed in is told to nobody but the log, and is the caller's. Raises what `here`
    raises; no place does anything any more then.
    """
    left = deque(works)
    helping = [_Helping(place, left, answered) for place in places]
    try:
        for one in helping:
            one.start()
        while (work := _next(left)) is not None:
            here(work)
        for one in helping:
            one.finish()
    finally:
        for one in helping:
            one.place.end()


class _Helping(threading.Thread, Generic[Work, Answer]):
    """One place at work."""

    def __init__(
        self, place: Place[Work, Answer], left: deque[Work], answered: Callable[[Answer], None]
    ) -> None:
        super().__init__(name="a place elsewhere", daemon=True)
        self.place, self._left, self._answered = place, left, answered
        self._has_begun = False

    def run(self) -> None:
        try:
            self.place.begin()
            self._has_begun = True
            while (work := _next(self._left)) is not None:
                self._answered(self.place.do(work))
        except Exception as error:  # noqa: BLE001 - whatever it is, this machine does what is left
            level = logging.WARNING if self._has_begun else logging.INFO
            _log.log(level, "a place on another machine is done without: %s", error)
        finally:
            self.place.end()

    def finish(self) -> None:
        """Waits for what it is at; nothing is left for one that has not begun."""
        if self._has_begun:
            self.join()


def _next(left: deque[Work]) -> Work | None:
    try:
        return left.popleft()
    except IndexError:
        return None
