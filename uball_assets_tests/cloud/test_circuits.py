"""Services that are really down: after three questions in a row nobody asks them for a while."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from uball_assets.adapters.machine.circuits import CircuitOpen, Circuits
from uball_assets.adapters.models.vertex.clients import VertexClients
from uball_assets.adapters.models.vertex.errors import NotAccepted
from uball_assets.adapters.plays.supabase_plays_db import SupabasePlaysDb
from uball_assets.adapters.stores.buckets import BucketAddress
from uball_assets.adapters.stores.gcs_store import GcsStore
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.stores.s3_store import S3Store
from uball_assets.domain.circuits import Rule
from uball_assets.domain.errors import ServiceDown
from uball_assets_tests.cloud.servers.supabase_keys import SERVICE_KEY
from uball_assets_tests.cloud.test_refusals import Answer, answering

pytestmark = [
    pytest.mark.services,
    # Google's client leaves the connection of a refused download to the garbage collector.
    pytest.mark.filterwarnings(
        "ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning"
    ),
]
FOR_LONG, AT_ONCE = Rule(3, 3600.0), Rule(3, 1e-6)


@pytest.fixture(params=["s3", "gs"])
def open_bucket(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[[str, Rule], ObjectStore]:
    """A store at an address, with the circuits that every process of the league shares."""

    def opened(address: str, rule: Rule) -> ObjectStore:
        circuit = Circuits(tmp_path, rule).of(f"{request.param}://bucket")
        if request.param == "s3":
            monkeypatch.setenv("AWS_ENDPOINT_URL_S3", address)
            monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATEST")
            monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "any")
            store = partial(S3Store, BucketAddress("s3", "bucket"), "us-east-1", waits_s=(0.01,))
            return store(attempts=2, circuit=circuit)
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", address)
        return GcsStore(BucketAddress("gs", "bucket"), "project", patience_s=0.5, circuit=circuit)

    return opened


def test_a_bucket_that_is_down_is_left_alone_and_used_again_once_it_answers(
    open_bucket: Callable[[str, Rule], ObjectStore],
) -> None:
    with answering(Answer(503, b"")) as (down, asked):
        for _ in range(3):
            with pytest.raises(ServiceDown, match=r"cannot read .*; try later"):
                open_bucket(down, FOR_LONG).read("a")
        so_far = len(asked)
        with pytest.raises(CircuitOpen, match="was not asked: it failed 3 times in a row"):
            open_bucket(down, FOR_LONG).read("a")
        assert len(asked) == so_far
    with answering(Answer(206, b"hello")) as (up, asked):
        assert open_bucket(up, AT_ONCE).read_range("a", 0, 5) == b"hello"
        assert open_bucket(up, FOR_LONG).read_range("a", 0, 5) == b"hello"
        assert len(asked) == 2


def test_a_bucket_that_refuses_or_has_no_such_object_is_there(
    open_bucket: Callable[[str, Rule], ObjectStore], tmp_path: Path
) -> None:
    with answering(Answer(404, b"{}")) as (address, _):
        for _ in range(4):
            with pytest.raises(Exception, match=r"there is no such object|no bucket"):
                open_bucket(address, FOR_LONG).read("a")
    assert Circuits(tmp_path, FOR_LONG).troubled() == []


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address at which nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


def test_a_database_that_is_not_there_is_left_alone(nobody: str, tmp_path: Path) -> None:
    def database() -> SupabasePlaysDb:
        circuit = Circuits(tmp_path, FOR_LONG).of("supabase")
        return SupabasePlaysDb(nobody, SERVICE_KEY, attempts=2, first_wait_s=0.01, circuit=circuit)

    for _ in range(3):
        with pytest.raises(ServiceDown, match="no whole answer came"):
            database().game_ids()
    with pytest.raises(CircuitOpen, match="supabase was not asked"):
        database().game_ids()


def test_a_trainer_that_is_not_there_is_left_alone_and_no_job_is_taken_for_begun(
    nobody: str, tmp_path: Path
) -> None:
    clients = VertexClients("p", nobody, token="t", first_wait_s=0.01, circuits=Circuits(tmp_path, FOR_LONG))  # noqa: S106
    for _ in range(3):
        with pytest.raises(NotAccepted, match="no connection"):
            clients.ask("list jobs", "us", lambda client: list(client.tunings.list()))
    with pytest.raises(CircuitOpen, match="vertex us was not asked"):
        clients.ask("list jobs", "us", lambda client: list(client.tunings.list()))
    with pytest.raises(NotAccepted, match="vertex us was not asked"):
        clients.send_once("submit", "us", lambda _: pytest.fail("it was sent"))
    with pytest.raises(NotAccepted, match="no connection"):
        clients.ask("list jobs", "europe-west4", lambda client: list(client.tunings.list()))
