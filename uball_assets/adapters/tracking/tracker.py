"""Tracking of trainings: what one was told, how it went and what it left, where people compare many of them.

Belongs here: the port, and what is tracked of a training. Not here: an implementation (`mlflow_tracking`),
choosing one (`opening`), what a model's training has to tell (its service). The record stays what counts: a
tracker may be empty, late or gone.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

log = logging.getLogger(__name__)

Told = str | int | float | bool | None


@dataclass(frozen=True)
class TrackedRun:
    """One training, by the model that it made."""

    family: str
    """`video`, `outcome` or `player`: runs of one family are compared."""
    model: str
    """The name of its version on the record."""
    version: int
    fingerprint: str
    """Of all that the training was made of: the same one again is the same run."""
    parameters: Mapping[str, Told] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    curves: Mapping[str, Sequence[float]] = field(default_factory=dict)
    """By name, a value a step, from step 0."""
    artefacts: Mapping[str, bytes] = field(default_factory=dict)
    """By file name: a card, a table; small, they are sent whole."""
    tags: Mapping[str, str] = field(default_factory=dict)


def without_login(url: str) -> str:
    """An address as it may be shown: no password in it."""
    scheme, separator, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}" if separator else url


class Tracker(Protocol):
    def log(self, run: TrackedRun) -> str | None:
        """The run's address, for the record; None where it was not tracked, which the log tells.

        Never raises and never takes longer than its limit: a training does not fail for its tracking.
        """
        ...


@dataclass(frozen=True)
class NoTracking:
    """Nothing is tracked."""

    reason: str

    def log(self, run: TrackedRun) -> str | None:
        log.info("%s is not tracked: %s", run.model, self.reason)
        return None
