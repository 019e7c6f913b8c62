"""Training models of forecasts: the two families by one door.

Belongs here: nothing but their names. Not here: what they do (`outcome_training`, `players.training`).
"""

from __future__ import annotations

from uball_assets.services.forecasting.outcome_training import train_outcome
from uball_assets.services.forecasting.players.training import train_player
from uball_assets.services.forecasting.trained import Trained

__all__ = ["Trained", "train_outcome", "train_player"]
