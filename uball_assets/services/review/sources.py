"""What the review of every game is read from, and what is told of the league once for all of them.

Belongs here: the league's label shares, what the newest training set has learned. Not here: one game
(`game`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.adapters.record.registry import Registry
from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.answers.metrics import Scores
from uball_assets.domain.learning.manifest import Manifest
from uball_assets.domain.review.worth import label_shares


@dataclass(frozen=True)
class Sources:
    """Safe to share between threads: what is kept may be read twice, and is the same."""

    training: ObjectStore
    registry: Registry
    plays_db: PlaysDb
    _kept: dict[str, tuple[str, Any]] = field(default_factory=dict, repr=False)

    def label_shares(self) -> dict[str, float]:
        """Of the plays that models are scored on, newest; empty while there are few or none."""
        newest = self.registry.latest("evaluations")
        if newest is None:
            return {}
        name = str(newest["scores_name"])
        if self._kept.get("shares", ("",))[0] != name:
            scores = documents.find(self.training, name, Scores)
            plays = scores.plays if scores else ()
            self._kept["shares"] = name, label_shares(play.truth for play in plays)
        found: dict[str, float] = self._kept["shares"][1]
        return found

    def learned_hash(self, game_id: str) -> str | None:
        """Of the game's examples in the newest training set; None where it is not in it."""
        newest = self.registry.latest("manifests")
        if newest is None:
            return None
        if self._kept.get("learned", ("",))[0] != newest["hash"]:
            games = Manifest.from_dict(newest["manifest"]).games
            self._kept["learned"] = newest["hash"], {game.game_id: game.examples_hash for game in games}
        learned: dict[str, str] = self._kept["learned"][1]
        return learned.get(game_id)
