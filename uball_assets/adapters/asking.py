"""Asking a model about many clips at once, and reading what it said.

Belongs here: question, answer, parsing, clip by clip. Not here: which model (`domain.routing`), merging two
cameras (`domain.annotate`) or scoring (`domain.metrics`).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace

from uball_assets.adapters.bills import Bills
from uball_assets.adapters.endpoint import Endpoint, Question, Said, ServedModel
from uball_assets.adapters.object_store import ObjectStore
from uball_assets.domain.angles import Angle, Side
from uball_assets.domain.annotate import AnnotatedPlay, ClipAnswer, merge_cameras
from uball_assets.domain.answer_cost import Tokens, Way
from uball_assets.domain.answers import Reading, parse_answer
from uball_assets.domain.errors import Loss, Permanent, Transient
from uball_assets.domain.examples import prompt
from uball_assets.domain.hashing import content_hash
from uball_assets.domain.reports import Clip
from uball_assets.domain.timeline import Window

_AGAIN_AT_ONCE = 8
"""An endpoint may hold them back further."""


@dataclass(frozen=True)
class PlayQuestion:
    """One stretch of game time, with the clips that show it."""

    play_key: str
    side: Side
    window: Window
    """Game time, seconds."""
    clips: tuple[Clip, ...]


@dataclass(frozen=True)
class Usage:
    """What answering took, as the service counted it; nothing where it is not charged."""

    tokens: tuple[Tokens, ...] = ()
    """One entry for each way of asking."""

    @property
    def token_count(self) -> int:
        return sum(each.input + each.output for each in self.tokens)


@dataclass(frozen=True)
class Annotations:
    plays: tuple[AnnotatedPlay, ...]
    per_camera: tuple[tuple[str, ClipAnswer], ...]
    """(play key, what one camera's clip was said to show)."""
    losses: tuple[Loss, ...]
    usage: Usage = Usage()
    asked_again: int = 0
    """Answers that had no valid form, and were asked for once more with a schema."""
    respelled_count: int = 0
    """Labels and times in the answers that were written otherwise than they are meant."""

    @property
    def no_play_count(self) -> int:
        """Clips of which the model said that they show no play."""
        return sum(answer.saw_no_play for _, answer in self.per_camera)


@dataclass(frozen=True)
class _Read:
    answer: ClipAnswer
    told: Reading

    @property
    def is_answer(self) -> bool:
        return self.answer.answer is not None or self.answer.saw_no_play


@dataclass(frozen=True)
class Annotator:
    endpoint: Endpoint
    training: ObjectStore
    bills: Bills

    def annotate(self, model: ServedModel, questions: Sequence[PlayQuestion], about: str) -> Annotations:
        """Every question answered by one model; an answer that says nothing valid is a loss, never a guess.

        `about` is what the questions are about, `game 6f1c…`, for the bill. Permanent, before anything is
        asked, where the estimate is over a ceiling.
        """
        estimated_usd = self._allow(model, questions, about)
        clips = [(question.play_key, clip) for question in questions for clip in question.clips]
        asked = [Question(self.training.uri(clip.name), prompt(clip.angle)) for _, clip in clips]
        said = self.endpoint.generate_all(model, asked)
        self._bill(model, about, asked, said, estimated_usd)
        reads = [_read(clip, answer) for (_, clip), answer in zip(clips, said, strict=True)]
        again = self._without_form(said, reads)
        asked_again = [asked[position] for position in again]
        said_again = self._ask_again(model, asked_again)
        self._bill(model, f"{about}, asked again", asked_again, said_again, 0.0)
        for position, answer in zip(again, said_again, strict=True):
            reads[position] = _read(clips[position][1], answer)
        per_camera = tuple((key, read.answer) for (key, _), read in zip(clips, reads, strict=True))
        return Annotations(
            _plays(questions, per_camera),
            per_camera,
            tuple(loss for read in reads for loss in read.told.losses),
            _usage([*said, *said_again]),
            len(again),
            sum(read.told.respelled_count for read in reads),
        )

    def _allow(self, model: ServedModel, questions: Sequence[PlayQuestion], about: str) -> float:
        durations_s = [clip.duration_s for question in questions for clip in question.clips]
        letters = max(len(prompt(angle)) for angle in Angle)
        what = f"asking {model.name} about {about}"
        return self.bills.allow_answers(model.base, durations_s, letters, what)

    def _without_form(self, said: Sequence[Said | Permanent], reads: Sequence[_Read]) -> list[int]:
        """Where a schema may help; not where nothing was answered at all: that is no question of form."""
        if not self.endpoint.has_schema or all(isinstance(each, Permanent) for each in said):
            return []
        return [position for position, read in enumerate(reads) if not read.is_answer]

    def _ask_again(self, model: ServedModel, questions: Sequence[Question]) -> list[Said | Permanent]:
        def ask(question: Question) -> Said | Permanent:
            try:
                return self.endpoint.generate(model, question, with_schema=True)
            except Permanent as error:
                return error

        with ThreadPoolExecutor(_AGAIN_AT_ONCE) as pool:
            asking = [pool.submit(ask, question) for question in questions]
            try:
                return [each.result() for each in asking]
            except Transient:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _bill(
        self,
        model: ServedModel,
        about: str,
        asked: Sequence[Question],
        said: Sequence[Said | Permanent],
        estimated_usd: float,
    ) -> None:
        """The same answers of a batch are the same batch, read once more: it is paid once."""
        told = [(question.clip_uri, each) for question, each in zip(asked, said, strict=True)]
        batched = [
            (uri, asdict(each)) for uri, each in told if isinstance(each, Said) and each.price == "batch"
        ]
        receipt = content_hash(batched) if batched else uuid.uuid4().hex
        key = f"{model.name}:{about}:{receipt}"
        tokens = _usage(said).tokens
        self.bills.enter_answers(model.base, tokens, estimated_usd, f"{about} by {model.name}", key)


def _plays(
    questions: Sequence[PlayQuestion], per_camera: Sequence[tuple[str, ClipAnswer]]
) -> tuple[AnnotatedPlay, ...]:
    answers: dict[str, list[ClipAnswer]] = {question.play_key: [] for question in questions}
    for key, answer in per_camera:
        answers[key].append(answer)
    merged = (
        merge_cameras(question.play_key, question.side, question.window, answers[question.play_key])
        for question in questions
    )
    return tuple(play for play in merged if play)


def _read(clip: Clip, said: Said | Permanent) -> _Read:
    answer = ClipAnswer(clip.angle, clip.start_file_s, clip.sync_offset_s, None, "", clip.slow_motion)
    if isinstance(said, Permanent):
        remedy = "cut the clip again or ask another model"
        loss = Loss(f"clip {clip.name}", "the model's answer", str(said), remedy)
        return _Read(replace(answer, reason=str(said)), Reading((), (loss,)))
    told = parse_answer(said.text, clip.duration_s, clip.name)
    if told.answers:
        return _Read(replace(answer, answer=told.answers[0]), told)
    why = "; ".join(loss.why for loss in told.losses) or "the model saw no play"
    return _Read(replace(answer, reason=why, saw_no_play=told.saw_no_play), told)


def _usage(said: Sequence[Said | Permanent]) -> Usage:
    ways: dict[Way, Tokens] = {}
    for each in said:
        if isinstance(each, Said) and each.price:
            so_far = ways.get(each.price, Tokens(each.price, 0, 0))
            ways[each.price] = Tokens(
                each.price, so_far.input + each.input_tokens, so_far.output + each.output_tokens
            )
    return Usage(tuple(ways.values()))
