"""A forecast as it was made: of which game, by which model, when, from what; and how it did.

Belongs here: what is kept of one beside its numbers. Not here: its numbers (`forecast`), the warehouse's
tables of them (`tables`), when one is made anew (`remaking`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from uball_assets.domain.forecasting.forecast import GameForecast, PlayerForecast


@dataclass(frozen=True)
class Making:
    """Of one version of a forecast."""

    game_id: str
    tip_off: datetime
    """UTC, as it was known then; `made_at` is before it."""
    home_team: str
    away_team: str
    model: str
    made_at: datetime
    is_used: bool
    """Not used is what a model on trial says beside the one that serves."""
    inputs_hash: str
    """Of the features it was made from, and the model: another one follows only where these differ."""
    because: str
    """Why it was made then: the game is new, a roster changed, …"""


@dataclass(frozen=True)
class MadeForecast:
    making: Making
    told: GameForecast


@dataclass(frozen=True)
class MadePlayerForecast:
    making: Making
    team_id: str
    player_id: str
    told: PlayerForecast


@dataclass(frozen=True)
class ForecastScore:
    """How the last forecast before tip-off did, of one model: of a game, or of all its players' lines."""

    game_id: str
    tip_off: datetime
    home_team: str
    family: str
    """`outcome` or `player`."""
    model: str
    made_at: datetime
    is_used: bool
    chance: float | None
    """Of what happened, as it was told; None of players' lines."""
    log_loss: float
    """Nats: of the winner; of players, the mean over their points as if those came as a Poisson's."""
    points_error: float
    """Mean absolute: of the two teams' scores, or of the players' points."""
    intervals: int
    """Numbers that were told with an interval, and came out."""
    covered: int
    """Of those, how many came out within it: 80 of 100 should."""
    home_points: int
    """What it was scored on: a result that is corrected gives another score."""
    away_points: int

    @property
    def is_right(self) -> bool | None:
        """Whether the likelier winner won."""
        return None if self.chance is None else self.chance > 0.5
