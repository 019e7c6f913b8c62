"""The other engines: whatever they say, a copy counts only once the services' checksums were compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from uball_assets.adapters.copying import rclone
from uball_assets.adapters.copying.job import Job, Outcome
from uball_assets.adapters.copying.source import Source
from uball_assets.adapters.copying.transfer_service import TransferService
from uball_assets.adapters.stores.gcs_store import GcsStore
from uball_assets.adapters.stores.opening import open_store
from uball_assets.adapters.stores.s3_store import S3Store
from uball_assets.domain.errors import Permanent, Transient
from uball_assets.domain.footage.angles import Angle
from uball_assets.services.migration import migrate_game

pytestmark = pytest.mark.services

VIDEOS = {f"{angle}.mp4": angle.encode() * 1000 for angle in Angle}


@pytest.fixture
def s3(an_s3_bucket: str) -> S3Store:
    store = open_store(f"{an_s3_bucket}/league")
    assert isinstance(store, S3Store)
    for name, data in VIDEOS.items():
        store.write(f"Games/d/g/{name}", data)
    return store


@pytest.fixture
def gcs(a_gcs_bucket: str) -> GcsStore:
    store = open_store(f"{a_gcs_bucket}/kept")
    assert isinstance(store, GcsStore)
    return store


def stored(gcs: GcsStore) -> dict[str, bytes]:
    return {info.name: gcs.read(info.name) for info in gcs.list("")}


WANTED = {f"Games/g1/{name}": data for name, data in VIDEOS.items()}


def test_rclone_copies_and_is_believed_nothing(s3: S3Store, gcs: GcsStore) -> None:
    try:
        rclone.find_rclone()
    except Permanent:
        pytest.skip("rclone is not installed (the rclone extra)")
    report = migrate_game(s3, "Games/d/g", gcs, "g1", engine="rclone")
    assert report.failures == ()
    assert stored(gcs) == WANTED
    assert {video.verified for video in report.migrated} == {"md5"}
    again = migrate_game(s3, "Games/d/g", gcs, "g1")
    assert {video.skipped for video in again.migrated} == {True}, "stream takes rclone's copies for its own"


def test_without_rclone_it_is_said_how_to_get_it(
    s3: S3Store, gcs: GcsStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    with pytest.raises(Permanent, match="not installed; install it"):
        migrate_game(s3, "Games/d/g", gcs, "g1", engine="rclone")


def test_no_secret_stands_on_rclones_command_line(s3: S3Store, gcs: GcsStore) -> None:
    assert "planted-secret" not in "".join(rclone.remotes(s3, gcs))


class Answer:
    def __init__(self, status_code: int, told: dict[str, Any]) -> None:
        self.status_code, self.told = status_code, told

    def json(self) -> dict[str, Any]:
        return self.told


class Transfers:
    """The Storage Transfer Service's REST protocol, as far as it is used; it copies at the second poll."""

    def __init__(self, copy: Callable[[dict[str, Any]], None], end: dict[str, Any]) -> None:
        self.copy, self.end, self.asked, self.polls = copy, end, [dict[str, Any]()], 0

    def request(self, verb: str, address: str, json: Any, timeout: float) -> Answer:
        assert timeout > 0
        match verb, address.removeprefix("https://sts.test/v1"):
            case "POST", "/transferJobs":
                assert json["transferSpec"]["awsS3DataSource"]["roleArn"].startswith("arn:aws:iam::")
                self.asked = [json["transferSpec"]]
                return Answer(200, {"name": "transferJobs/1"})
            case "POST", "/transferJobs/1:run":
                assert json == {"projectId": "p"}
                return Answer(200, {"name": "transferOperations/2"})
            case "GET", "/transferOperations/2":
                return self._operation()
        raise AssertionError(f"not in the protocol: {verb} {address}")

    def _operation(self) -> Answer:
        self.polls += 1
        if self.polls == 1:
            return Answer(503, {})
        if self.polls == 2:
            self.copy(self.asked[0])
            return Answer(
                200, {"metadata": {"status": "IN_PROGRESS", "counters": {"bytesCopiedToSink": "5"}}}
            )
        return Answer(200, self.end)


DONE = {"done": True, "metadata": {"status": "SUCCESS", "counters": {"bytesCopiedToSink": "9"}}}


def transferred(
    s3: S3Store, gcs: GcsStore, end: dict[str, Any], damage: bytes = b""
) -> tuple[dict[str, Outcome], list[int]]:
    def copy(spec: dict[str, Any]) -> None:
        assert spec["awsS3DataSource"]["path"] == "league/Games/d/g/"
        assert spec["gcsDataSink"]["path"] == "kept/Games/g1/"
        for name in spec["objectConditions"]["includePrefixes"]:
            data = s3.read(f"Games/d/g/{name}")
            gcs.write(f"Games/g1/{name}", data[: len(data) - len(damage)] + damage)

    service = TransferService(Transfers(copy, end), "p", "arn:aws:iam::1:role/r", "https://sts.test/v1", 0.0)
    jobs = [
        Job(Source(s3, info), f"Games/g1/{info.name.rpartition('/')[2]}") for info in s3.list("Games/d/g/")
    ]
    told: list[int] = []
    return dict(service.copy_all(s3, gcs, jobs, told.append)), told


def test_the_transfer_service_is_asked_run_and_watched(s3: S3Store, gcs: GcsStore) -> None:
    outcomes, told = transferred(s3, gcs, DONE)
    assert {getattr(outcome, "proof", outcome) for outcome in outcomes.values()} == {"md5"}
    assert sum(told) == 9
    assert stored(gcs) == WANTED


def test_a_transfer_that_damaged_videos_counts_for_nothing(s3: S3Store, gcs: GcsStore) -> None:
    outcomes, _ = transferred(s3, gcs, DONE, damage=b"X")
    assert all(isinstance(outcome, Transient) for outcome in outcomes.values())
    assert stored(gcs) == {}


def test_a_transfer_that_failed_says_so(s3: S3Store, gcs: GcsStore) -> None:
    def nothing(_: dict[str, Any]) -> None:
        pass

    end = {"done": True, "error": {"code": 7}, "metadata": {"status": "FAILED"}}
    service = TransferService(
        Transfers(nothing, end), "p", "arn:aws:iam::1:role/r", "https://sts.test/v1", 0.0
    )
    job = Job(Source(s3, s3.list("Games/d/g/")[0]), "Games/g1/FAR_LEFT.mp4")
    outcome = service.copy_all(s3, gcs, [job], lambda _: None)[job.target]
    assert isinstance(outcome, Transient)
    assert "ended with FAILED" in str(outcome)


@pytest.mark.parametrize(
    ("project", "role", "said"), [(None, "r", "set GCP_PROJECT_ID"), ("p", "", "set UBALL_TRANSFER_ROLE_ARN")]
)
def test_the_transfer_service_says_what_it_needs(
    project: str | None, role: str, said: str, s3: S3Store, gcs: GcsStore
) -> None:
    with pytest.raises(Permanent, match=said):
        migrate_game(s3, "Games/d/g", gcs, "g1", engine="sts", project_id=project, role_arn=role)
