"""The expected score: margin and total from every feature, with an interval from games that came later.

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
    all_of,
    believed,
    in_points,
    total_places,
    total_start,
    winner_places,
)
from uball_assets.services.forecasting.glm import Belief, fit_number, unknowing
from uball_assets.services.forecasting.linear_fit import LinearFit
from uball_assets.services.forecasting.matrix import Games
from uball_assets.services.forecasting.rolling import Origin

PENALTY = 2000.0
"""Of the margin, as its candidate has it where it is not tuned."""
PENALTY_TOTAL, PENALTY_CONSTANT = 500.0, 1e-3
SHARE = 0.8
"""Of games lie within the interval."""


@dataclass(frozen=True)
class ScoreFit:
    margin: LinearFit
    total: LinearFit

    def points(self, rows: Floats) -> tuple[Floats, Floats]:
        """Home and away, (games,) each."""
        margin, total = self.margin.of(rows), self.total.of(rows)
        return (total + margin) / 2, (total - margin) / 2


def learn_score(games: Games) -> ScoreFit:
    tells_margin, tells_total = winner_places(games.features), total_places(games.features)
    return ScoreFit(
        _fit(games, tells_margin, _margin_before(games, tells_margin), games.margins),
        _fit(games, tells_total, _total_before(games, tells_total), games.totals),
    )


def go_on_with_score(before: ScoreFit, new: Games) -> ScoreFit:
    return ScoreFit(_go_on(before.margin, new.rows, new.margins), _go_on(before.total, new.rows, new.totals))


def _margin_before(games: Games, places: tuple[int, ...]) -> Belief:
    names = [games.features[place] for place in places]
    return in_points(believed(names, games.rows[:, places], all_of(names), PENALTY))


def _total_before(games: Games, places: tuple[int, ...]) -> Belief:
    start = total_start(games.features, places)
    return unknowing(games.rows[:, places], PENALTY_TOTAL, PENALTY_CONSTANT, start)


def _fit(games: Games, places: tuple[int, ...], before: Belief, numbers: Floats) -> LinearFit:
    return LinearFit(len(games.features), places, fit_number(games.rows[:, places], numbers, before))


def _go_on(before: LinearFit, rows: Floats, numbers: Floats) -> LinearFit:
    belief = fit_number(rows[:, before.places], numbers, before.belief)
    return LinearFit(before.features, before.places, belief)


def spreads(games: Games, fit: ScoreFit, origins: Sequence[Origin]) -> tuple[Spread, Spread, dict[str, Any]]:
    """Home, away, and what the card says of them: errors and the interval's coverage on later games."""
    if not origins:
        home, away = _errors(fit, games)
        says = "from the games learned from: too few to ask about later ones"
        return spread_of(home), spread_of(away), {"games": 0, "says": says}
    blocks = [
        _errors(learn_score(games.at(slice(one.learned))), games.at(slice(one.asked.start, one.asked.stop)))
        for one in origins
    ]
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


def _errors(fit: ScoreFit, games: Games) -> tuple[Floats, Floats]:
    """What came less what was expected, home and away."""
    home, away = fit.points(games.rows)
    return (games.totals + games.margins) / 2 - home, (games.totals - games.margins) / 2 - away
