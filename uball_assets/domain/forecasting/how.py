"""How a model of forecasts is trained.

Belongs here: the three ways. Not here: which one is due (`due`), or what each does (`services.forecasting`).
"""

from __future__ import annotations

from enum import StrEnum


class How(StrEnum):
    CONTINUED = "continued"
    """The same candidate and hyperparameters, from the weights before, with the games since then."""
    FROM_SCRATCH = "from scratch"
    """Every game anew, hyperparameters as they are."""
    TUNED = "tuned"
    """From scratch, after looking for better hyperparameters."""
