"""Training the outcome model: candidates compared, the kept one learned from every game, its card.

Belongs here: the steps in their order, and the card. Not here: each step (`choosing`, `tuning`, `score`, the
candidates), the files (`models`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from uball_assets.domain.forecasting.calibration import calibration
from uball_assets.domain.forecasting.config import ForecastConfig
from uball_assets.domain.forecasting.how import How
from uball_assets.domain.forecasting.outcome import OutcomeModel, Platt
from uball_assets.domain.forecasting.rows import TrainingRow, worth_learning
from uball_assets.domain.forecasting.scoring import score
from uball_assets.services.forecasting.candidates.candidate import Learned
from uball_assets.services.forecasting.candidates.known import candidate_of, candidates_here
from uball_assets.services.forecasting.choosing import Asked, ask, simplest
from uball_assets.services.forecasting.matrix import Games
from uball_assets.services.forecasting.rolling import origins
from uball_assets.services.forecasting.score import learn_score, spreads
from uball_assets.services.forecasting.trained import (
    FORMAT,
    WEIGHTS,
    Trained,
    features_of,
    learned,
    plain,
    prefixed,
    to_safetensors,
)


def train_outcome(
    rows: Sequence[TrainingRow], how: How, previous: OutcomeModel | None, config: ForecastConfig
) -> Trained:
    """The same rows, previous model and config: the same bytes.

    Raises Permanent where there is no game to learn from, or rows differ in their features.
    """
    kept = worth_learning(rows, config)
    games = Games.of(kept, features_of(kept))
    with threadpool_limits(1):
        return _Training(games, kept, how, previous, config).run()


@dataclass(frozen=True)
class _Training:
    games: Games
    rows: Sequence[TrainingRow]
    how: How
    previous: OutcomeModel | None
    config: ForecastConfig

    def run(self) -> Trained:
        found, skipped = candidates_here(self.config.candidates)
        chosen = {each.name: each.defaults for each in found}
        when = origins([row.tip_off for row in self.rows])
        asked = ask(self.games, found, chosen, when, self.config.seed) if when else None
        name, why = simplest(asked) if asked else (found[0].name, "the simplest: too few games to compare")
        winner = candidate_of(name).learn(self.games, chosen[name], self.config.seed)
        platt = asked.candidates[name].platt if asked else Platt()
        expected = learn_score(self.games)
        home, away, score_card = spreads(self.games, expected, when)
        tensors = {
            **prefixed("winner", winner.tensors),
            **prefixed("margin", expected.margin.tensors),
            **prefixed("total", expected.total.tensors),
        }
        card = {
            "format": FORMAT,
            "family": "outcome",
            "candidate": name,
            "why": why,
            "how": str(self.how),
            "parent": self.previous.name if self.previous else None,
            "seed": self.config.seed,
            "features": list(self.games.features),
            "learned": learned(self.rows),
            "hyperparameters": {each: dict(values) for each, values in chosen.items()},
            "skipped": skipped,
            "evaluation": _evaluation(asked, name, self.config.seed),
            "losses": self._losses(asked, name),
            "calibration": {"slope": platt.slope, "shift": platt.shift},
            "score": {**score_card, "home_spread": vars(home), "away_spread": vars(away)},
            "importance": _importance(winner, self.games, platt),
        }
        return Trained(plain(card), {WEIGHTS: to_safetensors(tensors), **_texts(winner)})

    def _losses(self, asked: Asked | None, kept: str) -> dict[str, float]:
        """Game id -> log loss, nats, out of time: what the gate compares."""
        if asked is None:
            return {}
        games = [row.game_id for row in self.rows[-len(asked.games) :]]
        return dict(zip(games, asked.losses(kept).tolist(), strict=True))


def _texts(winner: Learned) -> dict[str, bytes]:
    return {name: text.encode() for name, text in winner.texts.items()}


def _importance(winner: Learned, games: Games, platt: Platt) -> dict[str, float]:
    """Mean |SHAP| in log odds, the most important first."""
    sizes = np.abs(winner.adds(games.rows) * platt.slope).mean(axis=0).tolist()
    found = dict(zip(games.features, sizes, strict=True))
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))


def _evaluation(asked: Asked | None, kept: str, seed: int) -> dict[str, Any]:
    """Every candidate's and baseline's numbers, on games after those that were learned from."""
    if asked is None:
        return {"games": 0}
    won = asked.games.won
    told = {
        name: {"is_baseline": False, "calibration": each.says, **score(each.chances, won, seed).to_dict()}
        for name, each in asked.candidates.items()
    }
    told |= {
        name: {"is_baseline": True, **score(chances, won, seed).to_dict()}
        for name, chances in asked.baselines.items()
    }
    return {
        "games": len(asked.games),
        "models": told,
        "calibration": calibration(asked.candidates[kept].chances, won).to_dict(),
    }
