"""Training the player model: for each number of a line the simplest candidate that is not worse.

- `shrunken`: the season's average as the features have it, drawn to the mean of all players by one weight;
- `ridge`: every feature has its weight, all of them held small.

Belongs here: the steps in their order, and the card. Not here: the fits (`glm`), the files (`models`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from uball_assets.domain.answers.metrics import wilson
from uball_assets.domain.errors import Permanent
from uball_assets.domain.forecasting.config import ForecastConfig
from uball_assets.domain.forecasting.how import How
from uball_assets.domain.forecasting.linear import Floats
from uball_assets.domain.forecasting.players import LEAST, STATS, CountSpread, PlayerModel
from uball_assets.domain.forecasting.rows import PlayerTrainingRow, worth_learning
from uball_assets.domain.forecasting.scoring import mean_of
from uball_assets.domain.serving.gate import LIKELY, t_test
from uball_assets.services.forecasting.glm import fit_number, unknowing
from uball_assets.services.forecasting.linear_fit import LinearFit
from uball_assets.services.forecasting.matrix import matrix
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

CANDIDATES = ("shrunken", "ridge")
_PENALTY = {"shrunken": 1.0, "ridge": 100.0}
_PENALTY_CONSTANT = 1e-3


def train_player(
    rows: Sequence[PlayerTrainingRow], how: How, previous: PlayerModel | None, config: ForecastConfig
) -> Trained:
    """The same rows, previous model and config: the same bytes.

    Raises Permanent where there is no line to learn from, or rows differ in their features.
    """
    kept = _of_regulars(worth_learning(rows, config), config.min_matches_per_player)
    features = features_of(kept)
    x = matrix(kept, features)
    when = origins([row.tip_off for row in kept])
    with threadpool_limits(1):
        fitted = {stat: _stat(kept, x, features, stat, when) for stat in STATS}
    card = {
        "format": FORMAT,
        "family": "player",
        "how": str(how),
        "parent": previous.name if previous else None,
        "seed": config.seed,
        "features": list(features),
        "learned": {**learned(kept), "lines": len(kept), "players": len({row.player_id for row in kept})},
        "stats": {stat: each.card for stat, each in fitted.items()},
        "losses": fitted["points"].losses,
    }
    tensors = {
        name: t for stat, each in fitted.items() for name, t in prefixed(stat, each.fit.tensors).items()
    }
    return Trained(plain(card), {WEIGHTS: to_safetensors(tensors)})


@dataclass(frozen=True)
class _Stat:
    fit: LinearFit
    card: dict[str, Any]
    losses: dict[str, float]
    """Of its recipe on later games: game id -> the mean over its lines, nats."""


def _of_regulars(rows: Sequence[PlayerTrainingRow], fewest: int) -> list[PlayerTrainingRow]:
    games = Counter(row.player_id for row in rows)
    return [row for row in rows if games[row.player_id] >= fewest]


def _stat(
    rows: Sequence[PlayerTrainingRow],
    x: Floats,
    features: tuple[str, ...],
    stat: str,
    when: Sequence[Origin],
) -> _Stat:
    y = np.array([getattr(row.counts, stat) for row in rows], dtype=np.float64)
    possible = [name for name in CANDIDATES if name != "shrunken" or f"{stat}_season" in features]
    told = {name: _out_of_time(x, y, features, stat, name, when) for name in possible}
    start = when[0].asked.start if when else len(rows)
    games = [row.game_id for row in rows[start:]]
    name, why = _simplest({name: deviance(y[start:], each) for name, each in told.items()}, games)
    fit = _fit(x, y, features, stat, name)
    mean = told[name] if when else np.maximum(LEAST, fit.of(x))
    true = y[start:] if when else y
    pulls = (true - mean) / np.sqrt(mean)
    spread = CountSpread(**vars(spread_of(pulls)))
    card = {
        "candidate": name,
        "why": why,
        "spread": vars(spread),
        "evaluation": {
            "lines": len(games),
            "models": {each: _numbers(true, chances) for each, chances in told.items()} if when else {},
            "coverage": _coverage(pulls, true, mean, when, start),
        },
    }
    losses = mean_by_game(games, poisson_losses(true, mean)) if when else {}
    return _Stat(fit, card, losses)


def _fit(x: Floats, y: Floats, features: tuple[str, ...], stat: str, name: str) -> LinearFit:
    places = (features.index(f"{stat}_season"),) if name == "shrunken" else tuple(range(len(features)))
    rows = x[:, places]
    before = unknowing(rows, _PENALTY[name], _PENALTY_CONSTANT)
    return LinearFit(len(features), places, fit_number(rows, y, before))


def _out_of_time(
    x: Floats, y: Floats, features: tuple[str, ...], stat: str, name: str, when: Sequence[Origin]
) -> Floats:
    parts = [
        _fit(x[: one.learned], y[: one.learned], features, stat, name).of(x[one.asked.start : one.asked.stop])
        for one in when
    ]
    return np.asarray(np.maximum(LEAST, np.concatenate([*parts, np.zeros(0)])))


def deviance(counts: Floats, means: Floats) -> Floats:
    """Of a Poisson number, a line each: 0 where the mean is the count."""
    ratio = np.where(counts > 0, counts / means, 1.0)
    return np.asarray(2 * (counts * np.log(ratio) - (counts - means)))


def poisson_losses(counts: Floats, means: Floats) -> Floats:
    """Half the deviance, nats, a line each."""
    return deviance(counts, means) / 2


def mean_by_game(games: Sequence[str], losses: Floats) -> dict[str, float]:
    found: dict[str, list[float]] = defaultdict(list)
    for game, loss in zip(games, losses.tolist(), strict=True):
        found[game].append(loss)
    return {game: sum(each) / len(each) for game, each in found.items()}


def _simplest(losses: dict[str, Floats], games: Sequence[str]) -> tuple[str, str]:
    """Paired over games: lines of one game are alike."""
    if not games:
        return next(iter(losses)), "the simplest: too few games to compare"
    best = min(losses, key=lambda name: float(losses[name].mean()))
    for name, own in losses.items():
        if name == best:
            return name, f"the lowest deviance of {len(losses)} candidates, none simpler is as good"
        by_game: dict[str, list[float]] = defaultdict(list)
        for game, difference in zip(games, (own - losses[best]).tolist(), strict=True):
            by_game[game].append(difference)
        p_worse = t_test([sum(each) / len(each) for each in by_game.values()])
        if p_worse is None or p_worse > LIKELY:
            return name, f"the simplest that is not significantly worse than {best}"
    raise Permanent("no candidate for a player's numbers")


def _numbers(true: Floats, means: Floats) -> dict[str, Any]:
    return {
        "deviance": vars(mean_of(deviance(true, means))),
        "error": vars(mean_of(np.abs(true - means))),
    }


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
