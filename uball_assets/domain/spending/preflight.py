"""Preflight: every documented limit of a tuning job, looked at before a cent is spent.

Belongs here: the limits and the lines that break them. Not here: reading the files and the clips (the
adapters) or what a training takes and costs (`tuning_plan`). Limits are Google's, from 'About supervised
fine-tuning for Gemini models' (2026-09-25) and 'Video tuning', read on 2026-11-21.
"""

from __future__ import annotations

import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from uball_assets.domain.answers.examples import play_of, read_example
from uball_assets.domain.errors import Permanent, Quarantined
from uball_assets.domain.fields import number_in
from uball_assets.domain.plays.splits import on_both_sides
from uball_assets.domain.spending.base_models import BaseModel, days_left

LARGEST_FILE_BYTES = 100_000_000
LONGEST_S = {"low": 1_200.0, "medium": 300.0, "high": 300.0}
"""Of one video, by media resolution."""
MOST_LINE_TOKENS = 131_072
"""Of one example, question and answer. A longer one is dropped, and not billed."""
MOST_DROPPED = 0.10
"""Share of the lines; above it a job fails before it trains."""
MOST_LINES = 300_000
MOST_JSONL_BYTES = 1_000_000_000
MOST_VALIDATION_LINES = 5_000
FREE_VALIDATION_LINES = 1_000
"""Up to so many, their share of the training lines does not matter."""
MOST_VALIDATION_SHARE = 0.30
LONGEST_NAME = 128
LONGEST_LABEL = 64
"""Letters of a label's key or value."""

_LABEL = re.compile(rf"[a-z0-9_-]{{0,{LONGEST_LABEL}}}")
LETTERS_A_TOKEN = 4
"""Google, 'Understand and count tokens': about four letters are a token."""
_SHOWN = 5
_AGAIN = "write the game's examples again"
_CUT_AGAIN = "cut the clip again, and write the game's examples again"


@dataclass(frozen=True)
class TuningLine:
    """One line of a training's or validation's JSONL, with what is known of its clip."""

    where: str
    """`{address of the file} line {number from 1}`."""
    clip_uri: str
    size_bytes: int | None
    """Of the clip; None: the clip is not there."""
    duration_s: float | None
    """Of the clip, in its own clock; None: it cannot be told."""
    text_tokens: int
    """Of question and answer."""
    media_resolution: str
    """`low`, `medium` or `high`; the spelling of JSONL, `MEDIA_RESOLUTION_LOW`, is taken too."""
    fault: str = ""
    """Why the line is no example; all else but `where` is void then."""
    line_bytes: int = 0
    """Of the line itself, with its line end."""
    clip_marks: frozenset[str] = frozenset()
    """What tells the clip's content (`reports.Clip.marks`); empty where no document knows the clip."""

    def __post_init__(self) -> None:
        word = self.media_resolution.removeprefix("MEDIA_RESOLUTION_").lower()
        object.__setattr__(self, "media_resolution", word)

    @property
    def is_usable(self) -> bool:
        return not self.fault and self.size_bytes is not None


@dataclass(frozen=True)
class TuningRequest:
    """What a training is told beside its lines."""

    model_name: str
    location: str
    epochs: int | None
    """None: left to the service, which was seen to take 40."""
    options: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)


def tuning_line(where: str, text: str) -> TuningLine:
    """A JSONL line as it stands; `dataclasses.replace` adds what is known of its clip. Never raises."""
    size = len(text.encode(errors="replace")) + 1
    try:
        example = read_example(text)
    except Permanent as error:
        return TuningLine(where, "", None, None, 0, "", fault=str(error), line_bytes=size)
    line_fields = json.loads(text)
    videos = json.dumps(line_fields["contents"]).count('"fileData": {')
    if videos != 1:
        fault = f"it has {videos} videos, one is allowed"
        return TuningLine(where, example.clip_uri, None, None, 0, "", fault=fault, line_bytes=size)
    return TuningLine(
        where=where,
        clip_uri=example.clip_uri,
        size_bytes=None,
        duration_s=None,
        text_tokens=math.ceil(len(example.prompt + example.answer) / LETTERS_A_TOKEN),
        media_resolution=line_fields["generationConfig"]["mediaResolution"],
        line_bytes=size,
    )


def line_tokens(line: TuningLine, base: BaseModel) -> int:
    """What an epoch bills for the line: text, and a frame a second of its clip. 0 on this machine.

    Sound is not counted: Google's page on tuning with video does not say that it is heard.
    """
    if base.is_local:
        return 0
    frame_count = max(1, math.ceil(line.duration_s or 0.0))
    return line.text_tokens + frame_count * base.tokens_per_frame.get(line.media_resolution, 0)


def too_long(lines: Iterable[TuningLine], base: BaseModel) -> list[TuningLine]:
    """Those that the service will drop, unbilled."""
    return [line for line in lines if line.is_usable and line_tokens(line, base) > MOST_LINE_TOKENS]


def preflight(
    train: Sequence[TuningLine],
    validation: Sequence[TuningLine],
    base: BaseModel,
    request: TuningRequest,
    today: date,
) -> tuple[Quarantined, ...]:
    """Everything that would fail this training, each with the lines it is about; none: it may be submitted.

    On this machine only what any training needs is looked at: a tenth of its lines may be unusable.
    """
    lines = [*train, *([] if base.is_local else validation)]
    faults = [
        *_asked(base, request, today),
        *_counts(train, () if base.is_local else validation),
        *_unusable(lines, base),
        *_both_sides(train, validation),
    ]
    if not base.is_local:
        usable = [line for line in lines if line.is_usable]
        faults += [*_sizes(train, validation), *_clips(usable), *_resolutions(usable), *_dropped(train, base)]
    return tuple(faults)


def named(lines: Sequence[TuningLine]) -> str:
    """`gs://b/train.jsonl line 3, 9, 12`; of many the first, and how many more."""
    numbers = defaultdict(list)
    for line in lines[:_SHOWN]:
        file, word, number = line.where.rpartition(" line ")
        numbers[file + word].append(number)
    shown = "; ".join(f"{file}{', '.join(found)}" for file, found in numbers.items())
    more = len(lines) - _SHOWN
    return f"{shown}, and {more:,} more" if more > 0 else shown


def counted(lines: Sequence[TuningLine]) -> str:
    return f"{len(lines):,} line{'s' * (len(lines) != 1)}"


def most_validation_lines(train_count: int) -> int:
    """What the service takes beside so many training lines."""
    share = math.floor(MOST_VALIDATION_SHARE * train_count)
    return min(MOST_VALIDATION_LINES, max(FREE_VALIDATION_LINES, share))


def _asked(base: BaseModel, request: TuningRequest, today: date) -> Iterator[Quarantined]:
    """What is wrong with the training itself, whatever its lines are."""
    where = f"training {request.model_name}"
    left = days_left(base, today)
    if left is not None and left <= 0:
        why = f"retired on {base.retires_on}"
        yield Quarantined(f"base model {base.name}", where, why, "set UBALL_BASE_MODEL to another")
    if request.location not in base.tuning_locations:
        remedy = f"set UBALL_TUNING_LOCATION to {' or '.join(base.tuning_locations)}"
        yield Quarantined(f"location {request.location}", where, f"{base.name} is not tuned there", remedy)
    if request.epochs is None or request.epochs < 1:
        why = f"{request.epochs or 'none'} given: the service would choose, up to 40 were seen"
        yield Quarantined("epochs", where, why, "set UBALL_EPOCHS, such as 1")
    if not 0 < len(request.model_name) <= LONGEST_NAME:
        why = f"it has {len(request.model_name)} letters; 1 to {LONGEST_NAME} are taken"
        yield Quarantined("display name", where, why, "shorten the model's name")
    for key, value in request.labels.items():
        if not (key and _LABEL.fullmatch(key) and _LABEL.fullmatch(value)):
            why = f"{key}={value}: lower-case letters, digits, '_' and '-' are taken, {LONGEST_LABEL} at most"
            yield Quarantined("label", where, why, "rename it")
    if not base.is_local:
        yield from _options(base, request.options, where)


def _options(base: BaseModel, options: Mapping[str, str], where: str) -> Iterator[Quarantined]:
    size, sizes = options.get("adapter_size", "none"), [str(size) for size in base.adapter_sizes]
    if size not in sizes:
        why = f"{size}: {base.name} has {', '.join(sizes)}"
        yield Quarantined("adapter size", where, why, "set UBALL_ADAPTER_SIZE to one of them")
    multiplier = options.get("learning_rate_multiplier", "")
    if multiplier and not (number_in(multiplier) or 0.0) > 0:
        why = f"{multiplier!r} is no number above 0"
        yield Quarantined(
            "learning rate multiplier", where, why, "leave UBALL_LEARNING_RATE_MULTIPLIER empty"
        )


def _counts(train: Sequence[TuningLine], validation: Sequence[TuningLine]) -> Iterator[Quarantined]:
    if not train:
        yield Quarantined(
            "training data", "the training set", "it has no line", "process games with sound plays"
        )
    most = most_validation_lines(len(train))
    rule = (
        f"{most:,} ({MOST_VALIDATION_LINES:,}, above {FREE_VALIDATION_LINES:,} at most "
        f"{MOST_VALIDATION_SHARE:.0%} of the {len(train):,} training lines)"
    )
    for name, lines, taken, limit_text, remedy in (
        ("training data", train, MOST_LINES, f"{MOST_LINES:,}", "leave games out"),
        ("validation data", validation, most, rule, "set fewer games aside as UBALL_BENCHMARK_GAMES"),
    ):
        if len(lines) > taken:
            yield Quarantined(
                name, named(lines[taken:]), f"{len(lines):,} lines; the service takes {limit_text}", remedy
            )


def _unusable(lines: Sequence[TuningLine], base: BaseModel) -> Iterator[Quarantined]:
    broken = [line for line in lines if line.fault]
    missing = [line for line in lines if not line.fault and line.size_bytes is None]
    if base.is_local and len(broken) + len(missing) <= MOST_DROPPED * len(lines):
        return
    if broken:
        yield _quarantined(
            "line that is no example", broken, broken[0].fault.removesuffix(f"; {_AGAIN}"), _AGAIN
        )
    if missing:
        yield _quarantined("clip that is not there", missing, f"{missing[0].clip_uri} is missing", _CUT_AGAIN)


def _both_sides(train: Sequence[TuningLine], validation: Sequence[TuningLine]) -> Iterator[Quarantined]:
    """By the play's name, and by the clips' content: one play may have two names."""

    def marked(lines: Sequence[TuningLine]) -> list[tuple[TuningLine, frozenset[str]]]:
        return [(line, line.clip_marks | {play_of(line.clip_uri)}) for line in lines if not line.fault]

    again = list(on_both_sides(marked(train), marked(validation)))
    if again:
        taught, measured = (play_of(line.clip_uri).rpartition("/")[2] for line in again[0])
        name = measured if measured == taught else f"{measured}, as {taught},"
        why = f"play {name} is learned from too: its score would be a lie"
        yield _quarantined("play on both sides", [line for _, line in again], why, _AGAIN)


def _sizes(train: Sequence[TuningLine], validation: Sequence[TuningLine]) -> Iterator[Quarantined]:
    for name, lines in (("training data", train), ("validation data", validation)):
        size = sum(line.line_bytes for line in lines)
        if size > MOST_JSONL_BYTES:
            why = f"{size:,} bytes; the service takes {MOST_JSONL_BYTES:,}"
            yield Quarantined(name, lines[0].where.rpartition(" line ")[0], why, "leave games out")


def _clips(usable: Sequence[TuningLine]) -> Iterator[Quarantined]:
    large = [line for line in usable if (line.size_bytes or 0) > LARGEST_FILE_BYTES]
    if large:
        why = (
            f"{large[0].clip_uri} has {large[0].size_bytes:,} bytes; the service takes {LARGEST_FILE_BYTES:,}"
        )
        yield _quarantined(
            "clip too large", large, why, "set a higher UBALL_CLIP_CRF or a lower UBALL_CLIP_HEIGHT_PX"
        )
    unknown = [line for line in usable if line.duration_s is None]
    if unknown:
        yield _quarantined(
            "clip that cannot be read", unknown, f"{unknown[0].clip_uri} tells no duration", _CUT_AGAIN
        )
    long = [
        line for line in usable if (line.duration_s or 0.0) > LONGEST_S.get(line.media_resolution, math.inf)
    ]
    if long:
        at = long[0].media_resolution
        why = f"{long[0].clip_uri} lasts {long[0].duration_s:.1f} s; {LONGEST_S[at]:g} s are taken at {at}"
        yield _quarantined(
            "clip too long", long, why, "set UBALL_MEDIA_RESOLUTION=low, less slow motion, or mend the play"
        )


def _resolutions(usable: Sequence[TuningLine]) -> Iterator[Quarantined]:
    """The rarest are named: they are the ones to write again."""
    found = defaultdict(list)
    for line in usable:
        found[line.media_resolution].append(line)
    if len(found) > 1:
        common, *others = sorted(found, key=lambda resolution: -len(found[resolution]))
        odd = [line for resolution in others for line in found[resolution]]
        why = f"{' and '.join(others)} instead of {common}: the service takes one, in both files"
        yield _quarantined(
            "media resolution", odd, why, "write the examples of every game again, with one setting"
        )


def _dropped(train: Sequence[TuningLine], base: BaseModel) -> Iterator[Quarantined]:
    dropped = too_long(train, base)
    if len(dropped) > MOST_DROPPED * len(train):
        why = (
            f"{len(dropped) / len(train):.1%} of the lines have over {MOST_LINE_TOKENS:,} tokens (the first "
            f"{line_tokens(dropped[0], base):,}) and would be dropped: above {MOST_DROPPED:.0%} the job fails"
        )
        yield _quarantined(
            "example too long", dropped, why, "set UBALL_MEDIA_RESOLUTION=low, or cut shorter clips"
        )


def _quarantined(what: str, lines: Sequence[TuningLine], why: str, remedy: str) -> Quarantined:
    return Quarantined(f"{what} ({counted(lines)})", named(lines), why, remedy)
