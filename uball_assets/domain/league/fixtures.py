"""A game of the league as its schedule knows it: who meets whom when, and how it ended.

Facts have two clocks: when a game is played (`tip_off`) and since when a fact was known (`known_at`); what
was known at tip-off is what a forecast may use. A fact that is corrected is a further version of it, never
another value in the old place.

Belongs here: the schedule's words. Not here: what players did (`lines`), phases' dates (`phases`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Phase(StrEnum):
    """Of a league's year."""

    OFF_SEASON = "off-season"
    PRE_SEASON = "pre-season"
    SEASON = "season"
    ALL_STAR = "all-star"
    PLAYOFFS = "playoffs"


NEVER_COUNTED = frozenset({Phase.PRE_SEASON, Phase.ALL_STAR})
"""Games of these say nothing of a team: for no feature, no record."""


class Status(StrEnum):
    SCHEDULED = "scheduled"
    FINAL = "final"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Fixture:
    """One version of what is known of a game."""

    game_id: str
    season: str
    """`2025-26`, `2026`: as the league names it."""
    phase: Phase
    tip_off: datetime
    """UTC."""
    home_team: str
    """A team's id."""
    away_team: str
    status: Status
    home_points: int | None
    """The official score; None until it is final."""
    away_points: int | None
    known_at: datetime
    """UTC."""

    @property
    def teams(self) -> tuple[str, str]:
        """Home, away."""
        return self.home_team, self.away_team

    @property
    def is_final(self) -> bool:
        return self.status is Status.FINAL and self.home_points is not None and self.away_points is not None
