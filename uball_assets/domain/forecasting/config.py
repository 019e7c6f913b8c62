"""What a training of forecasts is told beside its games.

Belongs here: these values. Not here: where they are set (`settings.league.forecasts`).
"""

from __future__ import annotations

from dataclasses import dataclass

CANDIDATES = ("rating", "logistic", "margin", "boosting")
"""Of the outcome, the simplest first."""


@dataclass(frozen=True)
class ForecastConfig:
    seed: int = 7
    seasons: int = 3
    """The last so many are learned from."""
    with_playoffs: bool = False
    """Whether playoffs are learned from; they count for features all the same."""
    days_back: int | None = None
    """None: as far as the seasons reach."""
    min_matches_per_player: int = 3
    """Players with fewer are not learned from."""
    candidates: tuple[str, ...] = CANDIDATES
    tuning_trials: int = 40
    """Of each candidate's hyperparameters; normally reached before the budget."""
    tuning_budget_s: float = 60.0
    """Of a whole training's tuning, seconds."""
