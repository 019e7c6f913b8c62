"""How good chances were, in four numbers with 95 % intervals.

Belongs here: chances against what happened. Not here: whether chances are meant as they are said
(`calibration`), who is better than whom (`gate`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from uball_assets.domain.answers.metrics import wilson
from uball_assets.domain.forecasting.linear import Floats

_RESAMPLED = 1000
_Z = 1.96


@dataclass(frozen=True)
class Number:
    """With its 95 % interval; None where there was nothing to measure."""

    value: float | None
    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        if self.value is None:
            return "nothing to measure"
        if self.low is None or self.high is None:
            return f"{self.value:.3f}"
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


@dataclass(frozen=True)
class Score:
    games: int
    log_loss: Number
    """Nats a game; 0.693 is a coin's. The interval by drawing whole games again."""
    brier: Number
    """Mean squared error of the chance; 0.25 is a coin's. The interval likewise."""
    accuracy: Number
    """Share of games whose likelier winner won; an even chance is half right. The interval is Wilson's."""
    auc: Number
    """Chance that a game won at home was given more than one lost. The interval is DeLong's."""

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def score(chances: Sequence[float] | Floats, won: Sequence[float] | Floats, seed: int = 7) -> Score:
    """`chances`: of the home team, 0 to 1; `won`: 1 where it did, else 0. Both (games,)."""
    p, happened = np.asarray(chances, np.float64), np.asarray(won, np.float64)
    right = float(np.sum((p > 0.5) == (happened > 0.5), where=p != 0.5) + 0.5 * np.sum(p == 0.5))
    accuracy = wilson(round(right), len(p))
    return Score(
        len(p),
        mean_of(log_losses(p, happened), seed),
        mean_of((p - happened) ** 2, seed),
        Number(right / len(p), accuracy.low, accuracy.high) if len(p) else Number(None),
        _auc(p[happened > 0.5], p[happened <= 0.5]),
    )


def log_losses(chances: Sequence[float] | Floats, won: Sequence[float] | Floats) -> Floats:
    """Nats, a game each."""
    p, happened = np.asarray(chances, np.float64), np.asarray(won, np.float64)
    return np.asarray(-np.log(np.clip(np.where(happened > 0.5, p, 1 - p), 1e-12, None)))


def mean_of(values: Floats, seed: int = 7) -> Number:
    """With the interval that drawing games again gives."""
    count = len(values)
    if not count:
        return Number(None)
    rng = np.random.default_rng(seed)
    means = values[rng.integers(0, count, (_RESAMPLED, count))].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return Number(float(values.mean()), float(low), float(high))


def _auc(of_won: Floats, of_lost: Floats) -> Number:
    if not len(of_won) or not len(of_lost):
        return Number(None)
    ahead = (of_won[:, None] > of_lost) + 0.5 * (of_won[:, None] == of_lost)
    value = float(ahead.mean())
    if len(of_won) < 2 or len(of_lost) < 2:
        return Number(value, 0.0, 1.0)
    by_won, by_lost = ahead.mean(axis=1), ahead.mean(axis=0)
    spread = math.sqrt(by_won.var(ddof=1) / len(by_won) + by_lost.var(ddof=1) / len(by_lost))
    return Number(value, max(0.0, value - _Z * spread), min(1.0, value + _Z * spread))
