"""Annotation: a model's answers, one a camera, become one play in game time.

Belongs here: the clocks of an answer, what two cameras make together, the league's row. Not here: how an
answer is read (`examples`), where plays are looked for (`windows`) or who reviews them (`review`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from uball_assets.domain.answers.answers import Answer
from uball_assets.domain.footage.angles import Angle, Side
from uball_assets.domain.footage.teams import Teams
from uball_assets.domain.footage.timeline import Window, clip_to_file, file_to_game
from uball_assets.domain.plays.plays import Event, event_as_row

REVIEW_BELOW_CONFIDENCE = 0.5
"""Under an even chance of being right, a person looks."""
SAME_MOMENT_S = 1.0
"""Two cameras that agree and are this close saw the same moment: their times are averaged."""


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

    @property
    def timestamp_game_s(self) -> float | None:
        if self.answer is None or self.answer.timestamp_clip_s is None:
            return None
        file_s = clip_to_file(self.answer.timestamp_clip_s, self.clip_start_file_s, self.slow_motion)
        return file_to_game(file_s, self.sync_offset_s)


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
    """Did both cameras give this classification? Not where one saw no play. None: only one answered."""
    needs_review: bool
    angles: tuple[Angle, ...]
    """The cameras that answered, the winner first."""
    strangers: tuple[str, ...] = ()
    """Players whom the model gave to a team that does not play in this game."""


def merge_cameras(
    play_key: str,
    side: Side,
    window_game: Window,
    answers: Sequence[ClipAnswer],
    teams: Teams | None = None,
) -> AnnotatedPlay | None:
    """One play out of its cameras' answers; None when no camera gave one.

    Cameras that disagree: the more confident wins; a tie or an unknown confidence goes to the far view, which
    shows the formation and the lines. A person reviews disagreements, single cameras, confidences under 0.5,
    and players of a team that does not play.
    """
    ranked = _ranked([(clip, clip.answer) for clip in answers if clip.answer is not None])
    if not ranked:
        return None
    (winner, answer), others = ranked[0], ranked[1:]
    agreed = all(other.classification == answer.classification for _, other in others) if others else None
    if any(clip.saw_no_play for clip in answers):
        agreed = False
    backing = others if agreed else []
    doubtful = answer.confidence is not None and answer.confidence < REVIEW_BELOW_CONFIDENCE
    player_a = _first([answer.player_a, *(other.player_a for _, other in backing)])
    player_b = _first([answer.player_b, *(other.player_b for _, other in backing)])
    named = [name for event in answer.events for name in (event.player_a, event.player_b)]
    strangers = teams.strangers([player_a, player_b, *named]) if teams else ()
    return AnnotatedPlay(
        play_key=play_key,
        side=side,
        window=window_game,
        timestamp_game_s=_moment_game_s(winner, [clip for clip, _ in backing]),
        classification=answer.classification,
        note=answer.note,
        player_a=player_a,
        player_b=player_b,
        events=answer.events,
        confidence=answer.confidence,
        agreed=agreed,
        needs_review=not agreed or doubtful or bool(strangers),
        angles=tuple(clip.angle for clip, _ in ranked),
        strangers=strangers,
    )


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
        "events": [event_as_row(event) for event in play.events],
        "confidence": None if play.confidence is None else round(play.confidence, 4),
        "agreed": play.agreed,
        "needs_review": play.needs_review,
        "model": model,
    }


def _ranked(answered: Sequence[tuple[ClipAnswer, Answer]]) -> list[tuple[ClipAnswer, Answer]]:
    """Most believable first."""
    far_first = sorted(answered, key=lambda pair: not pair[0].angle.is_far)
    confidences = [answer.confidence for _, answer in far_first]
    if None in confidences:
        return far_first
    return sorted(far_first, key=lambda pair: -(pair[1].confidence or 0.0))


def _moment_game_s(winner: ClipAnswer, backing: Sequence[ClipAnswer]) -> float | None:
    """The winner's time, averaged with those that agree with it within a second."""
    times_s = [clip.timestamp_game_s for clip in [winner, *backing]]
    known_s = [time_s for time_s in times_s if time_s is not None]
    if not known_s:
        return None
    near_s = [time_s for time_s in known_s if abs(time_s - known_s[0]) <= SAME_MOMENT_S]
    return sum(near_s) / len(near_s)


def _first(names: Sequence[str | None]) -> str | None:
    return next((name for name in names if name), None)
