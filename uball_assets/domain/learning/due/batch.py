"""Holding a batch together: a training that is due waits for the games that are still coming, but not for
ever.

What bounds the wait is how long the training has been due, not how long its oldest game has waited: a game
that waited a week for others must not start a training in the middle of their runs.

Belongs here: since when a training is due, and what it waits for. Not here: whether it is due (`retrain`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from uball_assets.domain.learning.due.words import count, duration


@dataclass(frozen=True)
class Coming:
    """Games that may join a training soon."""

    running: int
    """Game runs that are queued or going."""
    arrived: int = 0
    """Games that have arrived or changed, and have no run yet; not those that were given up."""

    @property
    def words(self) -> str:
        parts = [
            f"{count(self.running, 'game run')} still going" if self.running else "",
            f"{count(self.arrived, 'game')} arrived and not begun" if self.arrived else "",
        ]
        return ", ".join(filter(None, parts))


def due_for_s(waited_s: Sequence[float], needed: int) -> float | None:
    """For how long enough games have been ready: as long as the last of those needed has waited. None where
    too few are, or none is needed."""
    if not 0 < needed <= len(waited_s):
        return None
    return sorted(waited_s, reverse=True)[needed - 1]


def holds(coming: Coming, due_s: float | None, longest_s: float) -> str | None:
    """Why a due training waits; None where it starts. `due_s`: for how long it has been due; None where
    nobody knows, then it waits for what runs."""
    if not coming.words or (due_s is not None and due_s >= longest_s):
        return None
    return f"waiting: {coming.words}; a batch is held together for {duration(longest_s)} at most"
