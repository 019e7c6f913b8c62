"""The moment model: how likely a play's moment is, at each step of a camera's film.

One set of weights a camera, for each sees the court from its own place. It is a weighted sum of what moves
(`motion`), so that a person can read it, and it is learned in seconds.

Belongs here: what it is, and asking it. Not here: teaching it (`services.moments.teaching`), what is made of
likely moments (`peaks`, `windows`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from uball_assets.domain.footage.angles import CAMERAS, Angle, Side
from uball_assets.domain.moments.motion import Flags, Floats, Motion, rows_of, weighed
from uball_assets.domain.moments.peaks import Candidate, Series, peaks
from uball_assets.domain.moments.reach import Reach

NEAR_S = 0.5
"""So close to a moment it is the moment: people write it down a tenth of a second off."""
_SMOOTH_STEPS = 5
"""One second: a play has one moment."""


@dataclass(frozen=True)
class Weights:
    values: tuple[float, ...]
    """One for each of `motion.COLUMNS`."""
    bias: float


@dataclass(frozen=True)
class MomentModel:
    recipe: str
    """`motion.RECIPE` when it learned."""
    by_angle: Mapping[Angle, Weights]
    reach: Reach
    """Of the plays that it learned from."""
    least: float
    """The score from which a moment is a candidate (`least_score`)."""
    quietest_play: float | None
    """As `sieve.worth_looking` wants it."""

    def candidates(self, angle: Angle, motion: Motion, sync_offset_s: float) -> list[Candidate]:
        chances = likely(rows_of(motion), motion.seen, self.by_angle[angle])
        times_game_s = motion.times_file_s - sync_offset_s
        return peaks(angle.play_side, times_game_s, chances, self.least, self.reach.apart_s)


def cameras_asked(present: Sequence[Angle]) -> dict[Side, Angle]:
    """The camera that tells a side's moments: its far view, or the near one where that is missing."""
    return {
        side: next(angle for angle in angles if angle in present)
        for side, angles in CAMERAS.items()
        if set(angles) & set(present)
    }


def likely(rows: Floats, seen: Flags, weights: Weights) -> Series:
    """For each step 0 to 1, over a second; 0 where nothing was looked at."""
    sums = weighed(rows, np.array(weights.values)) + weights.bias
    chances = np.where(seen, 1 / (1 + np.exp(-np.clip(sums, -50, 50))), 0.0)
    return np.convolve(chances, np.ones(_SMOOTH_STEPS) / _SMOOTH_STEPS, mode="same")


def is_moment(times_s: Series, moments_s: Sequence[float]) -> Flags:
    """For each time, whether a play's moment is there; both of one clock."""
    in_order_s = np.sort(np.asarray(moments_s, dtype=np.float64))
    if not len(in_order_s):
        return np.zeros(len(times_s), dtype=np.bool_)
    after = np.clip(np.searchsorted(in_order_s, times_s), 0, len(in_order_s) - 1)
    nearest_s = np.minimum(np.abs(in_order_s[after] - times_s), np.abs(in_order_s[after - 1] - times_s))
    return np.asarray(nearest_s <= NEAR_S)
