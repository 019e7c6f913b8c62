"""Training the player model: for each number of a line the simplest candidate that is not worse.

Belongs here: the steps in their order, and the card. Not here: the candidates (`numbers`), what anybody could
say (`plain`), the files (`services.forecasting.models`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from uball_assets.domain.answers.metrics import wilson
from uball_assets.domain.forecasting.config import ForecastConfig
from uball_assets.domain.forecasting.how import How
from uball_assets.domain.forecasting.linear import Floats
from uball_assets.domain.forecasting.players import LEAST, STATS, CountSpread, PlayerModel
from uball_assets.domain.forecasting.rows import PlayerTrainingRow, worth_learning
from uball_assets.domain.forecasting.scoring import mean_of
from uball_assets.domain.learning.due.words import count
from uball_assets.domain.serving.gate import LIKELY, t_test
from uball_assets.services.forecasting.candidates.candidate import Hyperparameters
from uball_assets.services.forecasting.matrix import matrix
from uball_assets.services.forecasting.players.losses import deviance, mean_by_game, poisson_losses
from uball_assets.services.forecasting.players.numbers import (
    Lines,
    Number,
    NumberCandidate,
    number_of,
    numbers_here,
)
from uball_assets.services.forecasting.players.plain import plain_forecasts
from uball_assets.services.forecasting.rolling import Origin, origins
from uball_assets.services.forecasting.score import SHARE, spread_of
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
from uball_assets.services.forecasting.tuning import search

BLOCKS = 3
"""Seven numbers and trees for each: half as many blocks as the outcome's."""
_TUNED_BY = "points"
"""One number's hyperparameters are every number's."""

Chosen = Mapping[str, Hyperparameters]


def train_player(
    rows: Sequence[PlayerTrainingRow], how: How, previous: PlayerModel | None, config: ForecastConfig
) -> Trained:
    """The same rows, previous model and config: the same bytes.

    As `train_outcome`, for each number of a line. Raises Permanent where there is no line to learn from, or
    rows differ in their features.
    """
    kept = _of_regulars(worth_learning(rows, config), config.min_matches_per_player)
    features = features_of(kept)
    if how is How.CONTINUED and (previous is None or previous.features != features):
        how = How.FROM_SCRATCH
    x = matrix(kept, features)
    with threadpool_limits(1):
        return _Training(kept, features, x, how, previous, config).run()


@dataclass(frozen=True)
class _Training:
    rows: Sequence[PlayerTrainingRow]
    features: tuple[str, ...]
    x: Floats
    how: How
    previous: PlayerModel | None
    config: ForecastConfig

    def run(self) -> Trained:
        when = origins([row.tip_off for row in self.rows], BLOCKS)
        found = numbers_here(self.config.candidates)
        chosen, tuning = self._hyperparameters(found, when)
        compared = when[1:] if tuning and when else when
        fitted = {stat: self._stat(stat, found, chosen, compared) for stat in STATS}
        card = {
            "format": FORMAT,
            "family": "player",
            "how": str(self.how),
            "how_says": self._says(),
            "parent": self.previous.name if self.previous else None,
            "seed": self.config.seed,
            "features": list(self.features),
            "learned": {
                **learned(self.rows, self._learned_before()),
                "lines": len(self.rows),
                "players": len({row.player_id for row in self.rows}),
            },
            "hyperparameters": {name: dict(values) for name, values in chosen.items()},
            "tuning": tuning or {"says": "hyperparameters as they were"},
            "stats": {stat: each.card for stat, each in fitted.items()},
            "losses": fitted["points"].losses,
        }
        tensors: dict[str, Floats] = {}
        texts: dict[str, bytes] = {}
        for stat, each in fitted.items():
            tensors |= prefixed(stat, each.number.tensors)
            if each.number.text is not None:
                texts[text_of(stat)] = each.number.text.encode()
        return Trained(plain(card), {WEIGHTS: to_safetensors(tensors), **texts})

    def _hyperparameters(
        self, found: Sequence[NumberCandidate], when: Sequence[Origin]
    ) -> tuple[Chosen, dict[str, Any]]:
        """Those of the model before, where there is one; tuned by the first block where that is asked for."""
        before = self.previous.card.get("hyperparameters", {}) if self.previous else {}
        chosen: dict[str, Hyperparameters] = {
            each.name: {**each.defaults, **before.get(each.name, {})} for each in found
        }
        if self.how is not How.TUNED or not when or not self.config.tuning_trials:
            return chosen, {}
        says: dict[str, Any] = {}
        lines, first = self._lines(_TUNED_BY), when[:1]
        true = lines.numbers[first[0].asked.start : first[0].asked.stop]
        for each in found:

            def losses(values: Hyperparameters, each: NumberCandidate = each) -> Floats:
                return poisson_losses(true, _out_of_time(lines, each, values, first, self.config.seed))

            budget_s = self.config.tuning_budget_s / len(found)
            chosen[each.name], says[each.name] = search(
                each.suggest, chosen[each.name], losses, budget_s, self.config
            )
        return chosen, says

    def _stat(
        self, stat: str, found: Sequence[NumberCandidate], chosen: Chosen, when: Sequence[Origin]
    ) -> _Fitted:
        lines, seed = self._lines(stat), self.config.seed
        first = when[0].learned if when else len(self.rows)
        found = [each for each in found if each.can_learn(lines.numbers[:first])]
        start = when[0].asked.start if when else len(self.rows)
        games = [row.game_id for row in self.rows[start:]]
        told = (
            {each.name: _out_of_time(lines, each, chosen[each.name], when, seed) for each in found}
            if when
            else {}
        )
        name, why = self._kept(stat, found, lines.numbers[start:], told, games)
        number = self._learn(stat, lines, name, chosen[name])
        means = told[name] if told else np.maximum(LEAST, number.of(lines.rows))
        true = lines.numbers[start:] if told else lines.numbers
        pulls = (true - means) / np.sqrt(means)
        spread = spread_of(pulls)
        others = {each: means[start:] for each, means in plain_forecasts(self.rows, lines.numbers).items()}
        card = {
            "candidate": name,
            "why": why,
            "spread": vars(spread),
            "evaluation": {
                "lines": len(games),
                "models": {
                    each: _measured(true, values, each in others) for each, values in (told | others).items()
                }
                if told
                else {},
                "coverage": _coverage(pulls, true, means, when, start),
            },
            "importance": _importance(number, self.features, self.x),
        }
        losses = mean_by_game(games, poisson_losses(true, means)) if told else {}
        return _Fitted(number, card, losses)

    def _kept(
        self,
        stat: str,
        found: Sequence[NumberCandidate],
        true: Floats,
        told: Mapping[str, Floats],
        games: Sequence[str],
    ) -> tuple[str, str]:
        if self.how is How.CONTINUED and self.previous:
            return (
                str(self.previous.card["stats"][stat]["candidate"]),
                f"that of {self.previous.name}, which it goes on from",
            )
        if not told:
            return found[0].name, "the simplest: too few games to compare"
        return simplest({name: deviance(true, means) for name, means in told.items()}, games)

    def _learn(self, stat: str, lines: Lines, name: str, chosen: Hyperparameters) -> Number:
        candidate, seed = number_of(name), self.config.seed
        if self.how is not How.CONTINUED or self.previous is None:
            return candidate.learn(lines, chosen, seed)
        before = cast("Number", self.previous.stats[stat].expected)
        return candidate.go_on(before, lines, lines.at(self._new()), chosen, seed)

    def _learned_before(self) -> Sequence[str]:
        """Games that are in the weights gone on from."""
        if self.how is not How.CONTINUED or self.previous is None:
            return ()
        return list(self.previous.card["learned"]["game_ids"])

    def _new(self) -> Any:
        known = set(self._learned_before())
        return np.array([row.game_id not in known for row in self.rows], dtype=np.bool_)

    def _says(self) -> str:
        if self.how is not How.CONTINUED or self.previous is None:
            return "every line anew"
        return f"from the weights of {self.previous.name}, with {count(int(self._new().sum()), 'new line')}"

    def _lines(self, stat: str) -> Lines:
        numbers = np.array([getattr(row.counts, stat) for row in self.rows], dtype=np.float64)
        return Lines(self.features, stat, self.x, numbers)


@dataclass(frozen=True)
class _Fitted:
    number: Number
    card: dict[str, Any]
    losses: dict[str, float]
    """Of its recipe on later games: game id -> the mean over its lines, nats."""


def text_of(stat: str) -> str:
    """The file of a number's trees."""
    return f"boosting-{stat}.txt"


def simplest(losses: Mapping[str, Floats], games: Sequence[str]) -> tuple[str, str]:
    """Its name, and a sentence that says why. Paired over games: lines of one game are alike."""
    best = min(losses, key=lambda name: float(losses[name].mean()))
    for name, own in losses.items():
        if name == best:
            break
        p_worse = t_test(list(mean_by_game(games, own - losses[best]).values()))
        if p_worse is None or p_worse > LIKELY:
            return name, f"the simplest that is not significantly worse than {best}"
    return best, f"the lowest deviance of {len(losses)} candidates, none simpler is as good"


def _of_regulars(rows: Sequence[PlayerTrainingRow], fewest: int) -> list[PlayerTrainingRow]:
    games = Counter(row.player_id for row in rows)
    return [row for row in rows if games[row.player_id] >= fewest]


def _out_of_time(
    lines: Lines, candidate: NumberCandidate, chosen: Hyperparameters, when: Sequence[Origin], seed: int
) -> Floats:
    parts = [
        candidate.learn(lines.at(slice(one.learned)), chosen, seed).of(
            lines.rows[one.asked.start : one.asked.stop]
        )
        for one in when
    ]
    return np.asarray(np.maximum(LEAST, np.concatenate(parts)))


def _measured(true: Floats, means: Floats, is_baseline: bool) -> dict[str, Any]:
    return {
        "is_baseline": is_baseline,
        "deviance": vars(mean_of(deviance(true, means))),
        "error": vars(mean_of(np.abs(true - means))),
    }


def _importance(number: Number, features: tuple[str, ...], x: Floats) -> dict[str, float]:
    """Mean |what it adds|, in the number's own unit, the most important first; of the newest lines."""
    sizes = np.abs(number.adds(x[-2000:])).mean(axis=0).tolist()
    return dict(sorted(zip(features, sizes, strict=True), key=lambda pair: -pair[1])[:20])


def _coverage(
    pulls: Floats, true: Floats, means: Floats, when: Sequence[Origin], start: int
) -> dict[str, Any]:
    """Of the interval, on lines after those that it was made from."""
    inside, tested = 0, 0
    for one in when[1:]:
        earlier = CountSpread(**vars(spread_of(pulls[: one.asked.start - start])))
        for place in range(one.asked.start - start, one.asked.stop - start):
            told = earlier.around(float(means[place]))
            inside += told.low <= true[place] <= told.high
            tested += 1
    covered = wilson(inside, tested)
    return {
        "wanted": SHARE,
        "value": covered.value,
        "low": covered.low,
        "high": covered.high,
        "lines": tested,
    }
