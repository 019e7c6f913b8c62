"""A game as it is told: one game's plays by whoever wrote them down, people or a model.

What pages show and what is exported. Belongs here: the common form, and another clock for it. Not here: the
formats (`formats`), or reading it from the stores (`services.told`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from uball_assets.domain.answers.annotate import AnnotatedPlay
from uball_assets.domain.answers.metrics import points_of
from uball_assets.domain.footage.angles import Side
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.plays.plays import Event, Play, event_as_row

PEOPLE = "people"
GAME_CLOCK = "game"


@dataclass(frozen=True)
class ToldPlay:
    """Times in the clock of the `ToldGame` that it stands in, seconds."""

    play_id: str
    """A person's play's id, a model's play's key."""
    side: Side
    window: Window
    moment_s: float | None
    label: str
    note: str
    player_a: str | None
    player_b: str | None
    events: tuple[Event, ...]
    points: int
    """Of all its events, whoever made them."""
    told_by: str
    """`PEOPLE`, or a model's name."""
    confidence: float | None = None
    """0 to 1; None for people's, and where the model gives none."""
    needs_review: bool = False

    @property
    def at_s(self) -> float:
        """Its moment; the middle of its window where that is unknown."""
        middle_s = (self.window.start_s + self.window.end_s) / 2
        return middle_s if self.moment_s is None else self.moment_s

    def as_row(self) -> dict[str, Any]:
        """Under the league's column names, as `check_rows` reads a play; times to the millisecond."""
        return {
            "id": self.play_id,
            "angle": self.side.value,
            "start_timestamp": round(self.window.start_s, 3),
            "end_timestamp": round(self.window.end_s, 3),
            "timestamp_seconds": None if self.moment_s is None else round(self.moment_s, 3),
            "classification": self.label,
            "note": self.note,
            "player_a": self.player_a,
            "player_b": self.player_b,
            "events": [event_as_row(event) for event in self.events],
        }


@dataclass(frozen=True)
class ToldGame:
    game_id: str
    title: str
    """`2026-03-07, Gray - Blue`."""
    plays: tuple[ToldPlay, ...]
    """In order of their start."""
    clock: str = GAME_CLOCK
    """Or the camera in whose file's clock the times are."""
    left_out: int = 0
    """Plays that are wholly before that file begins."""

    def on_clock_of(self, camera: str, sync_offset_s: float) -> ToldGame:
        """In the clock of that camera's file, as whoever loads the file counts; no time is below 0."""
        shifted = [_shifted(play, sync_offset_s) for play in self.plays]
        seen = tuple(play for play in shifted if play.window.end_s > 0)
        return replace(self, plays=seen, clock=camera, left_out=len(shifted) - len(seen))


def told_game(game_id: str, title: str, plays: Iterable[ToldPlay]) -> ToldGame:
    in_order = sorted(plays, key=lambda play: (play.window.start_s, play.play_id))
    return ToldGame(game_id, title, tuple(in_order))


def by_people(play: Play) -> ToldPlay:
    return _told(play, play.play_id, PEOPLE)


def by_model(play: AnnotatedPlay, model: str) -> ToldPlay:
    told = _told(play, play.play_key, model)
    return replace(told, confidence=play.confidence, needs_review=play.needs_review)


def players_of(plays: Sequence[ToldPlay]) -> list[str]:
    """Everybody who is named, in order of appearance."""
    named = (
        player
        for play in plays
        for player in (play.player_a, play.player_b, *(event.player_a for event in play.events))
    )
    return list(dict.fromkeys(player for player in named if player))


def as_rows(game: ToldGame) -> list[Mapping[str, Any]]:
    return [{**play.as_row(), "game_id": game.game_id} for play in game.plays]


def _told(play: Play | AnnotatedPlay, play_id: str, told_by: str) -> ToldPlay:
    return ToldPlay(
        play_id=play_id,
        side=play.side,
        window=play.window,
        moment_s=play.timestamp_game_s,
        label=play.classification,
        note=play.note,
        player_a=play.player_a,
        player_b=play.player_b,
        events=play.events,
        points=points_of(play),
        told_by=told_by,
    )


def _shifted(play: ToldPlay, offset_s: float) -> ToldPlay:
    window = play.window.shifted(offset_s)
    moment_s = None if play.moment_s is None else max(0.0, play.moment_s + offset_s)
    return replace(play, window=Window(max(0.0, window.start_s), window.end_s), moment_s=moment_s)
