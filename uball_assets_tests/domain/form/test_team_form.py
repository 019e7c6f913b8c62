"""A team's form and the schedule around a game, on facts written by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from uball_assets.domain.league.fixtures import Fixture, Phase, Status
from uball_assets.domain.league.lines import Counts
from uball_assets_tests.domain.form.by_hand import Fact, book, day, line, played, team_line, to_come

ONE_WIN = played(0, "A", "B", (100, 90))


def told(name: str, *facts: Fact, on: float = 2, season: str = "2026") -> float | None:
    """Of A at home to B."""
    return book(*facts).game(to_come(on, "A", "B", season=season))[name]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("home_games", 1, id="games are counted as they are"),
        pytest.param("home_win_share", (1 + 1) / 3, id="a win and two mean games, half won"),
        pytest.param("home_win_share_at_home", (1 + 2) / 3, id="all home games of the league were won"),
        pytest.param("home_win_share_away", None, id="it never played away"),
        pytest.param("home_points_for", (100 + 2 * 95) / 3, id="the league's mean is 95"),
        pytest.param("home_points_against", (90 + 2 * 95) / 3, id="allowed"),
        pytest.param("points_for_difference", 10 / 3, id="home less away"),
        pytest.param("win_share_here_difference", 1.0 - 0.0, id="at home against away"),
        pytest.param("home_points_for_7_days", 100, id="a window is a plain mean"),
        pytest.param("home_win_share_last_5", 1, id="of the games there are"),
        pytest.param("home_net_rating", None, id="possessions are not known"),
        pytest.param("head_to_head_games", 1, id="they met"),
        pytest.param("head_to_head_win_share", (1 + 1) / 3, id="two even games added"),
        pytest.param("head_to_head_margin", 10, id="points"),
    ],
)
def test_after_one_game(name: str, expected: float | None) -> None:
    assert told(name, ONE_WIN) == (None if expected is None else pytest.approx(expected))


def test_ratings_are_points_for_100_possessions() -> None:
    counts = Counts(twos_made=40, twos_missed=40, offensive_rebounds=10, turnovers=10)
    facts = (ONE_WIN, team_line(0, "A", "B", counts), team_line(0, "A", "B", counts, of="B"))
    assert told("home_pace", *facts) == pytest.approx(80)
    assert told("home_net_rating_7_days", *facts) == pytest.approx(100 * 10 / 80)
    assert told("home_offensive_rating", *facts) == pytest.approx(100 * (100 + 2 * 95) / 240)


def test_a_team_without_a_line_of_its_own_is_the_sum_of_its_players() -> None:
    halves = Counts(twos_missed=20, turnovers=20)
    facts = (
        ONE_WIN,
        line(0, "A", "B", "a1", halves),
        line(0, "A", "B", "a2", halves),
        team_line(0, "A", "B", Counts(turnovers=80), of="B"),
    )
    assert told("home_pace", *facts) == pytest.approx(80)


def test_windows_go_back_from_the_moment_asked() -> None:
    facts = (played(0, "A", "C", (100, 90)), played(20, "A", "C", (80, 90)))
    assert told("home_points_for_30_days", *facts, on=25) == 90
    assert told("home_points_for_7_days", *facts, on=25) == 80
    assert told("home_points_for_7_days", *facts, on=28) is None
    game = to_come(28, "A", "B")
    assert book(*facts).game(game, day(26))["home_points_for_7_days"] == 80


def test_last_season_counts_as_six_games_and_older_ones_not_at_all() -> None:
    last = [played(n, "A", "B", (100, 90), season="2025") for n in range(12)]
    older = played(-300, "A", "B", (0, 90), season="2024")
    lost = played(200, "A", "B", (80, 90))
    assert told("home_win_share", *last, on=199) == pytest.approx((6 + 1) / 8)
    assert told("home_win_share", older, *last, lost, on=202) == pytest.approx((6 + 1) / 9)
    assert told("home_games", *last, lost, on=202) == 1
    assert told("home_win_share", *last, on=600) is None


@pytest.mark.parametrize(
    "other",
    [
        replace(ONE_WIN, phase=Phase.PRE_SEASON),
        replace(ONE_WIN, phase=Phase.ALL_STAR),
        replace(ONE_WIN, status=Status.CANCELLED),
        replace(ONE_WIN, status=Status.POSTPONED),
        replace(ONE_WIN, home_points=None),
    ],
    ids=["pre-season", "all-star", "cancelled", "postponed", "without a score"],
)
def test_what_is_no_game_that_counts_tells_nothing(other: Fixture) -> None:
    assert told("home_games", other) == 0
    assert told("home_elo_medium", other) is None
    assert told("home_win_share", other) is None


def test_playoffs_count() -> None:
    assert told("home_games", replace(ONE_WIN, phase=Phase.PLAYOFFS)) == 1


@pytest.mark.parametrize(
    ("facts", "rest_days", "back_to_back", "in_7_days"),
    [
        pytest.param([], None, None, None, id="no game before"),
        pytest.param([to_come(9, "A", "C")], 1, 1, 1, id="one that is only scheduled"),
        pytest.param([played(8, "C", "A", (1, 2))], 2, 0, 1, id="away, two days before"),
        pytest.param(
            [played(0, "A", "C", (1, 2)), to_come(20, "A", "C")], 10, 0, 0, id="long ago, and later"
        ),
        pytest.param(
            [played(5, "A", "C", (1, 2)), to_come(9, "A", "C", status=Status.POSTPONED)],
            5,
            0,
            1,
            id="postponed",
        ),
        pytest.param([to_come(9, "A", "C", known=10.5)], None, None, None, id="nobody knew"),
    ],
)
def test_rest_before_a_game(
    facts: list[Fact], rest_days: float | None, back_to_back: float | None, in_7_days: float | None
) -> None:
    assert told("home_rest_days", *facts, on=10) == rest_days
    assert told("home_back_to_back", *facts, on=10) == back_to_back
    assert told("home_games_in_7_days", *facts, on=10) == in_7_days
