from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from uball_assets.adapters.models.vertex.batch_status import (
    Watch,
    has_answers,
    is_under_way,
    lives,
    no_answers,
)
from uball_assets.domain.errors import Permanent, Transient

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SIX_HOURS_S = 6 * 3600.0


def a_job(
    state: str,
    counts: tuple[int | None, int | None, int | None] | None = None,
    updated_at: datetime | None = NOON,
    error: tuple[int, str] | None = None,
) -> Any:
    """As google-genai gives it; counts of answered, failed, unfinished rows: None may be a zero."""
    stats = counts and SimpleNamespace(
        successful_count=counts[0], failed_count=counts[1], incomplete_count=counts[2]
    )
    told = error and SimpleNamespace(code=error[0], message=error[1])
    return SimpleNamespace(
        name="projects/1/locations/l/batchPredictionJobs/2",
        state=SimpleNamespace(name=f"JOB_STATE_{state}"),
        update_time=updated_at,
        completion_stats=stats,
        error=told,
    )


@pytest.mark.parametrize(
    "state", ["QUEUED", "PENDING", "RUNNING", "UPDATING", "CANCELLING", "UNSPECIFIED", "ONE_OF_TOMORROW"]
)
def test_every_state_but_the_known_ends_is_one_on_the_way(state: str) -> None:
    assert is_under_way(a_job(state))
    assert not has_answers(a_job(state))
    assert lives(a_job(state)) == (state != "CANCELLING")


@pytest.mark.parametrize(
    ("state", "counts", "expected"),
    [
        ("SUCCEEDED", (8, None, None), True),
        ("SUCCEEDED", None, True),
        ("SUCCEEDED", (None, 8, None), False),
        ("PARTIALLY_SUCCEEDED", (5, 3, None), True),
        ("EXPIRED", (5, 0, 3), True),
        ("EXPIRED", (0, 0, 8), False),
        ("EXPIRED", None, False),
        ("CANCELLED", (5, 0, 3), False),
        ("FAILED", (5, 0, 3), False),
        ("PAUSED", (5, 0, 3), False),
    ],
)
def test_whether_an_ended_batch_has_answers(
    state: str, counts: tuple[int | None, int | None, int | None] | None, expected: bool
) -> None:
    assert not is_under_way(a_job(state, counts))
    assert has_answers(a_job(state, counts)) == expected


@pytest.mark.parametrize(
    ("code", "kind"), [(3, Permanent), (5, Permanent), (7, Permanent), (8, Transient), (13, Transient)]
)
def test_a_failure_is_permanent_where_it_would_come_again(code: int, kind: type[Exception]) -> None:
    error = no_answers(
        a_job("FAILED", error=(code, "The input is not there: token ya29.secret-of-mine")), "b"
    )
    assert type(error) is kind
    assert "The input is not there" in str(error)
    assert "ya29" not in str(error)
    assert isinstance(no_answers(a_job("FAILED"), "b"), Transient)


def test_a_job_hangs_when_nothing_has_changed_for_so_long() -> None:
    watch, job = Watch(SIX_HOURS_S), a_job("RUNNING")
    assert watch.look(job, 0, NOON) == ("is running", None)
    assert watch.look(job, 0, NOON + timedelta(hours=5.9)) == ("", None)
    assert watch.look(job, 0, NOON + timedelta(hours=6)) == ("", SIX_HOURS_S)


@pytest.mark.parametrize(
    ("job", "written_bytes"),
    [
        (a_job("RUNNING", updated_at=NOON + timedelta(hours=5)), 0),
        (a_job("RUNNING", counts=(1, None, None)), 0),
        (a_job("RUNNING"), 100),
        (a_job("UPDATING"), 0),
    ],
    ids=["updated", "counted", "written", "another state"],
)
def test_anything_new_starts_the_patience_anew(job: Any, written_bytes: int) -> None:
    watch = Watch(SIX_HOURS_S)
    watch.look(a_job("RUNNING"), 0, NOON)
    watch.look(job, written_bytes, NOON + timedelta(hours=5))
    assert watch.look(job, written_bytes, NOON + timedelta(hours=10))[1] is None


def test_a_job_that_waits_for_its_turn_is_given_three_days() -> None:
    watch, job = Watch(SIX_HOURS_S), a_job("QUEUED")
    watch.look(job, 0, NOON)
    assert watch.look(job, 0, NOON + timedelta(hours=71)) == ("", None)
    assert watch.look(job, 0, NOON + timedelta(hours=72)) == ("", 72 * 3600.0)


def test_the_time_goes_on_for_a_new_process_unless_the_job_has_begun_to_write() -> None:
    later = NOON + timedelta(hours=7)
    assert Watch(SIX_HOURS_S).look(a_job("RUNNING"), 0, later)[1] == 7 * 3600
    assert Watch(SIX_HOURS_S).look(a_job("RUNNING"), 100, later)[1] is None
    assert Watch(SIX_HOURS_S).look(a_job("RUNNING", updated_at=None), 0, later)[1] is None
