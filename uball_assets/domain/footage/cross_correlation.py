"""How far apart two recordings of one hall are: the lag that makes their sounds fit best, and how sure it is.

Belongs here: arrays of samples and scores. Not here: cameras, offsets and what a lag means (`sync`).

What is compared is not the waveform but how loud each of 32 bands is, every 16 ms, against its own last
second. Four microphones far apart hear the same event with other echoes, gain and arrival (up to 80 ms), and
clocks that drift: waveforms lose each other within a minute (at 100 ppm the start and the end of one are 6 ms
apart), loudness does not. Bands are made independent of each other first, so that the colour of a sound
counts as much as its strength: it tells one bounce of a steady dribble from the next.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 8_000
"""Whistles, shoes and voices are below 4 kHz."""
HOP_S = 0.016
PEAK_WIDTH_S = 0.25
"""Scores this near the best one belong to it: sound travels up to 80 ms and the hall echoes."""
SILENCE = 1e-4
"""Root mean square of what counts as no sound: -80 dB of full scale, below any microphone's own noise."""

_FRAME = 256
_HOP = round(HOP_S * RATE_HZ)
_BANDS = 32
_MEMORY_FRAMES = 64
_LOUDEST = 4.0
"""Standard deviations: one bang near a microphone must not outweigh the minute."""

_NOTHING = 1e-6

Samples = NDArray[np.float32]
Loudness = NDArray[np.float32]


@dataclass(frozen=True)
class Fit:
    lag_s: float
    """How much later the second recording holds what the first holds."""
    confidence: float
    """0 to 1: how far the best score stands above the next best elsewhere; 0 is a tie."""


def is_silent(samples: Samples) -> bool:
    return len(samples) == 0 or float(np.sqrt(np.mean(np.square(samples, dtype=np.float64)))) < SILENCE


def loudness(samples: Samples) -> Loudness:
    """`(bands, frames)`, a frame each `HOP_S`; each band about 0, of like spread and independent of the
    others."""
    frames = np.lib.stride_tricks.sliding_window_view(samples, _FRAME)[::_HOP]
    spectrum = np.fft.rfft(frames * np.hanning(_FRAME).astype(np.float32))[:, 1:]
    power = np.square(np.abs(spectrum)).reshape(len(frames), _BANDS, -1).sum(axis=2)
    level = np.log(power.T + 1e-8, dtype=np.float64)
    change = level - _recent_mean(level)
    spread = change.std(axis=1, keepdims=True)
    return _independent(np.clip(change / np.maximum(spread, 0.05), -_LOUDEST, _LOUDEST))


def best_fit(first: Loudness, second: Loudness) -> Fit | None:
    """The lag, finer than a frame, up to half the shorter recording; None where nothing can be compared."""
    scores = _scores(first, second)
    if not len(scores) or float(scores.max()) < _NOTHING:
        return None
    best = int(np.argmax(scores))
    around = round(PEAK_WIDTH_S / HOP_S)
    elsewhere = np.concatenate([scores[: max(0, best - around)], scores[best + around + 1 :]])
    next_best = max(float(elsewhere.max(initial=0.0)), 0.0)
    lag_frames = best - len(scores) // 2 + _summit(scores, best)
    return Fit(lag_frames * HOP_S, 1.0 - next_best / float(scores[best]))


def _recent_mean(level: NDArray[np.floating]) -> NDArray[np.floating]:
    """Of the frames around each; removes hum, fans and the microphone's own gain control."""
    width = min(_MEMORY_FRAMES, level.shape[1])
    padded = np.pad(level, ((0, 0), (width // 2, width - width // 2)), mode="edge")
    sums = np.cumsum(padded, axis=1)
    return np.asarray((sums[:, width:] - sums[:, :-width])[:, : level.shape[1]] / width)


def _independent(bands: NDArray[np.floating]) -> Loudness:
    """Whitened; a bang is in all bands at once and would otherwise count 32 times."""
    shared = np.cov(bands) + 0.05 * np.eye(len(bands))
    apart = np.linalg.inv(np.linalg.cholesky(shared)).astype(np.float32)
    # Not `@`: on matrices of this shape BLAS starts threads that cost more than they do.
    return np.asarray(np.einsum("ij,jk->ik", apart, bands.astype(np.float32)))


def _scores(first: Loudness, second: Loudness) -> NDArray[np.float64]:
    """One for each lag, 0 in the middle; of equal spread where nothing fits, at every lag."""
    reach = min(first.shape[1], second.shape[1]) // 2
    size = 1 << (first.shape[1] + second.shape[1]).bit_length()
    cross = (np.conj(np.fft.rfft(first, size)) * np.fft.rfft(second, size)).sum(axis=0)
    sums = np.fft.irfft(cross, size)
    lags = np.arange(-reach, reach + 1)
    compared = np.minimum(first.shape[1], second.shape[1] - lags) - np.maximum(0, -lags)
    scores = sums[lags] / np.sqrt(np.maximum(compared, 1) * first.shape[0])
    return np.asarray(scores - np.median(scores))


def _summit(scores: NDArray[np.float64], best: int) -> float:
    """Of the parabola through the best score and its neighbours, in frames from the best."""
    if not 0 < best < len(scores) - 1:
        return 0.0
    before, top, after = scores[best - 1 : best + 2]
    bend = before - 2 * top + after
    return float(0.5 * (before - after) / bend) if bend < 0 else 0.0
