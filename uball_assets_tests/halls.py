"""What four microphones in one hall record: seeded sound with echoes, distance, noise, gain and drift.

Belongs here: making such sound, on clocks that the test chooses. Not here: what the audit says of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.cross_correlation import RATE_HZ, Samples
from uball_assets.domain.footage.sync import Heard

Signal = NDArray[np.float64]

CORNERS_M = {
    Angle.FAR_LEFT: (0.0, 0.0),
    Angle.FAR_RIGHT: (28.0, 0.0),
    Angle.NEAR_LEFT: (0.0, 15.0),
    Angle.NEAR_RIGHT: (28.0, 15.0),
}
_LOUD_SPOTS = 3
_ECHO_S = 1.2
_SOUND_M_PER_S = 343.0
_MARGIN_S = 4.0
"""Nobody may be further off."""


@dataclass(frozen=True)
class Hall:
    """One game's sound. `off_by_s` and `drift_ppm`: how a camera's file runs against game time."""

    seed: int
    snr_db: float = 20.0
    """Of the hall against each microphone's own noise."""
    off_by_s: Mapping[Angle, float] = field(default_factory=dict)
    drift_ppm: Mapping[Angle, float] = field(default_factory=dict)
    unrelated: frozenset[Angle] = frozenset()
    """Cameras that stood in another hall."""

    def heard(self, at_game_s: float, duration_s: float, middle_s: float = 0.0) -> dict[Angle, Heard]:
        """A stretch of each camera's file, whose stored offset is 0; drift counts from `middle_s`."""
        return {
            angle: Heard(at_game_s, self._recorded(angle, at_game_s, duration_s, middle_s)) for angle in Angle
        }

    def _recorded(self, angle: Angle, at_game_s: float, duration_s: float, middle_s: float) -> Samples:
        rng = np.random.default_rng([self.seed, round(at_game_s), list(Angle).index(angle)])
        hall = self.seed + 1000 * (angle in self.unrelated) * (1 + list(Angle).index(angle))
        wet = _wet(hall, at_game_s, duration_s, CORNERS_M[angle])
        drift = self.drift_ppm.get(angle, 0.0) * 1e-6
        late_s = self.off_by_s.get(angle, 0.0) + drift * (at_game_s - middle_s)
        times_s = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
        places = (_MARGIN_S - late_s + times_s * (1 - drift)) * RATE_HZ
        signal = np.interp(places, np.arange(len(wet)), wet)
        noise = rng.standard_normal(len(signal)) * 10 ** (-self.snr_db / 20)
        return np.asarray((signal + noise) * rng.uniform(0.02, 0.2), dtype=np.float32)


@lru_cache(maxsize=24)
def _wet(seed: int, at_game_s: float, duration_s: float, corner_m: tuple[float, float]) -> Signal:
    """What arrives in a corner, loudness 1: each loud spot late by its distance, and echoing."""
    rng = np.random.default_rng([seed, round(at_game_s)])
    count = round((duration_s + 2 * _MARGIN_S) * RATE_HZ)
    size = 1 << (count + round(2 * RATE_HZ)).bit_length()
    spots_m = np.random.default_rng(seed).uniform((2, 1), (26, 14), (_LOUD_SPOTS, 2))
    arrived = np.zeros(size // 2 + 1, complex)
    for index, spot_m in enumerate(spots_m):
        echo = _echo(np.random.default_rng([seed, index, *map(round, corner_m)]), spot_m - corner_m)
        arrived += np.fft.rfft(_dry(rng, count), size) * np.fft.rfft(echo, size)
    wet = np.fft.irfft(arrived, size)[:count]
    return np.asarray(wet / np.sqrt(np.mean(wet**2)))


def _dry(rng: np.random.Generator, count: int) -> Signal:
    """A spot's sound: murmur, and bangs, squeaks and whistles about once a second."""
    dry = 0.02 * rng.standard_normal(count)
    for start in rng.integers(0, count - RATE_HZ, count // RATE_HZ):
        t = np.arange(round(rng.uniform(0.05, 0.4) * RATE_HZ)) / RATE_HZ
        tone, pitch_hz = rng.uniform(), rng.uniform(80, 3000)
        wave = tone * np.sin(2 * np.pi * pitch_hz * t) + (1 - tone) * rng.standard_normal(len(t))
        dry[start : start + len(t)] += rng.uniform(0.1, 1) * wave * np.exp(-t * rng.uniform(8, 40))
    return dry


def _echo(rng: np.random.Generator, way_m: Signal) -> Signal:
    distance_m = float(np.hypot(*way_m))
    first = round(distance_m / _SOUND_M_PER_S * RATE_HZ)
    t = np.arange(round(_ECHO_S * RATE_HZ)) / RATE_HZ
    echo = np.zeros(first + len(t))
    echo[first:] = 0.03 * rng.standard_normal(len(t)) * np.exp(-6.9 * t / _ECHO_S)
    echo[first] += 5 / max(distance_m, 1.0)
    return echo
