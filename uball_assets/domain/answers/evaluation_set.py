"""The evaluation set: the plays that every model is scored on and none was trained on.

Belongs here: its form. Not here: which plays are on it (`splits`) or how a score is counted (`metrics`).
"""

from __future__ import annotations

from dataclasses import dataclass

from uball_assets.domain.clipping.reports import Clip
from uball_assets.domain.footage.teams import Teams
from uball_assets.domain.hashing import content_hash
from uball_assets.domain.plays.plays import Play


@dataclass(frozen=True)
class EvaluationPlay:
    truth: Play
    clips: tuple[Clip, ...]
    teams: Teams | None = None
    """Of its game, as its examples name them; None where they do not."""


@dataclass(frozen=True)
class EvaluationSet:
    plays: tuple[EvaluationPlay, ...]

    @property
    def hash(self) -> str:
        """Changes when a play, its truth or one of its clips does."""
        return content_hash([[repr(play.truth), [clip.key for clip in play.clips]] for play in self.plays])
