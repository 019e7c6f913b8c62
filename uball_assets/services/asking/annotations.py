"""What a model is asked about plays, and what came of it.

Belongs here: questions about plays, annotations and what they took. Not here: asking (`annotator`), reading a
reply (`replies`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from uball_assets.adapters.models.endpoint import Reply
from uball_assets.domain.answers.annotate import AnnotatedPlay, ClipAnswer
from uball_assets.domain.clipping.reports import Clip
from uball_assets.domain.errors import Quarantined, UballError
from uball_assets.domain.footage.angles import Side
from uball_assets.domain.footage.games import Rosters
from uball_assets.domain.footage.teams import Teams
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.spending.answer_cost import Tokens, answers_usd
from uball_assets.domain.spending.base_models import base_model
from uball_assets.domain.spending.cost import Price


@dataclass(frozen=True)
class PlayQuestion:
    """One stretch of game time, with the clips that show it."""

    play_key: str
    side: Side
    window: Window
    """Game time, seconds."""
    clips: tuple[Clip, ...]
    teams: Teams | None = None
    """Of its game; None where they are not known."""
    rosters: Rosters | None = None
    """Of these teams; None where the answer is not held against them."""
    is_one_play: bool = False
    """People wrote it down as one play (`merging.Asked`)."""


@dataclass(frozen=True)
class Usage:
    """What the answers took that were asked for, as the service counted it, whatever became of them; nothing
    where it is not charged."""

    tokens: tuple[Tokens, ...] = ()
    """One entry for each way of asking."""

    @property
    def token_count(self) -> int:
        return sum(each.input + each.output for each in self.tokens)

    def usd(self, base_name: str, prices: Sequence[Price]) -> float:
        """What the service charges for them. Permanent for a price that nobody knows."""
        return answers_usd(self.tokens, base_model(base_name), prices)


@dataclass(frozen=True)
class Annotations:
    plays: tuple[AnnotatedPlay, ...]
    per_camera: tuple[tuple[str, ClipAnswer], ...]
    """(play key, what one camera's clip was said to show)."""
    quarantined: tuple[Quarantined, ...]
    usage: Usage = Usage()
    asked_again: int = 0
    """Answers that had no valid form, and were asked for once more with a schema."""
    respelled_count: int = 0
    """Labels and times in the answers that were written otherwise than they are meant."""
    kept_count: int = 0
    """Answers that had been given and paid before (`kept_answers`)."""

    @property
    def no_play_count(self) -> int:
        """Clips of which the model said that they show no play."""
        return sum(answer.saw_no_play for _, answer in self.per_camera)


@dataclass
class Stopwatch:
    """How long a model took for the clips that it was asked about one by one, several at once.

    Beside the answers, not among them: those are the same whenever they are given. A batch waits its turn at
    the service, which says nothing of the model: it is not timed.
    """

    clip_count: int = 0
    seconds: float = 0.0

    @property
    def seconds_per_clip(self) -> float | None:
        return self.seconds / self.clip_count if self.clip_count else None

    def note(self, answers: Sequence[Reply | UballError], seconds: float) -> None:
        if not any(isinstance(each, Reply) and each.price == "batch" for each in answers):
            self.clip_count += len(answers)
            self.seconds += seconds if answers else 0.0
