"""How far apart two recordings are: found to a few milliseconds, and not claimed where nothing fits."""

from __future__ import annotations

import numpy as np
import pytest

from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.cross_correlation import RATE_HZ, Samples, best_fit, is_silent, loudness
from uball_assets_tests.halls import Hall


def noise(seed: int, seconds: float, loud: float = 0.1) -> Samples:
    count = round(seconds * RATE_HZ)
    return (loud * np.random.default_rng(seed).standard_normal(count)).astype(np.float32)


@pytest.fixture(scope="module")
def recorded() -> Samples:
    return Hall(seed=1).heard(0.0, 30.0)[Angle.FAR_LEFT].samples


@pytest.mark.parametrize("shift_s", [0.0, 0.005, -0.0213, 1.0, -4.4321, 4.99])
def test_a_shift_is_found_finer_than_a_frame(recorded: Samples, shift_s: float) -> None:
    start, count = round(10 * RATE_HZ), round(20 * RATE_HZ) - round(10 * RATE_HZ)
    first = recorded[start : start + count]
    begin = start - round(shift_s * RATE_HZ)
    fit = best_fit(loudness(first), loudness(recorded[begin : begin + count]))
    assert fit is not None
    assert fit.lag_s == pytest.approx(shift_s, abs=0.004)
    assert fit.confidence > 0.5


def test_gain_and_a_steady_hum_change_nothing(recorded: Samples) -> None:
    t = np.arange(len(recorded)) / RATE_HZ
    humming = (3 * recorded + 0.1 * np.sin(2 * np.pi * 100 * t)).astype(np.float32)
    fit = best_fit(loudness(recorded), loudness(humming))
    assert fit is not None
    assert abs(fit.lag_s) < 0.004


def test_a_steady_dribble_is_not_mistaken_by_a_beat() -> None:
    """Every 0.6 s the same bounce; only the murmur of the hall tells one from the next."""
    t = np.arange(round(20 * RATE_HZ)) / RATE_HZ
    dribble = 0.3 * np.sin(2 * np.pi * 110 * (t % 0.6)) * np.exp(-40 * (t % 0.6))
    hall = dribble + noise(1, 20, 0.02)
    first, second = ((hall + noise(own, 20, 0.012)).astype(np.float32) for own in (2, 3))
    fit = best_fit(loudness(first), loudness(second))
    assert fit is not None
    assert abs(fit.lag_s) < 0.01
    assert fit.confidence > 0.3


def test_unrelated_sound_hardly_ever_seems_to_fit() -> None:
    sounds = [loudness(noise(seed, 20)) for seed in range(12)]
    fits = [best_fit(first, second) for i, first in enumerate(sounds) for second in sounds[:i]]
    assert sum(fit is not None and fit.confidence >= 0.3 for fit in fits) == 0


@pytest.mark.parametrize("samples", [np.zeros(80_000, np.float32), np.full(80_000, 0.5, np.float32)])
def test_where_nothing_stirs_there_is_nothing_to_compare(samples: Samples) -> None:
    assert best_fit(loudness(samples), loudness(samples)) is None


@pytest.mark.parametrize(
    ("samples", "silent"),
    [(noise(1, 1), False), (noise(1, 1, 1e-5), True), (np.zeros(0, np.float32), True)],
    ids=["noise", "a dead input", "nothing"],
)
def test_silence_is_below_any_microphones_own_noise(samples: Samples, *, silent: bool) -> None:
    assert is_silent(samples) is silent
