"""The hours of a week in which a court is played on: `mon-fri 18-22, sat-sun 10-20`.

Belongs here: reading them, and how many games they hold. Not here: which of them a game is in (`season`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from uball_assets.domain.errors import Permanent

EVENINGS_AND_WEEKENDS = "mon-fri 18-22, sat-sun 10-20"
FORM = "days and hours, as mon-fri 18-22, sat-sun 10-20"
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PART = re.compile(r"(?P<first>[a-z]{3})(?:-(?P<last>[a-z]{3}))? (?P<begin>\d{1,2})-(?P<end>\d{1,2})")


@dataclass(frozen=True)
class Stretch:
    """Of one day, without a break."""

    begin_h: float
    """Hours since Monday, 0:00."""
    end_h: float

    def tip_offs_h(self, game_h: float) -> list[float]:
        """Of the games that it holds, one after the other."""
        count = int((self.end_h - self.begin_h) / game_h + 1e-9)
        return [self.begin_h + number * game_h for number in range(count)]


def parse_opening(text: str) -> tuple[Stretch, ...]:
    """In the order of the week. Permanent, with the form, for what is none."""
    stretches: list[Stretch] = []
    for part in text.lower().split(","):
        found = _PART.fullmatch(" ".join(part.split()))
        days = _days(found["first"], found["last"] or found["first"]) if found else []
        begin, end = (int(found["begin"]), int(found["end"])) if found else (0, 0)
        if not days or not begin < end <= 24:
            raise Permanent(f"opening hours {text!r}: {part.strip()!r} is none; write {FORM}")
        stretches += [Stretch(24 * day + begin, 24 * day + end) for day in days]
    stretches.sort(key=lambda one: one.begin_h)
    for before, after in pairwise(stretches):
        if after.begin_h < before.end_h:
            raise Permanent(f"opening hours {text!r}: some hours are named twice; write {FORM}")
    return tuple(stretches)


def _days(first: str, last: str) -> list[int]:
    """From 0; none where a name is no day, or they stand the wrong way round."""
    if first not in _DAYS or last not in _DAYS:
        return []
    return list(range(_DAYS.index(first), _DAYS.index(last) + 1))
