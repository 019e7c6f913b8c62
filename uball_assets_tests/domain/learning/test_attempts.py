"""Counting attempts: every one that was ever launched counts, and no number is used twice."""

from __future__ import annotations

import pytest

from uball_assets.domain.learning.attempts import Asked, Attempt, Tried, tried

FIRST, SECOND, THIRD = (Asked(f"k{number}", number, 100.0 * number) for number in (1, 2, 3))
FAILED, SUCCEEDED = Attempt(150.0, "failed"), Attempt(250.0, "succeeded")


@pytest.mark.parametrize(
    ("asked", "outcomes", "open_runs", "expected"),
    [
        ([], {}, (), Tried((), 1)),
        ([FIRST], {}, (), Tried((), 1)),
        ([FIRST], {}, ("k1",), Tried((), 2)),
        ([FIRST], {"k1": FAILED}, (), Tried((FAILED,), 2)),
        ([FIRST, SECOND], {"k1": FAILED}, (), Tried((FAILED,), 2)),
        ([FIRST, SECOND], {"k2": SUCCEEDED}, (), Tried((Attempt(100.0, "lost"), SUCCEEDED), 3)),
        ([FIRST, SECOND], {}, (), Tried((Attempt(100.0, "lost"),), 2)),
        ([FIRST, THIRD], {"k1": FAILED, "k3": FAILED}, (), Tried((FAILED, FAILED), 4)),
    ],
    ids=[
        "none",
        "never launched",
        "going",
        "ended",
        "the second never launched",
        "the first deleted",
        "the first deleted, the second never launched",
        "a number left out",
    ],
)
def test_attempts_are_counted_on_the_record(
    asked: list[Asked], outcomes: dict[str, Attempt], open_runs: tuple[str, ...], expected: Tried
) -> None:
    assert tried(asked, outcomes, open_runs) == expected
