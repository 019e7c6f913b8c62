"""The expected score: its margin follows from the chance, its total from every feature; with an interval from
games that came later.

Belongs here: fitting both, and how far from them games end. Not here: who wins (`candidates`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from uball_assets.domain.answers.metrics import wilson
from uball_assets.domain.forecasting.linear import Floats
from uball_assets.domain.forecasting.outcome import Spread
from uball_assets.domain.forecasting.scoring import mean_of
from uball_assets.services.forecasting.beforehand import (
    NOISE_POINTS,
    POINTS_A_LOG_ODDS,
    total_places,
    total_start,
)
from uball_assets.services.forecasting.glm import fit_number, unknowing
from uball_assets.services.forecasting.linear_fit import LinearFit
from uball_assets.services.forecasting.matrix import Games
from uball_assets.services.forecasting.rolling import Origin

PENALTY_TOTAL, PENALTY_CONSTANT = 500.0, 1e-3
MARGIN_SPREAD = 2.0
"""Of what is believed of a log odds' worth, points; a standard deviation."""
SHARE = 0.8
"""Of games lie within the interval."""


@dataclass(frozen=True)
class ScoreFit:
    points_a_log_odds: float
    total: LinearFit

    def points(self, rows: Floats, chances: Floats) -> tuple[Floats, Floats]:
        """Home and away, (games,) each."""
        margin, total = self.points_a_log_odds * _log_odds(chances), self.total.of(rows)
        return (total + margin) / 2, (total - margin) / 2


def worth_of_log_odds(chances: Floats, margins: Floats) -> float:
    """Points of margin a log odds of the home team, by games that were forecast out of time; without any,
    what is believed everywhere."""
    precision, told = 1 / MARGIN_SPREAD**2, _log_odds(chances)
    seen = float(told @ margins) / NOISE_POINTS**2
    return (precision * POINTS_A_LOG_ODDS + seen) / (precision + float(told @ told) / NOISE_POINTS**2)


def learn_total(games: Games) -> LinearFit:
    places = total_places(games.features)
    rows = games.rows[:, places]
    start = unknowing(rows, PENALTY_TOTAL, PENALTY_CONSTANT, total_start(games.features, places))
    return LinearFit(len(games.features), places, fit_number(rows, games.totals, start))


def go_on_with_total(before: LinearFit, new: Games) -> LinearFit:
    belief = fit_number(new.rows[:, before.places], new.totals, before.belief)
    return LinearFit(before.features, before.places, belief)


def _log_odds(chances: Floats) -> Floats:
    return np.asarray(np.log(chances / (1 - chances)))


def spreads(
    games: Games, fit: ScoreFit, origins: Sequence[Origin], chances: Floats
) -> tuple[Spread, Spread, dict[str, Any]]:
    """Home, away, and what the card says of them: errors and the interval's coverage on later games.

    `chances`: the home team's, of the games that the origins ask about, out of time; without origins of every
    game.
    """
    if not origins:
        home, away = _errors(fit, games, chances)
        says = "from the games learned from: too few to ask about later ones"
        return spread_of(home), spread_of(away), {"games": 0, "says": says}
    start = origins[0].asked.start
    blocks = [_block(games, one, chances, start) for one in origins]
    home, away = (np.concatenate([block[side] for block in blocks]) for side in (0, 1))
    inside, tested = 0, 0
    for place in range(1, len(blocks)):
        for side in (0, 1):
            earlier = spread_of(np.concatenate([block[side] for block in blocks[:place]]))
            now = blocks[place][side]
            inside += int(np.sum((now >= -earlier.below) & (now <= earlier.above)))
            tested += len(now)
    covered = wilson(inside, tested)
    card = {
        "games": len(home),
        "home_error_points": vars(mean_of(np.abs(home))),
        "away_error_points": vars(mean_of(np.abs(away))),
        "margin_error_points": vars(mean_of(np.abs(home - away))),
        "total_error_points": vars(mean_of(np.abs(home + away))),
        "coverage": {
            "wanted": SHARE,
            "value": covered.value,
            "low": covered.low,
            "high": covered.high,
            "scores": tested,
        },
    }
    return spread_of(home), spread_of(away), card


def spread_of(errors: Floats) -> Spread:
    """So that a new one is within with 80 %: the outer tenths are cut off on either side, a little further
    out where there are few (split conformal)."""
    return Spread(max(0.0, _outer(-errors)), max(0.0, _outer(errors)))


def _outer(errors: Floats) -> float:
    rank = int(np.ceil((len(errors) + 1) * (0.5 + SHARE / 2)))
    return float(np.sort(errors)[min(rank, len(errors)) - 1])


def _block(games: Games, origin: Origin, chances: Floats, start: int) -> tuple[Floats, Floats]:
    """The errors of what an origin asks about, by what was known before."""
    place = origin.asked.start - start
    earlier = games.at(slice(start, origin.asked.start))
    fit = ScoreFit(
        worth_of_log_odds(chances[:place], earlier.margins), learn_total(games.at(slice(origin.learned)))
    )
    asked = games.at(slice(origin.asked.start, origin.asked.stop))
    return _errors(fit, asked, chances[place : place + len(asked)])


def _errors(fit: ScoreFit, games: Games, chances: Floats) -> tuple[Floats, Floats]:
    """What came less what was expected, home and away."""
    home, away = fit.points(games.rows, chances)
    return (games.totals + games.margins) / 2 - home, (games.totals - games.margins) / 2 - away
