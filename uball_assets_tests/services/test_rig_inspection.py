from __future__ import annotations

import math
from pathlib import Path

import pytest

from uball_assets.adapters.plays.sqlite_plays_db import SqlitePlaysDb
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.adapters.stores.object_store import ObjectInfo
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage.angles import Angle
from uball_assets.services.rig_inspection import inspect_rig
from uball_assets.services.sources import source_hash, source_hashes
from uball_assets_tests.videos import SyntheticVideo, make_video

GAME = "Games/g1/"


@pytest.fixture
def videos(tmp_path: Path) -> FolderStore:
    """Four sound cameras of three seconds."""
    folder = tmp_path / "videos" / GAME
    folder.mkdir(parents=True)
    for angle in Angle:
        make_video(folder / f"{angle}.mp4", SyntheticVideo(duration_s=3.0))
    return FolderStore(tmp_path / "videos")


@pytest.fixture
def plays_db(tmp_path: Path) -> SqlitePlaysDb:
    database = SqlitePlaysDb(tmp_path / "plays.db")
    offset = {"game_id": "g1", "angle": "FAR_LEFT", "sync_offset_seconds": 1.25}
    database.add_game({"id": "g1"}, [], [offset])
    return database


def test_four_sound_cameras_are_found_with_what_they_filmed(
    videos: FolderStore, plays_db: SqlitePlaysDb
) -> None:
    rig = inspect_rig(videos, plays_db, "g1")
    assert [camera.angle for camera in rig.cameras] == sorted(Angle)
    assert rig.quarantined == ()
    camera = rig.camera(Angle.FAR_LEFT)
    assert camera is not None
    assert camera.filmed.end_s == pytest.approx(3.0)
    assert camera.sync_offset_s == 1.25
    assert rig.footage[Angle.FAR_LEFT].start_s == pytest.approx(-1.25)
    assert rig.footage[Angle.FAR_RIGHT].start_s == pytest.approx(0.0)


def test_a_rig_and_the_cheap_look_agree_on_what_is_outside(
    videos: FolderStore, plays_db: SqlitePlaysDb
) -> None:
    rig = inspect_rig(videos, plays_db, "g1")
    assert source_hashes(videos, plays_db)["g1"] == source_hash(rig.videos_hash, "")


def test_a_missing_camera_is_a_loss(videos: FolderStore, plays_db: SqlitePlaysDb) -> None:
    videos.delete(f"{GAME}NEAR_LEFT.mp4")
    rig = inspect_rig(videos, plays_db, "g1")
    assert rig.camera(Angle.NEAR_LEFT) is None
    assert [(entry.what, entry.why) for entry in rig.quarantined] == [
        ("camera NEAR_LEFT", "no file for this camera")
    ]


def test_a_file_that_is_no_video_costs_its_camera(videos: FolderStore, plays_db: SqlitePlaysDb) -> None:
    videos.write(f"{GAME}NEAR_LEFT.mp4", b"<html>not found</html>")
    rig = inspect_rig(videos, plays_db, "g1")
    assert len(rig.cameras) == 3
    assert [entry.where for entry in rig.quarantined] == [f"{GAME}NEAR_LEFT.mp4"]


def test_a_truncated_file_keeps_its_camera_as_far_as_it_goes(
    videos: FolderStore, plays_db: SqlitePlaysDb
) -> None:
    whole = videos.read(f"{GAME}FAR_LEFT.mp4")
    videos.write(f"{GAME}FAR_LEFT.mp4", whole[: int(len(whole) * 0.6)])
    rig = inspect_rig(videos, plays_db, "g1")
    camera = rig.camera(Angle.FAR_LEFT)
    assert camera is not None
    assert 0.5 < camera.filmed.end_s < 2.9
    assert camera.verdict == "usable-with-loss"
    assert "cut short" in rig.quarantined[0].why


def test_a_camera_that_filmed_much_less_than_its_sisters_stays_and_says_so(
    videos: FolderStore, plays_db: SqlitePlaysDb
) -> None:
    make_video(videos.root / GAME / "NEAR_LEFT.mp4", SyntheticVideo(duration_s=1.0))
    rig = inspect_rig(videos, plays_db, "g1")
    camera = rig.camera(Angle.NEAR_LEFT)
    assert camera is not None
    assert camera.verdict == "sound"
    assert [entry.what for entry in rig.quarantined] == ["camera NEAR_LEFT"]
    assert rig.quarantined[0].why == camera.reasons[0]
    assert "it filmed 1.0 s, 2.0 s less than its sisters (3.0 s)" in rig.quarantined[0].why


def test_what_is_worth_knowing_of_a_sound_video_is_kept_with_its_camera(
    videos: FolderStore, plays_db: SqlitePlaysDb
) -> None:
    make_video(videos.root / GAME / "NEAR_LEFT.mp4", SyntheticVideo(duration_s=3.0, has_audio=False))
    rig = inspect_rig(videos, plays_db, "g1")
    assert {camera.angle: camera.notes for camera in rig.cameras if camera.notes} == {
        Angle.NEAR_LEFT: ("no sound: clips are silent",)
    }
    assert rig.quarantined == ()


def test_cameras_of_a_store_that_is_no_folder_are_judged_by_ranges(
    videos: FolderStore, plays_db: SqlitePlaysDb
) -> None:
    class Bucket(FolderStore):
        def local_path(self, name: str) -> Path:
            del name
            return None  # type: ignore[return-value]

        def read(self, name: str) -> bytes:
            raise AssertionError(f"{name} was read whole")

    assert inspect_rig(Bucket(videos.root), plays_db, "g1") == inspect_rig(videos, plays_db, "g1")


@pytest.mark.parametrize("value", ["soon", math.inf])
def test_an_offset_that_is_no_number_costs_its_camera_instead_of_cutting_the_wrong_seconds(
    videos: FolderStore, plays_db: SqlitePlaysDb, value: object
) -> None:
    plays_db.add_game({"id": "g1"}, [], [{"angle": "FAR_LEFT", "sync_offset_seconds": value}])
    rig = inspect_rig(videos, plays_db, "g1")
    assert rig.camera(Angle.FAR_LEFT) is None
    [entry] = rig.quarantined
    assert (entry.what, entry.why) == (
        "camera FAR_LEFT",
        f"its sync offset is {value}, not a number of seconds",
    )


def test_an_offset_holds_for_its_camera_however_the_row_spells_it_and_one_of_no_camera_is_named(
    videos: FolderStore, plays_db: SqlitePlaysDb
) -> None:
    spelled = {"near-left": 2.0, "Far Right": 0.5, "nr": -1.0, "PRESS_BOX": 7.0}
    rows = [{"angle": angle, "sync_offset_seconds": offset_s} for angle, offset_s in spelled.items()]
    plays_db.add_game({"id": "g1"}, [], rows)
    rig = inspect_rig(videos, plays_db, "g1")
    assert {str(camera.angle): camera.sync_offset_s for camera in rig.cameras} == {
        "FAR_LEFT": 1.25,
        "NEAR_LEFT": 2.0,
        "FAR_RIGHT": 0.5,
        "NEAR_RIGHT": -1.0,
    }
    assert [(entry.what, entry.why) for entry in rig.quarantined] == [
        ("offset of 'PRESS_BOX'", "'PRESS_BOX' names no camera")
    ]


def test_a_file_that_may_not_be_read_costs_its_camera(videos: FolderStore, plays_db: SqlitePlaysDb) -> None:
    class Locked(FolderStore):
        def fingerprint(self, info: ObjectInfo) -> str:
            if "FAR_LEFT" in info.name:
                raise Permanent("permission denied")
            return super().fingerprint(info)

    rig = inspect_rig(Locked(videos.root), plays_db, "g1")
    assert len(rig.cameras) == 3
    assert [(entry.what, entry.why) for entry in rig.quarantined] == [
        ("camera FAR_LEFT", "permission denied")
    ]


def test_a_game_without_a_folder_is_four_losses(videos: FolderStore, plays_db: SqlitePlaysDb) -> None:
    rig = inspect_rig(videos, plays_db, "g2")
    assert rig.cameras == ()
    assert len(rig.quarantined) == 4


def test_a_camera_whose_video_has_no_index_is_told_from_others(
    videos: FolderStore, plays_db: SqlitePlaysDb, tmp_path: Path
) -> None:
    video = tmp_path / "videos" / GAME / "NEAR_LEFT.mp4"
    make_video(video, SyntheticVideo(duration_s=3.0, is_fragmented=True))
    rig = inspect_rig(videos, plays_db, "g1")
    assert [camera.angle for camera in rig.cameras if camera.is_walked] == [Angle.NEAR_LEFT]
