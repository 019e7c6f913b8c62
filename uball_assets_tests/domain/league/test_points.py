"""Lines are held against the official score; where two sources tell another one, both are said."""

from __future__ import annotations

from typing import Any

import pytest

from uball_assets.domain.league.fixtures import Status
from uball_assets.domain.league.lines import Counts, TeamLine
from uball_assets.domain.league.points import NOTHING_OFFICIAL, check_points
from uball_assets_tests.domain.league.facts_samples import TIP_OFF, a_fixture


def lines(home: int, away: int, source: str = "plays") -> list[TeamLine]:
    return [
        TeamLine("g1", TIP_OFF, team, other, at_home, Counts(free_throws_made=points), source, TIP_OFF)
        for team, other, at_home, points in (
            ("t-herons", "t-larks", True, home),
            ("t-larks", "t-herons", False, away),
        )
    ]


@pytest.mark.parametrize(
    ("counted", "in_games", "in_schedule", "adds_up", "says"),
    [
        ((61, 58), (61, 58), (61, 58), True, "adds up to 61:58"),
        ((61, 58), None, (61, 58), True, "adds up to 61:58"),
        ((60, 58), None, (61, 58), False, "t-herons has 60 by plays, 61 officially: 1 point too few"),
        ((61, 60), (61, 58), (61, 58), False, "t-larks has 60 by plays, 58 officially: 2 points too many"),
        (
            (61, 58),
            (61, 58),
            (61, 57),
            False,
            (
                "the games table says 61:58, the schedule 61:57: the first is held to until one of them is "
                "corrected"
            ),
        ),
        ((61, 58), None, (None, None), True, NOTHING_OFFICIAL),
    ],
)
def test_points_against_the_official_score(
    counted: Any, in_games: Any, in_schedule: Any, adds_up: bool, says: str
) -> None:
    fixture = a_fixture(home_points=in_schedule[0], away_points=in_schedule[1], status=Status.FINAL)
    found = check_points(fixture, lines(*counted), in_games)
    assert (found.adds_up, found.says) == (adds_up, says)


def test_points_of_plays_without_a_team_may_be_what_is_missing() -> None:
    says = check_points(a_fixture(home_points=3, away_points=0), lines(1, 0), None, 2).says
    assert says.endswith("2 points too few (2 more are of plays whose player names no team)")


def test_a_game_without_lines_has_nothing_to_add_up() -> None:
    found = check_points(a_fixture(), [], None)
    assert (found.adds_up, found.says) == (True, "it has no lines of both teams to add up")
