"""The three clocks, all in seconds: game, file (one camera's) and clip.

    file time = game time + that camera's sync offset
    clip time = (file time - the clip's start) * the clip's slow motion, which is 1 at the video's own speed

Belongs here: turning one clock into another. Not here: frames and packets (`media`).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Window:
    """A stretch of one clock, `[start_s, end_s)`."""

    start_s: float
    end_s: float

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s

    def shifted(self, offset_s: float) -> Window:
        return Window(self.start_s + offset_s, self.end_s + offset_s)


def shared_part(one: Window, other: Window) -> float:
    """How much of what either covers both cover, 0 to 1."""
    both_s = min(one.end_s, other.end_s) - max(one.start_s, other.start_s)
    either_s = max(one.end_s, other.end_s) - min(one.start_s, other.start_s)
    return both_s / either_s if both_s > 0 else 0.0


def game_to_file(game_s: float, sync_offset_s: float) -> float:
    return game_s + sync_offset_s


def file_to_game(file_s: float, sync_offset_s: float) -> float:
    return file_s - sync_offset_s


def file_to_clip(file_s: float, clip_start_file_s: float, slow_motion: float = 1.0) -> float:
    return (file_s - clip_start_file_s) * slow_motion


def clip_to_file(clip_s: float, clip_start_file_s: float, slow_motion: float = 1.0) -> float:
    return clip_s / slow_motion + clip_start_file_s
