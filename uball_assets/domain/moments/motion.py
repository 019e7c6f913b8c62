"""What moves in one camera's film, and the numbers in which a play's moment differs from dead time.

How much moves does not tell a play: people walk and shoot around in between. Where it moves, and what came
before and comes after, does.

Belongs here: motion by part of the picture -> rows of numbers. Not here: measuring it
(`media.vision.motion_grid`), what the numbers mean (`moment_model`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Codes = NDArray[np.uint8]
Flags = NDArray[np.bool_]

RECIPE = "motion-grid-1"
"""Changes with every change of the numbers: what is kept, and models, of two recipes never mix."""
STEP_S = 0.2
"""Plays last seconds; a finer look finds no more, and costs as much more to keep."""
CELL_ROWS, CELL_COLUMNS = 4, 8
CELLS = CELL_ROWS * CELL_COLUMNS
_FINEST = 1 / 72
"""Gray levels: one pixel of a cell's 72 that changed by one."""
_CODES_A_FOLD = 26.0
"""So that 255 is the greatest change there can be; neighbouring codes are 4 % apart."""
_SHORT_STEPS, _LONG_STEPS = 11, 31
"""Two seconds and six, odd, so that nothing is shifted in time."""
_FLOOR = 0.01
"""Gray levels under which all is still."""
_LAGS = (-10, -5, 0, 5)
"""Steps: two seconds before a moment, one before, then, one after."""
COLUMNS = len(_LAGS) * (CELLS + 3)
"""Numbers of a row."""


@dataclass(frozen=True)
class Motion:
    """One camera's, in steps of its own file: row `i` is of `[i, i + 1) * STEP_S`, seconds of file time."""

    codes: Codes
    """`(n, CELLS)`: how much changed in each cell, on a scale of its own (`coded`)."""
    seen: Flags
    """`(n,)`: False where nothing was looked at."""
    bytes_a_step: Floats
    """`(n,)`: how many bytes of the film stand for it."""

    @property
    def times_file_s(self) -> NDArray[np.float64]:
        """The middle of each step."""
        return np.asarray((np.arange(len(self.codes)) + 0.5) * STEP_S, dtype=np.float64)


def coded(changes: Floats) -> Codes:
    """Mean change in gray levels as a byte: even in its logarithm."""
    return np.asarray(np.rint(_CODES_A_FOLD * np.log1p(changes / _FINEST)), dtype=np.uint8)


def rows_of(motion: Motion) -> Floats:
    """`(n, COLUMNS // 4)`, for each step how much moves in every cell and in all, over 2 s and 6 s."""
    changes = np.expm1(motion.codes / np.float32(_CODES_A_FOLD)) * np.float32(_FINEST)
    cells = np.log(_mean_over(changes, _SHORT_STEPS) + np.float32(_FLOOR))
    mean = cells.mean(axis=1, keepdims=True)
    most = cells.max(axis=1, keepdims=True)
    return np.hstack([cells, mean, most, _mean_over(mean, _LONG_STEPS)]).astype(np.float32)


def around(rows: Floats, steps: Sequence[int] | NDArray[np.int64]) -> Floats:
    """`(len(steps), COLUMNS)`: the rows before, at and after each step, side by side; beyond an end, the
    end's."""
    at = np.asarray(steps)[:, None] + np.array(_LAGS)
    return np.asarray(rows[np.clip(at, 0, len(rows) - 1)]).reshape(len(at), -1)


def weighed(rows: Floats, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """`around(rows, every step) @ weights`, without ever holding it."""
    by_lag = rows @ weights.reshape(len(_LAGS), -1).T
    last = len(rows) - 1
    steps = np.arange(len(rows))
    parts = [by_lag[np.clip(steps + lag, 0, last), column] for column, lag in enumerate(_LAGS)]
    return np.asarray(np.sum(parts, axis=0), dtype=np.float64)


def _mean_over(values: Floats, steps: int) -> Floats:
    """Running mean down the first axis; at the ends, of as much as there is."""
    half = steps // 2
    sums = np.vstack([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0, dtype=np.float64)])
    first = np.clip(np.arange(len(values)) - half, 0, None)
    stop = np.clip(np.arange(len(values)) + half + 1, None, len(values))
    return np.asarray((sums[stop] - sums[first]) / (stop - first)[:, None], dtype=np.float32)
