"""Annotation: what a model said of a camera's clip, a play as it sees it, and that play as the league's row.

Belongs here: the clocks of an answer, the forms. Not here: how an answer is read (`answers`), how answers
become plays (`merging`), where plays are looked for (`windows`) or who reviews them (`review`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from uball_assets.domain.answers.answers import Answer
from uball_assets.domain.footage.angles import Angle, Side
from uball_assets.domain.footage.timeline import Window, clip_to_file, file_to_game
from uball_assets.domain.plays.plays import Event, event_as_row


@dataclass(frozen=True)
class ClipAnswer:
    """What the model said about one camera's clip; `answer` is None when it told no play, for `reason`."""

    angle: Angle
    clip_start_file_s: float
    sync_offset_s: float
    answer: Answer | None
    reason: str = ""
    slow_motion: float = 1.0
    """The clip's: its seconds for each second of video."""
    saw_no_play: bool = False
    """It said so: an answer, unlike none at all."""
    more: tuple[Answer, ...] = ()
    """The plays that it told after `answer`."""

    @property
    def told(self) -> tuple[Answer, ...]:
        """Every play that it told, as it told them."""
        return (self.answer, *self.more) if self.answer else ()

    @property
    def is_answer(self) -> bool:
        """Whether anything valid was said: plays, or that there is none."""
        return self.answer is not None or self.saw_no_play

    @property
    def timestamp_game_s(self) -> float | None:
        return self.moment_game_s(self.answer) if self.answer else None

    def moment_game_s(self, answer: Answer) -> float | None:
        """When, in game time, a play happened that this clip was said to show."""
        if answer.timestamp_clip_s is None:
            return None
        file_s = clip_to_file(answer.timestamp_clip_s, self.clip_start_file_s, self.slow_motion)
        return file_to_game(file_s, self.sync_offset_s)


@dataclass(frozen=True)
class Sighting:
    """What one camera's clip was said to show of a play."""

    question: str
    """The play key that the clip was asked under."""
    angle: Angle
    label: str | None
    """None: the clip covers the moment, and was said to show no play, or other plays only."""
    confidence: float | None = None
    timestamp_game_s: float | None = None
    player: str | None = None
    """Who acted."""


@dataclass(frozen=True)
class AnnotatedPlay:
    """One play as the model sees it. All times are game time, seconds."""

    play_key: str
    side: Side
    window: Window
    timestamp_game_s: float | None
    classification: str
    note: str
    player_a: str | None
    player_b: str | None
    events: tuple[Event, ...]
    confidence: float | None
    """The winning camera's, 0 to 1; None where the model gives none."""
    agreed: bool | None
    """Did all give this classification? Not where one saw no play. None: only one answered."""
    needs_review: bool
    angles: tuple[Angle, ...]
    """The cameras that answered, the winner first."""
    strangers: tuple[str, ...] = ()
    """Players whom the model gave to a team that does not play in this game."""
    off_roster: tuple[str, ...] = ()
    """Players whose number is not on the roster of their team."""
    evidence: tuple[Sighting, ...] = ()
    """What each camera said: those whose word it is first, then those that say otherwise."""
    doubts: tuple[str, ...] = ()
    """Why a person should look, one sentence each; empty where none has to."""
    player_ids: Mapping[str, str] = field(default_factory=dict)
    """The ids of players that are on a roster, by how they are written."""


def annotation_row(play: AnnotatedPlay, model: str) -> dict[str, object]:
    """The play under the league's column names; times in game time, seconds, to the millisecond."""
    moment_s = play.timestamp_game_s
    return {
        "play_key": play.play_key,
        "angle": play.side.value,
        "start_timestamp": round(play.window.start_s, 3),
        "end_timestamp": round(play.window.end_s, 3),
        "timestamp_seconds": None if moment_s is None else round(moment_s, 3),
        "classification": play.classification,
        "note": play.note,
        "player_a": play.player_a,
        "player_b": play.player_b,
        "events": [_event_row(event, play.player_ids) for event in play.events],
        "confidence": None if play.confidence is None else round(play.confidence, 4),
        "agreed": play.agreed,
        "needs_review": play.needs_review,
        "model": model,
    }


def _event_row(event: Event, player_ids: Mapping[str, str]) -> dict[str, object]:
    """As in the league's plays, with the ids of players that are known."""
    found = {
        name: player_ids[player]
        for name, player in (("playerAId", event.player_a), ("playerBId", event.player_b))
        if player and player in player_ids
    }
    return {**event_as_row(event), **found}
