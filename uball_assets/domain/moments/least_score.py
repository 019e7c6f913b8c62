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


def least_score(tried: Sequence[Tried]) -> float:
    """USUAL; less where that keeps too few of the moments, more where that asks too many questions."""
    found = [score for film in tried for score in film.found_at]
    if not found:
        return USUAL
    moments = sum(len(film.moments_game_s) for film in tried)
    scores = sorted((one.score for film in tried for one in film.candidates), reverse=True)
    room = int(MOST_A_PLAY * moments)
    fewest = scores[room - 1] if room <= len(scores) else LOWEST
    reached = float(np.quantile(found, 1 - KEPT_SHARE, method="lower"))
    return max(LOWEST, min(USUAL, reached), fewest)


def held_out(tried: Sequence[Tried], least: float) -> HeldOut:
    return HeldOut(
        sum(len(film.moments_game_s) for film in tried),
        sum(score >= least for film in tried for score in film.found_at),
        sum(one.score >= least for film in tried for one in film.candidates),
    )
