"""Playoffs: no model of forecasts changes while they are played, for nobody wants to be surprised then.

Belongs here: whether the calendar holds changes now, and its words. Not here: pauses and freeze windows,
which hold all models (`learning.due.freeze`).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from uball_assets.domain.league.fixtures import Phase
from uball_assets.domain.league.phases import Calendar
from uball_assets.domain.learning.due.freeze import Held
from uball_assets.domain.learning.due.words import moment


def held_by_playoffs(calendar: Calendar, now: datetime) -> Held | None:
    """`now` is in the league's time zone."""
    day = now.date()
    spans = [
        span for span in calendar.spans if span.phase is Phase.PLAYOFFS and span.first <= day <= span.last
    ]
    if not spans:
        return None
    end = datetime.combine(
        max(span.last for span in spans) + timedelta(days=1), datetime.min.time(), now.tzinfo
    )
    return Held(
        f"no model of forecasts changes: playoffs of {spans[0].season}, until {moment(end)}",
        "the playoffs end, or UBALL_SEASONS says otherwise",
        end.timestamp(),
    )


def longest(*held: Held | None) -> Held | None:
    found = [one for one in held if one]
    return max(found, key=lambda one: float("inf") if one.until_s is None else one.until_s, default=None)
