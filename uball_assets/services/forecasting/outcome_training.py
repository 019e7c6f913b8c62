"""Training the outcome model: candidates compared, the kept one learned from every game, its card.

Belongs here: the steps in their order, and the card. Not here: each step (`choosing`, `tuning`, `score`, the
candidates), the files (`models`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from uball_assets.domain.forecasting.calibration import calibration
from uball_assets.domain.forecasting.config import ForecastConfig
from uball_assets.domain.forecasting.how import How
from uball_assets.domain.forecasting.outcome import OutcomeModel, Platt
from uball_assets.domain.forecasting.rows import TrainingRow, worth_learning
from uball_assets.domain.forecasting.scoring import score
from uball_assets.domain.learning.due.words import count
from uball_assets.services.forecasting.calibrating import chances_of
from uball_assets.services.forecasting.candidates.candidate import Candidate, Hyperparameters, Learned
from uball_assets.services.forecasting.candidates.known import candidate_of, candidates_here
from uball_assets.services.forecasting.choosing import Asked, ask, simplest
from uball_assets.services.forecasting.groups import by_group
from uball_assets.services.forecasting.linear_fit import LinearFit
from uball_assets.services.forecasting.matrix import Games
from uball_assets.services.forecasting.rolling import Origin, origins
from uball_assets.services.forecasting.score import (
    ScoreFit,
    go_on_with_total,
    learn_total,
    spreads,
    worth_of_log_odds,
)
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
from uball_assets.services.forecasting.tuning import Tuned, tune, was_changed


def train_outcome(
    rows: Sequence[TrainingRow], how: How, previous: OutcomeModel | None, config: ForecastConfig
) -> Trained:
    """The same rows, previous model and config: the same bytes.

    `previous`: the newest model. CONTINUED goes on from its weights, with its candidate; where it cannot
    (there is none, or its features are not there), the training is from scratch, and the card says so. Raises
    Permanent where there is no game to learn from, or rows differ in their features.
    """
    kept = worth_learning(rows, config)
    games = Games.of(kept, features_of(kept))
    hindrance = cannot_go_on(previous, games.features) if how is How.CONTINUED else None
    with threadpool_limits(1):
        return _Training(games, kept, How.FROM_SCRATCH if hindrance else how, previous, config).run(hindrance)


def cannot_go_on(previous: OutcomeModel | None, features: tuple[str, ...]) -> str | None:
    """Why a training cannot go on from a model; None where it can."""
    if previous is None:
        return "there is no model to go on from"
    if previous.features != features:
        return f"{previous.name} has learned from other features"
    return None


@dataclass(frozen=True)
class _Training:
    games: Games
    rows: Sequence[TrainingRow]
    how: How
    previous: OutcomeModel | None
    config: ForecastConfig

    def run(self, hindrance: str | None) -> Trained:
        found, skipped = candidates_here(self.config.candidates)
        when = origins([row.tip_off for row in self.rows])
        chosen, tuning = self._hyperparameters(found, when)
        # what was tuned by the first half's games is compared on the second's
        compared = when[len(when) // 2 :] if was_changed(tuning) else when
        asked = ask(self.games, found, chosen, compared, self.config.seed) if compared else None
        name, why = self._kept(asked, found)
        winner, total, says = self._learn(candidate_of(name), chosen[name])
        platt = asked.candidates[name].platt if asked else Platt()
        later = asked.games if asked else self.games.at(slice(0))
        told = asked.candidates[name].chances if asked else np.zeros(0)
        expected = ScoreFit(worth_of_log_odds(told, later.margins), total)
        chances = told if asked else chances_of(winner.of(self.games.rows), platt)
        home, away, score_card = spreads(self.games, expected, compared, chances)
        tensors = {**prefixed("winner", winner.tensors), **prefixed("total", total.tensors)}
        importance = _importance(winner, self.games, platt)
        card = {
            "format": FORMAT,
            "family": "outcome",
            "candidate": name,
            "why": why,
            "how": str(self.how),
            "how_says": f"{says}; {hindrance}" if hindrance else says,
            "parent": self.previous.name if self.previous else None,
            "seed": self.config.seed,
            "features": list(self.games.features),
            "learned": learned(self.rows, self._learned_before()),
            "hyperparameters": {each: dict(values) for each, values in chosen.items()},
            "tuning": tuning,
            "skipped": skipped,
            "evaluation": _evaluation(asked, name, self.config.seed),
            "losses": self._losses(asked, name),
            "calibration": {"slope": platt.slope, "shift": platt.shift},
            "score": {
                **score_card,
                "points_a_log_odds": expected.points_a_log_odds,
                "home_spread": vars(home),
                "away_spread": vars(away),
            },
            "importance": importance,
            "importance_of_groups": by_group(importance),
        }
        return Trained(plain(card), {WEIGHTS: to_safetensors(tensors), **_texts(winner)})

    def _hyperparameters(self, found: Sequence[Candidate], when: Sequence[Origin]) -> Tuned:
        """Those of the model before, where there is one; tuned where that is asked for."""
        before = self.previous.card["hyperparameters"] if self.previous else {}
        chosen: dict[str, Hyperparameters] = {
            each.name: {**each.defaults, **before.get(each.name, {})} for each in found
        }
        if self.how is not How.TUNED:
            return chosen, {"says": "hyperparameters as they were"}
        return tune(self.games, found, chosen, when[: len(when) // 2], self.config)

    def _kept(self, asked: Asked | None, found: Sequence[Candidate]) -> tuple[str, str]:
        if self.how is How.CONTINUED and self.previous:
            return str(
                self.previous.card["candidate"]
            ), f"that of {self.previous.name}, which it goes on from"
        if asked is None:
            return found[0].name, "the simplest: too few games to compare"
        return simplest(asked)

    def _learn(self, candidate: Candidate, chosen: Hyperparameters) -> tuple[Learned, LinearFit, str]:
        """And a sentence on where the weights started."""
        if self.how is not How.CONTINUED or self.previous is None:
            winner = candidate.learn(self.games, chosen, self.config.seed)
            return winner, learn_total(self.games), "every game anew"
        known = set(self._learned_before())
        new = self.games.at(np.array([row.game_id not in known for row in self.rows], dtype=np.bool_))
        before = cast("Learned", self.previous.winner)
        winner = candidate.go_on(before, self.games, new, chosen, self.config.seed)
        total = go_on_with_total(cast("LinearFit", self.previous.total), new)
        says = f"from the weights of {self.previous.name}, with {count(len(new), 'new game')}"
        return winner, total, says

    def _learned_before(self) -> Sequence[str]:
        """Games that are in the weights gone on from."""
        if self.how is not How.CONTINUED or self.previous is None:
            return ()
        return list(self.previous.card["learned"]["game_ids"])

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
