"""What a model's replies say of clips and plays, and what they took.

Belongs here: reading replies that came. Not here: asking for them (`annotator`), the form of an answer
(`domain.answers.answers`), which of it is one play (`domain.answers.merging`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from uball_assets.adapters.models.endpoint import Reply
from uball_assets.domain.answers.annotate import AnnotatedPlay, ClipAnswer
from uball_assets.domain.answers.answers import Reading, parse_answer
from uball_assets.domain.answers.merging import Asked, merged_plays
from uball_assets.domain.clipping.reports import Clip
from uball_assets.domain.errors import Quarantined, UballError
from uball_assets.domain.footage import object_names
from uball_assets.domain.spending.answer_cost import Tokens, Way
from uball_assets.services.asking.annotations import PlayQuestion, Usage


@dataclass(frozen=True)
class ReadReply:
    answer: ClipAnswer
    reading: Reading

    @property
    def is_answer(self) -> bool:
        return self.answer.is_answer


def read_reply(clip: Clip, reply: Reply | UballError) -> ReadReply:
    answer = ClipAnswer(clip.angle, clip.start_file_s, clip.sync_offset_s, None, "", clip.slow_motion)
    if isinstance(reply, UballError) or reply.failure:
        why, remedy = _why_none(reply), "cut the clip again or ask another model"
        entry = Quarantined(f"clip {clip.name}", "the model's answer", why, remedy)
        return ReadReply(replace(answer, reason=why), Reading((), (entry,)))
    reading = parse_answer(reply.text, clip.duration_s, clip.name)
    if reading.answers:
        first, *more = reading.answers
        return ReadReply(replace(answer, answer=first, more=tuple(more)), reading)
    why = "; ".join(entry.why for entry in reading.quarantined) or "the model saw no play"
    return ReadReply(replace(answer, reason=why, saw_no_play=reading.saw_no_play), reading)


def plays_of(
    questions: Sequence[PlayQuestion], per_camera: Sequence[tuple[str, ClipAnswer]]
) -> tuple[AnnotatedPlay, ...]:
    answers: dict[str, list[ClipAnswer]] = {question.play_key: [] for question in questions}
    for key, answer in per_camera:
        answers[key].append(answer)
    return merged_plays(
        [
            Asked(
                question.play_key,
                object_names.game_of(question.clips[0].name),
                question.side,
                question.window,
                tuple(answers[question.play_key]),
                question.teams,
                question.rosters,
                question.is_one_play,
            )
            for question in questions
            if question.clips
        ]
    )


def usage_of(replies: Sequence[Reply | UballError]) -> Usage:
    ways: dict[Way, Tokens] = {}
    for each in replies:
        if isinstance(each, Reply) and each.price:
            so_far = ways.get(each.price, Tokens(each.price, 0, 0))
            ways[each.price] = Tokens(
                each.price, so_far.input + each.input_tokens, so_far.output + each.output_tokens
            )
    return Usage(tuple(ways.values()))


def receipt_of(reply: Reply) -> dict[str, object]:
    """As it was before answers could fail: a batch that was billed by then stays billed once."""
    fields = asdict(reply)
    return fields if reply.failure else {name: fields[name] for name in fields if name != "failure"}


def _why_none(reply: Reply | UballError) -> str:
    return reply.failure if isinstance(reply, Reply) else str(reply)
