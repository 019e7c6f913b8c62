"""What a record tells a plan, and the plan held against the demo's own runs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from uball_assets.domain.planning.assumptions import Basis, believed, costs_at
from uball_assets.domain.planning.calibrating import MeasuredGame, Record, calibrate, held_against
from uball_assets.domain.planning.fleet import Fleet, Phase, Run, work_through
from uball_assets.domain.planning.league import Film, Machines
from uball_assets.domain.planning.ranges import Case, Range, exactly, of_sample
from uball_assets.domain.planning.work import Game
from uball_assets_tests.domain.planning.leagues import LOCAL

KNOWN = believed(LOCAL)


def demo_games() -> list[MeasuredGame]:
    """The demo's games as `services.planning.measured_games` read them off its record, on two busy cores."""
    rows = json.loads((Path(__file__).parent / "demo_games.json").read_text())
    return [MeasuredGame(**{**row, "film": Film(**row["film"])}) for row in rows]


def annotated() -> list[MeasuredGame]:
    return [game for game in demo_games() if game.play_clips]


def film_of(games: Sequence[MeasuredGame]) -> Film:
    film = Record(games).film
    assert film
    return film


def test_a_league_without_a_record_is_planned_by_what_is_believed() -> None:
    found = calibrate(KNOWN, Record(), Film(2.0))
    assert found.assumptions == KNOWN
    assert "no game that came through" in found.said


def test_of_two_games_nobody_can_tell() -> None:
    found = calibrate(KNOWN, Record(annotated()[:2]), film_of(annotated()))
    assert found.assumptions == KNOWN
    assert "fewer than 3" in found.said


def test_three_games_tell_how_much_and_their_spread_stays_as_wide_as_was_believed() -> None:
    games = annotated()[1:4]
    cut = calibrate(KNOWN, Record(games), film_of(games)).assumptions["cut_cpu_s"]
    measured = [game.cpu_s["cut"] / game.clips * 62.208 / 0.864 for game in games]
    assert cut.basis is Basis.RECORD
    assert cut.value.likely == pytest.approx(sorted(measured)[1])
    was = KNOWN["cut_cpu_s"].value
    assert cut.value.high / cut.value.likely == pytest.approx(was.high / was.likely)


def test_games_of_other_films_are_told_and_not_taken() -> None:
    found = calibrate(KNOWN, Record(demo_games()), Film(2.0))
    assert found.assumptions == KNOWN
    assert not found.games
    assert "--like-the-record" in found.said


def test_games_from_before_cores_were_counted_still_tell_their_sizes() -> None:
    games = [replace(game, cpu_s={}) for game in annotated()]
    found = calibrate(KNOWN, Record(games), film_of(games))
    assert found.assumptions["cut_cpu_s"] == KNOWN["cut_cpu_s"]
    assert found.assumptions["film_gb_an_hour"].basis is Basis.RECORD
    assert "10 of them without seconds of a core" in found.said


def test_a_service_is_as_slow_as_it_was_measured_and_a_model_of_this_machine_waits_for_none() -> None:
    games = annotated()
    for seconds, wait_s in (([], 0.0), ([2.0, 2.5, 3.0], 2.5)):
        record = Record(games, seconds)
        found = calibrate(KNOWN, record, film_of(games)).assumptions["answer_wait_s"]
        assert found.value.likely == wait_s


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([], None),
        ([1.0, 2.0], None),
        ([2.0, 2.0, 2.0], Range(1.0, 2.0, 8.0)),
        ([0.5, 2.0, 20.0], Range(0.5, 2.0, 20.0)),
        ([*range(1, 21)], Range(2, 10.5, 18)),
    ],
)
def test_a_sample_becomes_a_range(values: list[float], told: Range | None) -> None:
    assert of_sample(values, Range(1.0, 2.0, 8.0)) == told


def test_a_share_is_never_more_than_all() -> None:
    assert of_sample([1.0, 1.0, 1.0], Range(0.1, 0.2, 0.5), most=1.0) == Range(0.5, 1.0, 1.0)
    assert of_sample([3.0, 4.0, 5.0], exactly(0.0)) == Range(3.0, 4.0, 5.0)


def test_costs_learned_of_half_of_the_demos_games_foretell_the_other_half() -> None:
    """Core seconds, which a busy machine does not change, as those of the clock."""
    games = annotated()
    learned, others = games[::2], games[1::2]
    found = calibrate(KNOWN, Record(learned, cores=2), film_of(learned)).assumptions
    good, likely, bad = (costs_at(found, case) for case in Case)
    for game in others:
        took_s = sum(game.cpu_s.values())
        if game.cpu_s["annotate"] > 10:
            continue  # the demo's filming, which ended in this very step
        foretold_s = [
            sum(phase.cpu_s for phase in Game(costs, game.film, LOCAL).second_run(Machines(2), 0.0))
            - costs.start_cpu_s
            for costs in (good, likely, bad)
        ]
        assert foretold_s[1] == pytest.approx(took_s, rel=0.25)
        assert foretold_s[0] < took_s < foretold_s[2]


def test_the_demos_games_one_after_the_other_take_what_they_took() -> None:
    """Its ten annotated games' runs, on the clock of the two busy cores that they ran on."""
    games = annotated()
    found = calibrate(KNOWN, Record(games, cores=2), film_of(games))
    costs = replace(costs_at(found.assumptions, Case.LIKELY), start_cpu_s=0.0)
    runs = [Run(0.0, Game(costs, game.film, LOCAL).second_run(Machines(2), 0.0)) for game in games]
    planned_s = max(work_through(runs, Fleet(1, 2, 1)).ends_s)
    assert planned_s == pytest.approx(sum(game.run_s for game in games), rel=0.25)


def test_the_record_is_held_against_the_plan() -> None:
    games = annotated()
    record = Record(games, cores=2)
    held = held_against(calibrate(KNOWN, record, film_of(games)), record, LOCAL)
    assert held
    assert held.games == 10
    assert held.planned_s == pytest.approx(held.took_s, rel=0.25)
    assert held_against(calibrate(KNOWN, Record(), Film(2.0)), Record(), LOCAL) is None


def test_a_run_as_wide_as_the_machine_is_no_wider_on_a_wider_one_where_clips_use_one_core() -> None:
    costs = replace(costs_at(KNOWN, Case.LIKELY), serial_share=1.0)
    phases = Game(costs, Film(2.0), LOCAL).first_run(Machines(64), 0.0)
    assert phases[-1] == Phase(phases[-1].cpu_s, 1.0, 0.0)
