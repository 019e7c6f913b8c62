"""The sensor that starts trainings: from the record and the runs to one request, or the reason for none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg
import pytest

from uball_assets.adapters.record.pauses import pause, resume
from uball_assets.adapters.record.training_requests import ask_by_calendar, ask_for_training
from uball_assets.assets.run_words import FOR_GOOD_TAG
from uball_assets.automation.situation import why
from uball_assets.domain.learning.due.requests import Kind
from uball_assets.domain.spending import base_models
from uball_assets.domain.spending.base_models import base_model
from uball_assets_tests.automation.test_games_sensor import add_game
from uball_assets_tests.automation.ticking import Ticker, a_run, record_game, record_model
from uball_assets_tests.league import Platform


def ids(first: int, last: int) -> list[str]:
    return [f"g{number:02d}" for number in range(first, last + 1)]


def with_games(platform: Platform, learned: list[list[str]], new: list[str]) -> Ticker:
    """Models that have learned, each from one more group of games, and games that wait."""
    so_far: list[str] = []
    for group in learned:
        for game_id in group:
            record_game(platform, game_id)
        so_far += group
        record_model(platform, *so_far)
    for game_id in new:
        record_game(platform, game_id)
    return Ticker(platform, "retrain_sensor")


@pytest.mark.parametrize(
    ("learned", "new", "said"),
    [
        ([], [], "waiting: no game is ready to be learned from"),
        ([ids(1, 1)], [], "up to date: the newest model has learned from all 1 game"),
        ([ids(1, 1)], ids(2, 4), "waiting: 3 new games, 4 needed for v2"),
        ([ids(1, 1), ids(2, 5)], ids(6, 9), "waiting: 4 new games, 5 needed for v3"),
        ([ids(1, 1), ids(2, 5), ids(6, 10)], ids(11, 14), "waiting: 4 new games, 5 needed for v4"),
    ],
    ids=["nothing", "up to date", "v2", "v3", "v4"],
)
def test_it_says_at_each_tick_why_it_does_not_train(
    platform: Platform, learned: list[list[str]], new: list[str], said: str
) -> None:
    ticker = with_games(platform, learned, new)
    assert ticker.tick() == said
    assert ticker.requests == []
    assert why(platform.settings, platform.resources.registry, platform.notes) == said


@pytest.mark.parametrize(
    ("learned", "new", "reason"),
    [
        ([], ids(1, 1), "due: 1 new game, 1 needed for v1"),
        ([ids(1, 1)], ids(2, 5), "due: 4 new games, 4 needed for v2"),
        ([ids(1, 1), ids(2, 5)], ids(6, 10), "due: 5 new games, 5 needed for v3"),
    ],
    ids=["v1", "v2", "v3"],
)
def test_enough_new_games_ask_for_one_training_with_its_reason(
    platform: Platform, learned: list[list[str]], new: list[str], reason: str
) -> None:
    ticker = with_games(platform, learned, new)
    assert ticker.tick() == ""
    [request] = ticker.requests
    assert request.tags["train/reason"] == reason
    assert request.partition_key == new[0]
    asked = platform.entries("attempts")[-1]
    assert request.run_key == asked["run_key"] == f"train:{asked['target_hash']}:1"


def test_a_changed_game_is_the_one_that_starts_the_training(
    build_platform: Callable[..., Platform],
) -> None:
    platform = build_platform(retrain_first_thresholds=(1, 1))
    ticker = with_games(platform, [ids(1, 3)], [])
    record_game(platform, "g02", content="2")
    ticker.tick()
    assert ticker.requests[0].partition_key == "g02"


def test_it_waits_while_a_training_runs(platform: Platform) -> None:
    ticker = with_games(platform, [], ids(1, 1))
    ticker.tick()
    a_run(platform, ticker.requests[0], "retrain_job")
    assert ticker.tick() == "waiting: a training is running"


def test_it_waits_for_games_that_are_still_being_cut(platform: Platform) -> None:
    ticker = with_games(platform, [], ids(1, 1))
    ticker.tick()
    a_run(platform, ticker.requests[0], "game_job")
    assert ticker.tick().startswith("waiting: 1 game run still going")


def test_failed_trainings_are_tried_three_times_under_three_keys_and_then_given_up(
    build_platform: Callable[..., Platform],
) -> None:
    platform = build_platform(attempt_backoff_s=(0.0,))
    ticker = with_games(platform, [], ids(1, 1))
    keys = []
    for attempt in (1, 2, 3):
        assert ticker.tick() == ""
        keys.append(ticker.requests[0].run_key)
        assert (keys[-1] or "").endswith(f":{attempt}")
        a_run(platform, ticker.requests[0], "retrain_job", dg.DagsterRunStatus.FAILURE)
    assert "gave up after 3 attempts" in ticker.tick()
    record_game(platform, "g02")
    assert ticker.tick() == ""
    assert ticker.requests[0].run_key not in keys


def test_deleted_runs_of_failed_trainings_still_count(build_platform: Callable[..., Platform]) -> None:
    platform = build_platform(attempt_backoff_s=(0.0,))
    ticker = with_games(platform, [], ids(1, 1))
    for attempt in (1, 2, 3):
        assert ticker.tick() == ""
        assert (ticker.requests[0].run_key or "").endswith(f":{attempt}")
        for run in platform.instance.get_runs():
            platform.instance.delete_run(run.run_id)
        a_run(platform, ticker.requests[0], "retrain_job", dg.DagsterRunStatus.FAILURE)
    assert "gave up after 3 attempts" in ticker.tick()


def test_after_a_failure_it_says_when_the_next_attempt_is(platform: Platform) -> None:
    ticker = with_games(platform, [], ids(1, 1))
    ticker.tick()
    a_run(platform, ticker.requests[0], "retrain_job", dg.DagsterRunStatus.FAILURE)
    assert ticker.tick().startswith("waiting: attempt 1 failed, attempt 2 in")


def test_a_set_of_games_that_comes_back_is_asked_for_under_a_key_of_its_own(
    build_platform: Callable[..., Platform],
) -> None:
    """Dagster swallows a run key that it has seen, whatever became of its run."""
    platform = build_platform(retrain_first_thresholds=(1, 1, 1), attempt_backoff_s=(0.0,))
    ticker, keys = with_games(platform, [], []), []
    for content in ("A", "B", "A"):
        record_game(platform, "g01", content)
        assert ticker.tick() == ""
        keys.append(ticker.requests[0].run_key)
        a_run(platform, ticker.requests[0], "retrain_job", dg.DagsterRunStatus.SUCCESS)
        record_model(platform, "g01", content=content)
        assert ticker.tick().startswith("up to date")
    assert len(set(keys)) == 3


def test_a_refused_game_and_one_without_a_partition_are_not_waited_for(platform: Platform) -> None:
    ticker = with_games(platform, [], [])
    record_game(platform, "g01", trainable=False)
    record_game(platform, "g02")
    platform.instance.delete_dynamic_partition("games", "g02")
    assert ticker.tick() == "waiting: no game is ready to be learned from"


def told_as(platform: Platform, **other: Any) -> None:
    """A model that has learned from g01, told what the settings say but for `other`."""
    config = platform.settings.training_config
    record_game(platform, "g01")
    told = {
        "base": config.base,
        "epochs": config.epochs,
        "seed": config.seed,
        "options": dict(config.options),
    }
    record_model(platform, "g01", **{**told, **other})


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({}, "up to date: the newest model has learned from all 1 game"),
        ({"base": "gemini-3.5-flash"}, "due: base model local-mlp-1 instead of gemini-3.5-flash"),
        ({"epochs": 3}, "due: epochs 1 instead of 3"),
        ({"seed": 8}, "due: seed 7 instead of 8"),
    ],
    ids=["nothing", "base", "epochs", "seed"],
)
def test_a_changed_base_epochs_or_seed_trains_though_every_game_is_learned(
    platform: Platform, other: dict[str, Any], reason: str
) -> None:
    told_as(platform, **other)
    ticker = Ticker(platform, "retrain_sensor")
    assert why(platform.settings, platform.resources.registry, platform.notes) == reason
    assert (ticker.tick() or ticker.requests[0].tags["train/reason"]) == reason


def test_a_request_starts_one_training_at_a_set_that_is_learned_and_none_after_its_model(
    platform: Platform,
) -> None:
    told_as(platform)
    ticker, registry, keys = Ticker(platform, "retrain_sensor"), platform.resources.registry, []
    for number in (1, 2):
        asked = ask_for_training(registry, "ann", "the season's last", from_base=False)
        assert ask_for_training(registry, "ann", "once more", from_base=False) == asked
        assert ticker.tick() == ""
        assert (
            ticker.requests[0].tags["train/reason"]
            == "due: asked for by ann (the season's last), with nothing changed"
        )
        keys.append(ticker.requests[0].run_key)
        a_run(platform, ticker.requests[0], "retrain_job", dg.DagsterRunStatus.SUCCESS)
        record_model(platform, "g01", request=number)
        assert ticker.tick().startswith("up to date")
    assert len(set(keys)) == 2


def test_a_changed_seed_is_tried_afresh_where_the_one_before_was_given_up(
    build_platform: Callable[..., Platform],
) -> None:
    platform = build_platform(attempt_backoff_s=(0.0,), seed=8)
    told_as(platform, seed=7)
    ticker = Ticker(platform, "retrain_sensor")
    for _ in range(3):
        assert ticker.tick() == ""
        a_run(platform, ticker.requests[0], "retrain_job", dg.DagsterRunStatus.FAILURE)
    assert "gave up after 3 attempts" in ticker.tick()
    assert Ticker(platform.with_settings(seed=9), "retrain_sensor").tick() == ""


def test_a_training_that_failed_for_good_is_not_repeated_until_it_is_forced_or_a_game_changes(
    build_platform: Callable[..., Platform],
) -> None:
    platform = build_platform(attempt_backoff_s=(0.0,))
    ticker = with_games(platform, [], ids(1, 1))
    assert ticker.tick() == ""
    [request] = ticker.requests
    a_run(
        platform,
        request,
        "retrain_job",
        dg.DagsterRunStatus.FAILURE,
        {FOR_GOOD_TAG: "tuned_model: over the ceiling of $50"},
    )
    held = "failed for good: tuned_model: over the ceiling of $50. Mend that, then force a training"
    for _ in range(2):
        assert held in ticker.tick()
        assert ticker.requests == []
    for run in platform.instance.get_runs():
        platform.instance.delete_run(run.run_id)
    assert held in why(platform.settings, platform.resources.registry, platform.notes)
    ask_for_training(platform.resources.registry, "mended", "ann", from_base=False)
    assert ticker.tick() == ""
    record_game(platform, "g02")
    assert ticker.tick() == ""


def test_a_request_that_was_answered_is_not_opened_again_by_a_later_model_that_nobody_asked_for(
    platform: Platform,
) -> None:
    told_as(platform)
    ask_for_training(platform.resources.registry, "ann", "the season's last", from_base=False)
    record_model(platform, "g01", request=1)
    record_model(platform, "g01", request=0)
    assert Ticker(platform, "retrain_sensor").tick().startswith("up to date")


def test_a_model_that_was_not_scored_is_decided_on_by_a_run_that_trains_nothing(platform: Platform) -> None:
    """A worker was killed in `evaluation`, and every tick said 'up to date' from then on."""
    record_game(platform, "g01")
    record_model(platform, "g01", decided=False)
    ticker = Ticker(platform, "retrain_sensor")
    assert ticker.tick() == ""
    [request] = ticker.requests
    assert (request.job_name, request.partition_key) == ("scoring_job", "g01")
    assert request.tags["train/reason"] == "due: v1 is trained, and has no score yet"
    a_run(platform, request, "scoring_job")
    assert ticker.tick() == "waiting: a training is running"


def test_a_decision_that_fails_is_tried_three_times_a_day_and_stops_no_training(
    build_platform: Callable[..., Platform],
) -> None:
    platform = build_platform(attempt_backoff_s=(0.0,), retrain_first_thresholds=(1, 1))
    record_game(platform, "g01")
    record_model(platform, "g01", decided=False)
    ticker, registry, keys = Ticker(platform, "retrain_sensor"), platform.resources.registry, []
    for day in ("2026-11-29", "2026-11-30"):
        for _ in range(3):
            assert ticker.tick() == ""
            keys.append(ticker.requests[0].run_key)
            a_run(platform, ticker.requests[0], "scoring_job", dg.DagsterRunStatus.FAILURE)
        assert "has no score yet: gave up after 3 attempts" in ticker.tick()
        ask_by_calendar(registry, Kind.DAILY, day, None)
    assert len(set(keys)) == 6
    for _ in range(3):
        ticker.tick()
        a_run(platform, ticker.requests[0], "scoring_job", dg.DagsterRunStatus.FAILURE)
    record_game(platform, "g02")
    assert ticker.tick() == ""
    assert ticker.requests[0].job_name == "retrain_job"


def test_a_pause_and_a_freeze_window_hold_trainings_and_decisions_back_and_name_their_end(
    platform: Platform,
) -> None:
    registry = platform.resources.registry
    record_game(platform, "g01")
    pause(registry, "ann", "a new hall", datetime(2099, 1, 1, tzinfo=UTC))
    ticker = Ticker(platform, "retrain_sensor")
    assert ticker.tick() == "no model changes: paused by ann until 2099-01-01 00:00 UTC (a new hall)"
    resume(registry, "ben", "done")
    frozen = Ticker(platform.with_settings(freeze_windows=("2000-01-01..2098-12-31",)), "retrain_sensor")
    assert "freeze window 2000-01-01 to 2098-12-31, until 2099-01-01 00:00 UTC" in frozen.tick()
    assert ticker.tick() == ""


def test_a_game_that_has_arrived_and_has_no_run_yet_holds_its_batch_together(platform: Platform) -> None:
    record_game(platform, "g01")
    add_game(platform, "g02")
    ticker = Ticker(platform, "retrain_sensor")
    assert ticker.tick() == (
        "waiting: 1 game arrived and not begun; a batch is held together for 1 hour at most"
    )
    late = Ticker(platform.with_settings(retrain_settle_s=0.0), "retrain_sensor")
    assert late.tick() == ""


def test_a_game_that_was_tried_in_vain_holds_no_batch(build_platform: Callable[..., Platform]) -> None:
    platform = build_platform(attempt_backoff_s=(0.0,), max_attempts=1)
    for game_id in ("g01", "g02"):
        add_game(platform, game_id)
    record_game(platform, "g01")
    games = Ticker(platform, "games_sensor")
    games.tick()
    assert games.tick() == ""
    for request in games.requests:
        a_run(platform, request, "game_job")
    assert "2 game runs still going" in Ticker(platform, "retrain_sensor").tick()
    for run in platform.instance.get_runs():
        platform.instance.report_run_failed(run)
    assert Ticker(platform, "retrain_sensor").tick() == ""


def test_the_weekly_check_learns_what_waits_and_a_game_of_the_week_after_waits_for_the_next(
    platform: Platform,
) -> None:
    ticker = with_games(platform, [ids(1, 1)], ids(2, 2))
    assert ticker.tick() == "waiting: 1 new game, 4 needed for v2"
    ask_by_calendar(platform.resources.registry, Kind.WEEKLY, "2026-W49", None)
    assert ticker.tick() == ""
    assert ticker.requests[0].tags["train/reason"] == "due: the weekly check (2026-W49), with 1 new game"
    record_model(platform, "g01", "g02", request=1)
    record_game(platform, "g03")
    assert ticker.tick() == "waiting: 1 new game, 5 needed for v3"


def test_the_successor_of_a_base_that_retires_is_trained_from_and_its_lack_is_told(
    platform: Platform,
) -> None:
    today = datetime.now(UTC).date()
    old = replace(base_model("gemini-2.5-pro"), name="old", retires_on=today + timedelta(days=20))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(base_models.BASE_MODELS, "old", old)
        platform = platform.with_settings(base_model="old")
        told_as(platform)
        ticker = Ticker(platform, "retrain_sensor")
        assert "ALERT old retires on" in ticker.tick()
        with_successor = platform.with_settings(successor_base_model="gemini-3.5-flash")
        assert Ticker(with_successor, "retrain_sensor").tick() == ""
