"""Asking a model about many clips at once, and reading what it said.

Belongs here: question, answer, parsing, clip by clip. Not here: which model (`domain.routing`), merging two
cameras (`domain.annotate`) or scoring (`domain.metrics`).
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from uball_assets.adapters.endpoint import Endpoint
from uball_assets.adapters.object_store import ObjectStore
from uball_assets.domain.angles import Side
from uball_assets.domain.annotate import AnnotatedPlay, ClipAnswer, merge_cameras
from uball_assets.domain.errors import Loss, Permanent
from uball_assets.domain.examples import Answer, parse_answer, prompt
from uball_assets.domain.reports import Clip
from uball_assets.domain.timeline import Window


@dataclass(frozen=True)
class PlayQuestion:
    """One stretch of game time, with the clips that show it."""

    play_key: str
    side: Side
    window: Window
    """Game time, seconds."""
    clips: tuple[Clip, ...]


@dataclass(frozen=True)
class Annotations:
    plays: tuple[AnnotatedPlay, ...]
    per_camera: tuple[tuple[str, ClipAnswer], ...]
    """(play key, what one camera's clip was said to show)."""
    losses: tuple[Loss, ...]


@dataclass(frozen=True)
class Annotator:
    endpoint: Endpoint
    training: ObjectStore
    workers: int

    def annotate(self, model_uri: str, questions: Sequence[PlayQuestion]) -> Annotations:
        """Every question answered by one model; an answer that says nothing valid is a loss, never a
        guess."""
        clips = [(question, clip) for question in questions for clip in question.clips]
        with ThreadPoolExecutor(self.workers) as pool:
            said = list(pool.map(lambda pair: self._ask(model_uri, pair[1]), clips))
        answers: dict[str, list[ClipAnswer]] = {question.play_key: [] for question in questions}
        losses: list[Loss] = []
        for (question, _), (answer, lost) in zip(clips, said, strict=True):
            answers[question.play_key].append(answer)
            losses += lost
        merged = (
            merge_cameras(question.play_key, question.side, question.window, answers[question.play_key])
            for question in questions
        )
        per_camera = tuple(
            (question.play_key, answer) for (question, _), (answer, _) in zip(clips, said, strict=True)
        )
        return Annotations(tuple(play for play in merged if play), per_camera, tuple(losses))

    def _ask(self, model_uri: str, clip: Clip) -> tuple[ClipAnswer, list[Loss]]:
        def told(answer: Answer | None, reason: str) -> ClipAnswer:
            return ClipAnswer(
                clip.angle, clip.start_file_s, clip.sync_offset_s, answer, reason, clip.slow_motion
            )

        try:
            text = self.endpoint.generate(model_uri, self.training.uri(clip.name), prompt(clip.angle))
        except Permanent as error:
            loss = Loss(f"clip {clip.name}", model_uri, str(error), "cut the clip again or ask another model")
            return told(None, str(error)), [loss]
        plays, losses = parse_answer(text, clip.duration_s, clip.name)
        first = plays[0] if plays else None
        reason = "" if first else "; ".join(loss.why for loss in losses) or "the model saw no play"
        return told(first, reason), losses
