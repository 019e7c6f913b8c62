"""What is believed of a game before any of a league's was learned from: what tells who wins, and how much.

A handful of games says little of a league, and basketball is alike everywhere: a home team wins some 56 games
of 100, a point of a team's rating is worth what it is worth, a squad without its scorers is weaker. Learned
weights start there, held as firmly as the belief's spread says; a few hundred games overrule it. Without it a
model of twenty games is worse than none: docs/forecasts.md. The features of one team alone, beside their
difference, only add noise to who wins.

Belongs here: which features, these numbers, and a belief made of them. Not here: learning (`glm`), who learns
(`candidates`), reckoning features (`domain.form`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from uball_assets.domain.forecasting.linear import Floats
from uball_assets.services.forecasting.glm import Belief, unknowing

_WINNER = re.compile(
    r"\w+_difference|expected_margin|head_to_head_(margin|win_share)|(home|away)_back_to_back"
)
_TOTAL = re.compile(
    r"expected_total|(home|away)_(total_rating|pace|points_for|points_against|(of|de)fensive_rating)"
)


@dataclass(frozen=True)
class Believed:
    """Of a feature's weight, in log odds of the home team a unit of the feature."""

    mean: float
    spread: float
    """A standard deviation."""


HOME = Believed(0.25, 0.15)
RATINGS = {
    "margin_rating_difference": Believed(0.05, 0.02),
    "bradley_terry_difference": Believed(0.5, 0.25),
    "elo_slow_difference": Believed(0.004, 0.002),
    "elo_medium_difference": Believed(0.003, 0.0015),
    "elo_fast_difference": Believed(0.002, 0.001),
}
"""Any of them alone, the best first. Less than each rating's own scale says: half of a difference is luck."""
SQUAD = {"squad_points_difference": Believed(0.02, 0.01)}
"""Who can play today: a rating tells of those who played."""
TIRED = {"home_back_to_back": Believed(-0.12, 0.1), "away_back_to_back": Believed(0.12, 0.1)}

NOISE_POINTS = 14.0
"""Standard deviation of a game's margin around what could be expected."""
LOGISTIC_OF_NORMAL = 1.702
"""A normal distribution's chance in log odds a standard deviation; off by less than 0.01 anywhere."""
POINTS_A_LOG_ODDS = NOISE_POINTS / LOGISTIC_OF_NORMAL


def all_of(features: Sequence[str]) -> dict[str, Believed]:
    """Of all features together: the ratings share what is believed of one; squads, tired legs; every other
    feature tells nothing new."""
    there = [name for name in RATINGS if name in features]
    shared = {name: Believed(RATINGS[name].mean / len(there), RATINGS[name].spread / 2) for name in there}
    return {**shared, **SQUAD, **TIRED}


def believed(
    features: Sequence[str],
    rows: Floats,
    weights: Mapping[str, Believed],
    penalty: float,
    firmness: float = 1.0,
) -> Belief:
    """In log odds. `penalty`: of a feature of which nothing is believed, on the scale of `rows`; `firmness`:
    how much more firmly than they say the others are believed."""
    start = unknowing(rows, penalty, firmness / HOME.spread**2)
    mean, precision = start.mean.copy(), start.precision.copy()
    mean[-1] = HOME.mean
    for place, name in enumerate(features):
        if name in weights:
            one, scale = weights[name], start.scales[place]
            mean[place] = one.mean * scale
            mean[-1] += one.mean * start.means[place]
            precision[place, place] = firmness / (one.spread * scale) ** 2
    return Belief(start.means, start.scales, mean, precision)


def in_points(belief: Belief) -> Belief:
    """Of the margin, for games whose noise is `NOISE_POINTS`."""
    return Belief(
        belief.means,
        belief.scales,
        belief.mean * POINTS_A_LOG_ODDS,
        np.asarray(belief.precision * (NOISE_POINTS / POINTS_A_LOG_ODDS) ** 2),
    )


def winner_places(features: tuple[str, ...]) -> tuple[int, ...]:
    """Of the features that tell who wins; all of them where none has such a name."""
    found = tuple(place for place, name in enumerate(features) if _WINNER.fullmatch(name))
    return found or tuple(range(len(features)))


def total_places(features: tuple[str, ...]) -> tuple[int, ...]:
    """Of the features that tell how many points both teams make; all of them where none has such a name."""
    found = tuple(place for place, name in enumerate(features) if _TOTAL.fullmatch(name))
    return found or tuple(range(len(features)))


def total_start(features: tuple[str, ...], places: tuple[int, ...]) -> Floats:
    """Points a unit: the expected total is one."""
    return np.array([float(features[place] == "expected_total") for place in places])
