"""A score sheet whose players add up: the rule."""

from __future__ import annotations

import pytest

from uball_assets.domain.forecasting.sheet import share_of


def test_points_by_chances_are_the_teams() -> None:
    points, chances = (20.0, 16.0, 12.0, 10.0, 8.0, 6.0), (1.0, 1.0, 1.0, 1.0, 0.9, 0.3)
    share = share_of(points, chances, 80.0)
    assert share is not None
    assert share.team_points == 80.0
    told = [share.factor * one for one in points]
    assert sum(one * chance for one, chance in zip(told, chances, strict=True)) == pytest.approx(80.0)


@pytest.mark.parametrize(
    "chances",
    [
        pytest.param((1.0, 1.0, 1.0, 1.0, 1.0, None), id="nobody can tell of one"),
        pytest.param((1.0, 1.0, 1.0, 1.0, 0.5, 0.4), id="four and a bit are no team"),
        pytest.param((), id="nobody is known"),
    ],
)
def test_players_who_are_not_the_whole_team_are_left_as_they_are(chances: tuple[float | None, ...]) -> None:
    assert share_of([10.0] * len(chances), chances, 80.0) is None
