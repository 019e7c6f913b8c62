"""A failed run says itself whether it is started again; Dagster's own rule then decides as it says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import dagster as dg
import pytest
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.execution.api import execute_run

from uball_assets.automation.executor import AGAIN_TAG, DECIDED_ELSEWHERE, build_executor
from uball_assets.domain.errors import Permanent, Transient
from uball_assets.domain.learning.retrain import Policy

POLICY = Policy(max_attempts=3, backoff_s=(0.2,))


class NetworkError(Transient):
    """As adapters name theirs."""


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    retries = {"enabled": True, "max_retries": 2, "retry_on_asset_or_op_failure": False}
    with dg.instance_for_test(overrides={"run_retries": retries}) as instance:
        yield instance


def ended(
    instance: dg.DagsterInstance,
    *raised: Exception,
    before: dg.DagsterRun | None = None,
    tags: Mapping[str, str] | None = None,
) -> dg.DagsterRun:
    """A run whose steps raise, one each; `before`: the attempt that it follows, as the daemon starts it."""

    def step(number: int, error: Exception) -> dg.AssetsDefinition:
        @dg.asset(name=f"step_{number}")
        def fails() -> None:
            raise error

        return fails

    job = dg.Definitions(
        assets=[step(number, error) for number, error in enumerate(raised)],
        jobs=[dg.define_asset_job("job")],
        executor=build_executor(POLICY),
    ).resolve_job_def("job")
    inherited = {**before.tags, "dagster/retry_number": "1"} if before else {}
    family = {"parent_run_id": before.run_id, "root_run_id": before.run_id} if before else {}
    run = instance.create_run_for_job(
        job,
        tags={**inherited, **(tags or {})},
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        **family,  # type: ignore[arg-type]
    )
    execute_run(InMemoryJob(job), run, instance)
    found = instance.get_run_by_id(run.run_id)
    assert found
    return found


def will_be_repeated(run: dg.DagsterRun) -> bool:
    return run.tags["dagster/will_retry"] == "true"


@pytest.mark.parametrize("error", [Transient("busy"), NetworkError("cut")], ids=["itself", "an adapter's"])
def test_a_run_that_failed_by_what_may_pass_is_started_again(
    instance: dg.DagsterInstance, error: Transient
) -> None:
    run = ended(instance, error)
    assert will_be_repeated(run)
    assert run.tags[AGAIN_TAG] == "attempt 2 of 3 is started by itself, after 0 s"


@pytest.mark.parametrize(
    ("errors", "said"),
    [
        ([Permanent("no such column")], "step_0 failed for good"),
        ([dg.Failure("grade F", allow_retries=False)], "step_0 failed for good"),
        ([ZeroDivisionError()], "step_0 failed by an error that no adapter foresaw"),
        ([Transient("busy"), Permanent("no such column")], "step_1 failed for good"),
    ],
    ids=["bad data", "a refused game", "a bug", "one of two"],
)
def test_a_run_that_failed_for_good_is_not_and_its_page_says_why(
    instance: dg.DagsterInstance, errors: list[Exception], said: str
) -> None:
    run = ended(instance, *errors)
    assert not will_be_repeated(run)
    assert said in run.tags[AGAIN_TAG]
    assert any(said in entry.user_message for entry in instance.all_logs(run.run_id))


def test_an_attempt_that_fails_for_good_after_one_that_might_have_passed_is_the_last(
    instance: dg.DagsterInstance,
) -> None:
    first = ended(instance, Transient("busy"))
    assert not will_be_repeated(ended(instance, Permanent("no such column"), before=first))


def test_a_sensors_run_is_left_to_its_sensor(instance: dg.DagsterInstance) -> None:
    run = ended(instance, Transient("busy"), tags=DECIDED_ELSEWHERE)
    assert not will_be_repeated(run)
    assert "the sensor" in run.tags[AGAIN_TAG]


def test_a_run_whose_process_was_killed_is_started_again(instance: dg.DagsterInstance) -> None:
    job = dg.Definitions(assets=[dg.AssetSpec("any")]).resolve_implicit_global_asset_job_def()
    run = instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
    instance.report_run_failed(run, "its process 4711 is gone")
    found = instance.get_run_by_id(run.run_id)
    assert found
    assert will_be_repeated(found)


def test_another_attempt_waits_from_the_end_of_the_one_before(instance: dg.DagsterInstance) -> None:
    first = ended(instance, Transient("busy"))
    second = ended(instance, Transient("busy"), before=first)
    ends = [instance.get_run_record_by_id(run.run_id) for run in (first, second)]
    assert ends[0]
    assert ends[1]
    assert (ends[1].end_time or 0.0) - (ends[0].end_time or 0.0) >= 0.2
    assert second.tags[AGAIN_TAG] == "attempt 3 of 3 is started by itself, after 0 s"
