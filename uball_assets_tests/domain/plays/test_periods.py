"""Times that begin again with each period."""

from __future__ import annotations

import pytest

from uball_assets.domain.plays.periods import begins_again, period_in, start_of


@pytest.mark.parametrize(
    ("plays", "again"),
    [
        ([("1", 31.0), ("1", 310.0), ("2", 31.0), ("2", 312.0)], ("1", "2")),
        ([("2", 31.0), ("1", 31.0), ("1", 310.0), ("2", 312.0)], ("1", "2")),
        ([("q1", 5.0), ("q1", 500.0), ("q2", 505.0), ("q2", 900.0), ("ot", 10.0)], ("q2", "ot")),
        ([("1", 31.0), ("1", 310.0), ("2", 1531.0), ("2", 1812.0)], None),
        ([("1", 31.0), ("1", 310.0), ("1", 1600.0), ("2", 1531.0), ("2", 1812.0)], None),
        (
            [("1", float(start)) for start in range(0, 900, 9)]
            + [("2", 5.0)]
            + [("2", 1e3 + n) for n in range(9)],
            None,
        ),
        ([("1", 31.0)], None),
        ([], None),
    ],
    ids=[
        "again",
        "any order",
        "overtime",
        "run on",
        "a slip in the first",
        "a slip in the second",
        "one",
        "none",
    ],
)
def test_times_that_go_back_into_the_period_before_are_told(
    plays: list[tuple[str, float]], again: tuple[str, str] | None
) -> None:
    assert begins_again(plays) == again


@pytest.mark.parametrize(
    ("cell", "period"), [("1", "1"), (1, "1"), ("1.0", "1"), (" Q1 ", "q1"), ("N/A", None), (None, None)]
)
def test_a_period_is_spelled_one_way(cell: object, period: str | None) -> None:
    assert period_in(cell) == period


def test_a_period_without_a_start_is_named() -> None:
    assert start_of("2", {"1": 0.0, "2": 1875.0}) == 1875.0
    with pytest.raises(ValueError, match="period 3 has no start: add --period-start 3=TIME"):
        start_of("3", {"1": 0.0})
    with pytest.raises(ValueError, match="no period"):
        start_of(None, {"1": 0.0})
