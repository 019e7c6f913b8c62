"""Calibrating: chances that were too sure, or too timid, are set right by how earlier ones turned out.

Belongs here: whether that helps on later games, and by how much to correct. Not here: how well chances are
calibrated (`domain.forecasting.calibration`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from uball_assets.domain.forecasting.linear import Floats
from uball_assets.domain.forecasting.outcome import Platt, chance_of
from uball_assets.domain.forecasting.scoring import log_losses
from uball_assets.services.forecasting.glm import Belief, fit_chance

FEWEST_GAMES = 30
"""Out of time, before a correction is made: of fewer it would be noise."""
_BEFORE = Belief(np.zeros(1), np.ones(1), np.array([1.0, 0.0]), np.diag([4.0, 10.0]))
"""Without games: no correction, give or take a half of the slope and 0.3 of log odds."""


@dataclass(frozen=True)
class Calibrated:
    """Out of time: no chance was corrected by its own game, or one after it."""

    chances: Floats
    platt: Platt
    """By all games: what a forecast is corrected by."""
    says: str


def calibrate(log_odds: Floats, won: Floats, blocks: Sequence[range]) -> Calibrated:
    """`log_odds`, `won`: (games,) of all blocks, one after the other; `blocks`: places within them."""
    plain, corrected = chances_of(log_odds, Platt()), chances_of(log_odds, Platt())
    for block in blocks:
        if block.start >= FEWEST_GAMES:
            earlier = slice(0, block.start)
            now = slice(block.start, block.stop)
            corrected[now] = chances_of(log_odds[now], _fit(log_odds[earlier], won[earlier]))
    gains = log_losses(plain, won) - log_losses(corrected, won)
    tested = gains[next((block.start for block in blocks if block.start >= FEWEST_GAMES), len(gains)) :]
    if len(tested) < FEWEST_GAMES:
        return Calibrated(plain, Platt(), f"not calibrated: {FEWEST_GAMES} games out of time are too few yet")
    gain, error = float(tested.mean()), float(tested.std(ddof=1)) / math.sqrt(len(tested))
    if gain <= error:
        return Calibrated(
            plain, Platt(), f"not calibrated: on {len(tested)} later games it gains {gain:+.4f} nats a game"
        )
    platt = _fit(log_odds, won)
    says = (
        f"log odds times {platt.slope:.2f}, {platt.shift:+.2f}: on {len(tested)} later games {gain:+.4f} nats"
    )
    return Calibrated(corrected, platt, says)


def _fit(log_odds: Floats, won: Floats) -> Platt:
    slope, shift = fit_chance(log_odds[:, None], won, _BEFORE).mean
    return Platt(max(0.0, float(slope)), float(shift))


def chances_of(log_odds: Floats, platt: Platt) -> Floats:
    """Of (games,) log odds, calibrated."""
    return np.array([chance_of(platt.slope * each + platt.shift) for each in log_odds.tolist()])
