"""What of a film need not be decoded: stretches that hold so few bytes that nothing can be played in them.

A codec spends bytes on what changes: a dark hall or a camera that looks at an empty court costs next to none,
and the film's index tells it without a picture. How few is few is learned: no play of the league had so
little. Where a camera writes at a constant rate nothing is dropped.

Belongs here: bytes a step -> stretches to look at. Not here: reading an index (`services.moments.films`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.moments.motion import STEP_S, Floats

CALM_STEPS = 51
"""Ten seconds: keyframes and single events even out."""
SHORTEST_S = 30.0
"""A shorter stretch is not worth a seek, and could be a timeout."""
CERTAIN = 0.5
"""Half of what the quietest play had."""


def share_of_usual(bytes_a_step: Floats) -> Floats | None:
    """Of each step, how many bytes stand around it, as a share of the film's median; None where the index
    does not tell."""
    padded = np.pad(bytes_a_step, CALM_STEPS // 2, mode="edge")
    around = np.convolve(padded, np.ones(CALM_STEPS) / CALM_STEPS, mode="valid")
    usual = float(np.median(around)) if len(around) else 0.0
    return (around / usual).astype(np.float32) if usual > 0 else None


def quietest(bytes_a_step: Floats, moments_file_s: Sequence[float]) -> float | None:
    """The least that any of these plays had."""
    share = share_of_usual(bytes_a_step)
    if share is None or not moments_file_s:
        return None
    steps = np.clip((np.asarray(moments_file_s) / STEP_S).astype(int), 0, len(share) - 1)
    return round(float(share[steps].min()), 4)


def worth_looking(bytes_a_step: Floats, quietest_play: float | None) -> list[Window] | None:
    """The stretches of file time to decode, in order; None: all of it."""
    share = share_of_usual(bytes_a_step)
    if share is None or quietest_play is None:
        return None
    empty = np.concatenate([[False], share < CERTAIN * quietest_play, [False]])
    edges = np.flatnonzero(np.diff(empty.astype(np.int8))).reshape(-1, 2)
    dropped = [(first, stop) for first, stop in edges if (stop - first) * STEP_S >= SHORTEST_S]
    if not dropped:
        return None
    starts = [0, *(stop for _, stop in dropped)]
    stops = [*(first for first, _ in dropped), len(share)]
    return [
        Window(float(start * STEP_S), float(stop * STEP_S))
        for start, stop in zip(starts, stops, strict=True)
        if stop > start
    ]
