"""What a clip shows, as numbers: motion, the ball's path, the colours that move.

Belongs here: pixels to a vector or a signal, the same for the same bytes. Not here: what a vector means
(`adapters.models.local.model`) or which stretch of a game is a play (`domain.footage.windows`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from uball_assets.domain.errors import Permanent
from uball_assets.media.videos.frames import (
    HEIGHT_PX,
    WIDTH_PX,
    Pixels,
    Source,
    Times,
    clip_frames,
    gray_frames,
    name_of,
)
from uball_assets.media.vision.ball import (
    TRACK_FPS,
    Floats,
    Moments,
    ball_track,
    excess,
    place_at,
    shot_moments,
)

FEATURES_VERSION = "clip-features-1"
"""Changes with every change of the numbers: features and models of two versions never mix."""

GRID_ROWS, GRID_COLUMNS = 4, 8
MOTION_BINS = 6
PATH_BINS = 16
COLOUR_LEVELS = 4
AROUND_S = np.arange(-8, 23) / 10.0
"""Moments, seconds from the release, at which the ball's place is read: the shot, its flight, its end."""
MOVING = 20
"""Gray levels from the background that count as movement: above codec noise, below a jersey's contrast."""

_COLOURS = COLOUR_LEVELS**3
_GRID = MOTION_BINS * GRID_ROWS * GRID_COLUMNS + 3
_LANDMARKS = 9 * 3 + 8 * 2 + 2 + 9 + 3 + 5
FEATURE_COUNT = 1 + 3 * _COLOURS + _GRID + 5 * PATH_BINS + 2 * len(AROUND_S) + _LANDMARKS
COLOUR_FEATURES = slice(1, 1 + 3 * _COLOURS)
"""The part of the vector that says which colours move, and which of them are near the ball."""
ACTION_FEATURES = slice(1 + 3 * _COLOURS, FEATURE_COUNT)
"""The part that says what happens, whatever anybody wears."""
LANDMARK_FEATURES = slice(FEATURE_COUNT - _LANDMARKS, FEATURE_COUNT)
"""The part that says when and where the ball left, peaked and came down."""


def clip_features(clip: Source, mirror: bool = False) -> Floats:
    """A clip's features, shape `(FEATURE_COUNT,)`; the first is its duration in seconds.

    Any size, rate and length. `mirror` flips the picture left to right first, so that cameras of both sides
    of the court share one geometry. Raises Permanent for fewer than two readable frames.
    """
    frames, times_clip_s, duration_clip_s = clip_frames(clip)
    if mirror:
        frames = np.ascontiguousarray(frames[..., ::-1])
    background = np.median(frames[:: max(1, len(frames) // 15)], axis=0).astype(np.uint8)
    moving = excess(frames[:, 0], background[0]) + excess(background[0], frames[:, 0]) > MOVING
    track = ball_track(frames, background, times_clip_s, duration_clip_s)
    moments = shot_moments(track)
    parts = [
        np.array([duration_clip_s]),
        _colours(frames, moving),
        _colours(frames, _holder(track, times_clip_s, moments.release_s)),
        _colours(frames, _holder(track, times_clip_s, duration_clip_s)),
        _motion_grid(moving, times_clip_s / duration_clip_s),
        _path_by_bin(track),
        place_at(track, moments.release_s + AROUND_S)[:, :2],
        _landmarks(track, moments, duration_clip_s),
    ]
    return np.concatenate([part.ravel() for part in parts]).astype(np.float32)


def duration_clip_s(features: Floats) -> float:
    return float(features[0])


def motion_energy(video: Source, fps: float = 5.0) -> tuple[Times, Times]:
    """How much moves, over a whole video: times in its own file (s) and mean gray-level change a second.

    Both of shape `(n,)`, about `fps` samples a second; two thumbnails in memory at a time. Raises Permanent
    for an unreadable video; one that breaks off is measured up to there.
    """
    times: list[float] = []
    energy: list[float] = []
    before: Pixels | None = None
    try:
        for time_file_s, gray in gray_frames(video, fps):
            if before is not None:
                change = excess(gray, before) + excess(before, gray)
                energy.append(float(change.mean()) / (time_file_s - times[-1]))
            times.append(time_file_s)
            before = gray
    except Permanent:
        if not energy:
            raise
    if not energy:
        raise Permanent(f"{name_of(video)} has no two readable frames: replace the file")
    return np.array(times), np.array([energy[0], *energy])


def _holder(track: Floats, times_clip_s: Times, until_clip_s: float) -> NDArray[np.bool_]:
    """The pixels, `(n, 72, 128)`, beside and under the ball in the 0.4 s before a moment: who holds it."""
    ball = place_at(track, times_clip_s)
    right = 2 * (np.arange(WIDTH_PX) + 0.5) / WIDTH_PX - 1 - ball[:, :1]
    down = 2 * (np.arange(HEIGHT_PX) + 0.5) / HEIGHT_PX - 1 - ball[:, 1:2]
    near_x, near_y = np.abs(right) < 0.08, (down > 0) & (down < 0.3)
    then = (times_clip_s > until_clip_s - 0.4) & (times_clip_s <= until_clip_s)
    return near_y[:, :, None] & near_x[:, None, :] & then[:, None, None]


def _path_by_bin(track: Floats) -> Floats:
    """x, y, area, seen and speed at evenly spaced moments of the clip: `(PATH_BINS, 5)`."""
    rows = track[np.linspace(0, len(track) - 1, PATH_BINS).astype(int)]
    right, down = np.gradient(rows[:, :2], axis=0).T
    speed = np.hypot(right, down)
    return np.column_stack([rows, speed]).astype(np.float32)


def _landmarks(track: Floats, moments: Moments, duration_clip_s: float) -> Floats:
    """Where the ball was at the moments that tell a shot, and when they were.

    The lines of a court are conics in a picture: so the squares of where a shot is taken from come along.
    """
    release, apex, arrival = moments.release_s, moments.apex_s, moments.arrival_s
    before = track[max(int((release - 1.5) * TRACK_FPS), 0) : int(release * TRACK_FPS) + 1]
    floor = before[before[:, 1].argmax(), :3]
    times = np.array(
        [0, release, release + 0.2, apex, arrival, arrival + 0.2, arrival + 0.4, duration_clip_s]
    )
    places = np.vstack([floor, place_at(track, times)[:, :3]])
    steps = np.diff(places[:, :2], axis=0)
    whole = places[5, :2] - places[2, :2]
    conics = [(x * x, x * y, y * y) for x, y in places[[0, 2, 3], :2]]
    when = np.array([release, apex, arrival]) / duration_clip_s
    lasting = [
        apex - release,
        arrival - apex,
        duration_clip_s - arrival,
        np.hypot(*whole),
        track[:, 3].mean(),
    ]
    parts = [places.ravel(), steps.ravel(), whole, np.ravel(conics), when, np.array(lasting)]
    return np.concatenate(parts).astype(np.float32)


def _motion_grid(moving: NDArray[np.bool_], position: Times) -> Floats:
    """Share of moving pixels by stretch of the clip and part of the picture, and the peak stretch's place."""
    count = len(moving)
    cells = moving.reshape(count, GRID_ROWS, HEIGHT_PX // GRID_ROWS, GRID_COLUMNS, WIDTH_PX // GRID_COLUMNS)
    share = cells.mean(axis=(2, 4)).reshape(count, -1).astype(np.float32)
    which = np.minimum((position * MOTION_BINS).astype(int), MOTION_BINS - 1)
    grid = np.stack(
        [
            share[which == bin_].mean(axis=0) if (which == bin_).any() else share.mean(axis=0)
            for bin_ in range(MOTION_BINS)
        ]
    )
    change = np.logical_xor(moving[1:], moving[:-1]).mean(axis=(1, 2))
    peak = np.array([change.max(), change.mean(), position[1:][change.argmax()]], dtype=np.float32)
    return np.concatenate([np.sqrt(grid).ravel(), peak])


def _colours(frames: Pixels, where: NDArray[np.bool_]) -> Floats:
    """Histogram of Y, Cb, Cr over some pixels, as square roots of shares: `(64,)`."""
    pixels = [frames[:, plane][where].astype(np.int64) for plane in range(3)]
    luma = pixels[0] * COLOUR_LEVELS // 256
    blue, red = (np.clip((plane - 64) * COLOUR_LEVELS // 128, 0, COLOUR_LEVELS - 1) for plane in pixels[1:])
    code = (luma * COLOUR_LEVELS + blue) * COLOUR_LEVELS + red
    counts = np.bincount(code, minlength=COLOUR_LEVELS**3)
    return np.sqrt(counts / max(len(code), 1)).astype(np.float32)
