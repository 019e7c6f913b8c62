"""A sound row, a sound play and a model's, to be spoiled one field at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from uball_assets.domain.answers.annotate import AnnotatedPlay, ClipAnswer
from uball_assets.domain.answers.answers import Answer
from uball_assets.domain.footage.angles import Angle, Side
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.plays.plays import Event, Play

WINDOW = Window(100.0, 110.0)


def a_row(**changed: Any) -> dict[str, Any]:
    return {
        "id": "p1",
        "game_id": "g1",
        "angle": "LEFT",
        "start_timestamp": 100.0,
        "end_timestamp": 110.0,
        "timestamp_seconds": 106.5,
        "classification": "4PT_MAKE",
        "note": "Deep shot from the left wing.",
        "player_a": "Player #7 (Gray)",
        "player_b": None,
        "events": [{"label": "4PT_MAKE", "playerA": "Player #7 (Gray)", "playerB": None}],
        "created_at": "2026-03-18T20:00:00+00:00",
        "updated_at": "2026-03-18T20:00:00+00:00",
    } | changed


def a_play(**changed: Any) -> Play:
    play = Play(
        play_id="p1",
        game_id="g1",
        side=Side.LEFT,
        window=Window(100.0, 110.0),
        timestamp_game_s=106.5,
        classification="4PT_MAKE",
        note="Deep shot from the left wing.",
        player_a="Player #7 (Gray)",
        player_b=None,
        events=(Event("4PT_MAKE", "Player #7 (Gray)"),),
    )
    return replace(play, **changed)


def predicted(label: str, **changed: Any) -> AnnotatedPlay:
    """What a model tells of the same play."""
    fields: dict[str, Any] = {
        "play_key": "k1",
        "side": Side.LEFT,
        "window": Window(100.0, 110.0),
        "timestamp_game_s": 106.5,
        "note": "",
        "player_a": "Player #7 (Gray)",
        "player_b": None,
        "events": (),
        "confidence": None,
        "agreed": True,
        "needs_review": False,
        "angles": (Angle.FAR_LEFT, Angle.NEAR_RIGHT),
    }
    return AnnotatedPlay(classification=label, **fields | changed)


def an_answer(label: str = "3PT_MAKE", confidence: float | None = 0.8, **changed: Any) -> Answer:
    fields: dict[str, Any] = {
        "timestamp_clip_s": 6.0,
        "note": label,
        "player_a": None,
        "player_b": None,
        "events": (),
    }
    return Answer(classification=label, confidence=confidence, **fields | changed)


def far(answer: Answer | None) -> ClipAnswer:
    """Its file runs 2.5 s behind the game: the clip of game time 100 starts at 102.5."""
    return ClipAnswer(Angle.FAR_LEFT, 102.5, 2.5, answer)


def near(answer: Answer | None) -> ClipAnswer:
    return ClipAnswer(Angle.NEAR_RIGHT, 99.0, -1.0, answer)
