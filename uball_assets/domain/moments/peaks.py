"""Candidates: the moments at which a play may be, out of how likely each moment is.

Belongs here: peaks, and that of two too close to each other one goes. Not here: how likely a moment is
(`moment_model`), what is asked about it (`windows`). Game time, seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from uball_assets.domain.footage.angles import Side

Series = NDArray[np.float64]


@dataclass(frozen=True, order=True)
class Candidate:
    moment_game_s: float
    side: Side
    score: float
    """How likely a play's moment is there, 0 to 1, where as many moments are as are not."""


def peaks(side: Side, times_game_s: Series, likely: Series, least: float, apart_s: float) -> list[Candidate]:
    """By time: every peak of at least `least`, and of peaks closer than `apart_s` the highest; of equal ones
    the first."""
    if not len(likely):
        return []
    before = np.concatenate([[-np.inf], likely[:-1]])
    after = np.concatenate([likely[1:], [-np.inf]])
    found = np.flatnonzero((likely >= least) & (likely > before) & (likely >= after))
    kept: list[int] = []
    for one in found[np.argsort(-likely[found], kind="stable")]:
        if all(abs(times_game_s[one] - times_game_s[other]) >= apart_s for other in kept):
            kept.append(int(one))
    return [
        Candidate(round(float(times_game_s[one]), 3), side, round(float(likely[one]), 4))
        for one in sorted(kept)
    ]
