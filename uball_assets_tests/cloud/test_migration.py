"""Videos from a server of S3 to one of GCS: every byte proved, once, whatever breaks on the way."""

from __future__ import annotations

import gzip
import logging
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from click.testing import CliRunner

from uball_assets.adapters.copying.rclone import find_rclone
from uball_assets.adapters.stores import s3_store
from uball_assets.adapters.stores.gcs_store import GcsStore
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.stores.opening import open_store
from uball_assets.adapters.stores.s3_store import S3Store
from uball_assets.adapters.stores.s3_store import _open as open_s3
from uball_assets.commands.migrate import migrate
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.migration import KEPT_FROM, MigrationReport
from uball_assets.services.migration import look_at_game, migrate_game, refusal_of

pytestmark = pytest.mark.services

MIB = 1024 * 1024
FOLDER_PATH = "Games/09-22-2025/game1/"
VIDEOS = {f"{angle}.mp4": random.Random(angle).randbytes(2 * MIB + 17) for angle in Angle}


@pytest.fixture
def s3(an_s3_bucket: str) -> ObjectStore:
    return open_store(an_s3_bucket)


@pytest.fixture
def gcs(a_gcs_bucket: str) -> ObjectStore:
    return open_store(a_gcs_bucket)


@pytest.fixture
def arrived(s3: ObjectStore) -> ObjectStore:
    for name, data in VIDEOS.items():
        s3.write(FOLDER_PATH + name, data)
    return s3


def stored(gcs: ObjectStore) -> dict[str, bytes]:
    return {info.name: gcs.read(info.name) for info in gcs.list("")}


def wanted(game_id: str = "g1") -> dict[str, bytes]:
    return {f"Games/{game_id}/{name}": data for name, data in VIDEOS.items()}


def proofs(report: MigrationReport) -> set[tuple[str, bool]]:
    return {(video.verified, video.skipped) for video in report.migrated}


def test_a_game_arrives_byte_for_byte_and_says_what_proved_it(arrived: ObjectStore, gcs: ObjectStore) -> None:
    seen: list[tuple[int, int]] = []
    report = migrate_game(arrived, FOLDER_PATH, gcs, "g1", progress=lambda *now: seen.append(now))
    assert stored(gcs) == wanted()
    total = sum(map(len, VIDEOS.values()))
    told = report.to_dict()
    assert (told["success"], told["total_files"], told["migrated_files"], told["failed_files"]) == (
        True,
        4,
        4,
        0,
    )
    assert (told["success_rate"], told["bytes"]) == (100.0, total)
    assert told["source_path"] == arrived.uri(FOLDER_PATH.rstrip("/")) + "/"
    assert told["migrated_list"][0]["source"] == arrived.uri(FOLDER_PATH + "FAR_LEFT.mp4")
    assert told["migrated_list"][0]["destination"] == gcs.uri("Games/g1/FAR_LEFT.mp4")
    assert proofs(report) <= {("crc32", False), ("md5", False)}
    assert seen[-1] == (total, total)
    kept = gcs.list("Games/g1/FAR_LEFT.mp4")[0].metadata
    assert kept[KEPT_FROM] == arrived.fingerprint(arrived.list(FOLDER_PATH)[0])


def test_doing_it_again_reads_nothing(arrived: ObjectStore, gcs: ObjectStore) -> None:
    migrate_game(arrived, FOLDER_PATH, gcs, "g1")
    again = migrate_game(arrived, FOLDER_PATH.rstrip("/"), gcs, "g1")
    assert again.copied_bytes == 0
    assert proofs(again) == {("earlier", True)}
    assert again.is_success


def test_what_somebody_else_copied_is_told_by_its_checksum(arrived: ObjectStore, gcs: ObjectStore) -> None:
    for name, data in VIDEOS.items():
        gcs.write(f"Games/g1/{name}", data, {"by": "another program"})
    gcs.write("Games/g1/FAR_LEFT.mp4", b"x" * len(VIDEOS["FAR_LEFT.mp4"]))
    report = migrate_game(arrived, FOLDER_PATH, gcs, "g1")
    assert proofs(report) == {("md5", True)}
    assert [failure.source for failure in report.failures] == [arrived.uri(FOLDER_PATH + "FAR_LEFT.mp4")]
    assert "--replace" in report.failures[0].remedy
    assert migrate_game(arrived, FOLDER_PATH, gcs, "g1", replace=True).is_success
    assert stored(gcs) == wanted()


def test_a_changed_source_replaces_our_copy(arrived: ObjectStore, gcs: ObjectStore) -> None:
    migrate_game(arrived, FOLDER_PATH, gcs, "g1")
    arrived.write(FOLDER_PATH + "FAR_LEFT.mp4", b"filmed again")
    report = migrate_game(arrived, FOLDER_PATH, gcs, "g1")
    assert sum(video.skipped for video in report.migrated) == 3
    assert stored(gcs) == wanted() | {"Games/g1/FAR_LEFT.mp4": b"filmed again"}


def test_a_video_in_parts_is_proved_by_its_parts(s3: ObjectStore, gcs: ObjectStore, tmp_path: Any) -> None:
    video = tmp_path / "FAR_LEFT.mp4"
    video.write_bytes(random.Random(7).randbytes(35 * MIB + 3))
    s3.upload("g/FAR_LEFT.mp4", video)
    report = migrate_game(s3, "g", gcs, "g1")
    assert report.failures == ()
    assert {each.verified for each in report.migrated} <= {"etag", "crc32"}
    assert gcs.read("Games/g1/FAR_LEFT.mp4") == video.read_bytes()


def test_two_runs_at_once_end_with_one_whole_game(arrived: ObjectStore, gcs: ObjectStore) -> None:
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda _: migrate_game(arrived, FOLDER_PATH, gcs, "g1"), range(2)))
    assert [report.failures for report in reports] == [(), ()]
    assert stored(gcs) == wanted()


def test_memory_does_not_grow_with_the_video(s3: ObjectStore, a_gcs_bucket: str, an_s3_bucket: str) -> None:
    """64 MiB in four videos, less than half of it more in memory; 1 GiB: benchmarks/migrate.py."""
    for angle in Angle:
        s3.write(f"g/{angle}.mp4", bytes(16 * MIB))
    script = """
import resource, sys
from uball_assets.services.migration import look_at_game, migrate_game, refusal_of
from uball_assets.adapters.stores.opening import open_store
s3, gcs = open_store(sys.argv[1]), open_store(sys.argv[2])
s3.list(""), gcs.list("")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert migrate_game(s3, "g", gcs, "g1").is_success
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""
    command = [sys.executable, "-c", script, an_s3_bucket, a_gcs_bucket]
    assert int(subprocess.run(command, check=True, capture_output=True, text=True).stdout) < 32


# the command


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Any, an_s3_bucket: str, a_gcs_bucket: str) -> None:
    for name, value in {
        "CHECKOUT": str(tmp_path),
        "SOURCE_URL": an_s3_bucket,
        "VIDEOS_URL": a_gcs_bucket,
        "TRAINING_URL": a_gcs_bucket,
    }.items():
        monkeypatch.setenv(f"UBALL_{name}", value)


@pytest.fixture
def no_credentials(an_s3_bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert an_s3_bucket
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.mark.usefixtures("settings")
def test_the_command_copies_and_prints_no_secret(
    arrived: ObjectStore, gcs: ObjectStore, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "uball_assets")
    asked = ["--s3-path", FOLDER_PATH.rstrip("/"), "--game-id", "g1", "--json"]
    done = CliRunner().invoke(migrate, asked)
    assert done.exit_code == 0, done.output
    assert '"success_rate": 100.0' in done.stdout
    record = {name for name in stored(gcs) if name.startswith("record/")}
    assert {name: data for name, data in stored(gcs).items() if name not in record} == wanted()
    assert record == {"record/usage/000001.json"}
    assert "planted-secret" not in done.output + caplog.text
    assert arrived.uri(FOLDER_PATH + "FAR_LEFT.mp4") in done.stdout


@pytest.mark.usefixtures("arrived")
def test_the_command_is_told_both_ends_and_the_region_without_any_setting(
    an_s3_bucket: str, a_gcs_bucket: str, gcs: ObjectStore, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UBALL_CHECKOUT", str(tmp_path))
    asked = ["--s3-path", FOLDER_PATH, "--game-id", "g1", "--from", an_s3_bucket, "--to", a_gcs_bucket]
    opened: list[str | None] = []

    def noted(region: str | None, attempts: int, pays: bool) -> list[Any]:
        opened.append(region)
        return open_s3(region, attempts, pays)

    monkeypatch.setattr(s3_store, "_open", noted)
    done = CliRunner().invoke(migrate, [*asked, "--region", "eu-central-1"])
    assert done.exit_code == 0, done.output
    assert stored(gcs) == wanted()
    assert opened == ["eu-central-1"]


@pytest.mark.usefixtures("settings", "arrived", "no_credentials")
def test_missing_credentials_are_said_with_what_to_do() -> None:
    done = CliRunner().invoke(migrate, ["--s3-path", FOLDER_PATH, "--game-id", "g1"])
    assert isinstance(done.exception, Permanent)
    assert "AWS_ACCESS_KEY_ID" in str(done.exception)


def put_raw(s3: ObjectStore, name: str, data: bytes, **asked: Any) -> None:
    """As another program uploads it."""
    assert isinstance(s3, S3Store)
    s3._client().put_object(Bucket=s3.address.bucket, Key=name, Body=data, **asked)


def test_a_video_kept_compressed_is_no_video_whatever_its_checksum_proves(
    arrived: ObjectStore, gcs: ObjectStore
) -> None:
    name = FOLDER_PATH + "FAR_LEFT.mp4"
    put_raw(arrived, name, gzip.compress(VIDEOS["FAR_LEFT.mp4"]), ContentEncoding="gzip")
    report = migrate_game(arrived, FOLDER_PATH, gcs, "g1")
    [failure] = report.failures
    assert "is kept compressed (gzip), which is no video" in failure.reason
    assert "Games/g1/FAR_LEFT.mp4" not in stored(gcs)
    put_raw(arrived, name, VIDEOS["FAR_LEFT.mp4"], ContentEncoding="gzip")  # a wrong word about a plain video
    assert migrate_game(arrived, FOLDER_PATH, gcs, "g1").is_success
    assert stored(gcs) == wanted()


@pytest.mark.parametrize("storage_class", ["GLACIER", "DEEP_ARCHIVE"])
def test_an_archived_video_is_told_before_anything_is_copied_and_copied_once_restored(
    arrived: ObjectStore, gcs: ObjectStore, storage_class: str
) -> None:
    assert isinstance(arrived, S3Store)
    name = FOLDER_PATH + "FAR_LEFT.mp4"
    put_raw(arrived, name, VIDEOS["FAR_LEFT.mp4"], StorageClass=storage_class)
    look = look_at_game(arrived, FOLDER_PATH, gcs, "g1")
    told = {video.source: refusal_of(gcs, look, video) for video in look.plan.videos}
    assert f"is archived ({storage_class}); restore it" in told.pop(name)
    assert set(told.values()) == {""}
    [failure] = migrate_game(arrived, FOLDER_PATH, gcs, "g1").failures
    assert "is archived" in failure.reason
    arrived._client().restore_object(Bucket=arrived.address.bucket, Key=name, RestoreRequest={"Days": 1})
    assert migrate_game(arrived, FOLDER_PATH, gcs, "g1").is_success
    assert stored(gcs) == wanted()


TYPES = {
    "FAR_LEFT.mp4": "video/quicktime",
    "game.json": "application/vnd.league+json",
    "notes.txt": "text/plain",
}


@pytest.fixture
def whole_folder(arrived: ObjectStore) -> ObjectStore:
    """As another program uploads it, with types and metadata of its own; one file is empty."""
    data = {**VIDEOS, "game.json": gzip.compress(b"{}"), "notes.txt": b"gray is home", "thumbs/0.jpg": b""}
    for name, said in TYPES.items():
        put_raw(
            arrived, FOLDER_PATH + name, data[name], ContentType=said, Metadata={"court": "a", "by": "rig 3"}
        )
    put_raw(
        arrived,
        FOLDER_PATH + "game.json",
        data["game.json"],
        ContentType=TYPES["game.json"],
        ContentEncoding="gzip",
        Metadata={"court": "a", "by": "rig 3"},
    )
    put_raw(arrived, FOLDER_PATH + "thumbs/0.jpg", b"")
    return arrived


@pytest.mark.parametrize("engine", ["stream", "rclone"])
def test_a_games_folder_arrives_whole_with_types_and_metadata(
    whole_folder: ObjectStore, gcs: ObjectStore, engine: str
) -> None:
    if engine == "rclone":
        try:
            find_rclone()
        except Permanent:
            pytest.skip("rclone is not installed (the rclone extra)")
    report = migrate_game(whole_folder, FOLDER_PATH, gcs, "g1", engine=engine)
    assert report.failures == ()
    others = [file.destination for file in report.migrated if not file.is_video]
    assert others == [gcs.uri(f"Games/g1/{name}") for name in ("game.json", "notes.txt", "thumbs/0.jpg")]
    assert stored(gcs) == {
        info.name.replace(FOLDER_PATH, "Games/g1/"): whole_folder.read(info.name)
        for info in whole_folder.list(FOLDER_PATH)
    }
    assert isinstance(gcs, GcsStore)
    infos = {info.name.removeprefix("Games/g1/"): info for info in gcs.list("Games/g1/")}
    for name, said in TYPES.items():
        assert gcs.content_type(infos[name]) == said
        kept = infos[name].metadata
        assert (kept["court"], kept["by"]) == ("a", "rig 3")
    assert infos["game.json"].metadata["content-encoding"] == "gzip"
    assert gcs.content_type(infos["FAR_RIGHT.mp4"]) == "video/mp4"
    again = migrate_game(whole_folder, FOLDER_PATH, gcs, "g1")
    assert (again.copied_bytes, {file.skipped for file in again.migrated}) == (0, {True})


def test_a_folder_is_named_by_its_address_too(arrived: ObjectStore, gcs: ObjectStore) -> None:
    report = migrate_game(arrived, arrived.uri(FOLDER_PATH.rstrip("/")) + "/", gcs, "g1")
    assert report.is_success
    assert report.source_path == arrived.uri(FOLDER_PATH.rstrip("/")) + "/"
