"""What is believed before any game was learned from: which features tell who wins, and what ratings mean.

A rating is made to be read: 400 points of Elo are odds of ten to one, an expected margin is a margin. So a
model starts from half of what either says, and games correct it: with few of them that is most of what can
be known. On 14 generated leagues it took the share of the reachable gain at 60 games from 0.49 to 0.61, at
600 from 0.54 to 0.57; the features of one team alone, beside their difference, took 0.03 to 0.1 away.

Belongs here: these features and weights. Not here: fitting (`glm`), reckoning ratings (`domain.form`).
"""

from __future__ import annotations

import math
import re

import numpy as np

from uball_assets.domain.forecasting.linear import Floats

_WINNER = re.compile(
    r"\w+_difference|expected_margin|head_to_head_(margin|win_share)|(home|away)_back_to_back"
)
_TOTAL = re.compile(
    r"expected_total|(home|away)_(total_rating|pace|points_for|points_against|(of|de)fensive_rating)"
)
LOGISTIC_OF_NORMAL = 1.702
"""A normal distribution's chance in log odds a standard deviation; off by less than 0.01 anywhere."""
MARGIN_SPREAD = 12.0
"""Of a game's margin around what is expected, points: as `domain.form.ratings` has it."""
_ELO = math.log(10) / 400
_POINT = LOGISTIC_OF_NORMAL / MARGIN_SPREAD
_RATINGS = {"bradley_terry_difference": 1.0, "margin_rating_difference": _POINT}
"""Log odds a unit."""
_START = {"elo_medium_difference": _ELO, "expected_margin": _POINT}
_RATING = re.compile(r"(elo_\w+|bradley_terry|margin_rating)_difference")


def winner_places(features: tuple[str, ...]) -> tuple[int, ...]:
    """Of the features that tell who wins; all of them where none has such a name."""
    found = tuple(place for place, name in enumerate(features) if _WINNER.fullmatch(name))
    return found or tuple(range(len(features)))


def winner_start(features: tuple[str, ...], places: tuple[int, ...]) -> Floats:
    """Log odds a unit of each feature at `places`, before any game: what the ratings there say, in equal
    parts."""
    told = [_START.get(features[place], 0.0) for place in places]
    count = sum(each > 0 for each in told)
    return np.array([each / max(1, count) for each in told], dtype=np.float64)


def margin_start(features: tuple[str, ...], places: tuple[int, ...]) -> Floats:
    """The same in points of the margin."""
    return winner_start(features, places) * (MARGIN_SPREAD / LOGISTIC_OF_NORMAL)


def total_places(features: tuple[str, ...]) -> tuple[int, ...]:
    """Of the features that tell how many points both teams make; all of them where none has such a name."""
    found = tuple(place for place, name in enumerate(features) if _TOTAL.fullmatch(name))
    return found or tuple(range(len(features)))


def total_start(features: tuple[str, ...], places: tuple[int, ...]) -> Floats:
    """Points a unit: the expected total is one."""
    return np.array([float(features[place] == "expected_total") for place in places])


def rating_places(features: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(place for place, name in enumerate(features) if _RATING.fullmatch(name))


def rating_start(feature: str) -> float:
    """Log odds a unit."""
    return _RATINGS.get(feature, _ELO)
