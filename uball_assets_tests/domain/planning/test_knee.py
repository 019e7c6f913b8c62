"""Where the queue begins to tell: the goal, twice as long as alone, and how many machines it takes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from uball_assets.domain.errors import Permanent
from uball_assets.domain.planning.assumptions import believed, costs_at
from uball_assets.domain.planning.fleet import alone_s
from uball_assets.domain.planning.knee import fewest_machines, knee_of, past
from uball_assets.domain.planning.league import Film, Machines, Ways, assert_possible
from uball_assets.domain.planning.ranges import Case
from uball_assets.domain.planning.season import coming, play
from uball_assets.domain.planning.work import Game, fed_cores
from uball_assets_tests.domain.planning.leagues import LOCAL, VERTEX, league, region

LIKELY = costs_at(believed(LOCAL), Case.LIKELY)


def test_the_same_seed_is_the_same_season_and_another_is_not() -> None:
    asked = league(region(5, 20))
    one, same = (play(coming(asked, asked.regions[0], LIKELY), 1) for _ in range(2))
    other = play(coming(replace(asked, seed=8), asked.regions[0], LIKELY), 1)
    assert one == same
    assert one.lags != other.lags


def test_a_lone_game_takes_its_upload_its_discovery_and_its_run() -> None:
    """Reckoned by hand: 24 GB at 100 Mbit/s, one to two looks, and the run's core seconds over its cores."""
    asked = league(region(1, 1))
    season = play(coming(asked, asked.regions[0], LIKELY), 1)
    for way in season.ways:
        assert way.uploaded_s - way.whistle_s == pytest.approx(24 * 8000 / 100, rel=0.11)
        assert 30 <= way.asked_s - way.uploaded_s <= 63
        assert way.annotated_s - way.started_s == pytest.approx(way.alone_s)
    run = Game(LIKELY, asked.film, LOCAL).first_run(Machines(4), 0.0)
    assert season.p95_h_of("run") * 3600 == pytest.approx(alone_s(run, 4), rel=0.3)


def test_more_games_take_longer_and_more_machines_less() -> None:
    def p95_h(games: int, machines: int) -> float:
        asked = league(region(games // 4, games, cores=1))
        return play(coming(asked, asked.regions[0], LIKELY), machines).lags.p95_h

    assert p95_h(20, 1) < p95_h(40, 1) < p95_h(80, 1)
    assert p95_h(80, 1) > p95_h(80, 2) > p95_h(80, 4)


@pytest.mark.parametrize("cores", [1, 2])
def test_the_knee_is_kept_where_it_is_told_and_passed_a_little_further(cores: int) -> None:
    asked = league(region(10, 40, cores=cores))
    knee = knee_of(asked, asked.regions[0], LIKELY, 1)
    assert knee
    assert "alone" in knee.because or "the goal" in knee.because

    def at(games: int) -> str:
        grown = region(-(-games // 4), games, cores=cores)
        return past(play(coming(league(grown), grown, LIKELY), 1), asked.goal_h)

    assert not at(knee.games_a_week)
    assert at(round(1.25 * knee.games_a_week))


def test_a_tighter_goal_is_a_nearer_knee() -> None:
    near, far = (league(region(5, 20, cores=1), goal_h=goal_h) for goal_h in (2.0, 24.0))
    knees = [knee_of(asked, asked.regions[0], LIKELY, 1) for asked in (near, far)]
    assert knees[0]
    assert knees[1]
    assert knees[0].games_a_week < knees[1].games_a_week
    assert "the goal is 2 h" in knees[0].because


def test_the_fewest_machines_keep_both_bounds_and_one_fewer_does_not() -> None:
    asked = league(region(50, 200, cores=1))
    come = coming(asked, asked.regions[0], LIKELY)
    fewest = fewest_machines(asked, come)
    assert fewest
    assert fewest > 1
    assert not past(play(come, fewest), asked.goal_h)
    assert past(play(come, fewest - 1), asked.goal_h)
    assert (fewest_machines(asked, come, goal_alone=True) or 0) < fewest


def test_no_number_of_machines_makes_a_slow_line_fast() -> None:
    slow = replace(region(1, 4), court_line_mbit=1.0)
    asked = league(slow)
    assert fewest_machines(asked, coming(asked, slow, LIKELY)) is None
    assert knee_of(asked, slow, LIKELY, 100) is None


def test_runs_that_wait_for_a_batch_are_held_up_by_places_not_by_cores() -> None:
    batch = replace(VERTEX, annotate_by="batch")
    costs = costs_at(believed(batch), Case.LIKELY)

    def lag_h(places: int) -> float:
        asked = league(region(40, 160, runs_at_once=places), ways=batch)
        return play(coming(asked, asked.regions[0], costs), 1).lags.p95_h

    assert lag_h(4) > 2 * lag_h(40)


def test_a_machine_whose_line_feeds_few_cores_has_only_those() -> None:
    fast, slow = Machines(16), Machines(16, line_mbit=100.0)
    assert fed_cores(fast, LIKELY, Film(2.0)) == pytest.approx(1000 / (3.0 * 8000 / 340), rel=0.01)
    assert fed_cores(slow, LIKELY, Film(2.0)) == pytest.approx(100 / (3.0 * 8000 / 340), rel=0.01)


@pytest.mark.parametrize(
    ("courts", "games", "said"),
    [(0, 4, "a court and a game"), (1, 0, "a court and a game"), (1, 21, "hold 20"), (2, 41, "do not fit")],
)
def test_what_cannot_be_played_is_not_planned(courts: int, games: int, said: str) -> None:
    with pytest.raises(Permanent, match=said):
        assert_possible(league(region(courts, games)))


@pytest.mark.parametrize("ways", [LOCAL, VERTEX], ids=["here", "vertex"])
def test_every_assumption_is_in_order_named_and_has_a_source(ways: Ways) -> None:
    for name, one in believed(ways).items():
        assert name == one.name
        assert 0 <= one.value.low <= one.value.likely <= one.value.high
        assert one.what
        assert one.source
