"""Lines of a box score: what one player, or one team, did in one game.

Belongs here: the counts, and what follows from them alone. Not here: counting them from plays (`counting`),
ratings over games (`domain.form`).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

FREE_THROW_SHARE = 0.44
"""Of free throws that end a possession; the usual estimate (Oliver, Basketball on Paper, 2004)."""


@dataclass(frozen=True)
class Counts:
    """Whole numbers of one game."""

    free_throws_made: int = 0
    free_throws_missed: int = 0
    twos_made: int = 0
    twos_missed: int = 0
    threes_made: int = 0
    threes_missed: int = 0
    fours_made: int = 0
    fours_missed: int = 0
    offensive_rebounds: int = 0
    defensive_rebounds: int = 0
    rebounds_of_either: int = 0
    """Written down without saying which."""
    assists: int = 0
    steals: int = 0
    blocks: int = 0
    turnovers: int = 0
    fouls: int = 0

    @property
    def points(self) -> int:
        return self.free_throws_made + 2 * self.twos_made + 3 * self.threes_made + 4 * self.fours_made

    @property
    def rebounds(self) -> int:
        return self.offensive_rebounds + self.defensive_rebounds + self.rebounds_of_either

    @property
    def shots(self) -> int:
        """From the field."""
        made = self.twos_made + self.threes_made + self.fours_made
        return made + self.twos_missed + self.threes_missed + self.fours_missed

    @property
    def possessions(self) -> float:
        """Estimated: shots that were not rebounded by the shooters, turnovers, trips to the line."""
        free_throws = self.free_throws_made + self.free_throws_missed
        return max(
            0.0,
            self.shots - self.offensive_rebounds + self.turnovers + FREE_THROW_SHARE * free_throws,
        )

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Counts)))


COUNTED = tuple(field.name for field in fields(Counts))


@dataclass(frozen=True)
class PlayerLine:
    """One player who appeared; one version of it."""

    game_id: str
    tip_off: datetime
    """UTC, of its game."""
    team_id: str
    opponent_id: str
    player_id: str
    is_home: bool
    counts: Counts
    source: str
    """`plays`, `annotations`, or the feed's name."""
    known_at: datetime


@dataclass(frozen=True)
class TeamLine:
    """One team's; `counts` hold what nobody was named for too."""

    game_id: str
    tip_off: datetime
    team_id: str
    opponent_id: str
    is_home: bool
    counts: Counts
    source: str
    known_at: datetime
