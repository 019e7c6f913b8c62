"""A score sheet whose players add up: their expected points, each times his chance to appear, are the team's.

A player is told as if he plays. The outcome model knows more of a game than all players' forecasts together,
so the team's points are taken from it, and each player keeps his part of them.

Belongs here: the rule. Not here: chances to appear (`domain.league.appearing`), a player's own forecast
(`players`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FEWEST = 5
"""Where fewer players are expected, they are not the whole team, and are left as they are."""
SCORING = frozenset({"points", "fours_made"})
"""Numbers of a line that go with the team's points."""


@dataclass(frozen=True)
class Share:
    """What a player's points are held to."""

    team_points: float
    """Expected of his team."""
    factor: float
    """Of every teammate's points."""


def share_of(points: Iterable[float], chances: Sequence[float | None], team_points: float) -> Share | None:
    """Of all who can play: what the player model expects of each, if he plays, and his chance to. None where
    nobody can tell who is to appear."""
    known = [chance for chance in chances if chance is not None]
    if len(known) < len(chances) or sum(known) < FEWEST:
        return None
    together = sum(each * chance for each, chance in zip(points, known, strict=True))
    return Share(team_points, team_points / together)
