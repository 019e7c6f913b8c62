"""A game's plays laid out in strips of time, for a drawing: which lane, from where, how wide.

Belongs here: where each play stands. Not here: its colour or the drawing (`app.pages`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from uball_assets.domain.footage.timeline import Window

STRIP_S = 1200.0
"""A timeline wraps every twenty minutes: a play of eight seconds is still wide enough to be seen and hit."""
_TICKS = 10


@dataclass(frozen=True)
class Mark:
    """One play in one strip; shares of the strip's width, 0 to 1."""

    index: int
    """Of the play, in the order given."""
    lane: int
    left: float
    width: float


@dataclass(frozen=True)
class Strip:
    start_s: float
    length_s: float
    marks: tuple[Mark, ...]
    ticks: tuple[tuple[float, str], ...]
    """(share of the width, `12:00`)."""


def strips(lanes_and_windows: Sequence[tuple[int, Window]]) -> tuple[Strip, ...]:
    """Of plays, each with its lane and its window; one strip at least. A play across a border is in both, and
    a strip without a play is left out: one forgotten hour must not hide the game."""
    windows = [window for _, window in lanes_and_windows]
    first_s = math.floor(min((window.start_s for window in windows), default=0.0) / 60) * 60.0
    end_s = max((window.end_s for window in windows), default=first_s + 60.0)
    length_s = min(STRIP_S, max(60.0, math.ceil((end_s - first_s) / 60) * 60.0))
    count = max(1, math.ceil((end_s - first_s) / length_s))
    wanted = {0} | {
        place
        for window in windows
        for place in range(
            int((window.start_s - first_s) // length_s), int((window.end_s - first_s) // length_s) + 1
        )
    }
    laid = (
        _strip(lanes_and_windows, first_s + place * length_s, length_s)
        for place in sorted(wanted)
        if place < count
    )
    return tuple(strip for place, strip in enumerate(laid) if strip.marks or not place)


def _strip(lanes_and_windows: Sequence[tuple[int, Window]], start_s: float, length_s: float) -> Strip:
    marks = []
    for index, (lane, window) in enumerate(lanes_and_windows):
        left_s, right_s = max(window.start_s, start_s), min(window.end_s, start_s + length_s)
        if right_s > left_s:
            left, width = (left_s - start_s) / length_s, (right_s - left_s) / length_s
            marks.append(Mark(index, lane, round(left, 5), round(width, 5)))
    step_s = 60.0 * max(1, math.ceil(length_s / 60 / _TICKS))
    ticks = []
    at_s = math.ceil(start_s / step_s) * step_s
    while at_s <= start_s + length_s:
        ticks.append((round((at_s - start_s) / length_s, 5), clock_text(at_s)))
        at_s += step_s
    return Strip(start_s, length_s, tuple(marks), tuple(ticks))


def clock_text(seconds: float) -> str:
    """`4:05`, `1:04:05`; whole seconds, as a person reads a game's clock."""
    whole = math.floor(abs(seconds) + 0.5)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    sign = "-" if seconds <= -0.5 else ""
    return f"{sign}{hours}:{minutes:02}:{rest:02}" if hours else f"{sign}{minutes}:{rest:02}"
