"""The label audit of one game: what speaks against labels that people wrote, as a document that pages read.

Belongs here: the three kinds of evidence together. Not here: where rows and answers are read
(`services.label_audit`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from uball_assets.domain.footage.teams import Teams
from uball_assets.domain.plays.plays import Play
from uball_assets.domain.review.contradictions import HonestAnswer, contradictions
from uball_assets.domain.review.labelled_apart import labelled_apart
from uball_assets.domain.review.score_check import ScoreLine, check_score, held_against_score
from uball_assets.domain.review.suspects import Suspect, SuspectClip, suspects


@dataclass(frozen=True)
class LabelAudit:
    game_id: str
    play_count: int
    answered_count: int
    """Plays with an honest answer: of the others no model can say anything."""
    models: tuple[str, ...]
    """Whose answers those are."""
    score: tuple[ScoreLine, ...]
    """By team; empty where there is no official score, or none that is understood."""
    score_says: str
    suspects: tuple[Suspect, ...]
    """Best first."""

    @property
    def summary(self) -> str:
        """`2 of 29 plays are worth a look; 4 have an answer by a model that had not learned them; …`"""
        return (
            f"{len(self.suspects)} of {self.play_count} plays are worth a look; {self.answered_count} have "
            f"an answer by a model that had not learned them; {self.score_says}"
        )


@dataclass(frozen=True)
class GameLabels:
    """What is known of a game's labels."""

    game_id: str
    game: Mapping[str, Any] | None
    """Its row of `games`."""
    teams: Teams | None
    plays: Sequence[Play]
    """Those that stand, in game order."""
    rows_as_plays: Sequence[Play]
    """Every sound row, as it was stored, in that order."""
    lost_count: int
    """Rows that break a rule."""
    clips: Mapping[str, Sequence[SuspectClip]]
    """By play."""


def audit(labels: GameLabels, answers: Mapping[str, HonestAnswer]) -> LabelAudit:
    """`answers`: one a play, by its id."""
    score = check_score(labels.game, labels.teams, labels.plays, labels.lost_count, answers)
    by_id = {play.play_id: play for play in labels.plays}
    contradicted = contradictions(labels.plays, answers)
    evidence = [
        *held_against_score(contradicted, by_id, labels.teams, score.lines),
        *labelled_apart(labels.rows_as_plays),
        *score.evidence,
    ]
    return LabelAudit(
        game_id=labels.game_id,
        play_count=len(labels.plays),
        answered_count=len(answers),
        models=tuple(sorted({answer.model for answer in answers.values()})),
        score=score.lines,
        score_says=score.says,
        suspects=tuple(suspects(labels.plays, evidence, labels.clips)),
    )
