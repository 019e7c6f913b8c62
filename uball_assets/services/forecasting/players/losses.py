"""How far a player's numbers were from what was expected.

Belongs here: losses of counts, by line and by game. Not here: comparing models by them (`comparing`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from uball_assets.domain.forecasting.linear import Floats


def deviance(counts: Floats, means: Floats) -> Floats:
    """Of a Poisson number, a line each: 0 where the mean is the count."""
    ratio = np.where(counts > 0, counts / means, 1.0)
    return np.asarray(2 * (counts * np.log(ratio) - (counts - means)))


def poisson_losses(counts: Floats, means: Floats) -> Floats:
    """Half the deviance, nats, a line each."""
    return deviance(counts, means) / 2


def mean_by_game(games: Sequence[str], losses: Floats) -> dict[str, float]:
    """Lines of one game are alike: what is compared is games."""
    found: dict[str, list[float]] = defaultdict(list)
    for game, loss in zip(games, losses.tolist(), strict=True):
        found[game].append(loss)
    return {game: sum(each) / len(each) for game, each in found.items()}
