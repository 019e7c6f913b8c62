"""Lost times: where plays may be that no sound row tells. A row that was lost still says that something
happened.

Belongs here: the stretches of game time of a game's lost rows. Not here: why a row is lost (`plays`), or
which stretches are empty (`clipping.empty_windows`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from uball_assets.domain.fields import seconds_in, text_in
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.plays.plays import TIMES, Play

AROUND_S = 20.0
"""On either side of a row's only time: a play of the league lasts 5 to 20 s."""


@dataclass(frozen=True)
class LostTimes:
    windows: tuple[Window, ...] = ()
    """Game time, seconds, of either side of the court: a lost row's side is not believed."""
    unplaced: int = 0
    """Rows that say no time at which anything was filmed: their plays may be anywhere."""


def lost_times(
    rows: Iterable[Mapping[str, Any]], sound: Iterable[Play], footage: Mapping[Angle, Window]
) -> LostTimes:
    """Of every row but those that became the `sound` plays, and older versions of these.

    `footage`: what each camera filmed, in game time.
    """
    known = {play.play_id for play in sound}
    placed = [_window(row, footage) for row in rows if text_in(row.get("id")) not in known]
    windows = tuple(window for window in placed if window)
    return LostTimes(windows, len(placed) - len(windows))


def _window(row: Mapping[str, Any], footage: Mapping[Angle, Window]) -> Window | None:
    """What the row's times span, in whatever order; None where nothing of it was filmed."""
    start_s, end_s, moment_s = (seconds_in(row.get(column)) for column in TIMES)
    told_s = [time_s for time_s in (start_s, end_s, moment_s) if time_s is not None]
    if not told_s:
        return None
    around_s = 0.0 if start_s is not None and end_s is not None else AROUND_S
    window = Window(min(told_s) - around_s, max(told_s) + around_s)
    is_filmed = any(window.start_s < seen.end_s and window.end_s > seen.start_s for seen in footage.values())
    return window if is_filmed else None
