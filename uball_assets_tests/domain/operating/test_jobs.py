"""From Dagster's statuses to a job's state, percent and the steps that cancel it."""

from __future__ import annotations

import pytest

from uball_assets.domain.operating.jobs import (
    Batch,
    CancelSteps,
    JobRun,
    State,
    batch_statuses,
    cancel_batch,
    cancel_run,
    is_to_launch_again,
    percent_of_batch,
    percent_of_run,
    run_statuses,
    sentence,
    state_of_batch,
    state_of_run,
)


def of_game(game_id: str, status: str, done: int = 0, progress: str = "") -> JobRun:
    return JobRun(f"run-{game_id}-{status}", status, game_id, False, done, 4, progress)


def training(status: str, done: int = 0, progress: str = "") -> JobRun:
    return JobRun(f"training-{status}", status, "", True, done, 4, progress)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("QUEUED", State.PENDING),
        ("NOT_STARTED", State.PENDING),
        ("STARTING", State.PENDING),
        ("STARTED", State.RUNNING),
        ("CANCELING", State.RUNNING),
        ("SUCCESS", State.COMPLETED),
        ("FAILURE", State.FAILED),
        ("CANCELED", State.CANCELLED),
    ],
)
def test_a_run_has_one_of_five_states(status: str, state: State) -> None:
    assert state_of_run(status) is state
    assert status in run_statuses(state)


@pytest.mark.parametrize(
    ("status", "runs", "state"),
    [
        ("REQUESTED", [], State.PENDING),
        ("REQUESTED", ["QUEUED", "STARTING"], State.PENDING),
        ("REQUESTED", ["QUEUED", "STARTED"], State.RUNNING),
        ("REQUESTED", ["SUCCESS"], State.RUNNING),
        ("CANCELING", ["STARTED"], State.RUNNING),
        ("FAILING", [], State.RUNNING),
        ("CANCELED", ["SUCCESS"], State.CANCELLED),
        ("COMPLETED", [], State.COMPLETED),
        ("COMPLETED_SUCCESS", ["SUCCESS"], State.COMPLETED),
        ("COMPLETED_FAILED", ["SUCCESS", "FAILURE"], State.FAILED),
        ("FAILED", [], State.FAILED),
    ],
)
def test_a_batch_has_one_of_five_states(status: str, runs: list[str], state: State) -> None:
    assert state_of_batch(status, [of_game("g1", run) for run in runs]) is state
    assert status in batch_statuses(state)


@pytest.mark.parametrize(
    ("run", "percent"),
    [
        (of_game("g1", "QUEUED"), 0),
        (of_game("g1", "STARTED"), 0),
        (of_game("g1", "STARTED", 2), 50),
        (of_game("g1", "STARTED", 2, "clips/FAR_LEFT: 40 %, 4 of 10 clips"), 60),
        (of_game("g1", "STARTED", 3, "tuned_model: 100 %, 3 of 3 epochs"), 99),
        (of_game("g1", "SUCCESS", 4), 100),
        (of_game("g1", "FAILURE", 1), 99),
        (JobRun("r", "STARTED", "", False), 0),
    ],
)
def test_a_run_s_percent_is_of_its_steps_and_of_what_the_last_one_says(run: JobRun, percent: int) -> None:
    assert percent_of_run(run) == percent


@pytest.mark.parametrize(
    ("status", "runs", "percent"),
    [
        ("REQUESTED", [], 0),
        ("REQUESTED", [of_game("g1", "STARTED", 2)], 16),
        ("REQUESTED", [of_game("g1", "SUCCESS")], 33),
        ("REQUESTED", [of_game("g2", "FAILURE"), of_game("g1", "SUCCESS")], 66),
        ("REQUESTED", [training("STARTED", 2), of_game("g2", "SUCCESS"), of_game("g1", "SUCCESS")], 83),
        ("REQUESTED", [training("SUCCESS"), of_game("g2", "SUCCESS"), of_game("g1", "SUCCESS")], 99),
        # The second attempt of a game counts, not the first one that failed.
        ("REQUESTED", [of_game("g1", "QUEUED"), of_game("g1", "FAILURE")], 0),
        ("COMPLETED_SUCCESS", [training("SUCCESS"), of_game("g2", "SUCCESS")], 100),
        ("COMPLETED_FAILED", [of_game("g1", "FAILURE")], 33),
    ],
)
def test_a_batch_s_percent_is_of_its_games_and_its_training(
    status: str, runs: list[JobRun], percent: int
) -> None:
    assert percent_of_batch(Batch(status, ["g1", "g2"], of_games=True, of_model=True), runs) == percent


def test_a_batch_without_a_training_is_its_games_alone() -> None:
    batch = Batch("REQUESTED", ["g1", "g2"], of_games=True, of_model=False)
    assert percent_of_batch(batch, [of_game("g1", "SUCCESS")]) == 50


def test_a_batch_of_the_league_is_as_far_as_the_run_that_does_all_its_games() -> None:
    batch = Batch("REQUESTED", ["g1", "g2"], of_games=False, of_model=False, in_one_run=True)
    assert percent_of_batch(batch, []) == 0
    assert percent_of_batch(batch, [of_game("", "STARTED", done=1)]) == 25


@pytest.mark.parametrize(
    ("status", "runs", "steps"),
    [
        ("REQUESTED", [], CancelSteps(batch=True)),
        (
            "REQUESTED",
            [of_game("g1", "STARTED"), of_game("g2", "SUCCESS"), of_game("g3", "QUEUED")],
            CancelSteps(batch=True, runs=("run-g1-STARTED", "run-g3-QUEUED")),
        ),
        ("CANCELING", [of_game("g1", "STARTING")], CancelSteps(runs=("run-g1-STARTING",))),
        ("CANCELING", [of_game("g1", "CANCELING")], CancelSteps()),
        ("COMPLETED_SUCCESS", [of_game("g1", "SUCCESS")], CancelSteps(refused=True)),
        ("COMPLETED_FAILED", [], CancelSteps(refused=True)),
        ("CANCELED", [], CancelSteps(refused=True)),
        ("FAILED", [], CancelSteps(refused=True)),
    ],
)
def test_only_a_batch_that_is_not_over_is_cancelled_and_its_runs_are_ended(
    status: str, runs: list[JobRun], steps: CancelSteps
) -> None:
    assert cancel_batch(status, runs) == steps


@pytest.mark.parametrize(
    ("status", "steps"),
    [
        ("QUEUED", CancelSteps(runs=("run-g1-QUEUED",))),
        ("STARTING", CancelSteps(runs=("run-g1-STARTING",))),
        ("STARTED", CancelSteps(runs=("run-g1-STARTED",))),
        ("CANCELING", CancelSteps()),
        ("SUCCESS", CancelSteps(refused=True)),
        ("FAILURE", CancelSteps(refused=True)),
        ("CANCELED", CancelSteps(refused=True)),
    ],
)
def test_a_run_that_is_starting_is_asked_until_it_is_over(status: str, steps: CancelSteps) -> None:
    assert cancel_run(of_game("g1", status)) == steps


@pytest.mark.parametrize(
    ("status", "run_count", "launched_again", "due"),
    [
        ("FAILED", 0, False, True),
        ("FAILED", 0, True, False),
        ("FAILED", 1, False, False),
        ("REQUESTED", 0, False, False),
        ("COMPLETED_FAILED", 0, False, False),
    ],
)
def test_a_batch_that_failed_without_a_run_is_launched_again_once(
    status: str, run_count: int, launched_again: bool, due: bool
) -> None:
    assert is_to_launch_again(status, run_count, launched_again) is due


@pytest.mark.parametrize(
    ("state", "runs", "text"),
    [
        (State.PENDING, [], "waits for its first run: Dagster's daemon looks every 30 s"),
        (State.FAILED, [], "it failed before its first run"),
        (State.CANCELLED, [], "cancelled"),
        (
            State.RUNNING,
            [of_game("g2", "STARTED", 1, "plays: 3 %, 1 of 30 MB"), of_game("g1", "SUCCESS")],
            "2 runs: 1 running, 1 done; plays: 3 %, 1 of 30 MB",
        ),
        (State.COMPLETED, [of_game("g1", "SUCCESS")], "1 run: 1 done"),
        (State.FAILED, [of_game("g1", "FAILURE")], "1 run: 1 failed"),
        (
            State.FAILED,
            [of_game("g1", "SUCCESS")],
            "1 run: 1 done; not all that was asked for came of it: its page says what is missing",
        ),
    ],
)
def test_a_job_says_in_a_sentence_where_it_stands(state: State, runs: list[JobRun], text: str) -> None:
    assert sentence(state, runs) == text
