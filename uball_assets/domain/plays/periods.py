"""Periods: times that begin again with each of them are no game time until their starts are known.

Belongs here: telling such times, and moving them. Not here: reading a table (`importing.tables`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from statistics import median

from uball_assets.domain.fields import number_in, text_in

_AGAIN_SHARE = 0.2
"""Of a period's plays: so many before the middle of the period ahead of it are no slips any more."""


def period_in(value: object) -> str | None:
    """The period that a cell names, spelled one way: `1`, `1.0` and ` 1 ` are one, `Q1` and `q1` too."""
    number = number_in(value)
    if number is not None and number.is_integer():
        return str(int(number))
    text = text_in(value)
    return text.lower() if text else None


def begins_again(plays: Iterable[tuple[str, float]]) -> tuple[str, str] | None:
    """Two periods of which the second's times go back into the first's; None where times run on.

    `plays`: period and start, seconds, in the table's order, which is that of the periods.
    """
    starts_s: dict[str, list[float]] = {}
    for period, start_s in plays:
        starts_s.setdefault(period, []).append(start_s)
    periods = list(starts_s)
    if all(period.isdigit() for period in periods):
        periods.sort(key=int)
    for first, second in pairwise(periods):
        middle_s = median(starts_s[first])
        early = sum(start_s <= middle_s for start_s in starts_s[second])
        if early >= _AGAIN_SHARE * len(starts_s[second]):
            return first, second
    return None


def start_of(period: str | None, period_starts_s: Mapping[str, float]) -> float:
    """Game time at which a period's clock stands at 0, seconds. Raises ValueError for one without a start."""
    if period is None:
        raise ValueError("it says no period")
    if period not in period_starts_s:
        raise ValueError(f"period {period} has no start: add --period-start {period}=TIME")
    return period_starts_s[period]
