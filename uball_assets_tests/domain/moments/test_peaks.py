from __future__ import annotations

import numpy as np
import pytest

from uball_assets.domain.footage.angles import Side
from uball_assets.domain.moments.peaks import Candidate, peaks

TIMES = np.arange(12.0)


@pytest.mark.parametrize(
    ("likely", "apart_s", "expected"),
    [
        ([0, 0, 0.9, 0, 0, 0, 0.8, 0, 0, 0, 0, 0], 2.0, [(2, 0.9), (6, 0.8)]),
        ([0, 0, 0.9, 0.5, 0.8, 0, 0, 0, 0, 0, 0, 0], 3.0, [(2, 0.9)]),
        ([0, 0, 0.8, 0.5, 0.9, 0, 0, 0, 0, 0, 0, 0], 3.0, [(4, 0.9)]),
        ([0, 0, 0.9, 0.5, 0.8, 0, 0, 0, 0, 0, 0, 0], 2.0, [(2, 0.9), (4, 0.8)]),
        ([0, 0, 0.9, 0, 0.9, 0, 0, 0, 0, 0, 0, 0], 3.0, [(2, 0.9)]),
        ([0, 0, 0.05, 0, 0, 0, 0, 0, 0, 0, 0, 0], 2.0, []),
        ([0, 0.7, 0.7, 0.7, 0, 0, 0, 0, 0, 0, 0, 0], 2.0, [(1, 0.7)]),
        ([0.6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.7], 2.0, [(0, 0.6), (11, 0.7)]),
        ([0.0] * 12, 2.0, []),
    ],
    ids=[
        "two plays",
        "too close, the higher one stays",
        "whichever comes first",
        "just far enough apart",
        "of equals the first",
        "not likely enough",
        "a plateau is one",
        "at the film's ends",
        "nothing",
    ],
)
def test_a_peak_is_a_candidate_unless_a_higher_one_is_near(
    likely: list[float], apart_s: float, expected: list[tuple[float, float]]
) -> None:
    found = peaks(Side.LEFT, TIMES, np.array(likely), 0.1, apart_s)
    assert found == [Candidate(time, Side.LEFT, score) for time, score in expected]


def test_a_film_without_a_step_has_no_candidate() -> None:
    assert peaks(Side.LEFT, np.array([]), np.array([]), 0.1, 2.0) == []
