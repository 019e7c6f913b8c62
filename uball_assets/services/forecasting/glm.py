"""Fitting linear models: weights that explain what happened, drawn towards what was believed before.

What was believed is a mean and a precision (a Gaussian); what comes out is the same, so that a training can
go on from one that ended, with new games alone. For numbers that is exact, for chances the usual normal
approximation (Laplace). Numpy alone: the same rows give the same weights, bit for bit.

Belongs here: the two fits, and a row's scale. Not here: what is fitted to what (`candidates`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from uball_assets.domain.forecasting.linear import Floats, Linear

_STEPS = 50
_CONVERGED = 1e-9


@dataclass(frozen=True)
class Belief:
    """Of the weights and, last, the constant, on a fixed scale of the features."""

    means: Floats
    """Of the features, and their spread: what weights are in units of."""
    scales: Floats
    mean: Floats
    """(features + 1,)"""
    precision: Floats
    """(features + 1, features + 1)"""

    @property
    def linear(self) -> Linear:
        return Linear(self.means, self.scales, self.mean[:-1], float(self.mean[-1]))

    @property
    def tensors(self) -> dict[str, Floats]:
        return {
            "means": self.means,
            "scales": self.scales,
            "mean": self.mean,
            "precision": self.precision,
        }

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, Any]) -> Belief:
        """Raises KeyError for a missing one, ValueError for shapes that do not go together."""
        parts = [np.asarray(tensors[name], np.float64) for name in ("means", "scales", "mean", "precision")]
        count = len(parts[0])
        if [part.shape for part in parts] != [(count,), (count,), (count + 1,), (count + 1, count + 1)]:
            raise ValueError(f"weights of shapes {[part.shape for part in parts]}")
        return cls(*parts)


def unknowing(rows: Floats, penalty: float, penalty_constant: float, start: Floats | float = 0.0) -> Belief:
    """Before any game was learned from: every weight is what `start` says a unit of its feature (features,),
    give or take 1 / sqrt(penalty) a standard deviation of it. The scale is that of `rows`."""
    known = np.isfinite(rows)
    counts = np.maximum(known.sum(axis=0), 1)
    filled = np.where(known, rows, 0.0)
    means = filled.sum(axis=0) / counts
    spread: Floats = np.sqrt((np.where(known, rows - means, 0.0) ** 2).sum(axis=0) / counts)
    scales = np.where(spread > 1e-9, spread, 1.0).astype(np.float64)
    width = rows.shape[1]
    diagonal: Floats = np.append(np.full(width, penalty, np.float64), penalty_constant)
    mean: Floats = np.append(scales * start, 0.0)
    return Belief(means, scales, mean, np.diag(diagonal).astype(np.float64))


def fit_number(rows: Floats, numbers: Floats, before: Belief) -> Belief:
    """Least squares; `numbers` (rows,). Rows one after the other, or all at once: the same weights."""
    x = _with_constant(rows, before)
    precision = before.precision + x.T @ x
    pulled = before.precision @ before.mean + x.T @ numbers
    mean = np.asarray(np.linalg.solve(precision, pulled), dtype=np.float64)
    return Belief(before.means, before.scales, mean, precision)


def fit_chance(rows: Floats, happened: Floats, before: Belief) -> Belief:
    """Logistic regression, by Newton's steps; `happened` (rows,) of 0 and 1."""
    x = _with_constant(rows, before)
    mean = before.mean
    for _ in range(_STEPS):
        chances = 0.5 + 0.5 * np.tanh(x @ mean / 2)
        slope = x.T @ (happened - chances) - before.precision @ (mean - before.mean)
        precision = _curvature(x, chances, before)
        step = np.linalg.solve(precision, slope)
        # a step of Newton's may go too far where chances are near 0 or 1
        mean = mean + step * min(1.0, 4.0 / max(1e-12, float(np.abs(x @ step).max(initial=0.0))))
        if float(np.abs(step).max()) < _CONVERGED:
            break
    chances = 0.5 + 0.5 * np.tanh(x @ mean / 2)
    return Belief(before.means, before.scales, mean, _curvature(x, chances, before))


def _curvature(x: Floats, chances: Floats, before: Belief) -> Floats:
    weighted = x * (chances * (1 - chances))[:, None]
    return np.asarray(before.precision + x.T @ weighted)


def _with_constant(rows: Floats, before: Belief) -> Floats:
    scaled = np.nan_to_num((rows - before.means) / before.scales, nan=0.0)
    return np.column_stack([scaled, np.ones(len(rows))])
