"""How far a play reaches around its moment, and how close two moments come: from the league's own plays.

Belongs here: quantiles of plays, and the window that is asked about. Not here: where moments are (`peaks`).
Game time, seconds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from uball_assets.domain.footage.angles import Side
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.plays.plays import Play

_LEAST, _MOST = 0.05, 0.95
"""Of a hundred plays the five shortest and five longest decide nothing: among them are the wrong times."""
_CLOSEST = 0.01
"""The same of gaps; those close together are rarely wrong, and it is the smallest that counts."""


@dataclass(frozen=True)
class Reach:
    before_s: tuple[float, float]
    """From a play's start to its moment: 5 % of plays have less than the first, 5 % more than the second."""
    after_s: tuple[float, float]
    """From its moment to its end, the same."""
    closest_s: float
    """Between two moments of one side."""

    @property
    def apart_s(self) -> float:
        """Of two candidates closer than this at least one is wrong."""
        return self.closest_s / 2

    def around(self, moment_game_s: float, neighbours_game_s: Iterable[float], filmed: Window) -> Window:
        """What of the film is asked about: all that a play may reach, but not over half of the way to the
        next candidate, unless even a short play reaches so far."""
        before_s = [moment_game_s - one for one in neighbours_game_s if one < moment_game_s]
        after_s = [one - moment_game_s for one in neighbours_game_s if one > moment_game_s]
        start_s = moment_game_s - _between(self.before_s, min(before_s, default=np.inf) / 2)
        end_s = moment_game_s + _between(self.after_s, min(after_s, default=np.inf) / 2)
        return Window(round(max(start_s, filmed.start_s), 3), round(min(end_s, filmed.end_s), 3))


def reach_of(plays: Sequence[Play]) -> Reach | None:
    """None where no two plays of one side of a game have a moment."""
    by_half: dict[tuple[str, Side], list[float]] = defaultdict(list)
    timed = [(play, play.timestamp_game_s) for play in plays if play.timestamp_game_s is not None]
    for play, moment_game_s in timed:
        by_half[play.game_id, play.side].append(moment_game_s)
    gaps_s = [later - one for moments_s in by_half.values() for one, later in pairwise(sorted(moments_s))]
    if not gaps_s:
        return None
    return Reach(
        _quantiles([moment_s - play.window.start_s for play, moment_s in timed]),
        _quantiles([play.window.end_s - moment_s for play, moment_s in timed]),
        round(float(np.quantile(gaps_s, _CLOSEST)), 3),
    )


def _quantiles(lengths_s: Sequence[float]) -> tuple[float, float]:
    least, most = np.quantile(lengths_s, [_LEAST, _MOST])
    return round(float(least), 3), round(float(most), 3)


def _between(reach_s: tuple[float, float], half_way_s: float) -> float:
    least_s, most_s = reach_s
    return max(least_s, min(most_s, half_way_s))
