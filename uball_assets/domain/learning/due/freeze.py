"""Times in which no model changes: a pause that a person set, and freeze windows (playoffs).

While one holds nothing is trained, nothing promoted and no canary goes a step on. Games are picked up, cut
and annotated all the same. What was held back is due as soon as it ends, for nothing was decided meanwhile.

Belongs here: whether one holds now, and its words. Not here: the record's entries
(`adapters.record.pauses`) or who heeds it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from uball_assets.domain.errors import Permanent
from uball_assets.domain.learning.due.words import moment

_BETWEEN = ".."


@dataclass(frozen=True)
class Pause:
    """What a person last said: that no model is to change, or that they may again."""

    is_on: bool
    by: str
    why: str
    until: datetime | None
    """None: until a person says otherwise."""


@dataclass(frozen=True)
class Window:
    first: date
    last: date
    """It holds on this day too, by the league's time zone."""

    @classmethod
    def parse(cls, text: str) -> Window:
        """`2027-04-17..2027-06-20`, or one day. Raises Permanent for anything else."""
        first, between, last = text.partition(_BETWEEN)
        try:
            found = cls(date.fromisoformat(first.strip()), date.fromisoformat((last or first).strip()))
        except ValueError:
            found = None
        if found is None or found.last < found.first or (between and not last):
            raise Permanent(f"{text!r} is no freeze window: write 2027-04-17..2027-06-20")
        return found


@dataclass(frozen=True)
class Held:
    reason: str
    """A sentence with who, why and the next date."""
    remedy: str
    until_s: float | None
    """Unix seconds; None where no date was named."""


def held(pause: Pause | None, windows: Iterable[Window], now: datetime) -> Held | None:
    """Whether no model may change now, the longest that holds. `now` is in the league's time zone."""
    found = [held_by for window in windows if (held_by := _frozen(window, now))]
    if pause and pause.is_on and (pause.until is None or now < pause.until):
        found.append(_paused(pause, now))
    return max(found, key=lambda one: float("inf") if one.until_s is None else one.until_s, default=None)


def _paused(pause: Pause, now: datetime) -> Held:
    until = pause.until.astimezone(now.tzinfo) if pause.until else None
    end = f"until {moment(until)}" if until else "until `uball resume`, no date was named"
    return Held(
        f"no model changes: paused by {pause.by} {end} ({pause.why})",
        'the pause ends, or `uball resume --because "…"`',
        until.timestamp() if until else None,
    )


def _frozen(window: Window, now: datetime) -> Held | None:
    if not window.first <= now.date() <= window.last:
        return None
    end = datetime.combine(window.last + timedelta(days=1), datetime.min.time(), now.tzinfo)
    return Held(
        f"no model changes: freeze window {window.first} to {window.last}, until {moment(end)}",
        "the window ends, or UBALL_FREEZE_WINDOWS says otherwise",
        end.timestamp(),
    )
