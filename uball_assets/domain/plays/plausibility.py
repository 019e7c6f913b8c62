"""A table's times as a whole: whether they can be seconds of game time, and what else they may be.

A row in another unit is a play too short, too long or backwards, and is lost (`plays`); when most rows are,
the column is meant otherwise, and a person wants to hear how rather than a reason for each row.

Belongs here: the guess. Not here: reading one time (`fields`), or judging one row (`plays`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from uball_assets.domain.fields import seconds_in
from uball_assets.domain.plays.plays import LONGEST_PLAY_S, SHORTEST_PLAY_S

_FITTING_SHARE = 0.8
"""Of the rows that must be plays under a guess: a table has its slips in any unit."""

Windows = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class _Unit:
    """One way to mean a number that is no second."""

    told: str
    remedy: str
    seconds: Callable[[float], float]
    could_be: Callable[[float], bool]


def _decimals(value: float) -> int:
    return len(repr(value).partition(".")[2].rstrip("0"))


_UNITS = (
    _Unit(
        "fractions of a day, as a spreadsheet keeps times",
        "format the cells as [h]:mm:ss before you export them",
        lambda value: value * 86400,
        lambda value: 0 <= value < 1,
    ),
    _Unit(
        "minutes.seconds (0.12 for 0:12)",
        "write them with a colon",
        lambda value: int(value) * 60 + (value % 1) * 100,
        lambda value: value >= 0 and _decimals(value) <= 2 and value % 1 < 0.595,
    ),
    _Unit(
        "thousands (1,912 for 1912)",
        "write them without a separator of thousands",
        lambda value: value * 1000,
        lambda value: value < 20 and _decimals(value) <= 3,
    ),
    _Unit("minutes", "write them as seconds or as mm:ss", lambda value: value * 60, math.isfinite),
    _Unit(
        "milliseconds", "divide them by 1000", lambda value: value / 1000, lambda value: value.is_integer()
    ),
)


def implausible_times(rows: Sequence[Mapping[str, Any]]) -> str | None:
    """Why the rows' times cannot be seconds of game time, with the guess that makes sense and what to do.

    None where most rows last as plays do, where there are fewer than two, or where no guess makes sense.
    """
    read = [(seconds_in(row.get("start_timestamp")), seconds_in(row.get("end_timestamp"))) for row in rows]
    windows = [(start, end) for start, end in read if start is not None and end is not None]
    if len(windows) < 2 or 2 * _plays(windows, lambda value: value) >= len(windows):
        return None
    if 2 * sum(start > end for start, end in windows) > len(windows):
        return (
            "most plays end before they start: times of a game clock that counts down? "
            "Write the time since the video's game time 0"
        )
    lasts_s = median(end - start for start, end in windows)
    for unit in _UNITS:
        values = [value for window in windows for value in window]
        fits = _plays(windows, unit.seconds) >= _FITTING_SHARE * len(windows)
        if fits and all(unit.could_be(value) for value in values):
            meant_s = median(unit.seconds(end) - unit.seconds(start) for start, end in windows)
            return (
                f"as seconds most plays would last {lasts_s:.3g} s. Are the times {unit.told}? "
                f"Then they last {meant_s:.3g} s: {unit.remedy}"
            )
    return None


def _plays(windows: Windows, seconds: Callable[[float], float]) -> int:
    lengths_s = [seconds(end) - seconds(start) for start, end in windows]
    return sum(SHORTEST_PLAY_S - 0.001 <= length_s <= LONGEST_PLAY_S for length_s in lengths_s)
