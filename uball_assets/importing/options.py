"""What a person writes beside a game's files: when its periods begin, how far its cameras are off.

Belongs here: pairs of words as values. Not here: a file of offsets (`offsets`), what the values are used for.
"""

from __future__ import annotations

from collections.abc import Iterable

from uball_assets.domain.errors import Permanent
from uball_assets.domain.fields import seconds_in, two_readings
from uball_assets.domain.footage.angles import Angle, angle_named
from uball_assets.domain.plays.periods import period_in


def period_starts_in(pairs: Iterable[tuple[str, str]]) -> dict[str, float]:
    """Game time in seconds by period, from `2` and `31:15`.

    Permanent for what is no period or no time, and for a period named twice.
    """
    starts_s: dict[str, float] = {}
    for named, value in pairs:
        period, start_s = period_in(named), seconds_in(value)
        if period is None or start_s is None:
            raise Permanent(f"--period-start {named}={value}: write it as 2=31:15, period and game time")
        if period in starts_s:
            raise Permanent(f"period {period} has two starts, {starts_s[period]} and {start_s} s: keep one")
        starts_s[period] = start_s
    return starts_s


def offsets_in(pairs: Iterable[tuple[str, object]]) -> dict[Angle, float]:
    """Sync offsets by camera from `FAR_LEFT` (or `fl`, `far-left`) and seconds.

    Permanent for an unknown camera, one named twice, or a value that is no number.
    """
    offsets_s: dict[Angle, float] = {}
    for camera, value in pairs:
        angle, offset_s = angle_named(camera), seconds_in(value)
        if angle is None:
            raise Permanent(f"{camera!r} is no camera: use {', '.join(Angle)}")
        if offset_s is None:
            raise Permanent(f"the offset of {angle} is {value!r}: {_as_seconds(value)}")
        if angle in offsets_s:
            raise Permanent(f"{angle} has two offsets, {offsets_s[angle]} and {offset_s}: keep one")
        offsets_s[angle] = offset_s
    return offsets_s


def _as_seconds(value: object) -> str:
    """How to write an offset that cannot be read."""
    either = two_readings(value)
    if either is None:
        return "write it as seconds, e.g. 1.25"
    decimal_s, thousands_s = either
    return f"its comma may be a decimal one or one of thousands: write {decimal_s} or {thousands_s:.0f}"
