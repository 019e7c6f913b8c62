from __future__ import annotations

from pathlib import Path

import pytest

from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.adapters.videos.video_address import open_address, open_object
from uball_assets.domain.errors import Permanent, Transient
from uball_assets_tests.adapters.videos.test_http_ranges import Server, server

__all__ = ["server"]


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    store = FolderStore(tmp_path)
    store.write("game/FAR_LEFT.mp4", b"0123456789")
    store.write("game/FAR_LEFT.mp4.bak", b"other")
    store.write("game/empty.mp4", b"")
    return store


def test_a_path_and_its_address_are_the_same_video(tmp_path: Path) -> None:
    path = tmp_path / "50% off.mp4"
    path.write_bytes(b"0123456789")
    for address in (str(path), path.as_uri(), path.as_uri().replace("file://", "FILE://localhost")):
        with open_address(address) as video:
            assert (video.size_bytes, video.read_range(2, 3), video.local_path) == (10, b"234", path)


def test_a_link_to_a_video_is_followed_and_one_to_itself_is_not(tmp_path: Path) -> None:
    (tmp_path / "video.mp4").write_bytes(b"0123456789")
    (tmp_path / "link.mp4").symlink_to("video.mp4")
    (tmp_path / "circle.mp4").symlink_to("circle.mp4")
    with open_address(str(tmp_path / "link.mp4")) as video:
        assert video.size_bytes == 10
    with pytest.raises(Permanent, match="circle"), open_address(str(tmp_path / "circle.mp4")):
        pass


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("", "is a folder"),
        (".", "is a folder"),
        ("/dev/null", "is a device or a pipe"),
        ("file://", "names no file of this machine"),
        ("file://video.mp4", "names no file of this machine"),
        ("file:///a%00b", "names no file of this machine"),
        (
            "ftp://host/video.mp4",
            "^ftp:// in .* is no video's address: use a path, file://.* gs://bucket or s3://bucket",
        ),
        ("gs://", "names no object: write gs://bucket/folder/video.mp4"),
        ("S3://bucket/", "names no object: write s3://bucket/folder/video.mp4"),
        ("http://", "is no URL of a video"),
        ("x" * 5000, "the name is too long"),
    ],
)
def test_what_is_no_videos_address_is_refused(address: str, says: str) -> None:
    with pytest.raises(Permanent, match=says), open_address(address):
        pass


def test_an_object_is_found_by_its_whole_name(store: FolderStore) -> None:
    with open_object(store, "game/FAR_LEFT.mp4") as video:
        assert video.read_range(2, 3) == b"234"


@pytest.mark.parametrize(
    ("name", "says"), [("game/FAR_LEFT", "there is no video file:///"), ("game/empty.mp4", "is empty")]
)
def test_an_object_that_is_no_video_is_refused(name: str, says: str, store: FolderStore) -> None:
    with pytest.raises(Permanent, match=says), open_object(store, name):
        pass


def test_an_object_replaced_while_it_is_read_is_worth_another_try(store: FolderStore) -> None:
    with pytest.raises(Transient, match="was replaced while"), open_object(store, "game/FAR_LEFT.mp4"):
        store.write("game/FAR_LEFT.mp4", b"another video")


@pytest.mark.parametrize("knows_ranges", [True, False], ids=["by ranges", "only as a whole"])
def test_a_video_on_a_web_server_is_read_whatever_the_server_can(knows_ranges: bool, server: Server) -> None:
    server.knows_ranges = knows_ranges
    with open_address(server.url) as video:
        assert video.read_range(100, 50) == server.content[100:150]
        assert video.size_bytes == len(server.content)
        copy = video.local_path
    assert (copy is None) == knows_ranges
    assert copy is None or not copy.exists()


def test_a_download_that_breaks_off_is_tried_again_by_the_person_not_cut_from(server: Server) -> None:
    server.knows_ranges = False
    server.statuses = [0, 1]
    with pytest.raises(Transient, match="broke off"), open_address(server.url):
        pass
