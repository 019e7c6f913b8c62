"""How a video's frames follow each other: their rate, how steady it is, how far apart keyframes stand.

Belongs here: arithmetic on times. Not here: where the times come from (`mp4.index`, `samples`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.float64]

STEADY_RATE_TOLERANCE = 0.1
"""Frame distances within this share of their median count as one rate (millisecond clocks jitter by 3 %)."""


@dataclass(frozen=True)
class Rhythm:
    frame_rate: float
    """Average, frames per second."""
    frame_duration_s: float
    """Median."""
    is_variable_rate: bool
    keyframe_count: int
    gop_s: float
    """Mean distance of the keyframes, the last one's to the end of the video."""
    longest_gop_s: float


def rhythm_of(shown_s: Times, keyframes_s: Times, end_s: float) -> Rhythm:
    """Of at least one shown frame; times sorted, `end_s` where the last frame ends."""
    steps = np.diff(shown_s)
    typical_s = float(np.median(steps)) if len(steps) else end_s - float(shown_s[0])
    groups_s = (
        np.diff(np.append(keyframes_s, max(end_s, float(keyframes_s[-1])))) if len(keyframes_s) else steps
    )
    return Rhythm(
        frame_rate=float(len(steps) / np.ptp(shown_s)) if len(steps) and np.ptp(shown_s) else 0.0,
        frame_duration_s=typical_s,
        is_variable_rate=bool(len(steps) and np.ptp(steps) > 2 * STEADY_RATE_TOLERANCE * typical_s),
        keyframe_count=len(keyframes_s),
        gop_s=float(groups_s.mean()) if len(groups_s) else 0.0,
        longest_gop_s=float(groups_s.max()) if len(groups_s) else 0.0,
    )
