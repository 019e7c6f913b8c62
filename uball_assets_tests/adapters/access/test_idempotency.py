"""Rows of requests that carry a key: begun once, answered alike, and looked for after a crash."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from uball_assets.adapters.access.app_db import AppDb
from uball_assets.adapters.access.idempotency import Requests
from uball_assets.domain.operating.once_only import LEASE_S, Verdict

ONE = ("uball_a", "key-1")


@dataclass
class Clock:
    now_s: float = 1_000_000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def requests(tmp_path: Path, clock: Clock) -> Iterator[Requests]:
    db = AppDb(tmp_path / "app.db")
    yield Requests(db, clock)
    db.close()


def test_what_was_answered_is_answered_again_for_a_week(requests: Requests, clock: Clock) -> None:
    first = requests.begin(*ONE, "body")
    assert first.verdict is Verdict.DO
    assert requests.begin(*ONE, "body").verdict is Verdict.GOING
    requests.answered(*ONE, 202, '{"job_id": "a"}')
    clock.now_s += 6 * 86_400
    again = requests.begin(*ONE, "body")
    assert (again.verdict, again.status, again.answer) == (Verdict.REPLAY, 202, '{"job_id": "a"}')
    assert again.request_id == first.request_id
    clock.now_s += 2 * 86_400
    requests.begin("uball_a", "another", "body")
    assert requests.begin(*ONE, "body").verdict is Verdict.DO


def test_a_server_that_died_in_between_leaves_the_request_to_be_looked_for(
    requests: Requests, clock: Clock
) -> None:
    first = requests.begin(*ONE, "body")
    clock.now_s += LEASE_S
    again = requests.begin(*ONE, "body")
    assert (again.verdict, again.request_id) == (Verdict.RESUME, first.request_id)
    assert requests.begin(*ONE, "body").verdict is Verdict.GOING


def test_whoever_does_not_know_what_came_of_it_lets_the_next_one_look_at_once(requests: Requests) -> None:
    first = requests.begin(*ONE, "body")
    requests.unsure(*ONE)
    again = requests.begin(*ONE, "body")
    assert (again.verdict, again.request_id) == (Verdict.RESUME, first.request_id)


def test_a_refused_request_frees_its_key_and_clients_do_not_share_theirs(requests: Requests) -> None:
    assert requests.begin(*ONE, "body").verdict is Verdict.DO
    assert requests.begin(*ONE, "another body").verdict is Verdict.ANOTHER
    assert requests.begin("uball_b", ONE[1], "another body").verdict is Verdict.DO
    requests.refused(*ONE)
    assert requests.begin(*ONE, "another body").verdict is Verdict.DO


def test_of_many_at_once_one_does_it(requests: Requests) -> None:
    with ThreadPoolExecutor(8) as threads:
        begun = list(threads.map(lambda _: requests.begin(*ONE, "body"), range(16)))
    assert sorted(one.verdict for one in begun) == [Verdict.DO] + [Verdict.GOING] * 15
    assert len({one.request_id for one in begun}) == 1
