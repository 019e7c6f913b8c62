"""What the growth benchmark counts is what a bucket would be asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.growth import metered_store
from benchmarks.growth.__main__ import LARGE, Results, judged
from benchmarks.growth.metered_store import Meter, MeteredStore
from benchmarks.growth.season import season
from benchmarks.growth.trainings import plan
from uball_assets.settings import Settings


def test_a_listing_is_a_request_a_page_and_each_object_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metered_store, "PAGE", 2)
    meter = Meter(0.0)
    store = MeteredStore(tmp_path, meter)
    for number in range(5):
        store.write(f"games/g1/{number}.json", b"")
    assert len(store.list("games/")) == 5
    assert store.list("models/") == []
    store.read("games/g1/0.json")
    assert meter.counted == {"write games": 5, "list games": 3, "list models": 1, "read games": 1}


def test_requests_beyond_clips_leave_out_what_a_game_must_cut(tmp_path: Path) -> None:
    meter = Meter(0.0)
    store = MeteredStore(tmp_path, meter)
    store.write("games/g1/clips/p1_FAR_LEFT.mp4", b"")
    store.write("Games/g1/FAR_LEFT.mp4", b"")
    store.read_range("Games/g1/FAR_LEFT.mp4", 0, 1)
    store.write("games/g1/plays.json", b"")
    assert (meter.requests, meter.requests_beyond_clips) == (4, 2)


def test_a_seasons_evaluation_costs_at_most_a_third_of_asking_all_about_all() -> None:
    told = season(Settings().evaluation_plays)
    assert told.anew == 291_280
    assert told.now * 3 <= told.anew
    assert told.now < told.kept < told.anew


def test_without_a_ceiling_and_with_one_model_in_reach_a_season_asks_each_clip_of_each_model_once() -> None:
    assert season(10**6, games=1).now == season(10**6, games=1).anew == 80


def test_a_training_that_replays_costs_at_200_games_at_most_twice_one_at_20_and_is_within_limits() -> None:
    early, late = plan(20, "new_plus_replay"), plan(200, "new_plus_replay")
    assert early.estimated_usd
    assert 0.0 < (late.estimated_usd or 0.0) <= 2 * early.estimated_usd
    assert (early.faults, late.faults) == ((), ())


def test_a_training_on_every_game_again_costs_ten_times_as_much_at_ten_times_the_games() -> None:
    early, late = plan(4, "cumulative"), plan(40, "cumulative")
    assert late.training_tokens == 10 * early.training_tokens > 0


def test_a_part_of_the_benchmark_fails_no_gate_of_what_it_left_out_and_names_it() -> None:
    results: Results = {("why", "folder", LARGE): {"process_cpu_s": 1.2}}
    gates = judged(results, ["why"], ["folder"])
    assert [gate.ok for gate in gates if "uball why" in gate.what] == [True]
    others = [gate for gate in gates if "uball why" not in gate.what]
    assert {gate.measured for gate in others} == {"left out of this run"}
    assert {gate.ok for gate in others} == {None}
    assert [gate.ok for gate in judged(results, ["why"], ["30 ms"])] == [None]


def test_a_gate_whose_probe_failed_does_not_hold() -> None:
    results: Results = {("why", "folder", LARGE): {"failed": "> 400 s"}}
    failed = judged(results, ["why", "status"], ["folder"])
    assert [gate.ok for gate in failed if "uball" in gate.what] == [False, False]
