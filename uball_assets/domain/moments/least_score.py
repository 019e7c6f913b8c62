"""How likely a moment must be to be asked about: as little as keeps the plays, while questions stay few.

Belongs here: the least score of a candidate, from games whose moments are known. Not here: candidates
(`peaks`). Game time, seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from uball_assets.domain.moments.peaks import Candidate

LOWEST = 0.01
"""Under it nothing is a candidate."""
USUAL = 0.1
"""A lost play costs more than a question too many; under this, most are."""
KEPT_SHARE = 0.99
"""Of the moments that were ever a candidate, where USUAL keeps fewer. The last ones would cost a question
for each second."""
ENOUGH_SHARE = 0.98
"""With so many of all moments kept, a second camera is not looked at."""
MOST_A_PLAY = 1.5
"""Questions."""
FOUND_S = 1.0
"""A candidate this close to a moment finds it."""


@dataclass(frozen=True)
class Tried:
    """One film of a game that the weights had not seen."""

    moments_game_s: tuple[float, ...]
    candidates: tuple[Candidate, ...]
    """Of any score from LOWEST."""

    @property
    def found_at(self) -> list[float]:
        """For each moment that has one near, its best candidate's score."""
        near = [
            [one.score for one in self.candidates if abs(one.moment_game_s - moment_s) <= FOUND_S]
            for moment_s in self.moments_game_s
        ]
        return [max(scores) for scores in near if scores]


@dataclass(frozen=True)
class HeldOut:
    """What came of the films together, at the least score."""

    moments: int
    kept: int
    candidates: int

    @property
    def is_enough(self) -> bool:
        """False too where nothing was held out, as with a single game."""
        is_kept = self.moments > 0 and self.kept >= ENOUGH_SHARE * self.moments
        return is_kept and self.candidates <= MOST_A_PLAY * self.moments

    def is_better_than(self, other: HeldOut) -> bool:
        """Keeps more, or as much with fewer questions; of games of which nothing is known, anything is."""
        if not self.moments:
            return True
        kept, others = self.kept * other.moments, other.kept * self.moments
        return (kept, -self.candidates * other.moments) > (others, -other.candidates * self.moments)


def least_score(tried: Sequence[Tried]) -> float:
    """USUAL, or less where that keeps too few of the moments; where it asks too many questions, the highest
    that keeps enough of them, or a higher one if it must be."""
    found = [score for film in tried for score in film.found_at]
    if not found:
        return USUAL
    scores = sorted((one.score for film in tried for one in film.candidates), reverse=True)
    room = int(MOST_A_PLAY * sum(len(film.moments_game_s) for film in tried))
    fewest = scores[room - 1] if room <= len(scores) else LOWEST
    reached = max(LOWEST, float(np.quantile(found, 1 - KEPT_SHARE, method="lower")))
    usual = min(USUAL, reached)
    return usual if usual >= fewest else max(reached, fewest)


def held_out(tried: Sequence[Tried], least: float) -> HeldOut:
    return HeldOut(
        sum(len(film.moments_game_s) for film in tried),
        sum(score >= least for film in tried for score in film.found_at),
        sum(one.score >= least for film in tried for one in film.candidates),
    )
