"""Asking a model about many clips at once: what is kept is not asked again, what is asked is billed and kept.

Belongs here: asking, clip by clip. Not here: which model (`domain.serving.routing`), reading what it said
(`replies`) or scoring (`domain.answers.metrics`).
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Literal

from uball_assets.adapters.models.endpoint import Endpoint, Question, Reply, ServedModel
from uball_assets.adapters.models.kept_answers import KeptAnswers
from uball_assets.adapters.record.bills import Bills
from uball_assets.adapters.record.registry import Entry
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.answers.examples import trained_prompt
from uball_assets.domain.clipping.reports import Clip
from uball_assets.domain.errors import Permanent, Transient, UballError
from uball_assets.domain.footage import object_names
from uball_assets.domain.hashing import content_hash
from uball_assets.domain.operating.progress import Meter, counted, no_meter
from uball_assets.domain.spending.base_models import base_model
from uball_assets.domain.spending.cost import money
from uball_assets.services.asking.annotations import Annotations, PlayQuestion, Stopwatch
from uball_assets.services.asking.replies import ReadReply, plays_of, read_reply, receipt_of, usage_of

_AGAIN_AT_ONCE = 8
"""An endpoint may hold them back further."""


@dataclass(frozen=True)
class _Asked:
    clip: Clip
    question: Question

    def key(self, model: ServedModel, media_resolution: str, *, with_schema: bool) -> str:
        """All that an answer depends on; the clip is told by what it shows, not by its name."""
        form = "schema" if with_schema else ""
        who = [model.name, model.model_uri]
        return content_hash([who, self.clip.key, self.question.prompt, media_resolution, form])


@dataclass(frozen=True)
class _Answered:
    replies: list[Reply | UballError]
    new: list[Reply | UballError]
    kept_count: int


@dataclass(frozen=True)
class _Waiting:
    """Questions that a paid job answers."""

    model: ServedModel
    asked: Mapping[str, _Asked]
    about: str
    estimated_usd: float
    bills: Bills

    @property
    def questions(self) -> list[Question]:
        return [each.question for each in self.asked.values()]


@dataclass(frozen=True)
class Annotator:
    endpoint: Endpoint
    training: ObjectStore
    bills: Bills
    on_job: Callable[[], None] = lambda: None
    """Called before a paid job is waited for that goes on when whoever waits ends."""
    meter: Meter = no_meter
    """Opened for each round of questions to a model: how many it has answered."""
    waits_for: list[_Waiting] = field(default_factory=list, compare=False)
    """Such jobs that are waited for; after an interruption those that were."""

    def annotate(
        self,
        model: ServedModel,
        questions: Sequence[PlayQuestion],
        about: str,
        watch: Stopwatch | None = None,
    ) -> Annotations:
        """Every question answered by one model; an answer that says nothing valid is a loss, never a guess.

        `about` is what the questions are about, `game 6f1c…`, for the bill. Permanent, before anything is
        asked, where the estimate is over a ceiling. Transient where the service went down: what it answered
        until then is billed and kept, and the next call asks what is missing.
        """
        clips = [(question.play_key, clip) for question in questions for clip in question.clips]
        asked = [self._question(model, question, clip) for question in questions for clip in question.clips]
        kept = self._kept(model, {object_names.game_of(clip.name) for _, clip in clips})
        began_s = time.monotonic()
        first = self._answered(model, asked, kept, about)
        if watch:
            watch.note(first.new, time.monotonic() - began_s)
        reads = [read_reply(each.clip, answer) for each, answer in zip(asked, first.replies, strict=True)]
        again = self._without_form(first.replies, reads)
        second = self._answered(model, [asked[position] for position in again], kept, about, with_schema=True)
        for position, answer in zip(again, second.replies, strict=True):
            reads[position] = read_reply(clips[position][1], answer)
        per_camera = tuple((key, read.answer) for (key, _), read in zip(clips, reads, strict=True))
        return Annotations(
            plays_of(questions, per_camera),
            per_camera,
            tuple(entry for read in reads for entry in read.reading.quarantined),
            usage_of([*first.new, *second.new]),
            len(second.new),
            sum(read.reading.respelled_count for read in reads),
            first.kept_count,
        )

    @property
    def kept(self) -> KeptAnswers:
        return KeptAnswers(self.training)

    def _kept(self, model: ServedModel, game_ids: Collection[str]) -> Mapping[str, Reply]:
        """What costs nothing is not kept, and not looked for."""
        return {} if base_model(model.base).is_local else self.kept.find(model.name, game_ids)

    def _question(self, model: ServedModel, question: PlayQuestion, clip: Clip) -> _Asked:
        text = trained_prompt(model.prompt_hash, clip.angle, question.teams)
        return _Asked(clip, Question(self.training.uri(clip.name), text))

    def _answered(
        self,
        model: ServedModel,
        asked: Sequence[_Asked],
        kept: Mapping[str, Reply],
        about: str,
        *,
        with_schema: bool = False,
    ) -> _Answered:
        """What is kept of the answers, and the others asked for, billed and kept.

        An answer that was held to the schema is the last word on its clip, whichever way it is asked about.
        """
        last = [each.key(model, self.bills.media_resolution, with_schema=True) for each in asked]
        keys = last
        if not with_schema:
            own = [each.key(model, self.bills.media_resolution, with_schema=False) for each in asked]
            keys = [final if final in kept else key for final, key in zip(last, own, strict=True)]
        missing = {key: each for key, each in zip(keys, asked, strict=True) if key not in kept}
        new = self._asked(model, missing, about, with_schema=with_schema) if missing else {}
        for each in new.values():
            if isinstance(each, Transient):
                raise each
        return _Answered(
            [kept[key] if key in kept else new[key] for key in keys],
            list(new.values()),
            sum(key in kept for key in keys),
        )

    def _asked(
        self, model: ServedModel, missing: Mapping[str, _Asked], about: str, *, with_schema: bool
    ) -> dict[str, Reply | UballError]:
        """Billed before it is kept: what is not on the bill is asked, and paid, again."""
        questions = [each.question for each in missing.values()]
        if with_schema:
            replies: Sequence[Reply | UballError] = self._ask_again(model, questions)
            self._bill(model, f"{about}, asked again", questions, replies, 0.0)
        else:
            estimated_usd = self._allow(model, list(missing.values()), about)
            replies = self._waited_for(_Waiting(model, missing, about, estimated_usd, self.bills))
            self._bill(model, about, questions, replies, estimated_usd)
        return self._keep(model, missing, replies)

    def _waited_for(self, waiting: _Waiting) -> Sequence[Reply | UballError]:
        questions, tell = waiting.questions, self.meter("clips", f"asked of {waiting.model.name}")
        if not self.endpoint.outlives(len(questions)):
            return self.endpoint.generate_all(waiting.model, questions, tell)
        self.waits_for.append(waiting)
        self.on_job()
        try:
            replies = self.endpoint.generate_all(waiting.model, questions, tell)
        except UballError:
            self.waits_for.remove(waiting)
            raise
        self.waits_for.remove(waiting)
        return replies

    def cancel(self) -> list[str]:
        """Ends the jobs that were waited for when something interrupted; a sentence for each that went on.

        What a job has answered is billed, as cancelled, and kept: whoever asks again asks for the rest.
        Raises as asking does; the job goes on then.
        """
        said = []
        for waiting in self.waits_for:
            ended = self.endpoint.cancel(waiting.model, waiting.questions)
            if ended is None:
                continue
            bill = replace(self, bills=waiting.bills)._bill(
                waiting.model,
                waiting.about,
                waiting.questions,
                ended.replies,
                waiting.estimated_usd,
                ended="cancelled",
            )
            self._keep(waiting.model, waiting.asked, ended.replies)
            count = sum(isinstance(each, Reply) for each in ended.replies)
            billed, planned = money(bill["usd"] if bill else 0.0), money(waiting.estimated_usd)
            still = "" if ended.is_over else "; the service is still ending it, and may answer a few more"
            said.append(
                f"{billed} billed for {count} of {len(ended.replies)} answers about {waiting.about}, "
                f"about {planned} planned{still}"
            )
        return said

    def _keep(
        self, model: ServedModel, asked: Mapping[str, _Asked], replies: Sequence[Reply | UballError]
    ) -> dict[str, Reply | UballError]:
        answers = dict(zip(asked, replies, strict=True))
        by_game: dict[str, dict[str, Reply]] = {}
        for key, answer in answers.items():
            if isinstance(answer, Reply):
                by_game.setdefault(object_names.game_of(asked[key].clip.name), {})[key] = answer
        for game_id, reading in by_game.items():
            self.kept.keep(model.name, game_id, reading)
        return answers

    def _allow(self, model: ServedModel, asked: Sequence[_Asked], about: str) -> float:
        durations_s = [each.clip.duration_s for each in asked]
        letters = max(len(each.question.prompt) for each in asked)
        what = f"asking {model.name} about {about}"
        return self.bills.allow_answers(model.base, durations_s, letters, what)

    def _without_form(self, replies: Sequence[Reply | UballError], reads: Sequence[ReadReply]) -> list[int]:
        """Where a schema may help; not where nothing was answered at all: that is no question of form."""
        if not self.endpoint.has_schema or all(isinstance(each, Permanent) for each in replies):
            return []
        return [position for position, read in enumerate(reads) if not read.is_answer]

    def _ask_again(self, model: ServedModel, questions: Sequence[Question]) -> list[Reply | UballError]:
        """One by one; once the service is down, no more."""
        down: list[Transient] = []

        def ask(question: Question) -> Reply | UballError:
            if down:
                return down[0]
            try:
                return self.endpoint.generate(model, question, with_schema=True)
            except Transient as error:
                down.append(error)
                return error
            except Permanent as error:
                return error

        tell = self.meter("clips", f"asked of {model.name} again")
        with ThreadPoolExecutor(_AGAIN_AT_ONCE) as pool:
            return list(counted(pool.map(ask, questions), len(questions), tell))

    def _bill(
        self,
        model: ServedModel,
        about: str,
        asked: Sequence[Question],
        replies: Sequence[Reply | UballError],
        estimated_usd: float,
        ended: Literal["", "cancelled"] = "",
    ) -> Entry | None:
        """The same answers of a batch are the same batch, read once more: it is paid once."""
        batched = [
            (question.clip_uri, receipt_of(each))
            for question, each in zip(asked, replies, strict=True)
            if isinstance(each, Reply) and each.price == "batch"
        ]
        receipt = content_hash(batched) if batched else uuid.uuid4().hex
        key = f"{model.name}:{about}:{receipt}"
        tokens = usage_of(replies).tokens
        subject = f"{about} by {model.name}"
        return self.bills.enter_answers(model.base, tokens, estimated_usd, subject, key, ended)
