"""Training examples: the prompt, the answer a model should give, and reading both back.

Belongs here: one JSONL line (DOMAIN: 'One training example') and what may be believed of a model's answer.
Not here: which side a play is on (`splits`) or turning an answer into game time (`annotate`). All times are
seconds of the clip's own clock, as a model sees it: a clip in slow motion counts its stretched seconds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from uball_assets.domain.angles import Angle
from uball_assets.domain.errors import Loss, Permanent
from uball_assets.domain.fields import number_in, text_in
from uball_assets.domain.hashing import content_hash
from uball_assets.domain.labels import LABELS
from uball_assets.domain.plays import (
    Event,
    Fault,
    Play,
    event_as_row,
    read_classification,
    read_events,
    read_timestamp,
)
from uball_assets.domain.timeline import Window

MEDIA_RESOLUTIONS = {
    resolution: f"MEDIA_RESOLUTION_{resolution.upper()}" for resolution in ("low", "medium", "high")
}
"""How closely a model looks at a frame: the same on every line of a training, and at inference."""

_SHOWS = {
    True: "the wide view of the {side} half of the court: formation and distances",
    False: "the close-up of the {side} half of the court: ball, hands and jersey numbers",
}
_BY_HAND = "review the clip by hand"


@dataclass(frozen=True)
class Example:
    """One JSONL line, read."""

    clip_uri: str
    prompt: str
    answer: str


@dataclass(frozen=True)
class Answer:
    """One play as a model tells it."""

    timestamp_clip_s: float | None
    classification: str
    note: str
    player_a: str | None
    player_b: str | None
    events: tuple[Event, ...]
    confidence: float | None
    """0 to 1, for models that give one."""


def prompt(angle: Angle) -> str:
    """What the model is asked about a clip from this camera; the same in training and in service."""
    shows = _SHOWS[angle.is_far].format(side=angle.play_side.value.lower())
    return "\n".join(
        (
            f"This is one play of a UBALL basketball game, filmed by camera {angle.value}, {shows}.",
            "UBALL has a 4-POINT LINE beyond the 3-point line: the shooter's feet tell 4PT from 3PT.",
            f"Labels: {', '.join(LABELS)}.",
            "Answer with a JSON array only, holding one object with these fields:",
            "timestamp_seconds: the moment of the main event, in seconds from the START OF THE CLIP;",
            "classification: the label of the main event;",
            "note: one sentence on the play;",
            'player_a, player_b: who did it and who else took part, like "Player #7 (Gray)", or null;',
            "events: everything that happened, in order, each as {label, playerA, playerB}.",
        )
    )


PROMPT_HASH = content_hash([prompt(angle) for angle in Angle])
"""Stored with each model: a model is asked what it was trained to answer."""


def answer_text(play: Play, timestamp_clip_s: float | None) -> str:
    """The answer that a perfect model gives; `timestamp_clip_s` counts from the clip's start."""
    told = {
        "timestamp_seconds": timestamp_clip_s,
        "classification": play.classification,
        "note": play.note,
        "player_a": play.player_a,
        "player_b": play.player_b,
        "events": [event_as_row(event) for event in play.events],
    }
    return json.dumps([told], ensure_ascii=False)


def example_line(
    play: Play, angle: Angle, clip_uri: str, timestamp_clip_s: float | None, media_resolution: str = "low"
) -> str:
    """One line of JSONL without its line end; the same bytes for the same play, always."""
    video = {"fileData": {"fileUri": clip_uri, "mimeType": "video/mp4"}}
    line = {
        "contents": [
            {"role": "user", "parts": [video, {"text": prompt(angle)}]},
            {"role": "model", "parts": [{"text": answer_text(play, timestamp_clip_s)}]},
        ],
        "generationConfig": {"mediaResolution": MEDIA_RESOLUTIONS[media_resolution]},
    }
    return json.dumps(line)


def read_example(line: str) -> Example:
    """The parts of a line that `example_line` wrote. Raises Permanent naming the part that is wrong."""
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Permanent(f"example line is not JSON ({error}); write the game's examples again") from error
    if _at(data, "generationConfig", "mediaResolution") not in MEDIA_RESOLUTIONS.values():
        known = ", ".join(MEDIA_RESOLUTIONS.values())
        raise Permanent(
            f"example line: generationConfig.mediaResolution is not one of {known}; "
            "write the game's examples again"
        )
    _expect(data, "user", "contents", 0, "role")
    _expect(data, "model", "contents", 1, "role")
    _expect(data, "video/mp4", "contents", 0, "parts", 0, "fileData", "mimeType")
    return Example(
        clip_uri=_text_at(data, "contents", 0, "parts", 0, "fileData", "fileUri"),
        prompt=_text_at(data, "contents", 0, "parts", 1, "text"),
        answer=_text_at(data, "contents", 1, "parts", 0, "text"),
    )


def parse_answer(text: str, clip_duration_s: float, where: str) -> tuple[list[Answer], list[Loss]]:
    """Every play that a model's answer states soundly, and a loss for everything else in it.

    Fences, words around the JSON, a lone object, `{"plays": […]}` and an array that breaks off are all read
    as far as they go. A play with an unknown label or a timestamp outside the clip is lost, with its reasons;
    nothing is guessed. `where` names the answer in the losses.
    """
    answers: list[Answer] = []
    losses: list[Loss] = []

    def lose(position: int, faults: list[Fault]) -> None:
        losses.extend(Loss(f"answer {position}", where, fault.why, fault.remedy) for fault in faults)

    position = 0
    for position, told in enumerate(_told_plays(text), start=1):
        if isinstance(told, Fault):
            lose(position, [told])
            continue
        answer, faults = _read_answer(told, clip_duration_s)
        if answer:
            answers.append(answer)
        lose(position, faults)
    if position == 0:
        lose(1, [Fault(f"holds no play: {text.strip()[:80]!r}", _BY_HAND)])
    return answers, losses


def _told_plays(text: str) -> Iterator[Mapping[str, Any] | Fault]:
    """Each outermost `{…}` of the text, read as JSON, or why it cannot be."""
    start = text.find("{")
    while start >= 0:
        end = _object_end(text, start)
        if end is None:
            yield Fault(f"breaks off: {text[start : start + 80]!r}", "allow the model a longer answer")
            return
        try:
            told = json.loads(text[start:end])
        except (ValueError, RecursionError):
            yield Fault(f"is not JSON: {text[start : start + 80]!r}", _BY_HAND)
        else:
            yield from _unwrapped(told)
        start = text.find("{", end)


def _unwrapped(told: Mapping[str, Any]) -> Iterator[Mapping[str, Any] | Fault]:
    plays = told.get("plays")
    if not isinstance(plays, list):
        yield told
        return
    for play in plays:
        yield play if isinstance(play, Mapping) else Fault(f"is not an object: {play!r}", _BY_HAND)


def _object_end(text: str, start: int) -> int | None:
    """Where the object opened at `start` is closed; None when it never is."""
    depth, in_string, escaped = 0, False, False
    for position in range(start, len(text)):
        char = text[position]
        if in_string:
            in_string = escaped or char != '"'
            escaped = char == "\\" and not escaped
        elif char == '"':
            in_string = True
        elif char in "{}":
            depth += 1 if char == "{" else -1
            if depth == 0:
                return position + 1
    return None


def _read_answer(told: Mapping[str, Any], clip_duration_s: float) -> tuple[Answer | None, list[Fault]]:
    classification, faults = read_classification(told.get("classification"))
    events, broken = read_events(told.get("events"))
    timestamp_s, outside = read_timestamp(told.get("timestamp_seconds"), Window(0.0, clip_duration_s))
    faults = faults + broken + outside
    if faults or classification is None:
        return None, faults
    confidence = number_in(told.get("confidence"))
    answer = Answer(
        timestamp_clip_s=timestamp_s,
        classification=classification,
        note=text_in(told.get("note")) or "",
        player_a=text_in(told.get("player_a")),
        player_b=text_in(told.get("player_b")),
        events=events,
        confidence=confidence if confidence is not None and 0 <= confidence <= 1 else None,
    )
    return answer, []


def _at(data: Any, *path: str | int) -> Any:
    """The value at a path of keys and positions; None where it leads nowhere."""
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _expect(data: Any, value: str, *path: str | int) -> None:
    if _at(data, *path) != value:
        raise Permanent(f"example line: {_spelled(path)} is not {value!r}; write the game's examples again")


def _text_at(data: Any, *path: str | int) -> str:
    text = _at(data, *path)
    if not isinstance(text, str) or not text:
        raise Permanent(f"example line: {_spelled(path)} is not a text; write the game's examples again")
    return text


def _spelled(path: tuple[str | int, ...]) -> str:
    return ".".join(str(step) for step in path)
