"""Choosing: every candidate is asked about games after those it learned from, and the simplest is kept that
is not significantly worse than the best.

Belongs here: asking in turn, comparing, choosing. Not here: the candidates, hyperparameters (`tuning`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from uball_assets.domain.forecasting.baselines import baselines
from uball_assets.domain.forecasting.linear import Floats
from uball_assets.domain.forecasting.scoring import log_losses
from uball_assets.domain.serving.gate import LIKELY, t_test
from uball_assets.services.forecasting.calibrating import Calibrated, calibrate
from uball_assets.services.forecasting.candidates.candidate import Candidate, Hyperparameters
from uball_assets.services.forecasting.matrix import Games
from uball_assets.services.forecasting.rolling import Origin


@dataclass(frozen=True)
class Asked:
    """All on the same games, one block after the other."""

    games: Games
    candidates: Mapping[str, Calibrated]
    """In the order of simplicity."""
    baselines: Mapping[str, Floats]
    """Chances."""

    def losses(self, name: str) -> Floats:
        return log_losses(self.candidates[name].chances, self.games.won)


def ask(
    games: Games,
    candidates: Sequence[Candidate],
    chosen: Mapping[str, Hyperparameters],
    origins: Sequence[Origin],
    seed: int,
) -> Asked:
    """`chosen`: candidate's name -> its hyperparameters."""
    start = origins[0].asked.start
    blocks = [range(one.asked.start - start, one.asked.stop - start) for one in origins]
    asked = games.at(slice(start, origins[-1].asked.stop))
    found = {
        each.name: calibrate(out_of_time(games, each, chosen[each.name], origins, seed), asked.won, blocks)
        for each in candidates
    }
    parts = [_baselines(games, origin) for origin in origins]
    return Asked(asked, found, {name: np.concatenate([part[name] for part in parts]) for name in parts[0]})


def out_of_time(
    games: Games, candidate: Candidate, chosen: Hyperparameters, origins: Sequence[Origin], seed: int
) -> Floats:
    """Log odds, not calibrated, of the games asked about."""
    return np.concatenate(
        [
            candidate.learn(games.at(slice(origin.learned)), chosen, seed).of(
                games.rows[origin.asked.start : origin.asked.stop]
            )
            for origin in origins
        ]
    )


def simplest(asked: Asked) -> tuple[str, str]:
    """Its name, and a sentence that says why."""
    losses = {name: asked.losses(name) for name in asked.candidates}
    best = min(losses, key=lambda name: float(losses[name].mean()))
    for name, own in losses.items():
        gap = float(own.mean() - losses[best].mean())
        p_worse = t_test((own - losses[best]).tolist())
        if name == best:
            return name, f"the lowest log loss of {len(losses)} candidates, none simpler is as good"
        if p_worse is None or p_worse > LIKELY:
            told = "too few games" if p_worse is None else f"p = {p_worse:.2f}"
            return name, f"the simplest that is not significantly worse than {best} ({gap:+.4f} nats, {told})"
    raise AssertionError("the best is among them")


def _baselines(games: Games, origin: Origin) -> Mapping[str, Floats]:
    before = games.at(slice(origin.learned))
    now = games.at(slice(origin.asked.start, origin.asked.stop))
    return baselines(before.column, before.won, now.column, len(now))
