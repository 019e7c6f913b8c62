from __future__ import annotations

import pytest

from uball_assets.domain.footage.angles import Side
from uball_assets.domain.moments.keys import Named, named

L, R = Side.LEFT, Side.RIGHT


def keys(moments: list[tuple[Side, float]], before: list[Named] | None = None) -> list[str]:
    return [one.key for one in named(moments, before or [])]


def test_a_new_moment_is_named_by_side_and_second() -> None:
    assert keys([(L, 81.31), (R, 81.3), (L, 3605.0)]) == ["LEFT_00081", "RIGHT_00081", "LEFT_03605"]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ([(L, 81.31)], ["LEFT_00081"]),
        ([(L, 82.2)], ["LEFT_00081"]),
        ([(L, 80.4)], ["LEFT_00081"]),
        ([(L, 82.5)], ["LEFT_00082"]),
        ([(R, 81.31)], ["RIGHT_00081"]),
        ([(L, 80.6), (L, 81.4)], ["LEFT_00080", "LEFT_00081"]),
        ([(L, 82.4), (L, 81.9)], ["LEFT_00082", "LEFT_00081"]),
        ([], []),
    ],
    ids=[
        "the same moment",
        "a little later, in another second",
        "a little earlier",
        "another moment",
        "the other side",
        "of two the nearer has it",
        "in whatever order",
        "gone",
    ],
)
def test_a_better_look_does_not_rename_a_moment(now: list[tuple[Side, float]], expected: list[str]) -> None:
    assert keys(now, named([(L, 81.31)], [])) == expected


def test_a_name_is_given_once_even_where_its_moment_has_moved_away() -> None:
    before = [Named("LEFT_00082", L, 81.0)]
    assert keys([(L, 82.6)], before) == ["LEFT_00083"]


def test_what_was_named_keeps_the_moment_that_it_was_named_by() -> None:
    first = named([(L, 81.0)], [])
    second = named([(L, 81.8)], first)
    assert second == first
    assert keys([(L, 82.6)], second) == ["LEFT_00082"]
