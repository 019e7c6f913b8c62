"""Early stopping: when a training of many epochs has learned what it can.

The plays that decide it are held out of the training side, a tenth, by their names alone: those that models
are scored on decide nothing, or the score would be of a choice made by them.

Belongs here: which plays, and when. Not here: training (`adapters.models.local`).
"""

from __future__ import annotations

from collections.abc import Sequence

from uball_assets.domain.hashing import content_hash

HELD_OUT_SHARE = 0.1


def is_held_out(play: str) -> bool:
    """Whether the play is not learned from, so that the loss on it can be watched; both its cameras are."""
    return int(content_hash(["held out", play])[:8], 16) / 2**32 < HELD_OUT_SHARE


def best_epoch(losses: Sequence[float]) -> int:
    """The epoch (from 1) whose held-out loss is lowest, the first of several; `losses` begin with epoch 1."""
    return min(range(len(losses)), key=lambda epoch: losses[epoch]) + 1


def has_stalled(losses: Sequence[float], patience: int) -> bool:
    """Whether so many epochs have passed since the best."""
    return bool(losses) and len(losses) - best_epoch(losses) >= patience
