"""Whether a game's lines add up to its official score, which two sources may tell.

People's table of games stands over the schedule, which may have it from a feed: where the two differ both
are said, and a person corrects the wrong one.

Belongs here: adding up. Not here: which plays could explain a difference (`review.score_check`), counting
(`box_score`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from uball_assets.domain.league.fixtures import Fixture
from uball_assets.domain.league.lines import TeamLine

HomeAway = tuple[int, int]
NOTHING_OFFICIAL = "no official score of it is known yet"


@dataclass(frozen=True)
class PointsCheck:
    game_id: str
    adds_up: bool
    """True too where there is nothing to hold against."""
    says: str


def check_points(
    fixture: Fixture,
    lines: Iterable[TeamLine],
    in_games: HomeAway | None,
    points_of_nobody: int = 0,
    names: Mapping[str, str] = MappingProxyType({}),
) -> PointsCheck:
    """`in_games`: the games table's score, home and away; None where it has none that is understood.
    `points_of_nobody`: counted in no line, for no team could be told. `names`: of teams, by id."""
    counted = {line.team_id: line for line in lines}
    in_schedule = (
        (fixture.home_points, fixture.away_points)
        if fixture.home_points is not None and fixture.away_points is not None
        else None
    )
    official = in_games or in_schedule
    if official is None:
        return PointsCheck(fixture.game_id, True, NOTHING_OFFICIAL)
    wrong = []
    for team_id, points in zip((fixture.home_team, fixture.away_team), official, strict=True):
        line = counted.get(team_id)
        if line is not None and line.counts.points != points:
            wrong.append(_apart(names.get(team_id, team_id), line, points, points_of_nobody))
    if in_games and in_schedule and in_games != in_schedule:
        wrong.append(
            f"the games table says {_score(in_games)}, the schedule {_score(in_schedule)}: the first is held "
            "to until one of them is corrected"
        )
    if wrong:
        return PointsCheck(fixture.game_id, False, "; ".join(wrong))
    both = len({fixture.home_team, fixture.away_team} & counted.keys()) == 2
    return PointsCheck(
        fixture.game_id,
        True,
        f"adds up to {_score(official)}" if both else "it has no lines of both teams to add up",
    )


def _apart(team: str, line: TeamLine, official: int, points_of_nobody: int) -> str:
    gap = official - line.counts.points
    few = f"{abs(gap)} point{'s' if abs(gap) > 1 else ''} {'too few' if gap > 0 else 'too many'}"
    nobody = (
        f" ({points_of_nobody} more are of plays whose player names no team)"
        if gap > 0 and points_of_nobody
        else ""
    )
    return f"{team} has {line.counts.points} by {line.source}, {official} officially: {few}{nobody}"


def _score(points: HomeAway) -> str:
    return f"{points[0]}:{points[1]}"
