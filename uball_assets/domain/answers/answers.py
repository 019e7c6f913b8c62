"""What may be believed of a model's answer: the plays that it tells, and a loss for all else in it.

Belongs here: judging what was told, by the rules of rows (`plays`). Not here: finding it in the text
(`answer_text`), what the model was asked (`examples`), or turning its time into game time (`annotate`).
Times are seconds of the clip's own clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from uball_assets.domain.answers.answer_text import told_plays
from uball_assets.domain.errors import Quarantined
from uball_assets.domain.fields import by_plain_name, number_in, text_in
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.plays.plays import (
    Event,
    Fault,
    as_quarantined,
    read_classification,
    read_events,
    read_timestamp,
    respelled_count,
)


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


@dataclass(frozen=True)
class Reading:
    """What one answer told. Without plays and without losses it says that there is no play: `[]`."""

    answers: tuple[Answer, ...]
    quarantined: tuple[Quarantined, ...] = ()
    respelled_count: int = 0
    """Labels and times of the plays that were written otherwise (`plays.respelled_count`)."""

    @property
    def saw_no_play(self) -> bool:
        return not self.answers and not self.quarantined


def parse_answer(text: str, clip_duration_s: float, where: str) -> Reading:
    """Every play that a model's answer states soundly, and a loss for everything else in it.

    A play with an unknown label or a timestamp outside the clip is lost, with its reasons; of its events only
    those that nobody knows. Nothing is guessed. `where` names the answer in the losses.
    """
    answers: list[Answer] = []
    quarantined: list[Quarantined] = []
    respelled = 0
    for position, parsed in enumerate(told_plays(text), start=1):
        answer, faults = (
            (None, [parsed])
            if isinstance(parsed, Fault)
            else _read_answer(by_plain_name(parsed), clip_duration_s)
        )
        if faults:
            quarantined.append(as_quarantined(f"answer {position}", where, faults))
        if answer and isinstance(parsed, Mapping):
            answers.append(answer)
            respelled += respelled_count(parsed)
    return Reading(tuple(answers), tuple(quarantined), respelled)


def _read_answer(parsed: Mapping[str, Any], clip_duration_s: float) -> tuple[Answer | None, list[Fault]]:
    """`told` by plain name."""
    classification, faults = read_classification(parsed.get("classification"))
    events, unknown = read_events(parsed.get("events"))
    timestamp_s, outside = read_timestamp(parsed.get("timestampseconds"), Window(0.0, clip_duration_s))
    faults = faults + outside
    if faults or classification is None:
        return None, faults + unknown
    confidence = number_in(parsed.get("confidence"))
    answer = Answer(
        timestamp_clip_s=timestamp_s,
        classification=classification,
        note=text_in(parsed.get("note")) or "",
        player_a=text_in(parsed.get("playera")),
        player_b=text_in(parsed.get("playerb")),
        events=events,
        confidence=confidence if confidence is not None and 0 <= confidence <= 1 else None,
    )
    return answer, unknown
