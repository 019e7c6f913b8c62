"""What breaks on the way from S3 to GCS costs a retry or a clear error, never a byte: one video in pieces."""

from __future__ import annotations

import logging
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from uball_assets.adapters.copying.cursor import FOLDER
from uball_assets.adapters.copying.job import Job
from uball_assets.adapters.copying.resumable_upload import open_http
from uball_assets.adapters.copying.source import Source
from uball_assets.adapters.copying.stream import StreamCopier
from uball_assets.adapters.stores.gcs_store import GcsStore
from uball_assets.adapters.stores.object_store import AlreadyExists, ObjectStore
from uball_assets.adapters.stores.opening import open_store
from uball_assets.domain.errors import Permanent, Transient
from uball_assets.domain.footage.migration import KEPT_AS
from uball_assets.services.migration import migrate_game

pytestmark = pytest.mark.services

PIECE = 256 * 1024
VIDEO = random.Random(1).randbytes(5 * PIECE + 1_200_001)


@pytest.fixture
def s3(an_s3_bucket: str) -> ObjectStore:
    return open_store(an_s3_bucket)


@pytest.fixture
def gcs(a_gcs_bucket: str) -> ObjectStore:
    return open_store(a_gcs_bucket)


def stored(gcs: ObjectStore) -> dict[str, bytes]:
    return {info.name: gcs.read(info.name) for info in gcs.list("")}


class Wire:
    """The connection to GCS with a fault: the n-th sending of bytes is what `fault` makes of it."""

    def __init__(self, fault: Callable[[Wire, dict[str, Any]], Any], at: tuple[int, ...] = (3,)) -> None:
        self.session, self.fault, self.at, self.count = open_http(1), fault, at, 0

    def request(self, verb: str, address: str, **asked: Any) -> Any:
        if verb == "PUT" and len(asked["data"]):
            self.count += 1
            if self.count in self.at:
                return self.fault(self, {"method": verb, "url": address, **asked})
        return self.session.request(verb, address, **asked)


class Answer:
    def __init__(self, status_code: int) -> None:
        self.status_code, self.headers = status_code, dict[str, str]()


def cut(_: Wire, asked: dict[str, Any]) -> Any:
    next(iter(asked["data"]))
    raise ConnectionError("cut in the middle, with the address in it: " + asked["url"])


def answer_lost(wire: Wire, asked: dict[str, Any]) -> Any:
    wire.session.request(**asked)
    raise TimeoutError("the bytes arrived, the answer did not")


def damaged(wire: Wire, asked: dict[str, Any]) -> Any:
    data = asked["data"] if isinstance(asked["data"], bytes) else b"".join(asked["data"])
    return wire.session.request(**asked | {"data": bytes([data[0] ^ 1]) + data[1:]})


def refused(status: int) -> Callable[[Wire, dict[str, Any]], Any]:
    return lambda _wire, _asked: Answer(status)


@pytest.fixture
def job(s3: ObjectStore) -> Job:
    s3.write("g/FAR_LEFT.mp4", VIDEO)
    return Job(Source(s3, s3.list("g/")[0]), "Games/g1/FAR_LEFT.mp4")


def copier(gcs: ObjectStore, http: Any) -> StreamCopier:
    assert isinstance(gcs, GcsStore)
    return StreamCopier(gcs, http, PIECE, (0.0, 0.0, 0.0))


FAULTS = {
    "cut in the middle": (cut, (3,)),
    "cut three times": (cut, (2, 3, 4)),
    "cut at the last bytes": (cut, (7,)),
    "answer lost": (answer_lost, (2,)),
    "last answer lost": (answer_lost, (7,)),
    "503": (refused(503), (1, 2)),
    "429": (refused(429), (4, 5, 6)),
    "upload lost": (refused(410), (3,)),
    "damaged on the way": (damaged, (3,)),
    "damaged at the end": (damaged, (7,)),
}


@pytest.mark.parametrize(("fault", "at"), FAULTS.values(), ids=FAULTS)
def test_a_fault_costs_a_retry_and_never_a_byte(
    fault: Callable[[Wire, dict[str, Any]], Any], at: tuple[int, ...], job: Job, gcs: ObjectStore
) -> None:
    wire = Wire(fault, at)
    copied = copier(gcs, wire).copy(job, lambda _: None)
    assert wire.count >= max(at)
    assert copied.proof in ("crc32", "md5")
    assert stored(gcs) == {job.target: VIDEO}, "and no cursor is left"
    assert gcs.list(job.target)[0].metadata[KEPT_AS] == gcs.fingerprint(copied.info)


def test_a_service_that_stays_down_is_transient_and_tells_no_address(
    job: Job, gcs: ObjectStore, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(Transient) as caught:
        copier(gcs, Wire(cut, tuple(range(3, 99)))).copy(job, lambda _: None)
    assert "upload_id" not in str(caught.value)
    assert not [record for record in caplog.records if "upload_id=" in record.getMessage()]
    assert [info.name.startswith(FOLDER) for info in gcs.list("")] == [True]
    assert copier(gcs, open_http(1)).copy(job, lambda _: None).proof
    assert stored(gcs) == {job.target: VIDEO}


def test_a_login_that_is_refused_is_not_tried_again(job: Job, gcs: ObjectStore) -> None:
    wire = Wire(refused(403), (1,))
    with pytest.raises(Permanent, match="not permitted"):
        copier(gcs, wire).copy(job, lambda _: None)
    assert wire.count == 1


def test_a_source_replaced_in_the_middle_is_never_mixed(job: Job, s3: ObjectStore, gcs: ObjectStore) -> None:
    def replaced(wire: Wire, asked: dict[str, Any]) -> Any:
        s3.write("g/FAR_LEFT.mp4", bytes(len(VIDEO)))
        return cut(wire, asked)

    with pytest.raises(Permanent, match="replaced meanwhile; run it again"):
        copier(gcs, Wire(replaced)).copy(job, lambda _: None)
    assert [info.name for info in gcs.list("Games/")] == []
    report = migrate_game(s3, "g", gcs, "g1")
    assert report.is_success
    assert gcs.read(job.target) == bytes(len(VIDEO))


def test_a_writer_that_was_first_is_looked_at_and_never_overwritten(job: Job, gcs: ObjectStore) -> None:
    def overtaken(wire: Wire, asked: dict[str, Any]) -> Any:
        gcs.write(job.target, b"somebody else's")
        return wire.session.request(**asked)

    with pytest.raises(AlreadyExists):
        copier(gcs, Wire(overtaken, (7,))).copy(job, lambda _: None)
    assert stored(gcs) == {job.target: b"somebody else's"}


KILLED = """
import os, signal, sys
from uball_assets.adapters.stores.opening import open_store
from uball_assets.adapters.copying.job import Job
from uball_assets.adapters.copying.source import Source
from uball_assets.adapters.copying.resumable_upload import open_http
from uball_assets.adapters.copying.stream import StreamCopier
s3, gcs = open_store(sys.argv[1]), open_store(sys.argv[2])
read = 0
def told(count):
    global read
    read += count
    if read >= int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)
job = Job(Source(s3, s3.list("g/")[0]), "Games/g1/FAR_LEFT.mp4")
StreamCopier(gcs, open_http(1), 262144, ()).copy(job, told)
"""


@pytest.mark.parametrize("killed_at", [1, 3 * PIECE + 5, len(VIDEO)], ids=["start", "middle", "end"])
def test_a_killed_copy_goes_on_where_it_stopped(
    killed_at: int, job: Job, an_s3_bucket: str, a_gcs_bucket: str, gcs: ObjectStore
) -> None:
    command = [sys.executable, "-c", KILLED, an_s3_bucket, a_gcs_bucket, str(killed_at)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert [info.name for info in gcs.list("Games/")] == []
    read: list[int] = []
    assert copier(gcs, open_http(1)).copy(job, read.append).proof
    assert stored(gcs) == {job.target: VIDEO}
    if killed_at > PIECE:
        assert sum(read) < len(VIDEO) - 2 * PIECE, "what had arrived was not read again"
