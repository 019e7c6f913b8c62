"""Cron: which moments five fields name, and which one comes next.

    minute  hour  day of the month  month  day of the week (0 or 7: Sunday; MON …)
    *    5    1-5    */15    1,15    MON-FRI

Belongs here: reading a setting and saying the next date to people. Not here: starting at these moments,
which is Dagster's (`automation`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from uball_assets.domain.errors import Permanent

OFF = "off"
"""In place of a cron: nothing is ever due by it."""
_FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("day of the week", 0, 7))
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_LOOKED_AHEAD_DAYS = 4 * 366 + 1
"""A 29th of February comes within that."""


@dataclass(frozen=True)
class Cron:
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    """0 is Sunday."""
    is_either_day: bool
    """Both kinds of day are named: then one of them is enough."""

    @classmethod
    def parse(cls, text: str) -> Cron:
        """Raises Permanent for what is no cron, or names no moment."""
        words = text.split()
        if len(words) != len(_FIELDS):
            raise Permanent(
                f"{text!r} is no cron: write minute, hour, day, month and day of the week, as '0 4 * * 1'"
            )
        fields = [_numbers(word, *field) for word, field in zip(words, _FIELDS, strict=True)]
        weekdays = frozenset(day % 7 for day in fields[4])
        is_either = words[2] != "*" and words[4] != "*"
        found = cls(fields[0], fields[1], fields[2], fields[3], weekdays, is_either)
        found.next_after(datetime(2000, 1, 1))  # noqa: DTZ001 - any moment: does it name one at all?
        return found

    def next_after(self, moment: datetime) -> datetime:
        """The first moment named behind this one, by the clock of its time zone, whole minutes."""
        day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        for ahead in range(_LOOKED_AHEAD_DAYS):
            on = day + timedelta(days=ahead)
            if not self._is_on(on):
                continue
            for hour in sorted(self.hours):
                for minute in sorted(self.minutes):
                    found = on.replace(hour=hour, minute=minute)
                    if found > moment:
                        return found
        raise Permanent("this cron names a day that never comes: write another")

    def _is_on(self, day: datetime) -> bool:
        if day.month not in self.months:
            return False
        by_date, by_weekday = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return by_date or by_weekday if self.is_either_day else by_date and by_weekday


def next_of(cron: str, moment: datetime) -> datetime | None:
    """None where it is off."""
    return None if cron == OFF else Cron.parse(cron).next_after(moment)


def _numbers(word: str, name: str, low: int, high: int) -> frozenset[int]:
    found: set[int] = set()
    for part in word.split(","):
        span, slash, step = part.partition("/")
        try:
            first, last = _span(span, low, high, is_open=bool(slash))
            every = int(step) if slash else 1
        except ValueError:
            first, last, every = 0, -1, 0
        if every < 1 or not low <= first <= last <= high:
            raise Permanent(f"{word!r} is no {name} of a cron: write {low} to {high}, or *")
        found |= set(range(first, last + 1, every))
    return frozenset(found)


def _span(span: str, low: int, high: int, *, is_open: bool) -> tuple[int, int]:
    if span == "*":
        return low, high
    first, dash, last = span.partition("-")
    begin = _number(first)
    return begin, _number(last) if dash else high if is_open else begin


def _number(word: str) -> int:
    return _DAYS.index(word.upper()) if word.upper() in _DAYS else int(word)
