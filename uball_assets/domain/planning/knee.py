"""How much some machines can take, and how many it takes: where the queue begins to tell.

The knee is where nineteen of twenty games no longer keep the league's goal, or take twice as long as they
would alone: from there on a few games more cost every game much.

Belongs here: the search. Not here: the weeks that it looks at (`season`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from uball_assets.domain.planning.assumptions import Costs
from uball_assets.domain.planning.league import League, Region
from uball_assets.domain.planning.season import Coming, Season, coming, play

TIMES = 2.0
_MOST_MACHINES = 4096
_MOST_TIMES = 32.0
_EXACT = 1.1
"""Knees, and more than ten machines, are told to one part in ten."""
_WEEK_S = 7 * 86_400.0


@dataclass(frozen=True)
class Knee:
    games_a_week: int
    """The most that still keep both bounds, with courts as many times more."""
    because: str
    """What ends it."""
    is_reached: bool = True
    """Else the search ended before."""


def past(season: Season, goal_h: float) -> str:
    """Which bound it does not keep; '' where it keeps both."""
    p95_h, alone_h = season.lags.p95_h, season.alone.p95_h
    if p95_h >= goal_h:
        return f"nineteen of twenty take {p95_h:.1f} h, the goal is {goal_h:g} h"
    if p95_h > TIMES * alone_h:
        return f"nineteen of twenty take {p95_h:.1f} h, alone they would take {alone_h:.1f} h"
    return ""


def fewest_machines(
    league: League, come: Coming, at_least: int = 1, *, goal_alone: bool = False
) -> int | None:
    """None where no number of them keeps the goal: a game on machines of its own takes too long.

    `goal_alone`: though they take more than twice as long as they would alone.
    """
    if come.alone.p95_h >= league.goal_h:
        return None

    def holds(count: int) -> bool:
        season = play(come, count)
        return season.lags.p95_h < league.goal_h if goal_alone else not past(season, league.goal_h)

    high = low = max(at_least, math.ceil(come.core_s_a_week / (_WEEK_S * come.fed_cores)))
    while not holds(high):
        low, high = high + 1, 2 * high
        if high > _MOST_MACHINES:
            return None
    while low < high and high / low > _EXACT:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return high


def knee_of(league: League, region: Region, costs: Costs, machine_count: int) -> Knee | None:
    """None where even the fewest games are past it."""

    def at(times: float) -> tuple[int, str]:
        games = max(1, math.floor(region.games_a_week * times))
        courts = max(1, math.ceil(region.courts * games / region.games_a_week))
        grown = replace(region, courts=courts, games_a_week=games)
        return games, past(play(coming(league, grown, costs), machine_count), league.goal_h)

    low, (games, because) = 1.0, at(1.0)
    if because:
        high = 1.0
        while because and games > 1:
            high, end, low = low, because, low / 2
            games, because = at(low)
        if because:
            return None
    else:
        high, end = 2.0, ""
        while high <= _MOST_TIMES:
            games, end = at(high)
            if end:
                break
            low, high = high, 2 * high
        if not end:
            return Knee(games, f"not reached at {_MOST_TIMES:g} times as many", is_reached=False)
    while high / low > _EXACT:
        middle = math.sqrt(low * high)
        _, because = at(middle)
        low, high, end = (low, middle, because) if because else (middle, high, end)
    return Knee(at(low)[0], end)
