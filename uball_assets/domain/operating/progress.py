"""How far a long step is: share, rate, time left; and how often that is said, so that a log stays short.

Belongs here: words, turns, and what long work tells them by. Not here: a clock, or where it is said
(`assets.progress`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from uball_assets.domain.operating.findings import span_text

_Each = TypeVar("_Each")
Tell = Callable[[int, int], None]
"""How much is done, of how much."""
Meter = Callable[[str, str], Tell]
"""Opened for one stretch of a step: by what is counted in it, `clips`, and what else is said beside."""

FIRST_S = 5.0
_SHARE_OF_ELAPSED = 0.05
"""Ever seldomer: a step of four hours says some 120 lines, one of a minute ten."""
_TOLD = re.compile(r"(\d{1,3}) %")
_BAR = 20


@dataclass(frozen=True)
class Progress:
    step: str
    """`clips/FAR_LEFT`, `raw_videos`."""
    done: float
    of: float
    """In `unit`; 0 where nobody knows yet."""
    unit: str
    """`clips`, `MB`, `games`."""
    elapsed_s: float
    """Since the first of it was begun."""
    beside: str = ""
    """What else is said of it."""
    before: float = 0.0
    """Of `done`, what was there when it began: it took none of the time."""

    @property
    def share(self) -> float | None:
        return min(1.0, self.done / self.of) if self.of else None

    @property
    def left_s(self) -> float | None:
        """At the rate so far; None before anything is done."""
        return (self.of - self.done) / self._rate if self._rate and self.of else None

    @property
    def _rate(self) -> float:
        """In a second; 0 before anything is done."""
        return max(0.0, self.done - self.before) / self.elapsed_s if self.elapsed_s > 0 else 0.0

    @property
    def text(self) -> str:
        """`clips/FAR_LEFT: 62 %, 37 of 60 clips, 3.1 clips/s, 7 s left`."""
        parts = []
        if self.share is not None:
            parts = [
                f"{self.share:.0%}".replace("%", " %"),
                f"{self.done:,.0f} of {self.of:,.0f} {self.unit}",
            ]
        if self._rate:
            parts.append(_rate_text(self._rate, self.unit))
        if self.beside:
            parts.append(self.beside)
        if self.left_s is not None:
            parts.append(f"{span_text(self.left_s)} left")
        return f"{self.step}: {', '.join(parts) or 'begun'}"


def is_due(elapsed_s: float, told_at_s: float) -> bool:
    """Both since the step began; `told_at_s`: when it was last said, 0 for never."""
    return elapsed_s - told_at_s >= max(FIRST_S, _SHARE_OF_ELAPSED * elapsed_s)


def share_told(text: str) -> float | None:
    """Of what `Progress.text` said."""
    found = _TOLD.search(text)
    return min(1.0, int(found[1]) / 100) if found else None


def bar(share: float | None) -> str:
    """`[############--------]  62 %`."""
    if share is None:
        return f"[{'?' * _BAR}]    ?"
    full = round(share * _BAR)
    return f"[{'#' * full}{'-' * (_BAR - full)}] {share:>4.0%}".replace("%", " %")


def untold(done: int, of: int) -> None:
    """Where nobody watches."""
    del done, of


def no_meter(unit: str, beside: str) -> Tell:
    del unit, beside
    return untold


def counted(each: Iterable[_Each], of: int, tell: Tell) -> Iterator[_Each]:
    """The same; of each it is told that it is there."""
    for done, one in enumerate(each, start=1):
        tell(done, of)
        yield one


def _rate_text(a_second: float, unit: str) -> str:
    """By the second, the minute or the hour: by the first of which it is a number that one can read."""
    a_minute, an_hour = 60 * a_second, 3600 * a_second
    rate, time = (
        (a_second, "s") if a_second >= 0.1 else (a_minute, "min") if a_minute >= 0.1 else (an_hour, "h")
    )
    return f"{f'{rate:,.0f}' if rate >= 10 else f'{rate:.1f}'} {unit}/{time}"
