"""The platform's own training, asked about games that were played after all that it had learned from.

So many games are learned from; the next twenty are forecast, each as of its tip-off; those are learned too,
and so on, up to as many as were learned at first and sixty at most.

Belongs here: who is asked what. Not here: rows (`leagues`), what the answers are worth (`shares`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.forecasts.leagues import Known
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.forecasting.baselines import baselines
from uball_assets.domain.forecasting.config import CANDIDATES, ForecastConfig
from uball_assets.domain.forecasting.how import How
from uball_assets.domain.forecasting.linear import Floats
from uball_assets.services.forecasting.candidates.known import candidates_here
from uball_assets.services.forecasting.models import load_outcome, save
from uball_assets.services.forecasting.training import train_outcome

SIZES = {20: 80, 60: 80, 180: 80, 600: 240}
"""Games learned from -> games a season, so that all of them are of the last three seasons."""
BLOCK, MOST_ASKED = 20, 60
KEPT = "kept"


@dataclass(frozen=True)
class Answer:
    """A game's: chances of the home team, by who gave them."""

    league: int
    learned: int
    """Games at first."""
    best: float
    is_home_win: bool
    chances: dict[str, float]
    kept: str
    """Which candidate was kept."""


def ask(games: Sequence[Known], league: int, learned: int, store: ObjectStore) -> list[Answer]:
    """Every candidate by itself, the kept one, and the baselines."""
    asked, names = min(learned, MOST_ASKED), [each.name for each in candidates_here(CANDIDATES)[0]]
    found: list[Answer] = []
    for start in range(learned, learned + asked, BLOCK):
        block = games[start : start + BLOCK]
        chances = _baselines(games[:start], block)
        for name in names:
            chances[name] = _forecasts(games[:start], block, (name,), store)[0]
        chances[KEPT], kept = _forecasts(games[:start], block, CANDIDATES, store)
        found += [
            Answer(
                league,
                learned,
                game.best,
                game.row.is_home_win,
                {name: float(told[place]) for name, told in chances.items()},
                kept,
            )
            for place, game in enumerate(block)
        ]
    return found


def _forecasts(
    before: Sequence[Known], asked: Sequence[Known], candidates: tuple[str, ...], store: ObjectStore
) -> tuple[Floats, str]:
    """By a model that was trained, kept, and loaded as the platform does."""
    config = replace(ForecastConfig(), candidates=candidates)
    trained = train_outcome([game.row for game in before], How.FROM_SCRATCH, None, config)
    save(store, "asked", trained)
    model = load_outcome(store, "asked")
    chances = [model.forecast(game.row.features).home_win for game in asked]
    return np.array(chances), str(trained.card["candidate"])


def _baselines(before: Sequence[Known], asked: Sequence[Known]) -> dict[str, Floats]:
    won = np.array([game.row.is_home_win for game in before], dtype=np.float64)
    return dict(
        baselines(lambda name: _column(before, name), won, lambda name: _column(asked, name), len(asked))
    )


def _column(games: Sequence[Known], name: str) -> Floats:
    return np.array([game.row.features[name] for game in games], dtype=np.float64)
