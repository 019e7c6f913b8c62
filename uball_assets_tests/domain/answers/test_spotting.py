"""Spotting: a case worked by SoccerNet's own package (0.2.0), and where ours is meant to differ."""

from __future__ import annotations

import pytest

from uball_assets.domain.answers.spotting import LabelSpotting, Spot, Spotting, average_precision, spotting

TRUE = [
    Spot("3PT_MAKE", 10.0),
    Spot("3PT_MAKE", 20.0),
    Spot("4PT_MAKE", 30.0),
    Spot("4PT_MAKE", 40.0),
    Spot("REBOUND", 12.0),
]
TOLD = [
    Spot("3PT_MAKE", 10.5, 0.9),
    Spot("3PT_MAKE", 22.0, 0.8),
    Spot("3PT_MAKE", 30.0, 0.7),
    Spot("4PT_MAKE", 41.5, 0.6),
    Spot("4PT_MAKE", 50.0, 0.95),
    Spot("REBOUND", 12.0, 0.5),
    Spot("REBOUND", 12.5, 0.4),
]


def spots(*times_s: float, confidence: float = 1.0, stream: str = "") -> list[Spot]:
    return [Spot("FOUL", time_s, confidence, stream) for time_s in times_s]


@pytest.mark.parametrize(
    ("delta_s", "mean_ap"), [(1, 0.515152), (2, 0.515152), (3, 0.606061), (4, 0.757576), (5, 0.757576)]
)
def test_the_package_says_the_same_at_each_tight_delta(delta_s: int, mean_ap: float) -> None:
    assert spotting(TRUE, TOLD).at[delta_s] == pytest.approx(mean_ap, abs=5e-7)


def test_the_package_says_the_same_on_the_average() -> None:
    found = spotting(TRUE, TOLD)
    assert (found.tight, found.loose) == pytest.approx((0.628788, 0.931129), abs=5e-7)


@pytest.mark.parametrize(
    ("label", "tight", "loose"),
    [("3PT_MAKE", 0.715909, 1.0), ("4PT_MAKE", 0.170455, 0.793388), ("REBOUND", 1.0, 1.0)],
)
def test_the_package_says_the_same_of_each_label(label: str, tight: float, loose: float) -> None:
    found = spotting(TRUE, TOLD).labels[label]
    assert (found.tight, found.loose) == pytest.approx((tight, loose), abs=5e-7)


@pytest.mark.parametrize(
    ("true", "told", "delta_s", "expected"),
    [
        pytest.param([10.0], [10.5], 1, 1.0, id="a delta is the whole width: half of it to each side"),
        pytest.param([10.0], [10.501], 1, 0.0, id="a millisecond past it"),
        pytest.param([12.3], [11.8], 1, 1.0, id="and no rounding error past it"),
        pytest.param([10.0], [], 60, 0.0, id="nothing told"),
        pytest.param([], [10.0], 60, 0.0, id="nothing happened"),
        pytest.param([7300.0, 7500.0], [7300.0, 7500.0], 1, 1.0, id="after two hours too"),
        pytest.param([10.0, 10.2], [10.0, 10.2], 1, 1.0, id="two in half a second are two"),
    ],
)
def test_precision_on_cases_of_one_or_two(
    true: list[float], told: list[float], delta_s: float, expected: float
) -> None:
    assert average_precision(spots(*true), spots(*told), delta_s) == expected


def test_pairs_are_taken_in_order_of_time_as_the_package_does_though_a_better_pairing_exists() -> None:
    told = [*spots(10.5, confidence=0.9), *spots(9.5, confidence=0.8)]
    assert average_precision(spots(10.0, 11.0), told, 2) == pytest.approx(6 / 11)


def test_spots_of_two_streams_never_pair() -> None:
    assert average_precision(spots(10.0, stream="g1"), spots(10.0, stream="g2"), 60) == 0.0


def test_a_label_that_never_happened_is_left_out() -> None:
    found = spotting(spots(10.0), [*spots(10.0), Spot("BLOCK", 50.0)])
    assert found.labels == {"FOUL": LabelSpotting(1.0, 1.0)}
    assert (found.tight, found.loose) == (1.0, 1.0)


def test_where_nothing_happened_nothing_is_measured() -> None:
    assert spotting([], TOLD) == Spotting(None, None, {}, {})
