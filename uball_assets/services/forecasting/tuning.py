"""Tuning: better hyperparameters by Optuna, judged on games that are not compared on afterwards.

Belongs here: the search, within its trials and seconds. Not here: what is searched (`candidates`), who is
kept (`choosing`).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from uball_assets.domain.forecasting.config import ForecastConfig
from uball_assets.domain.forecasting.linear import Floats
from uball_assets.domain.forecasting.scoring import log_losses
from uball_assets.services.forecasting.candidates.candidate import Candidate, Hyperparameters
from uball_assets.services.forecasting.choosing import out_of_time
from uball_assets.services.forecasting.matrix import Games
from uball_assets.services.forecasting.rolling import Origin

FEWEST_GAMES = 30
"""Asked about while tuning: of fewer any hyperparameters are best by chance."""
TAKEN_ERRORS = 2.0
"""The best of forty gains one by chance."""

Tuned = tuple[dict[str, Hyperparameters], dict[str, Any]]
"""By candidate, and what the card says of it."""


def tune(
    games: Games,
    candidates: Sequence[Candidate],
    chosen: Mapping[str, Hyperparameters],
    origins: Sequence[Origin],
    config: ForecastConfig,
) -> Tuned:
    """Better ones where they gain `TAKEN_ERRORS` of the gain's standard errors, else those `chosen`. The same
    games and seed give the same ones, as long as the trials end before the budget."""
    count = sum(len(one.asked) for one in origins)
    if count < FEWEST_GAMES or not config.tuning_trials:
        return dict(chosen), {"says": f"not tuned: {count} games to judge by, {FEWEST_GAMES} needed"}
    won = np.concatenate([games.won[one.asked.start : one.asked.stop] for one in origins])
    ends_s = time.monotonic() + config.tuning_budget_s
    found: dict[str, Hyperparameters] = {}
    says: dict[str, Any] = {"says": f"judged by {count} games before those compared on"}
    for place, each in enumerate(candidates):
        left_s = (ends_s - time.monotonic()) / (len(candidates) - place)

        def losses(values: Hyperparameters, each: Candidate = each) -> Floats:
            log_odds = out_of_time(games, each, values, origins, config.seed)
            return log_losses(0.5 + 0.5 * np.tanh(log_odds / 2), won)

        found[each.name], says[each.name] = search(each.suggest, chosen[each.name], losses, left_s, config)
    return found, says


def was_changed(says: Mapping[str, Any]) -> bool:
    """Whether any candidate got other hyperparameters, by what the card says."""
    return any(isinstance(each, dict) and each["taken"] for each in says.values())


def search(
    suggest: Callable[[Any], Hyperparameters],
    known: Hyperparameters,
    losses: Callable[[Hyperparameters], Floats],
    budget_s: float,
    config: ForecastConfig,
) -> tuple[Hyperparameters, dict[str, Any]]:
    """`suggest`: hyperparameters of an Optuna trial; `losses`: nats a game, with them."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=config.seed))

    def objective(trial: optuna.Trial) -> float:
        return float(losses(suggest(trial)).mean())

    study.optimize(objective, n_trials=config.tuning_trials, timeout=max(0.01, budget_s), n_jobs=1)
    trials = len(study.trials)
    ended = "trials" if trials >= config.tuning_trials else "budget"
    gains = losses(known) - losses(study.best_params)
    gain, error = float(gains.mean()), float(gains.std(ddof=1)) / math.sqrt(len(gains))
    is_better = gain > TAKEN_ERRORS * error
    card = {"trials": trials, "ended_by": ended, "gain": gain, "error": error, "taken": is_better}
    return (dict(study.best_params) if is_better else known), card
