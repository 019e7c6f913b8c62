"""A whole game: how many plays one has in this league, told by the league's own games.

    few          under 0.75 of the lower quartile
    far too few  under 0.5 of it

A quartile, for a few broken games do not move it; shares of it, for plays per game differ by less than that:
a league whose games have 190 to 315 plays finds under 165 few, and under 110 far too few. While there are
under 8 other games, fewer than two stand below a quartile, and no number of plays is held against a game.

Belongs here: the bounds. Not here: what follows from them (`quality`, `learning.pickup`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles

LEAST_GAMES = 8
FEW_SHARE, FAR_TOO_FEW_SHARE = 0.75, 0.5


@dataclass(frozen=True)
class UsualPlays:
    """What the league's other games have."""

    lower_quartile: float
    game_count: int

    def is_few(self, row_count: int) -> bool:
        return row_count < FEW_SHARE * self.lower_quartile

    def is_far_too_few(self, row_count: int) -> bool:
        return row_count < FAR_TOO_FEW_SHARE * self.lower_quartile

    def told(self, row_count: int) -> str:
        """`3 plays are far too few for a game: three quarters of 24 others have 205 or more`."""
        how = "far too few" if self.is_far_too_few(row_count) else "few"
        usual = f"three quarters of {self.game_count} others have {self.lower_quartile:.0f} or more"
        return f"{row_count} plays are {how} for a game: {usual}"


def usual_plays(row_counts: Sequence[int]) -> UsualPlays | None:
    """From the play rows of each of the league's other games; None while they are too few to tell."""
    if len(row_counts) < LEAST_GAMES:
        return None
    return UsualPlays(quantiles(row_counts, method="inclusive")[0], len(row_counts))
