"""Looking at parts again and again, each in a thread of its own: one that hangs keeps only its own waiting.

Whoever asks is told the last word at once, with its age. Belongs here: threads and times. Not here: what is
looked at, or what it means (`domain.operating.health`).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from uball_assets.domain.errors import UballError
from uball_assets.domain.operating.health import State, Word, judged

_log = logging.getLogger(__name__)
GRACE_S = 10.0
"""A look that takes longer hangs."""


@dataclass(frozen=True)
class Part:
    look: Callable[[], Word]
    """Raises UballError where the part is down."""
    every_s: float = 5.0


@dataclass
class _Last:
    word: Word | None
    at_s: float
    """Monotonic: when it was said, or when the first look began."""


class Watch:
    """`changed(part, word)` is told of each change of state, by the part's thread."""

    def __init__(
        self,
        parts: Mapping[str, Part],
        changed: Callable[[str, Word], None] = lambda _part, _word: None,
        grace_s: float = GRACE_S,
    ) -> None:
        self._parts, self._changed, self._grace_s = dict(parts), changed, grace_s
        self._last = {name: _Last(None, time.monotonic()) for name in parts}
        self._ended = threading.Event()

    def start(self) -> None:
        begun_s = time.monotonic()
        for name, part in self._parts.items():
            self._last[name] = _Last(None, begun_s)
            threading.Thread(
                target=self._watch, args=(name, part), name=f"health {name}", daemon=True
            ).start()

    def stop(self) -> None:
        """No further look begins; one that hangs is left to itself."""
        self._ended.set()

    def words(self) -> dict[str, tuple[Word, float]]:
        """Each part's last word and its age, seconds; at once, whatever hangs."""
        now_s = time.monotonic()
        told = {}
        for name, last in self._last.items():
            age_s = now_s - last.at_s
            told[name] = (judged(last.word, age_s, self._parts[name].every_s + self._grace_s), age_s)
        return told

    def _watch(self, name: str, part: Part) -> None:
        while not self._ended.is_set():
            before, word = self._last[name].word, _seen(name, part.look)
            self._last[name] = _Last(word, time.monotonic())
            if before is None or before.state is not word.state:
                self._changed(name, word)
            self._ended.wait(part.every_s)


def _seen(name: str, look: Callable[[], Word]) -> Word:
    try:
        return look()
    except UballError as error:
        what, _, remedy = str(error).rpartition(": ")
        return Word(State.DOWN, what or remedy, remedy if what else "")
    except Exception:  # noqa: BLE001 - a part that breaks must not end its watch
        _log.exception("looking at %s failed", name)
        return Word(State.DOWN, "it does not answer as it should", "the server's log says why")
