"""Calibration: bins counted by hand, and what chance alone explains."""

from __future__ import annotations

import pytest

from uball_assets.domain.answers.calibration import Bin, calibrate


def plays(confidence: float, right: int, wrong: int) -> list[tuple[float, bool]]:
    return [(confidence, True)] * right + [(confidence, False)] * wrong


def test_plays_are_binned_by_how_sure_the_model_was() -> None:
    found = calibrate([*plays(0.55, 1, 1), *plays(0.95, 3, 1), *plays(1.0, 1, 0)])
    assert [(each.low, each.play_count, each.right_count) for each in found.bins] == [
        (0.5, 2, 1),
        (0.9, 5, 4),
    ]
    assert found.bins[0] == Bin(0.5, 0.6, 2, 0.55, 1)
    assert found.error_points == pytest.approx(100 * (2 * 0.05 + 5 * 0.16) / 7)


@pytest.mark.parametrize(
    ("told", "is_beyond"),
    [
        (plays(0.95, 93, 7), False),
        (plays(0.95, 70, 30), True),
        (plays(0.45, 90, 10), True),
        (plays(0.95, 6, 4), False),
        ([*plays(0.95, 80, 20), *plays(0.55, 80, 20)], True),
        ([], False),
    ],
    ids=["as sure as right", "too sure", "too unsure", "too few plays", "two gaps that even out", "no plays"],
)
def test_a_gap_counts_only_where_chance_does_not_explain_it(
    told: list[tuple[float, bool]], is_beyond: bool
) -> None:
    assert (calibrate(told).p_beyond(5.0) <= 0.05) is is_beyond
