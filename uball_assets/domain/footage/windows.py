"""Windows: where plays may be, in a game that nobody annotated.

Belongs here: motion energy -> windows of game time, a side at a time. Not here: measuring the energy
(`media.vision.features`) or deciding what happened in a window (`annotate`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from uball_assets.domain.footage.angles import Side
from uball_assets.domain.footage.timeline import Window

Signal = NDArray[np.float64]
EnergySeries = tuple[NDArray[np.floating[Any]], NDArray[np.floating[Any]]]
"""One camera's (times in game time, motion energy at them), of equal length."""

BRIDGED_GAP_S = 0.6
"""Players stand still this long inside one play."""
SHORTEST_S = 1.0
"""Anything shorter is a flicker, not a play."""
LONGEST_S = 15.0
"""Longer activity is more than one play, and is split where it is calmest."""
SHORTEST_PIECE_S = 3.0
"""No split leaves less than this."""
PAD_S = 0.3
"""The moment before motion starts and after it ends belongs to the play."""
SMOOTHING_S = 1.0
"""Noise of single frames goes; two plays half a second apart still show a gap."""
UNSEEN_AFTER_S = 0.5
"""Further than this from any sample, a camera says nothing."""
FINEST_STEP_S = 0.02
"""No camera is looked at more often than 50 times a second, however close its samples claim to be."""
COARSEST_STEP_S = 0.5
"""Windows begin and end at least this exactly, however rarely a camera was sampled."""
LEAST_CONTRAST = 1.5
"""Motion in play is on average at least this many times the idle motion; a flatter camera shows no plays."""


def propose_windows(energy_by_side: Mapping[Side, Sequence[EnergySeries]]) -> list[tuple[Side, Window]]:
    """Stretches of activity in game time, by start; those of one side never overlap, two sides may.

    A side with no camera, or with cameras whose energy never changes, has no windows.
    """
    found = [(side, window) for side, cameras in energy_by_side.items() for window in _side_windows(cameras)]
    return sorted(found, key=lambda pair: (pair[1].start_s, pair[1].end_s, pair[0]))


def _side_windows(cameras: Sequence[EnergySeries]) -> list[Window]:
    usable = [series for series in map(_clean, cameras) if series is not None]
    if not usable:
        return []
    step_s = min(COARSEST_STEP_S, *(_step_s(times) for times, _ in usable))
    start_s, end_s = min(times[0] for times, _ in usable), max(times[-1] for times, _ in usable)
    grid = np.arange(start_s, end_s + step_s / 2, step_s)
    levels = [_level(grid, times, energy) for times, energy in usable]
    telling = [level for level in levels if level is not None]
    if not telling:
        return []
    level = _mean_of_known(telling)
    runs = _active_runs(level)
    windows = [Window(float(grid[first]), float(grid[last]) + step_s) for first, last in runs]
    windows = [window for window in _bridged(windows) if window.duration_s >= SHORTEST_S]
    padded = _padded(windows, Window(float(start_s), float(end_s) + step_s))
    pieces = [piece for window in padded for piece in _split(window, grid, level)]
    return [Window(round(piece.start_s, 3), round(piece.end_s, 3)) for piece in pieces]


def _clean(series: EnergySeries) -> tuple[Signal, Signal] | None:
    """Finite samples in order of time, each time once; None when too few are left to tell anything."""
    times, energy = (np.asarray(values, dtype=np.float64) for values in series)
    finite = np.isfinite(times) & np.isfinite(energy)
    times, first = np.unique(times[finite], return_index=True)
    return (times, energy[finite][first]) if times.size >= 2 else None


def _level(grid: Signal, times: Signal, energy: Signal) -> Signal | None:
    """Log energy on the grid, 0 idle to 1 busy, so that all cameras weigh the same; NaN where unseen.

    None for a camera without contrast.
    """
    energy = np.clip(energy, 0.0, None)
    floor = 0.01 * float(np.percentile(energy, 99))
    if floor <= 0.0:
        return None
    log_energy = np.interp(grid, times, _smooth(np.log(energy + floor), _sample_count(times)))
    seen = _nearest_s(grid, times) <= max(UNSEEN_AFTER_S, _step_s(times))
    idle, busy = log_energy[seen].min(), log_energy[seen].max()
    if busy <= idle or _contrast(log_energy[seen]) < np.log(LEAST_CONTRAST):
        return None
    return np.where(seen, (log_energy - idle) / (busy - idle), np.nan)


def _contrast(log_energy: Signal) -> float:
    """How far the busy half lies above the idle one, on average."""
    busy = log_energy > _otsu(log_energy)
    return float(log_energy[busy].mean() - log_energy[~busy].mean())


def _step_s(times: Signal) -> float:
    return max(FINEST_STEP_S, float(np.median(np.diff(times))))


def _sample_count(times: Signal) -> int:
    """Samples in the smoothing span: odd, so that smoothing shifts nothing in time."""
    return 2 * int(SMOOTHING_S / 2 / _step_s(times)) + 1


def _smooth(values: Signal, count: int) -> Signal:
    """Running median: a single flash goes, an edge stays where it is."""
    padded = np.pad(values, count // 2, mode="edge")
    smoothed: Signal = np.median(np.lib.stride_tricks.sliding_window_view(padded, count), axis=1)
    return smoothed


def _nearest_s(grid: Signal, times: Signal) -> Signal:
    after = np.clip(np.searchsorted(times, grid), 0, times.size - 1)
    before = np.clip(after - 1, 0, None)
    return np.minimum(np.abs(times[after] - grid), np.abs(times[before] - grid))


def _mean_of_known(levels: Sequence[Signal]) -> Signal:
    """The cameras' mean where any sees; idle where none does."""
    stacked = np.stack(levels)
    known = np.isfinite(stacked).sum(axis=0)
    mean: Signal = np.nansum(stacked, axis=0) / np.maximum(known, 1)
    return mean


def _active_runs(level: Signal) -> list[tuple[int, int]]:
    """First and last index of every stretch of activity.

    With hysteresis: it begins and ends half-way between idle and the threshold, and must cross the threshold.
    """
    enter = _otsu(level)
    leave = (enter + float(level[level <= enter].mean())) / 2
    above = np.concatenate([[False], level > leave, [False]])
    edges = np.flatnonzero(np.diff(above.astype(np.int8)))
    runs = [(int(first), int(stop) - 1) for first, stop in edges.reshape(-1, 2)]
    return [(first, last) for first, last in runs if level[first : last + 1].max() > enter]


def _otsu(level: Signal) -> float:
    """The threshold that parts the levels into two groups most unlike each other (Otsu 1979)."""
    counts, edges = np.histogram(level, bins=64)
    centres = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)[:-1]
    above = level.size - below
    mass_below = np.cumsum(counts * centres)[:-1]
    mass_above = float((counts * centres).sum()) - mass_below
    gap = mass_below / np.maximum(below, 1) - mass_above / np.maximum(above, 1)
    between = below * above * gap**2
    best = np.flatnonzero(between >= between.max() * (1 - 1e-9))
    return float(edges[1:-1][best].mean())


def _bridged(windows: Sequence[Window]) -> list[Window]:
    bridged: list[Window] = []
    for window in windows:
        if bridged and window.start_s - bridged[-1].end_s < BRIDGED_GAP_S:
            bridged[-1] = Window(bridged[-1].start_s, window.end_s)
        else:
            bridged.append(window)
    return bridged


def _padded(windows: Sequence[Window], filmed: Window) -> list[Window]:
    """Each window a little longer, within what was filmed; neighbours meet in the middle of their gap."""
    middles = [(one.end_s + other.start_s) / 2 for one, other in pairwise(windows)]
    floors, ceilings = [filmed.start_s, *middles], [*middles, filmed.end_s]
    return [
        Window(max(window.start_s - PAD_S, floor), min(window.end_s + PAD_S, ceiling))
        for window, floor, ceiling in zip(windows, floors, ceilings, strict=False)
    ]


def _split(window: Window, grid: Signal, level: Signal) -> list[Window]:
    """Pieces of at most 15 s, cut at the deepest valley; of equal valleys the one nearest the middle."""
    if window.duration_s <= LONGEST_S:
        return [window]
    margin_s = SHORTEST_PIECE_S
    inside = np.flatnonzero((grid >= window.start_s + margin_s) & (grid <= window.end_s - margin_s))
    middle_s = (window.start_s + window.end_s) / 2
    deepest = inside[np.lexsort((np.abs(grid[inside] - middle_s), level[inside]))[0]]
    cut_s = float(grid[deepest])
    left, right = Window(window.start_s, cut_s), Window(cut_s, window.end_s)
    return _split(left, grid, level) + _split(right, grid, level)
