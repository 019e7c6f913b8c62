from __future__ import annotations

import pytest

from uball_assets.domain.footage.angles import Side
from uball_assets.domain.moments.least_score import LOWEST, USUAL, HeldOut, Tried, held_out, least_score
from uball_assets.domain.moments.peaks import Candidate


def film(found: list[float], false: list[float] | None = None, lost: int = 0) -> Tried:
    """Moments ten seconds apart, each with a candidate of that score; others in between; moments without."""
    moments = [10.0 * n for n in range(1, len(found) + lost + 1)]
    near = [Candidate(at + 0.3, Side.LEFT, score) for at, score in zip(moments, found, strict=False)]
    far = [Candidate(10.0 * n + 5, Side.LEFT, score) for n, score in enumerate(false or [], start=1)]
    return Tried(tuple(moments), tuple(sorted([*near, *far])))


@pytest.mark.parametrize(
    ("tried", "expected"),
    [
        ([], USUAL),
        ([film([], lost=3)], USUAL),
        ([film([0.9, 0.8, 0.4])], USUAL),
        ([film([0.9, 0.8]), film([0.03])], 0.03),
        ([film([0.9, 0.8, 0.04], lost=1)], 0.04),
        ([film([0.9, 0.9, 0.9, 0.05], [0.5, 0.4, 0.3, 0.2])], 0.3),
        ([film([0.9, 0.8, 0.7, 0.6], [0.5, 0.4, 0.3, 0.2])], 0.6),
        ([film([0.9] * 149 + [0.02])], USUAL),
    ],
    ids=[
        "one game tells nothing of others",
        "nothing found",
        "all that were found",
        "a play of another game was less likely",
        "what no look finds decides nothing",
        "unless that asks too much",
        "then no more than keeps them",
        "one of a hundred decides nothing",
    ],
)
def test_as_little_is_enough_as_keeps_the_plays(tried: list[Tried], expected: float) -> None:
    assert least_score(tried) == pytest.approx(expected)


def test_nothing_under_the_lowest_is_ever_asked() -> None:
    assert least_score([film([0.9, 0.001])]) >= LOWEST


def test_the_best_of_the_candidates_near_a_moment_finds_it() -> None:
    two = Tried((10.0,), (Candidate(9.5, Side.LEFT, 0.2), Candidate(10.9, Side.LEFT, 0.7)))
    assert two.found_at == [0.7]
    assert Tried((10.0,), (Candidate(11.1, Side.LEFT, 0.9),)).found_at == []


def test_what_came_of_it_is_counted() -> None:
    tried = [film([0.9, 0.8, 0.1], [0.5, 0.2], lost=1)]
    assert held_out(tried, 0.4) == HeldOut(moments=4, kept=2, candidates=3)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (HeldOut(100, 98, 150), True),
        (HeldOut(100, 97, 100), False),
        (HeldOut(100, 100, 151), False),
        (HeldOut(0, 0, 0), False),
    ],
    ids=["enough", "too few are kept", "too much is asked", "nothing is known"],
)
def test_one_camera_is_enough_where_it_is_known_to_be(found: HeldOut, expected: bool) -> None:
    assert found.is_enough is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (HeldOut(100, 98, 150), HeldOut(100, 97, 120), True),
        (HeldOut(100, 97, 120), HeldOut(100, 97, 150), True),
        (HeldOut(100, 97, 150), HeldOut(100, 97, 150), False),
        (HeldOut(50, 49, 60), HeldOut(100, 97, 120), True),
        (HeldOut(0, 0, 0), HeldOut(0, 0, 0), True),
    ],
    ids=["more kept", "fewer questions", "the same", "of fewer films a larger share", "nothing is known"],
)
def test_keeping_more_is_better_and_then_asking_less(one: HeldOut, other: HeldOut, expected: bool) -> None:
    assert one.is_better_than(other) is expected
