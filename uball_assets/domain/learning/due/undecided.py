"""A model that nobody decided on: trained, and its run ended before it was scored, or compared.

It is due by itself, before any other training, and such a run trains nothing: it scores the newest model
and the champion and decides. Three attempts a day (`requests.Kind.DAILY`): a ceiling that stopped it may be
lifted.

Belongs here: what is lacking, and under what its attempts are counted. Not here: scoring
(`assets.evaluation`) or deciding (`domain.serving`).
"""

from __future__ import annotations

from dataclasses import dataclass

from uball_assets.domain.hashing import content_hash
from uball_assets.domain.learning.attempts import Attempt


@dataclass(frozen=True)
class Undecided:
    model: str
    """The newest one, as people call it: `v7-31games`."""
    is_scored: bool
    attempts: tuple[Attempt, ...] = ()
    """At deciding on it, since the last daily collection."""
    next_attempt: int = 1
    target_hash: str = ""
    game_id: str = ""
    """Whose partition starts the run: one that the newest training set holds."""

    @property
    def words(self) -> str:
        if self.is_scored:
            return f"{self.model} is scored, and nobody has decided on it"
        return f"{self.model} is trained, and has no score yet"


def decision_hash(model: str, evaluation_set: str, collection: int) -> str:
    """What a decision's attempts are counted at. `collection`: number of the newest daily request, 0 for
    none."""
    return content_hash(["decide", model, evaluation_set, collection])
