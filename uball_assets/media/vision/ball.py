"""The ball: where it is in each frame, and the moments of its one shot.

Belongs here: finding and following the orange thing. Not here: the vector made of it (`features`).

A track is `(n, 4)`: x and y in -1 to 1, right and down; width, in the square root of pixels; seen, 0 or 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from uball_assets.media.videos.frames import HEIGHT_PX, WIDTH_PX, Pixels, Times

Floats = NDArray[np.float32]

TRACK_FPS = 15.0
WOOD = 24
"""The orange of a wooden floor and of skin, in chroma levels: as much counts as none."""
BALL_SEEN = 12
"""Orange above the background, in chroma levels, from which a blob counts as the ball."""
RISE_FRAMES = 3
"""A hand lets go within a fifth of a second."""


@dataclass(frozen=True)
class Moments:
    """Of the clip's one shot, or of whatever looks most like it, in clip time."""

    release_s: float
    """The ball rises fastest: a thrown ball is never faster than as it leaves the hand."""
    apex_s: float
    arrival_s: float
    """The ball's flight breaks: rim, board, net or hand."""


def ball_track(frames: Pixels, background: Pixels, times_clip_s: Times, duration_clip_s: float) -> Floats:
    """The ball at even steps of 1 / TRACK_FPS over a clip of frames `(n, 3, 72, 128)`.

    It is where most orange stands out from the background; straight lines join the frames where it is seen.
    A clip without a ball has a track of zeros.
    """
    path = _seen_path(frames, background)
    at = np.arange(0, duration_clip_s, 1 / TRACK_FPS)
    return np.stack([np.interp(at, times_clip_s, column) for column in path.T], axis=1).astype(np.float32)


def place_at(track: Floats, times_clip_s: Times) -> Floats:
    """The track's rows at any times; beyond its ends, the end."""
    rows = np.clip(np.rint(times_clip_s * TRACK_FPS), 0, len(track) - 1).astype(int)
    return np.asarray(track[rows], dtype=np.float32)


def shot_moments(track: Floats) -> Moments:
    height = -track[:, 1]
    ahead = np.minimum(np.arange(len(track)) + RISE_FRAMES, len(track) - 1)
    release = int(np.argmax(height[ahead] - height))
    flight = height[release : release + int(1.5 * TRACK_FPS)]
    falls = np.flatnonzero(np.diff(flight) < 0)
    apex = release + (int(falls[falls > 1][0]) if (falls > 1).any() else len(flight) - 1)
    breaks = np.hypot(*np.diff(track[apex : apex + int(1.2 * TRACK_FPS), :2], n=2, axis=0).T)
    arrival = apex + (int((breaks > breaks.max() / 2).argmax()) + 1 if breaks.size else 0)
    return Moments(release / TRACK_FPS, apex / TRACK_FPS, arrival / TRACK_FPS)


def excess(over: Pixels, under: Pixels) -> Pixels:
    """How far one is above the other; 0 where it is not."""
    return np.maximum(over, under) - under


def _seen_path(frames: Pixels, background: Pixels) -> Floats:
    score = excess(_orange(frames[:, 1], frames[:, 2]), _orange(background[1], background[2]))
    peaks = score.reshape(len(frames), -1).argmax(axis=1)
    path = np.zeros((len(frames), 4), dtype=np.float32)
    for row, peak in enumerate(peaks):
        path[row] = _blob(score[row], *divmod(int(peak), WIDTH_PX))
    seen = path[:, 3] > 0
    if seen.any():
        index = np.arange(len(path))
        for column in range(3):
            path[:, column] = np.interp(index, index[seen], path[seen, column])
    return path


def _orange(blue: Pixels, red: Pixels) -> Pixels:
    """High only with much red and no blue: a red jersey has enough of only the one, wood little of both."""
    both = np.minimum(np.maximum(red, 128) - 128, 128 - np.minimum(blue, 128))
    return np.asarray(np.maximum(both, WOOD), dtype=np.uint8)


def _blob(score: Pixels, row: int, column: int) -> tuple[float, float, float, float]:
    top, left = max(row - 4, 0), max(column - 4, 0)
    window = score[top : row + 4, left : column + 4]
    if score[row, column] < BALL_SEEN:
        return 0.0, 0.0, 0.0, 0.0
    total = float(window.sum())
    y = top + float(window.sum(axis=1) @ np.arange(window.shape[0])) / total
    x = left + float(window.sum(axis=0) @ np.arange(window.shape[1])) / total
    area_px = float((window > BALL_SEEN / 2).sum())
    return 2 * (x + 0.5) / WIDTH_PX - 1, 2 * (y + 0.5) / HEIGHT_PX - 1, area_px**0.5, 1.0
