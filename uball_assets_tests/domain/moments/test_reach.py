from __future__ import annotations

from collections.abc import Sequence

import pytest

from uball_assets.domain.footage.angles import Side
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.moments.reach import Reach, reach_of
from uball_assets.domain.plays.plays import Play
from uball_assets_tests.domain.samples import a_play

FILM = Window(0.0, 1000.0)
REACH = Reach((2.0, 3.0), (1.0, 1.5), 4.0)


def plays(
    moments: Sequence[float], before_s: float = 3.0, after_s: float = 1.0, **changed: object
) -> list[Play]:
    return [
        a_play(timestamp_game_s=at, window=Window(at - before_s, at + after_s), **changed) for at in moments
    ]


def test_a_league_of_equal_plays_reaches_as_far_as_each_of_them() -> None:
    assert reach_of(plays([10.0, 30.0, 36.0])) == Reach((3.0, 3.0), (1.0, 1.0), 6.14)


def test_five_plays_of_a_hundred_decide_nothing() -> None:
    usual = plays([20.0 * n for n in range(1, 97)])
    reach = reach_of([*usual, *plays([5000.0, 5200.0, 5400.0], before_s=90.0)])
    assert reach is not None
    assert reach.before_s == (3.0, 3.0)


@pytest.mark.parametrize(
    ("others", "closest_s"),
    [
        (plays([14.0]), 4.0),
        (plays([11.0], side=Side.RIGHT) + plays([30.0]), 20.0),
        (plays([11.0], game_id="g2") + plays([30.0]), 20.0),
    ],
    ids=["one side", "both halves may act at once", "games are no neighbours"],
)
def test_gaps_are_those_of_one_side_of_one_game(others: list[Play], closest_s: float) -> None:
    reach = reach_of([*plays([10.0]), *others])
    assert reach is not None
    assert (reach.closest_s, reach.apart_s) == (closest_s, closest_s / 2)


@pytest.mark.parametrize(
    "some",
    [[], plays([10.0]), [a_play(timestamp_game_s=None), *plays([10.0])]],
    ids=["none", "one", "untimed"],
)
def test_without_two_moments_nothing_is_known(some: list[Play]) -> None:
    assert reach_of(some) is None


@pytest.mark.parametrize(
    ("neighbours", "expected"),
    [
        ([], (97.0, 101.5)),
        ([100.0, 110.0, 90.0], (97.0, 101.5)),
        ([95.0, 102.5], (97.5, 101.25)),
        ([98.0, 101.0], (98.0, 101.0)),
    ],
    ids=["alone", "far neighbours", "half of the way to a near one", "but as far as a short play"],
)
def test_a_window_holds_a_play_and_as_little_as_may_be_of_the_next(
    neighbours: list[float], expected: tuple[float, float]
) -> None:
    assert REACH.around(100.0, neighbours, FILM) == Window(*expected)


def test_a_window_ends_where_the_film_does() -> None:
    assert REACH.around(1.0, [], FILM) == Window(0.0, 2.5)
    assert REACH.around(999.5, [], FILM) == Window(996.5, 1000.0)
