"""Numbers for the drawings of a game's page: points and paths, in the units of each drawing's `viewBox`.

Belongs here: coordinates. Not here: what is drawn (`domain.showing`), markup and colours (`templates/pages`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from uball_assets.domain.showing.score_line import ScoreLine
from uball_assets.domain.showing.timeline_strips import clock_text

SCORE_WIDTH, SCORE_HEIGHT = 560.0, 220.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 34.0, 84.0, 12.0, 26.0
_STEPS = (1, 2, 5, 10, 20, 25, 50, 100)
_LABEL_HEIGHT = 14.0
TONES = frozenset(
    {"black", "blue", "gold", "gray", "green", "maroon", "navy", "orange", "purple", "red", "silver", "teal"}
    | {"white", "yellow"}
)
"""Jerseys that the style sheet has a colour for."""


@dataclass(frozen=True)
class Series:
    team: str
    total: int
    points: str
    """Of a polyline that goes up in steps."""
    label_y: float
    tone: str
    """For its colour: the jersey's own where that has a name, else the number of its place."""


@dataclass(frozen=True)
class ScoreDrawing:
    series: tuple[Series, ...]
    rows: tuple[tuple[float, int], ...]
    """(y, points)."""
    columns: tuple[tuple[float, str], ...]
    """(x, `12:00`)."""
    left: float = _LEFT
    right: float = SCORE_WIDTH - _RIGHT
    bottom: float = SCORE_HEIGHT - _BOTTOM
    view: str = f"0 0 {SCORE_WIDTH:g} {SCORE_HEIGHT:g}"


def score_drawing(line: ScoreLine, last_game_s: float = 0.0) -> ScoreDrawing:
    """To `last_game_s` at least, so that two accounts of a game have one scale of time."""
    end_s = max(60.0, math.ceil(max(line.last_game_s, last_game_s) / 60) * 60.0)
    step = next((step for step in _STEPS if line.most / step <= 5), _STEPS[-1])
    top = max(step, math.ceil(line.most / step) * step)
    width, height = SCORE_WIDTH - _LEFT - _RIGHT, SCORE_HEIGHT - _TOP - _BOTTOM

    def x(at_s: float) -> float:
        return round(_LEFT + width * max(0.0, at_s) / end_s, 1)

    def y(points: float) -> float:
        return round(SCORE_HEIGHT - _BOTTOM - height * points / top, 1)

    series = []
    label_y = float("inf")
    for team in sorted(line.final, key=lambda team: line.final[team]):
        at = [f"{x(0)},{y(0)}"]
        before = 0
        for one in line.steps:
            if one.totals[team] != before:
                at += [f"{x(one.at_game_s)},{y(before)}", f"{x(one.at_game_s)},{y(one.totals[team])}"]
                before = one.totals[team]
        at.append(f"{x(end_s)},{y(before)}")
        label_y = min(label_y - _LABEL_HEIGHT, y(before) + 4)
        tone = team.lower() if team.lower() in TONES else str(line.teams.index(team) + 1)
        series.append(Series(team, before, " ".join(at), label_y, tone))
    in_order = sorted(series, key=lambda one: line.teams.index(one.team))
    minutes = max(1, math.ceil(end_s / 60 / 6))
    ticks = [60.0 * minutes * place for place in range(int(end_s / 60 // minutes) + 1)]
    return ScoreDrawing(
        tuple(in_order),
        tuple((y(points), points) for points in range(0, top + 1, step)),
        tuple((x(at_s), clock_text(at_s)) for at_s in ticks),
    )
