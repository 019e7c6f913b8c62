"""What the fake Vertex AI makes of a tuning's JSONL: lessons, what was dropped, what is billed.

Belongs here: reading and the documented limits ("About supervised fine-tuning for Gemini models",
"SyntheticVideo tuning"). Not here: training. A file that is not there, is too large or has a line that is no
example fails the job; an example that breaks a limit of its own is dropped, and not billed; more than 10 %
dropped fail the job before it trains.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from uball_assets.adapters.models.local.model import Lesson, camera_in
from uball_assets.adapters.models.local.trainer import WINDOW_SLACK_S
from uball_assets.domain.answers.answers import parse_answer
from uball_assets.domain.answers.examples import read_example
from uball_assets.domain.errors import Permanent, UballError
from uball_assets.media.vision.features import duration_clip_s
from uball_assets_tests.cloud.vertex_server.vertex_answers import (
    Clips,
    text_tokens,
    texts_of,
    video_tokens,
    videos_of,
)
from uball_assets_tests.cloud.vertex_server.vertex_wire import EXAMPLE, Refusal


@dataclass(frozen=True)
class Limits:
    """As documented on 2026-11-21; a test may lower them (POST /control {"limits": {…}})."""

    training_examples: int = 300_000
    training_bytes: int = 1_000_000_000
    validation_examples: int = 5_000
    validation_free: int = 1_000
    validation_share: float = 0.30
    """Above `validation_free` examples, at most this share of the training's."""
    example_tokens: int = 131_072
    video_bytes: int = 100_000_000
    video_s: float = 300.0
    video_low_s: float = 1_200.0
    """At MEDIA_RESOLUTION_LOW."""
    dropped_share: float = 0.10


class JobFailed(Exception):  # noqa: N818 - an end, not a fault of the server
    """Why a job ends in JOB_STATE_FAILED: a google.rpc.Status."""

    def __init__(self, message: str, code: int = 3) -> None:
        super().__init__(message)
        self.status = {"code": code, "message": message}


@dataclass(frozen=True)
class Read:
    """An example that can be learned from."""

    lesson: Lesson
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True)
class Dataset:
    examples: tuple[Read, ...]
    dropped: tuple[tuple[int, str], ...]
    """Line, counted from 1, and the reason."""
    line_count: int
    characters: int

    @property
    def lessons(self) -> list[Lesson]:
        return [example.lesson for example in self.examples]

    @property
    def billable_tokens(self) -> int:
        """Of one epoch; what is paid is this times the epochs."""
        return sum(example.input_tokens + example.output_tokens for example in self.examples)

    def stats(self, step_count: int) -> dict[str, Any]:
        """tuningDataStats; int64 are texts. That the tokens are those of one epoch is the field's own
        description ("in the tuning dataset")."""
        return {
            "supervisedTuningDataStats": {
                "tuningDatasetExampleCount": str(self.line_count),
                "totalTuningCharacterCount": str(self.characters),
                "totalBillableTokenCount": str(self.billable_tokens),
                "tuningStepCount": str(step_count),
                "totalTruncatedExampleCount": str(len(self.dropped)),
                "truncatedExampleIndices": [str(line) for line, _ in self.dropped],
                "droppedExampleReasons": [reason for _, reason in self.dropped],
                "userInputTokenDistribution": _spread([each.input_tokens for each in self.examples]),
                "userOutputTokenDistribution": _spread([each.output_tokens for each in self.examples]),
            }
        }

    def refuse_many_dropped(self, most: float) -> None:
        if len(self.dropped) > most * self.line_count or not self.examples:
            raise JobFailed(
                f"{len(self.dropped)} of {self.line_count} examples in the training dataset were dropped, at "
                f"most {most:.0%} may be. See droppedExampleReasons."
            )


def read_training(
    clips: Clips, uri: str, base: str, limits: Limits, drop_share: float = 0.0
) -> tuple[Dataset, list[str]]:
    """And the media resolution of each line. `drop_share` of the lines, the first, are dropped on order."""
    lines = _lines(clips, uri, limits.training_bytes)
    if len(lines) > limits.training_examples:
        raise JobFailed(f"{uri} has {len(lines)} examples, at most {limits.training_examples} are allowed.")
    forms = [_form(line, f"{uri} line {n}") for n, line in enumerate(lines, start=1)]
    ordered = -int(-drop_share * len(lines) // 1)

    def look(pair: tuple[int, tuple[str, dict[str, Any]]]) -> Read | str:
        position, (line, example) = pair
        if position < ordered:
            return "The video of the example could not be processed."
        return _read(clips, line, example, base, limits)

    with ThreadPoolExecutor(2) as pool:
        looked = list(pool.map(look, enumerate(zip(lines, forms, strict=True))))
    dataset = Dataset(
        examples=tuple(each for each in looked if isinstance(each, Read)),
        dropped=tuple((n, each) for n, each in enumerate(looked, start=1) if isinstance(each, str)),
        line_count=len(lines),
        characters=sum(len(texts_of(each)) for each in forms),
    )
    return dataset, [_resolution(each) for each in forms]


def check_validation(
    clips: Clips, uri: str, limits: Limits, training_count: int, resolutions: Sequence[str]
) -> None:
    lines = _lines(clips, uri, limits.training_bytes)
    most = limits.validation_share * training_count
    if len(lines) > limits.validation_examples or len(lines) > max(limits.validation_free, most):
        raise JobFailed(
            f"{uri} has {len(lines)} validation examples: at most {limits.validation_examples}, and above "
            f"{limits.validation_free} at most {limits.validation_share:.0%} of {training_count}."
        )
    forms = [_form(line, f"{uri} line {n}") for n, line in enumerate(lines, start=1)]
    check_resolutions([*resolutions, *map(_resolution, forms)])


def check_resolutions(resolutions: Sequence[str]) -> None:
    if len(set(resolutions)) > 1:
        raise JobFailed(f"mediaResolution must be the same in all examples, not {sorted(set(resolutions))}.")


def _lines(clips: Clips, uri: str, most_bytes: int) -> list[str]:
    try:
        data = clips.read(uri)
        lines = [line for line in data.decode().split("\n") if line.strip()]
    except UballError:
        raise JobFailed(f"The dataset {uri} does not exist or cannot be read.", code=5) from None
    except UnicodeDecodeError:
        raise JobFailed(f"The dataset {uri} is not UTF-8.") from None
    if len(data) > most_bytes:
        raise JobFailed(f"{uri} has {len(data)} bytes, at most {most_bytes} are allowed.")
    if not lines:
        raise JobFailed(f"The dataset {uri} is empty.")
    return lines


def _form(line: str, where: str) -> dict[str, Any]:
    try:
        example: dict[str, Any] = EXAMPLE(json.loads(line), "")
    except (ValueError, RecursionError):
        raise JobFailed(f"{where} is not JSON.") from None
    except Refusal as refusal:
        raise JobFailed(f"{where}: {refusal}") from None
    roles = [content.get("role") for content in example.get("contents", [])]
    if len(roles) < 2 or roles != ["user", "model"] * (len(roles) // 2):
        raise JobFailed(f"{where}: contents must alternate between the roles user and model, not {roles}.")
    return example


def _resolution(example: dict[str, Any]) -> str:
    return str(example.get("generationConfig", {}).get("mediaResolution", ""))


def _read(clips: Clips, line: str, example: dict[str, Any], base: str, limits: Limits) -> Read | str:
    """The example, or why it is dropped. What the local trainer drops is dropped here too."""
    videos = videos_of(example)
    if len(videos) != 1 or videos[0].get("mimeType") != "video/mp4":
        return f"The example has {len(videos)} videos; one, of the mimeType video/mp4, is allowed."
    try:
        known = read_example(line)
        clip = clips.read(known.clip_uri)
        if len(clip) > limits.video_bytes:
            return f"The video has {len(clip)} bytes, at most {limits.video_bytes} are allowed."
        angle = camera_in(known.prompt)
        features = clips.features(clip, angle)
    except Permanent as error:
        return f"The example is invalid: {error}"
    duration_s, resolution = duration_clip_s(features), _resolution(example)
    most_s = limits.video_low_s if resolution.endswith("LOW") else limits.video_s
    if duration_s > most_s:
        return f"The video lasts {duration_s:.1f} s, at most {most_s:.0f} s are allowed."
    read = parse_answer(known.answer, duration_s + WINDOW_SLACK_S, "example")
    if read.quarantined or len(read.answers) > 1:
        why = read.quarantined[0].why if read.quarantined else f"{len(read.answers)} plays"
        return f"The example's answer is invalid: {why}"
    output = text_tokens(known.answer)
    shown = text_tokens(texts_of(example)) - output + video_tokens(duration_s, base, resolution)
    if shown + output > limits.example_tokens:
        return f"The example has {shown + output} tokens, at most {limits.example_tokens} are allowed."
    return Read(Lesson(angle, features, read.answers[0] if read.answers else None), shown, output)


def _spread(values: list[int]) -> dict[str, Any]:
    if not values:
        return {}
    at: Callable[[float], float] = lambda share: float(sorted(values)[int(share * (len(values) - 1))])  # noqa: E731
    return {
        "sum": str(sum(values)),
        "billableSum": str(sum(values)),
        "min": float(min(values)),
        "max": float(max(values)),
        "mean": statistics.fmean(values),
        "median": float(statistics.median(values)),
        "p5": at(0.05),
        "p95": at(0.95),
    }
