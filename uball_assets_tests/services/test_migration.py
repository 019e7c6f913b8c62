"""Copying a game between two folders, and the checksums that prove a copy; buckets: `services`."""

from __future__ import annotations

import base64
import hashlib
import random
import zlib
from pathlib import Path

import google_crc32c
import pytest

from uball_assets.adapters.copying.proof import Arrived, Checks, Witness, same_content
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage.angles import Angle
from uball_assets.services.migration import migrate_game

DATA = random.Random(3).randbytes(1_000_003)
FOLDER = "Games/09-22-2025/game1/"


def as_base64(number: int) -> str:
    return base64.b64encode(number.to_bytes(4, "big")).decode()


CRC32C = as_base64(google_crc32c.value(DATA))
CRC32 = as_base64(zlib.crc32(DATA))
MD5 = hashlib.md5(DATA, usedforsecurity=False).hexdigest()


def etag_of_parts(part_bytes: int) -> str:
    parts = [DATA[begin : begin + part_bytes] for begin in range(0, len(DATA), part_bytes)]
    md5s = b"".join(hashlib.md5(part, usedforsecurity=False).digest() for part in parts)
    return f"{hashlib.md5(md5s, usedforsecurity=False).hexdigest()}-{len(parts)}"


WITNESSES = {
    "crc32c": Witness(crc32c=CRC32C, etag=MD5),
    "crc32": Witness(crc32=CRC32, etag=MD5),
    "md5": Witness(etag=MD5),
    "etag": Witness(etag=etag_of_parts(100_000), part_bytes=100_000),
    "transit": Witness(etag=etag_of_parts(100_000)),
}


def fed(checks: Checks, begin: int = 0, end: int = len(DATA), block: int = 33_333) -> Checks:
    for offset in range(begin, end, block):
        checks.update(DATA[offset : min(end, offset + block)])
    return checks


@pytest.mark.parametrize("word", WITNESSES)
def test_a_whole_copy_is_proved_by_what_its_source_keeps(word: str) -> None:
    checks = fed(Checks(WITNESSES[word], len(DATA)))
    assert checks.proof(Arrived(len(DATA), CRC32C, MD5)) == word


@pytest.mark.parametrize("word", [word for word in WITNESSES if word != "transit"])
def test_a_source_that_says_otherwise_is_no_proof(word: str) -> None:
    other = {"crc32c": "crc32c", "crc32": "crc32"}.get(word, "etag")
    value = getattr(WITNESSES[word], other)
    flipped = ("0" if value[0] != "0" else "1") + value[1:]
    witness = Witness(**{**vars(WITNESSES[word]), other: flipped})
    assert fed(Checks(witness, len(DATA))).proof(Arrived(len(DATA), CRC32C, MD5)) == ""


@pytest.mark.parametrize("word", WITNESSES)
def test_what_arrived_otherwise_is_no_proof(word: str) -> None:
    checks = fed(Checks(WITNESSES[word], len(DATA)))
    assert checks.proof(Arrived(len(DATA), as_base64(1), MD5)) == ""
    assert checks.proof(Arrived(len(DATA) - 1, CRC32C, MD5)) == ""


@pytest.mark.parametrize("word", WITNESSES)
@pytest.mark.parametrize("stopped_at", [0, 99_999, 100_000, 512_345, len(DATA)])
def test_a_killed_copy_goes_on_from_what_was_kept_and_proves_the_same(word: str, stopped_at: int) -> None:
    state = fed(Checks(WITNESSES[word], len(DATA)), end=stopped_at).saved()
    checks = Checks(WITNESSES[word], len(DATA))
    checks.restore(state)
    assert checks.offset <= stopped_at
    assert fed(checks, begin=checks.offset).proof(Arrived(len(DATA), CRC32C, MD5)) == word


@pytest.mark.parametrize(
    "state",
    [{}, {"offset": 5, "crc32c": 1, "crc32": 0, "parts": []}, {"offset": -1, "crc32c": 1, "parts": []}],
    ids=["empty", "between no parts", "before the start"],
)
def test_a_kept_state_that_cannot_be_is_refused(state: dict[str, object]) -> None:
    with pytest.raises((KeyError, ValueError, TypeError)):
        Checks(WITNESSES["etag"], len(DATA)).restore(state)


def test_equal_sizes_alone_prove_nothing() -> None:
    arrived = Arrived(5, "x", "y")
    assert same_content(Witness(), 5, arrived) == ""
    assert same_content(Witness(crc32c="x"), 5, arrived) == "crc32c"
    assert same_content(Witness(crc32c="x"), 6, arrived) == ""


@pytest.fixture
def source(tmp_path: Path) -> FolderStore:
    store = FolderStore(tmp_path / "arrivals")
    for angle in Angle:
        store.write(f"{FOLDER}game1_{angle.replace('_', '').lower()}.mp4", angle.encode() * 700_000)
    return store


@pytest.fixture
def videos(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "videos")


def contents(store: ObjectStore) -> dict[str, bytes]:
    return {info.name.rpartition("/")[2]: store.read(info.name) for info in store.list("")}


def test_a_game_arrives_whole_and_once(source: FolderStore, videos: FolderStore) -> None:
    first = migrate_game(source, FOLDER, videos, "g1")
    assert first.is_success
    assert contents(videos) == contents(source)
    assert {info.name.rpartition("/")[0] for info in videos.list("")} == {"Games/g1"}
    again = migrate_game(source, FOLDER, videos, "g1")
    assert (again.copied_bytes, {video.skipped for video in again.migrated}) == (0, {True})


def test_a_new_version_of_a_video_replaces_only_our_own_copy(
    source: FolderStore, videos: FolderStore
) -> None:
    migrate_game(source, FOLDER, videos, "g1")
    name = f"{FOLDER}game1_farleft.mp4"
    source.write(name, b"filmed again")
    report = migrate_game(source, FOLDER, videos, "g1")
    assert sum(not video.skipped for video in report.migrated) == 1
    assert contents(videos) == contents(source)
    videos.write("Games/g1/game1_farleft.mp4", b"a person's own")
    source.write(name, b"filmed a third time")
    refused = migrate_game(source, FOLDER, videos, "g1")
    assert [failure.source for failure in refused.failures] == [source.uri(name)]
    assert "--replace" in refused.failures[0].remedy
    assert videos.read("Games/g1/game1_farleft.mp4") == b"a person's own"
    assert migrate_game(source, FOLDER, videos, "g1", replace=True).is_success
    assert contents(videos) == contents(source)


def test_a_second_file_for_a_camera_at_the_target_is_refused(
    source: FolderStore, videos: FolderStore
) -> None:
    videos.write("Games/g1/FAR_LEFT.mp4", b"from before")
    report = migrate_game(source, FOLDER, videos, "g1")
    assert len(report.migrated) == 3
    assert "another file for this camera" in report.failures[0].reason
    assert videos.uri("Games/g1/FAR_LEFT.mp4") in report.failures[0].reason


def test_an_empty_video_costs_only_itself(source: FolderStore, videos: FolderStore) -> None:
    source.write(f"{FOLDER}game1_nearleft.mp4", b"")
    report = migrate_game(source, FOLDER, videos, "g1")
    assert len(report.migrated) == 3
    assert [(each.reason.endswith("is empty"), each.remedy) for each in report.failures] == [
        (True, "upload the video again")
    ]


def test_a_folder_without_videos_is_told_with_its_address(source: FolderStore, videos: FolderStore) -> None:
    with pytest.raises(Permanent, match="arrivals/Games/game9/: Games/game9/ holds nothing"):
        migrate_game(source, "Games/game9", videos, "g1")


@pytest.mark.parametrize("engine", ["rclone", "sts"])
def test_other_engines_say_what_they_can_copy(engine: str, source: FolderStore, videos: FolderStore) -> None:
    with pytest.raises(Permanent, match="from s3:// to gs:// only; use --engine stream"):
        migrate_game(source, FOLDER, videos, "g1", engine=engine)
