"""Jobs here have the attributes of google-genai's TuningJob; the real class is used in services/."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from uball_assets.adapters.models.trainer import JobState
from uball_assets.adapters.models.vertex.job_status import (
    base_of,
    counts_of,
    dropped_words,
    sentence,
    state_of,
)


def a_job(state: str = "JOB_STATE_RUNNING", sub_state: str | None = None, **said: Any) -> Any:
    unsaid = dict.fromkeys(
        (
            "base_model",
            "error",
            "pre_tuned_model",
            "supervised_tuning_spec",
            "tuned_model",
            "tuning_data_stats",
            "tuning_job_metadata",
            "update_time",
        )
    )
    return SimpleNamespace(**{**unsaid, "state": state, "tuning_job_state": sub_state, **said})


def stats(**told: Any) -> Any:
    names = (
        "total_billable_token_count",
        "total_truncated_example_count",
        "tuning_dataset_example_count",
        "tuning_step_count",
        "truncated_example_indices",
        "dropped_example_reasons",
    )
    inner = SimpleNamespace(**{**dict.fromkeys(names), **told})
    return SimpleNamespace(supervised_tuning_data_stats=inner)


def epochs(count: int) -> Any:
    return SimpleNamespace(hyper_parameters=SimpleNamespace(epoch_count=count))


MODEL = SimpleNamespace(model="projects/1/locations/us-central1/models/2@1", endpoint=None)


@pytest.mark.parametrize(
    ("state", "meant"),
    [
        *((f"JOB_STATE_{way}", JobState.RUNNING) for way in ("QUEUED", "PENDING", "RUNNING", "UPDATING")),
        *((f"JOB_STATE_{way}", JobState.RUNNING) for way in ("PAUSED", "CANCELLING", "UNSPECIFIED", "NEW")),
        ("JOB_STATE_SUCCEEDED", JobState.SUCCEEDED),
        ("JOB_STATE_FAILED", JobState.FAILED),
        ("JOB_STATE_EXPIRED", JobState.FAILED),
        ("JOB_STATE_CANCELLED", JobState.CANCELLED),
        ("JOB_STATE_PARTIALLY_SUCCEEDED", JobState.FAILED),
    ],
)
def test_every_state_of_the_service_is_one_of_four(state: str, meant: JobState) -> None:
    assert state_of(a_job(state)) is meant


def test_a_partial_success_counts_if_it_left_a_model() -> None:
    assert state_of(a_job("JOB_STATE_PARTIALLY_SUCCEEDED", tuned_model=MODEL)) is JobState.SUCCEEDED


@pytest.mark.parametrize(
    ("state", "sub_state", "said"),
    [
        ("QUEUED", None, "m1 is queued"),
        ("PENDING", "WAITING_FOR_QUOTA", "m1 waits for the project's quota: another tuning job is running"),
        ("RUNNING", "WAITING_FOR_CAPACITY", "m1 waits for free hardware"),
        ("RUNNING", "TUNING", "m1 is being tuned, epoch 1 of 3 done"),
        ("RUNNING", "A_NEW_ONE", "m1 is running"),
        ("CANCELLING", "TUNING", "m1 is cancelling"),
    ],
)
def test_a_running_job_says_what_it_is_doing(state: str, sub_state: str | None, said: str) -> None:
    done = SimpleNamespace(
        completed_epoch_count=1 if sub_state == "TUNING" else None, completed_step_count=None
    )
    job = a_job(
        f"JOB_STATE_{state}",
        sub_state and f"TUNING_JOB_STATE_{sub_state}",
        tuning_job_metadata=done,
        supervised_tuning_spec=epochs(3),
    )
    assert sentence(job, "m1") == said


@pytest.mark.parametrize(("state", "billed"), [("JOB_STATE_SUCCEEDED", 3000), ("JOB_STATE_CANCELLED", 1000)])
def test_every_epoch_is_billed_of_a_job_that_broke_off_those_it_completed(state: str, billed: float) -> None:
    job = a_job(
        state,
        tuning_data_stats=stats(total_billable_token_count=1000, tuning_dataset_example_count=9),
        supervised_tuning_spec=epochs(3),
        tuning_job_metadata=SimpleNamespace(completed_epoch_count=1, completed_step_count=None),
    )
    assert counts_of(job) == {"tokens_billed": billed, "examples": 9, "examples_dropped": 0}


def test_nothing_is_counted_that_the_service_has_not_told() -> None:
    assert counts_of(a_job()) == {}


def test_dropped_examples_are_told_by_reason_the_most_frequent_first_with_their_lines() -> None:
    job = a_job(
        tuning_data_stats=stats(
            total_truncated_example_count=8,
            tuning_dataset_example_count=40,
            truncated_example_indices=[2, 3, 4, 5, 6, 7, 9],
            dropped_example_reasons=["Too long."] * 6 + ["See https://x/?token=planted"],
        )
    )
    assert (
        dropped_words(job) == "8 of 40 examples dropped: Too long. (lines 2, 3, 4, 5, 6, …); See … (lines 9)"
    )


@pytest.mark.parametrize(
    ("said", "base"),
    [
        ({"base_model": "gemini-3.5-flash"}, "gemini-3.5-flash"),
        ({"base_model": "publishers/google/models/gemini-3.5-flash"}, "gemini-3.5-flash"),
        ({"pre_tuned_model": SimpleNamespace(base_model="gemini-3.5-flash")}, "gemini-3.5-flash"),
        ({}, ""),
    ],
    ids=["base", "in full", "parent", "unsaid"],
)
def test_a_jobs_base_is_known_whatever_it_started_from(said: dict[str, Any], base: str) -> None:
    assert base_of(a_job(**said)) == base
