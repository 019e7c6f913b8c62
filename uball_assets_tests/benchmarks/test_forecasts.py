"""The share of the reachable gain, and who is asked about which games."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.forecasts.shares import gain_share

BEST = np.array([0.7, 0.3, 0.6, 0.5])
LEAGUES = [1, 1, 2, 2]
RATE = 0.5


def test_the_best_forecast_takes_all_of_the_gain_and_the_base_rate_nothing() -> None:
    assert gain_share(BEST, BEST, LEAGUES, RATE).value == pytest.approx(1.0)
    assert gain_share(BEST, np.full(4, RATE), LEAGUES, RATE).value == pytest.approx(0.0)


def test_half_way_takes_three_quarters_and_the_wrong_way_less_than_nothing() -> None:
    half = gain_share(BEST, (BEST + RATE) / 2, LEAGUES, RATE)
    assert half.value == pytest.approx(0.75, abs=0.02)
    assert half.low <= half.value <= half.high
    assert gain_share(BEST, 1 - BEST, LEAGUES, RATE).value < 0
