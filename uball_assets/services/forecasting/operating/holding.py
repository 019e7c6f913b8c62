"""Whether a model of forecasts may change now: pauses and freeze windows hold all models, playoffs these.

Belongs here: the longest of them. Not here: the rules (`domain.learning.due.freeze`,
`domain.league.operating.playoffs`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from uball_assets.adapters.record.pauses import held_now
from uball_assets.adapters.record.registry import Registry
from uball_assets.domain.league.operating.playoffs import held_by_playoffs, longest
from uball_assets.domain.league.phases import Calendar
from uball_assets.domain.learning.due.freeze import Held, Window


def held_forecasts(
    registry: Registry, windows: Iterable[Window], calendar: Calendar, now: datetime
) -> Held | None:
    """`now` is in the league's time zone."""
    return longest(held_now(registry, windows, now), held_by_playoffs(calendar, now))
