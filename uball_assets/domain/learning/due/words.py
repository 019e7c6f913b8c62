"""How numbers stand in the reasons: counts, durations, dates.

Belongs here: these forms. Not here: the reasons (`retrain`, and the other files of this folder).
"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

DAY_S = 86_400.0


def count(number: int, noun: str) -> str:
    """`1 game`, `2 games`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def duration(seconds: float) -> str:
    """In its largest whole unit: `3 days`."""
    for unit_s, unit in ((DAY_S, "day"), (3600.0, "hour"), (60.0, "minute")):
        if seconds >= unit_s:
            return count(int(seconds // unit_s), unit)
    return count(max(1, round(seconds)), "second")


def moment(at: datetime) -> str:
    """`2026-11-30 04:00 UTC`."""
    return f"{at:%Y-%m-%d %H:%M %Z}".rstrip()


def moment_of(at_s: float, zone: tzinfo = UTC) -> str:
    """The same of Unix seconds."""
    return moment(datetime.fromtimestamp(at_s, zone))
