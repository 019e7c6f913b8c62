from __future__ import annotations

import numpy as np
import pytest

from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.moments.sieve import quietest, share_of_usual, worth_looking

MINUTE = 300
"""Steps."""


def film(*minutes: float) -> np.ndarray:
    """Bytes a step, minute by minute."""
    return np.repeat(np.array(minutes, dtype=np.float32) * 1000, MINUTE)


@pytest.mark.parametrize(
    ("minutes", "quietest_play", "expected"),
    [
        ((5, 5, 0.1, 5, 5), 0.6, [Window(0, 123), Window(177, 300)]),
        ((5, 5, 5, 5, 0.1), 0.6, [Window(0, 243)]),
        ((5, 5, 2, 5, 5), 0.6, None),
        ((5, 5, 0.1, 5, 5), None, None),
        ((5, 5, 5, 5, 5), 0.9, None),
        ((0, 0, 0), 0.6, None),
    ],
    ids=[
        "a dark minute",
        "dark until the end",
        "half of what the quietest play had is not certain",
        "no play is known",
        "a constant rate",
        "no index",
    ],
)
def test_only_what_is_certainly_empty_is_not_looked_at(
    minutes: tuple[float, ...], quietest_play: float | None, expected: list[Window] | None
) -> None:
    found = worth_looking(film(*minutes), quietest_play)
    assert (found is None) == (expected is None)
    for window, wanted in zip(found or [], expected or [], strict=True):
        assert (window.start_s, window.end_s) == pytest.approx((wanted.start_s, wanted.end_s), abs=3.0)


def test_a_short_lull_is_looked_at() -> None:
    spent = film(5, 5, 5)
    spent[MINUTE : MINUTE + 100] = 1
    assert worth_looking(spent, 0.6) is None


def test_the_quietest_play_is_told_as_a_share_of_the_usual() -> None:
    assert quietest(film(5, 5, 2, 5, 5), [30.0, 150.0]) == pytest.approx(0.4, abs=0.01)
    assert quietest(film(5, 5), []) is None
    assert quietest(film(0, 0), [30.0]) is None
    assert share_of_usual(film(0, 0)) is None
