"""A candidate: one way to tell who wins, from learning it to keeping it in files.

Belongs here: the port, and hyperparameters. Not here: the candidates, or who is kept
(`services.forecasting.choosing`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from uball_assets.domain.forecasting.linear import Floats
from uball_assets.services.forecasting.matrix import Games

Hyperparameters = Mapping[str, float]


class Learned(Protocol):
    """A `domain.forecasting.outcome.Winner` that can be kept, and gone on from."""

    @property
    def base(self) -> float: ...

    def adds(self, rows: Floats) -> Floats: ...

    def of(self, rows: Floats) -> Floats:
        """Log odds of (games, features): (games,). Not calibrated."""
        ...

    @property
    def tensors(self) -> dict[str, Floats]:
        """What goes into `weights.safetensors`."""
        ...

    @property
    def texts(self) -> dict[str, str]:
        """File name -> text, of weights that have a format of their own."""
        ...


class Candidate(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def defaults(self) -> Hyperparameters:
        """Of a training that was not tuned."""
        ...

    def suggest(self, trial: Any) -> Hyperparameters:
        """Of an Optuna trial."""
        ...

    def learn(self, games: Games, chosen: Hyperparameters, seed: int) -> Learned:
        """From scratch."""
        ...

    def go_on(self, before: Learned, games: Games, new: Games, chosen: Hyperparameters, seed: int) -> Learned:
        """From the weights before; `games`: all, `new`: those that were not learned from yet."""
        ...

    def load(self, features: int, tensors: Mapping[str, Any], texts: Mapping[str, str]) -> Learned:
        """Raises KeyError or ValueError for what is not its own."""
        ...
