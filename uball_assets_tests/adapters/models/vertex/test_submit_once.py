"""The order of steps in `submit_once`, with a clock of the test's own; real kills are in services/."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from uball_assets.adapters.models.vertex.errors import NotAccepted
from uball_assets.adapters.models.vertex.submit_once import INTENTS, submit_once
from uball_assets.adapters.record.registry import StoreRegistry
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.domain.errors import Permanent, Transient

GRACE_S = 100.0


class World:
    """A service that lists a job some time after it was made, and a clock that only sleeping moves."""

    def __init__(self, folder: Path) -> None:
        self.time = datetime(2026, 11, 21, tzinfo=UTC)
        self.jobs: list[tuple[datetime, str]] = []
        self.lag_s = 0.0
        self.registry = StoreRegistry(FolderStore(folder), now=lambda: self.time)

    def find(self) -> str | None:
        return next((job for listed_at, job in self.jobs if listed_at <= self.time), None)

    def make(self) -> str:
        job = f"job {len(self.jobs) + 1}"
        self.jobs.append((self.time + timedelta(seconds=self.lag_s), job))
        return job

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.time += timedelta(seconds=seconds)

    def submit(
        self, submit: Callable[[], str] | None = None, find: Callable[[], str | None] | None = None
    ) -> str:
        return submit_once(
            self.registry,
            "k",
            find or self.find,
            submit or self.make,
            what="the job",
            grace_s=GRACE_S,
            now=lambda: self.time,
            sleep=self.sleep,
        )

    @property
    def intents(self) -> list[str]:
        return [entry["key"] for entry in self.registry.entries(INTENTS)]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


class Killed(BaseException):
    pass


def killed() -> str:
    raise Killed


def raising(error: Exception) -> Callable[[], str]:
    def submit() -> str:
        raise error

    return submit


def test_a_job_that_is_there_is_taken_and_nothing_is_recorded(world: World) -> None:
    world.make()
    assert world.submit() == "job 1"
    assert world.intents == []


def test_an_intent_is_on_the_record_before_the_submit(world: World) -> None:
    seen: list[list[str]] = []

    def submit() -> str:
        seen.append(world.intents)
        return world.make()

    assert world.submit(submit) == "job 1"
    assert seen == [["k:1"]]


def test_after_a_kill_a_job_that_is_listed_late_is_waited_for(world: World) -> None:
    world.lag_s = 60.0

    def made_and_killed() -> str:
        world.make()
        raise Killed

    with pytest.raises(Killed):
        world.submit(made_and_killed)
    assert world.submit() == "job 1"
    assert len(world.jobs) == 1


def test_after_a_kill_without_a_job_it_is_submitted_again_once_the_grace_has_passed(world: World) -> None:
    began = world.time
    with pytest.raises(Killed):
        world.submit(killed)
    assert world.submit() == "job 1"
    assert world.time - began >= timedelta(seconds=GRACE_S)
    assert world.intents == ["k:1", "k:2"]


def test_an_old_intent_without_a_job_is_not_waited_for(world: World) -> None:
    with pytest.raises(Killed):
        world.submit(killed)
    world.sleep(GRACE_S)
    began = world.time
    assert world.submit() == "job 1"
    assert world.time == began


def test_the_loser_of_a_race_takes_the_winners_job(world: World) -> None:
    def find() -> str | None:
        if not world.intents:  # the rival is quicker, between our look and our intent
            world.registry.append(INTENTS, {"what": "the job", "owner": "rival"}, key="k:1")
            world.lag_s = 30.0
            world.make()
            return None
        return world.find()

    assert world.submit(find=find) == "job 1"
    assert world.intents == ["k:1"]


def test_of_two_that_record_at_the_same_moment_the_second_does_not_submit(
    world: World, tmp_path: Path
) -> None:
    class Raced(StoreRegistry):
        def append(self, kind: str, entry: Mapping[str, Any], key: str) -> dict[str, Any]:
            if key == "k:1":
                super().append(kind, {"what": "the job", "owner": "rival"}, key)
                world.lag_s = 30.0
                world.make()
            return super().append(kind, entry, key)

    world.registry = Raced(FolderStore(tmp_path), now=lambda: world.time)
    assert world.submit() == "job 1"
    assert len(world.jobs) == 1


def test_whoever_slept_between_looking_and_recording_looks_again(world: World) -> None:
    looks: list[str] = []

    def find() -> str | None:
        looks.append("look")
        if len(looks) == 1:  # while this process sleeps, a rival submits and all its grace passes
            world.registry.append(INTENTS, {"what": "the job", "owner": "rival"}, key="k:1")
            world.make()
            world.sleep(2 * GRACE_S)
            return None
        return world.find()

    assert world.submit(find=find) == "job 1"
    assert len(world.jobs) == 1


def test_whoever_slept_on_its_own_intent_does_not_act_on_it(world: World) -> None:
    looks: list[str] = []

    def find() -> str | None:
        looks.append("look")
        if len(looks) == 2:
            world.sleep(0.6 * GRACE_S)
            return None
        return world.find()

    assert world.submit(find=find) == "job 1"
    assert world.intents == ["k:1", "k:1:closed", "k:2"]


@pytest.mark.parametrize("error", [Permanent("refused"), NotAccepted("later")], ids=["permanent", "later"])
def test_a_refusal_closes_the_intent_and_the_next_try_does_not_wait(world: World, error: Exception) -> None:
    with pytest.raises(type(error)):
        world.submit(raising(error))
    began = world.time
    assert world.submit() == "job 1"
    assert world.time == began


def test_a_submit_without_an_answer_is_looked_for_until_the_grace_has_passed(world: World) -> None:
    world.lag_s = 90.0

    def unanswered() -> str:
        world.make()
        raise Transient("no answer")

    assert world.submit(unanswered) == "job 1"


def test_a_submit_without_an_answer_or_a_job_is_transient_and_is_not_repeated_by_itself(
    world: World,
) -> None:
    began = world.time
    with pytest.raises(Transient, match="submitting the job was not answered"):
        world.submit(raising(Transient("no answer")))
    assert world.time - began >= timedelta(seconds=GRACE_S)
    assert world.jobs == []


def test_an_intent_from_a_clock_that_is_ahead_is_waited_for_from_now_on(world: World) -> None:
    world.time += timedelta(days=365)
    with pytest.raises(Killed):
        world.submit(killed)
    world.time -= timedelta(days=365)
    began = world.time
    assert world.submit() == "job 1"
    assert timedelta(seconds=GRACE_S) <= world.time - began < timedelta(seconds=2 * GRACE_S)


def test_looking_that_always_takes_too_long_is_transient_and_submits_nothing(world: World) -> None:
    def find() -> str | None:
        world.sleep(0.6 * GRACE_S)
        return world.find()

    with pytest.raises(Transient, match="UBALL_SUBMIT_GRACE_S"):
        world.submit(find=find)
    assert world.jobs == []
