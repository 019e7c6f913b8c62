"""What runs say together: shares, durations, and the goals."""

from __future__ import annotations

from typing import Any

import pytest

from uball_assets.domain.run_figures import (
    Goals,
    Outcome,
    RunFigures,
    Spread,
    StartedBy,
    lags_s,
    late,
    quantile,
    run_report,
    spread,
)

HOUR_S, WEEK_S = 3600.0, 7 * 86_400.0
S, R, F, K = Outcome.SUCCEEDED, Outcome.REFUSED, Outcome.FAILED, Outcome.KILLED


def a_run(number: int, outcome: Outcome = S, game_id: str = "g1", **changed: Any) -> RunFigures:
    """One a day, asked for at its first second, an hour and `number` minutes long."""
    asked_s = (number - 1) * 86_400.0
    given = {
        "run_id": f"r{number}",
        "job": "game_job",
        "game_id": game_id,
        "outcome": outcome,
        "started_by": StartedBy.SENSOR,
        "launch": f"r{number}",
        "attempt": 1,
        "asked_at_s": asked_s,
        "started_at_s": asked_s,
        "ended_at_s": asked_s + HOUR_S + number * 60.0,
        "peak_memory_mb": 100.0 * number,
        "steps_s": {"plays": 1.0 * number},
    }
    return RunFigures(**{**given, **changed})


def against(runs: list[RunFigures], grades: list[str] | None = None, decisions: int = 0) -> dict[str, Any]:
    found = run_report(runs, grades or [], decisions, 0.0, WEEK_S, Goals())
    return {one.name: (one.value, one.met) for one in found.against}


def test_an_entry_gives_the_same_figures_again() -> None:
    run = a_run(1, F, failed_steps=["plays"])
    assert RunFigures.from_dict({**run.to_dict(), "number": 7, "key": "r1", "recorded_at": "now"}) == run


@pytest.mark.parametrize(
    ("share", "value"),
    [(0.5, 2.0), (0.51, 3.0), (0.95, 4.0), (0.0, 1.0)],
    ids=["half", "more", "most", "least"],
)
def test_a_quantile_is_the_least_value_that_so_many_do_not_exceed(share: float, value: float) -> None:
    assert quantile([1.0, 2.0, 3.0, 4.0], share) == value
    assert quantile([], share) == 0.0


def test_a_spread_is_of_all_durations() -> None:
    assert spread(float(second) for second in range(100, 0, -1)) == Spread(100, 50.0, 95.0, 99.0)


def test_days_jobs_and_steps_are_told_apart() -> None:
    found = run_report([a_run(2), a_run(1, K), a_run(1, job="retrain_job")], [], 0, 0.0, WEEK_S, Goals())
    assert [(day.day, day.runs, dict(day.outcomes), day.peak_memory_mb) for day in found.days] == [
        ("1970-01-01", 2, {"succeeded": 1, "killed": 1}, 100.0),
        ("1970-01-02", 1, {"succeeded": 1}, 200.0),
    ]
    assert [(job, one.count) for job, one in found.jobs.items()] == [("game_job", 2), ("retrain_job", 1)]
    assert found.steps["plays"] == Spread(3, 1.0, 2.0, 2.0)


@pytest.mark.parametrize(
    ("outcomes", "value", "met"),
    [
        ([], "no runs", None),
        ([S] * 99 + [F], "99.0% of 100", True),
        ([S] * 98 + [F, K], "98.0% of 100", False),
        ([S, R], "100.0% of 1; 1 more were refused for good", True),
        ([R], "no runs; 1 more were refused for good", None),
    ],
    ids=["none", "one of a hundred", "two of them", "a refused game", "nothing but that"],
)
def test_a_refused_game_is_no_failure_of_the_platform(
    outcomes: list[Outcome], value: str, met: bool | None
) -> None:
    runs = [a_run(number, outcome) for number, outcome in enumerate(outcomes, start=1)]
    assert against(runs)["runs that end well"] == (value, met)


def test_a_game_waits_from_the_first_run_asked_for_it_through_every_attempt() -> None:
    runs = [a_run(1, F), a_run(2, K), a_run(3), a_run(4, game_id="g2"), a_run(5), a_run(6, F, game_id="g3")]
    assert {game: [lag_s / HOUR_S for lag_s in lags] for game, lags in lags_s(runs).items()} == {
        "g1": [pytest.approx(49.05), pytest.approx(13 / 12)],
        "g2": [pytest.approx(16 / 15)],
    }
    assert against(runs)["a game's way"] == ("49.0 h at most for 95 % of 3; late: g1", False)
    assert against([a_run(1)])["a game's way"] == ("1.0 h at most for 95 % of 1", True)
    assert against([])["a game's way"][1] is None


def test_a_game_waits_from_its_arrival_where_that_is_known_and_something_is_new() -> None:
    def lag_h(*runs: RunFigures) -> list[float]:
        return [round(lag_s / HOUR_S, 2) for lag_s in lags_s(runs).get("g1", [])]

    arrived: dict[str, Any] = {"arrived_at_s": 86_400.0 - 30 * HOUR_S}
    assert lag_h(a_run(2)) == [1.03]
    assert lag_h(a_run(2, **arrived)) == [31.03]
    assert lag_h(a_run(2, F), a_run(3, **arrived)) == [55.05]
    assert lag_h(a_run(2, **arrived), a_run(3)) == [31.03, 1.05]
    assert lag_h(a_run(2, arrived_at_s=9e9)) == [1.03], "a clock that is ahead"
    assert against([a_run(2, **arrived)])["a game's way"] == ("31.0 h at most for 95 % of 1; late: g1", False)
    assert RunFigures.from_dict(a_run(2, **arrived).to_dict()).arrived_at_s == arrived["arrived_at_s"]


def test_a_backfill_is_one_intervention_however_many_runs_it_has() -> None:
    by_hand = [
        a_run(1, started_by=StartedBy.BACKFILL, launch="b1"),
        a_run(2, started_by=StartedBy.BACKFILL, launch="b1"),
        a_run(3, started_by=StartedBy.AGAIN, launch="b1"),
        a_run(4, started_by=StartedBy.PERSON),
    ]
    assert against(by_hand)["interventions a week"] == ("2.0 (2 starts, 0 decisions in all)", True)
    assert against(by_hand, decisions=1)["interventions a week"][1] is False


@pytest.mark.parametrize(
    ("durations_s", "named"),
    [
        ({}, []),
        ({"g1": 1.0, "g2": 9.0}, []),
        ({"g1": 10.0, "g2": 9.0, "g3": 20.1}, ["g3"]),
        ({"g1": 10.0, "g2": 9.0, "g3": 20.0}, []),
    ],
    ids=["none", "two", "more than twice as long", "twice as long"],
)
def test_who_takes_more_than_twice_as_long_as_usual_is_late(
    durations_s: dict[str, float], named: list[str]
) -> None:
    assert late(durations_s) == named


@pytest.mark.parametrize(
    ("grades", "met"), [([], None), (["A"] * 19 + ["B"], True), (["A"] * 9 + ["F"], False)], ids=str
)
def test_grades_are_held_against_their_goal(grades: list[str], met: bool | None) -> None:
    assert against([], grades)["grade A"][1] is met
