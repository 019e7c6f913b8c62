"""A paid job is submitted exactly once: real processes, killed with SIGKILL wherever it hurts most.

The server counts the jobs. Grace is 4 s here; 180 s by default.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from collections.abc import Callable, Iterator

import pytest

from uball_assets.adapters.stores.opening import open_store
from uball_assets_tests.adapters.clips_of_shots import training_lines
from uball_assets_tests.cloud.vertex import submitting
from uball_assets_tests.cloud.vertex.test_vertex_tuning import a_spec
from uball_assets_tests.cloud.vertex_server.fixtures_vertex import VertexServer

pytestmark = pytest.mark.services

GRACE_S = 4.0
POST = "POST /*tuningJobs"


FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(submitting.PRELOADED)


class Submitter:
    """A process that waits for `go` with everything loaded."""

    def __init__(self, order: submitting.Order) -> None:
        self._told, tell = FORKS.Pipe()
        self._process = FORKS.Process(target=submitting.run, args=(order, tell), daemon=True)
        self._process.start()
        tell.close()
        assert self.said() == "ready"

    def go(self) -> Submitter:
        self._told.send("go")
        return self

    def said(self) -> str:
        assert self._told.poll(60)
        return str(self._told.recv())

    def kill(self) -> None:
        """SIGKILL."""
        self._process.kill()
        self._process.join()
        self._told.close()


Start = Callable[..., Submitter]


@pytest.fixture
def start(a_vertex_server: VertexServer, a_gcs_bucket: str) -> Iterator[Start]:
    store = open_store(a_gcs_bucket)
    train, validation = training_lines(store, ["FG_MAKE"]), training_lines(store, ["3PT_MISS"], first=9)
    started: list[Submitter] = []

    def start_one(hold: str = "nowhere", grace_s: float = GRACE_S) -> Submitter:
        order = submitting.Order(
            vertex_url=a_vertex_server.url,
            storage_url=os.environ["STORAGE_EMULATOR_HOST"],
            bucket=a_gcs_bucket,
            spec=a_spec(store, train, validation),
            grace_s=grace_s,
            hold=hold,
        )
        started.append(Submitter(order))
        return started[-1]

    yield start_one
    for submitter in started:
        submitter.kill()


def jobs(server: VertexServer) -> int:
    return int(server.counts()["tuning_jobs"])


def posts(server: VertexServer) -> int:
    return int(server.counts()["requests"].get("POST tuningJobs", 0))


def wait_until_posted(server: VertexServer, count: int = 1) -> None:
    deadline = time.monotonic() + 300
    while posts(server) < count:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_killed_between_the_record_and_the_request_it_is_submitted_after_the_grace(
    a_vertex_server: VertexServer, start: Start
) -> None:
    first = start("intended").go()
    assert first.said() == "intended"
    first.kill()
    began = time.monotonic()
    assert "/tuningJobs/" in start().go().said()
    assert time.monotonic() - began > GRACE_S / 2
    assert jobs(a_vertex_server) == posts(a_vertex_server) == 1


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_during_the_request_the_job_that_comes_late_is_waited_for(
    a_vertex_server: VertexServer, start: Start, when: str
) -> None:
    a_vertex_server.control({"kind": "delay", "when": when, "seconds": GRACE_S * 0.7, "on": POST})
    second = start()
    first = start().go()
    wait_until_posted(a_vertex_server)
    first.kill()
    assert "/tuningJobs/" in second.go().said()
    assert jobs(a_vertex_server) == posts(a_vertex_server) == 1


def test_killed_with_the_answer_in_hand_the_job_is_found_at_once(
    a_vertex_server: VertexServer, start: Start
) -> None:
    second = start()
    first = start("answered").go()
    assert first.said() == "answered"
    first.kill()
    assert "/tuningJobs/" in second.go().said()
    assert jobs(a_vertex_server) == posts(a_vertex_server) == 1


def test_of_processes_that_race_one_submits_and_all_have_the_same_job(
    a_vertex_server: VertexServer, start: Start
) -> None:
    a_vertex_server.control({"kind": "delay", "when": "before", "seconds": 1.0, "on": POST})
    racers = [start() for _ in range(3)]
    for racer in racers:
        racer.go()
    said = {racer.said() for racer in racers}
    assert len(said) == 1
    assert "/tuningJobs/" in said.pop()
    assert jobs(a_vertex_server) == posts(a_vertex_server) == 1


def test_a_racer_whose_rival_is_killed_takes_over(a_vertex_server: VertexServer, start: Start) -> None:
    first, second = start("intended"), start()
    first.go()
    assert first.said() == "intended"
    second.go()
    time.sleep(0.5)
    first.kill()
    assert "/tuningJobs/" in second.said()
    assert jobs(a_vertex_server) == posts(a_vertex_server) == 1


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_any_moment_again_and_again_there_is_one_job_in_the_end(
    a_vertex_server: VertexServer, start: Start, seed: int
) -> None:
    draw = random.Random(seed)
    for _ in range(4):
        delay = {
            "kind": "delay",
            "when": draw.choice(["before", "after"]),
            "seconds": draw.uniform(0, 2),
            "on": POST,
        }
        a_vertex_server.control(delay)
        submitter = start().go()
        time.sleep(draw.uniform(0, 2.0))
        submitter.kill()
    assert "/tuningJobs/" in start().go().said()
    time.sleep(2.0)
    assert jobs(a_vertex_server) == 1


def test_an_answer_that_is_cut_off_is_no_reason_to_submit_again(
    a_vertex_server: VertexServer, start: Start
) -> None:
    a_vertex_server.control({"kind": "cut", "when": "after", "on": POST})
    assert "/tuningJobs/" in start().go().said()
    assert jobs(a_vertex_server) == posts(a_vertex_server) == 1


@pytest.mark.parametrize(
    "fault", [{"kind": "cut", "when": "before"}, {"kind": "refuse", "code": 503}], ids=["cut", "503"]
)
def test_a_request_of_unknown_fate_is_looked_for_and_then_left_to_the_next_run(
    a_vertex_server: VertexServer, start: Start, fault: dict[str, object]
) -> None:
    a_vertex_server.control({**fault, "on": POST})
    second = start()
    said = start().go().said()
    assert said.startswith("Transient: submitting tuning job of basketball-model-v1-1games was not answered")
    assert posts(a_vertex_server) == 1
    assert "/tuningJobs/" in second.go().said()
    assert (jobs(a_vertex_server), posts(a_vertex_server)) == (1, 2)


@pytest.mark.parametrize(("code", "kind"), [(429, "NotAccepted"), (403, "Permanent")])
def test_after_a_refusal_the_next_run_need_not_wait(
    a_vertex_server: VertexServer, start: Start, code: int, kind: str
) -> None:
    a_vertex_server.control({"kind": "refuse", "code": code, "on": POST})
    second = start(grace_s=3600.0)
    assert start(grace_s=3600.0).go().said().startswith(f"{kind}: cannot submit the tuning job of")
    began = time.monotonic()
    assert "/tuningJobs/" in second.go().said()
    assert time.monotonic() - began < 1800
    assert (jobs(a_vertex_server), posts(a_vertex_server)) == (1, 2)
