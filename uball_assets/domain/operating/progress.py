"""How far a long step is: share, rate, time left; and how often that is said, so that a log stays short.

Belongs here: words and turns. Not here: a clock, or where it is said (`assets.progress`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from uball_assets.domain.operating.findings import span_text

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
    beside: str = ""
    """What else is said of it."""

    @property
    def share(self) -> float | None:
        return min(1.0, self.done / self.of) if self.of else None

    @property
    def left_s(self) -> float | None:
        """At the rate so far; None before anything is done."""
        return self.elapsed_s * (self.of - self.done) / self.done if self.done and self.of else None

    @property
    def text(self) -> str:
        """`clips/FAR_LEFT: 62 %, 37 of 60 clips, 3.1 clips/s, 7 s left`."""
        parts = []
        if self.share is not None:
            parts = [
                f"{self.share:.0%}".replace("%", " %"),
                f"{self.done:,.0f} of {self.of:,.0f} {self.unit}",
            ]
        if self.done and self.elapsed_s > 0:
            parts.append(f"{_rate(self.done / self.elapsed_s)} {self.unit}/s")
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


def _rate(a_second: float) -> str:
    return (
        f"{a_second:,.0f}" if a_second >= 10 else f"{a_second:.1f}" if a_second >= 0.1 else f"{a_second:.3f}"
    )
