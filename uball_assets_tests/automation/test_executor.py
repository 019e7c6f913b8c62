"""A failed run says itself whether it is started again; Dagster's own rule then decides as it says."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.execution.api import execute_run

from uball_assets.adapters.machine.worker import Worker
from uball_assets.adapters.plays.sqlite_plays_db import SqlitePlaysDb
from uball_assets.adapters.record.registry import StoreRegistry
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.assets.common import COLLECTED_AGAIN
from uball_assets.assets.run_words import FOR_GOOD_TAG
from uball_assets.automation.executor import AGAIN_TAG, DECIDED_ELSEWHERE, build_executor
from uball_assets.automation.run_records import RunRecords
from uball_assets.domain.errors import Permanent, Transient
from uball_assets.domain.learning.retrain import Policy
from uball_assets.domain.run_figures import RUNS, Outcome, RunFigures, StartedBy

POLICY = Policy(max_attempts=3, backoff_s=(0.2,))


class NetworkError(Transient):
    """As adapters name theirs."""


@dataclass(frozen=True)
class World:
    """Dagster as dagster.yaml has it, and a record."""

    instance: dg.DagsterInstance
    records: RunRecords

    def ended(
        self,
        *raised: Exception | None,
        before: dg.DagsterRun | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> dg.DagsterRun:
        """A run whose steps raise, one each; `before`: the attempt before it, as the daemon starts one."""

        def step(number: int, error: Exception | None) -> dg.AssetsDefinition:
            @dg.asset(name=f"step_{number}")
            def fails() -> None:
                if error:
                    raise error

            return fails

        job = dg.Definitions(
            assets=[step(number, error) for number, error in enumerate(raised)],
            jobs=[dg.define_asset_job("job")],
            executor=build_executor(POLICY, self.records),
        ).resolve_job_def("job")
        inherited = {**before.tags, "dagster/retry_number": "1"} if before else {}
        family = {"parent_run_id": before.run_id, "root_run_id": before.run_id} if before else {}
        run = self.instance.create_run_for_job(
            job,
            tags={**inherited, **(tags or {})},
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            **family,  # type: ignore[arg-type]
        )
        execute_run(InMemoryJob(job), run, self.instance)
        found = self.instance.get_run_by_id(run.run_id)
        assert found
        return found

    @property
    def figures(self) -> list[RunFigures]:
        return [RunFigures.from_dict(entry) for entry in self.records.registry.entries(RUNS)]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    registry = StoreRegistry(FolderStore(tmp_path), lambda: datetime.now(UTC))
    records = RunRecords(registry, SqlitePlaysDb(tmp_path / "plays.db"))
    retries = {"enabled": True, "max_retries": 2, "retry_on_asset_or_op_failure": False}
    with dg.instance_for_test(overrides={"run_retries": retries}) as instance:
        yield World(instance, records)


def test_a_run_of_a_league_without_a_name_does_nothing_where_one_with_a_name_works(world: World) -> None:
    world.instance.add_dynamic_partitions("north.games", ["g1"])
    assert world.ended(None).status is dg.DagsterRunStatus.FAILURE
    assert world.figures == []


def test_a_run_names_its_process_before_anything_else(world: World) -> None:
    run = world.ended(None)
    events = world.instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ENGINE_EVENT)
    told = [each.dagster_event.engine_event_data.metadata for each in events if each.dagster_event]
    words = {name: str(value.value) for name, value in told[0].items()}
    assert Worker.from_words(words) == Worker.this()


def will_be_repeated(run: dg.DagsterRun) -> bool:
    return run.tags["dagster/will_retry"] == "true"


@pytest.mark.parametrize("error", [Transient("busy"), NetworkError("cut")], ids=["itself", "an adapter's"])
def test_a_run_that_failed_by_what_may_pass_is_started_again(world: World, error: Transient) -> None:
    run = world.ended(error)
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
    world: World, errors: list[Exception], said: str
) -> None:
    run = world.ended(*errors)
    assert not will_be_repeated(run)
    assert said in run.tags[AGAIN_TAG]
    assert any(said in entry.user_message for entry in world.instance.all_logs(run.run_id))


def test_an_attempt_that_fails_for_good_after_one_that_might_have_passed_is_the_last(
    world: World,
) -> None:
    first = world.ended(Transient("busy"))
    assert not will_be_repeated(world.ended(Permanent("no such column"), before=first))


def test_a_sensors_run_is_left_to_its_sensor(world: World) -> None:
    run = world.ended(Transient("busy"), tags=DECIDED_ELSEWHERE)
    assert not will_be_repeated(run)
    assert "the sensor" in run.tags[AGAIN_TAG]


@pytest.mark.parametrize(
    ("errors", "held"),
    [
        ([Permanent("no such column"), None], "step_0: no such column"),
        ([Transient("busy"), dg.Failure("no set yet", allow_retries=False)], "step_1: no set yet"),
        ([Permanent("a: b"), Permanent("c")], "step_0: a: b; step_1: c"),
        ([Permanent()], "step_0: uball_assets.domain.errors.Permanent"),
        ([Transient("busy")], ""),
        ([ZeroDivisionError()], ""),
        ([dg.Failure("grade F", metadata={COLLECTED_AGAIN: "by its sensor"}, allow_retries=False)], ""),
    ],
)
def test_a_sensors_run_keeps_what_failed_for_good_for_its_sensor(
    world: World, errors: list[Exception | None], held: str
) -> None:
    run = world.ended(*errors, tags=DECIDED_ELSEWHERE)
    assert run.tags.get(FOR_GOOD_TAG, "") == held
    assert ("no sensor asks for it while its content is the same" in run.tags[AGAIN_TAG]) is bool(held)
    assert FOR_GOOD_TAG not in world.ended(*errors).tags


def test_a_run_that_a_person_executes_once_more_does_not_inherit_what_failed(world: World) -> None:
    first = world.ended(Permanent("no such column"), tags=DECIDED_ELSEWHERE)
    assert world.ended(None, before=first).tags[FOR_GOOD_TAG] == ""
    assert world.ended(Transient("busy"), before=first).tags[FOR_GOOD_TAG] == ""


def test_a_run_whose_process_was_killed_is_started_again(world: World) -> None:
    job = dg.Definitions(assets=[dg.AssetSpec("any")]).resolve_implicit_global_asset_job_def()
    run = world.instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
    world.instance.report_run_failed(run, "its process 4711 is gone")
    found = world.instance.get_run_by_id(run.run_id)
    assert found
    assert will_be_repeated(found)


def test_another_attempt_waits_from_the_end_of_the_one_before(world: World) -> None:
    first = world.ended(Transient("busy"))
    second = world.ended(Transient("busy"), before=first)
    ends = [world.instance.get_run_record_by_id(run.run_id) for run in (first, second)]
    assert ends[0]
    assert ends[1]
    assert (ends[1].end_time or 0.0) - (ends[0].end_time or 0.0) >= 0.2
    assert second.tags[AGAIN_TAG] == "attempt 3 of 3 is started by itself, after 0 s"


def test_every_run_is_on_the_record_in_figures_however_it_ended(world: World) -> None:
    asked = {"dagster/partition": "g1", "dagster/run_key": "game:g1:hash:2"}
    world.ended(None, tags={**asked, **DECIDED_ELSEWHERE})
    first = world.ended(None, Transient("busy"), tags={"dagster/backfill": "b1"})
    world.ended(None, Permanent("no such column"), before=first)
    told = [
        (run.game_id, run.outcome, run.started_by, run.attempt, [*run.failed_steps]) for run in world.figures
    ]
    assert told == [
        ("g1", Outcome.SUCCEEDED, StartedBy.SENSOR, 2, []),
        ("", Outcome.FAILED, StartedBy.BACKFILL, 1, ["step_1"]),
        ("", Outcome.REFUSED, StartedBy.AGAIN, 2, ["step_1"]),
    ]
    for run in world.figures:
        assert set(run.steps_s) == set(run.steps_cpu_s) == {"step_0"}
        assert 0 <= run.steps_cpu_s["step_0"] <= run.duration_s * (os.cpu_count() or 1)
        assert run.asked_at_s <= run.started_at_s <= run.ended_at_s
        assert run.peak_memory_mb > 10


def test_a_killed_run_is_put_on_the_record_once_by_whoever_asks(world: World) -> None:
    job = dg.Definitions(assets=[dg.AssetSpec("any")]).resolve_implicit_global_asset_job_def()
    run = world.instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
    world.instance.report_run_failed(run, "its process 4711 is gone")
    since = datetime.now(UTC) - timedelta(hours=1)
    for _ in range(2):
        world.records.enter_killed(world.instance, since)
    assert [(run.outcome, run.started_by) for run in world.figures] == [(Outcome.KILLED, StartedBy.PERSON)]


def test_a_database_that_cannot_take_the_figures_fails_no_run(world: World, tmp_path: Path) -> None:
    (tmp_path / "plays.db").write_text("no database at all" * 100)
    run = world.ended(None)
    assert run.status is dg.DagsterRunStatus.SUCCESS
    said = [entry.user_message for entry in world.instance.all_logs(run.run_id)]
    assert any("figures are not all kept" in text for text in said)
    assert len(world.figures) == 1
