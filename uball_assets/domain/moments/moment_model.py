"""The moment model: how likely a play's moment is, at each step of a game.

One set of weights a camera, for each sees the court from its own place; where two film a side, the mean of
what they say counts. It is a weighted sum of what moves (`motion`), so that a person can read it, and it is
learned in seconds.

Belongs here: what it is, and asking it. Not here: teaching it (`services.moments.teaching`), what is made of
likely moments (`peaks`, `reach`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from uball_assets.domain.footage.angles import CAMERAS, Angle, Side
from uball_assets.domain.moments.motion import STEP_S, Flags, Floats, weighed
from uball_assets.domain.moments.peaks import Candidate, Series, peaks
from uball_assets.domain.moments.reach import Reach

NEAR_S = 0.5
"""So close to a moment it is the moment: people write it down a tenth of a second off."""
_SMOOTH_STEPS = 5
"""One second: a play has one moment."""
_FARTHEST = 50.0
"""Beyond it a chance is 0 or 1."""


@dataclass(frozen=True)
class Weights:
    values: tuple[float, ...]
    """One for each of `motion.COLUMNS`."""
    bias: float


@dataclass(frozen=True)
class Look:
    """At one camera's film; arrays of one length, in steps of STEP_S."""

    times_game_s: Series
    rows: Floats
    """As `motion.rows_of` gives them."""
    seen: Flags


@dataclass(frozen=True)
class MomentModel:
    recipe: str
    """`motion.RECIPE` when it learned."""
    by_angle: Mapping[Angle, Weights]
    """For each camera that it is to look at."""
    reach: Reach
    """Of the plays that it learned from."""
    least: float
    """The score from which a moment is a candidate (`least_score`)."""
    quietest_play: float | None
    """As `sieve.worth_looking` wants it."""

    def candidates(self, looks: Mapping[Angle, Look]) -> list[Candidate]:
        """Of both sides, by time."""
        found = []
        for side, angles in CAMERAS.items():
            shown = [(looks[angle], self.by_angle[angle]) for angle in angles if angle in looks]
            found += candidates(side, shown, self.least, self.reach.apart_s)
        return sorted(found)


def first_cameras(present: Sequence[Angle]) -> list[Angle]:
    """One for each side: its far view, or the near one where that is missing."""
    views = [[angle for angle in angles if angle in present] for angles in CAMERAS.values()]
    return [angles[0] for angles in views if angles]


def candidates(
    side: Side, shown: Sequence[tuple[Look, Weights]], least: float, apart_s: float
) -> list[Candidate]:
    """Of one side, whose cameras are each shown with the weights to look at it with."""
    shown = [(look, weights) for look, weights in shown if len(look.times_game_s)]
    if not shown:
        return []
    first_s = min(float(look.times_game_s[0]) for look, _ in shown)
    last_s = max(float(look.times_game_s[-1]) for look, _ in shown)
    times_game_s = np.arange(first_s, last_s + STEP_S / 2, STEP_S)
    sums = np.zeros(len(times_game_s))
    known = np.zeros(len(times_game_s))
    for look, weights in shown:
        steps = np.rint((times_game_s - look.times_game_s[0]) / STEP_S).astype(int)
        inside = (steps >= 0) & (steps < len(look.seen))
        steps = np.clip(steps, 0, len(look.seen) - 1)
        sees = inside & look.seen[steps]
        sums += np.where(sees, (weighed(look.rows, np.array(weights.values)) + weights.bias)[steps], 0.0)
        known += sees
    mean = np.clip(sums / np.maximum(known, 1), -_FARTHEST, _FARTHEST)
    chances = np.where(known > 0, 1 / (1 + np.exp(-mean)), 0.0)
    likely = np.convolve(chances, np.ones(_SMOOTH_STEPS) / _SMOOTH_STEPS, mode="same")
    return peaks(side, times_game_s, likely, least, apart_s)


def is_moment(times_s: Series, moments_s: Sequence[float]) -> Flags:
    """For each time, whether a play's moment is there; both of one clock."""
    in_order_s = np.sort(np.asarray(moments_s, dtype=np.float64))
    if not len(in_order_s):
        return np.zeros(len(times_s), dtype=np.bool_)
    after = np.clip(np.searchsorted(in_order_s, times_s), 0, len(in_order_s) - 1)
    nearest_s = np.minimum(np.abs(in_order_s[after] - times_s), np.abs(in_order_s[after - 1] - times_s))
    return np.asarray(nearest_s <= NEAR_S)
