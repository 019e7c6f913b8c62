"""How much of the reachable gain forecasts take: 0 is the base rate, 1 the best forecast there is.

The gain is in log loss, and expected: under the true chances, so that luck in the games asked about is no
part of it. The base rate is the mean chance over all of them.

Belongs here: shares with their intervals. Not here: the forecasts (`asking`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from uball_assets.domain.forecasting.linear import Floats

RESAMPLED = 1000


@dataclass(frozen=True)
class Share:
    value: float
    low: float
    high: float
    """95 %, by drawing whole leagues again."""

    def __str__(self) -> str:
        return f"{100 * self.value:.0f} % ({100 * self.low:.0f} to {100 * self.high:.0f})"


def expected_loss(best: Floats, told: Floats) -> Floats:
    """Nats, a game each."""
    return -(best * np.log(told) + (1 - best) * np.log(1 - told))


def gain_share(best: Floats, told: Floats, leagues: Sequence[int], rate: float) -> Share:
    """`best`, `told`: chances, a game each."""
    base = expected_loss(best, np.full_like(best, rate))
    return share_of(base - expected_loss(best, told), base - expected_loss(best, best), leagues)


def share_of(gained: Floats, reachable: Floats, leagues: Sequence[int]) -> Share:
    """Of sums over all games, or lines."""
    names = sorted(set(leagues))
    of = np.array(leagues)
    parts = np.array([(gained[of == one].sum(), reachable[of == one].sum()) for one in names])
    drawn = np.random.default_rng(7).integers(0, len(names), (RESAMPLED, len(names)))
    sums = parts[drawn].sum(axis=1)
    low, high = np.quantile(sums[:, 0] / sums[:, 1], [0.025, 0.975])
    total = parts.sum(axis=0)
    return Share(float(total[0] / total[1]), float(low), float(high))
