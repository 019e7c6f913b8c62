"""A camera whose recording is in chapters: found, proved, cut and looked at as one video."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from uball_assets.adapters.plays.sqlite_plays_db import SqlitePlaysDb
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.domain.clipping.clips import Recipe
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.rig import Camera, Rig
from uball_assets.services.camera_video import camera_pieces, open_camera
from uball_assets.services.clip_library import ClipCutter
from uball_assets.services.rig_inspection import inspect_rig
from uball_assets_tests.chapters import split
from uball_assets_tests.services.test_clip_library import PREFIX, a_plan
from uball_assets_tests.videos import SyntheticVideo, make_video, numbers_and_times

FOLDER = "Games/g1/FAR_LEFT/"
NAMES = ("GX010123.MP4", "GX020123.MP4", "GX030123.MP4")


@pytest.fixture
def videos(tmp_path: Path) -> FolderStore:
    video = make_video(tmp_path / "video.mp4", SyntheticVideo(duration_s=9.0))
    split(video, tmp_path / "videos" / FOLDER, (3.0, 6.0), NAMES)
    return FolderStore(tmp_path / "videos")


@pytest.fixture
def plays_db(tmp_path: Path) -> SqlitePlaysDb:
    database = SqlitePlaysDb(tmp_path / "plays.db")
    database.add_game({"id": "g1"}, [], [])
    return database


def far_left(rig: Rig) -> Camera:
    camera = rig.camera(Angle.FAR_LEFT)
    assert camera is not None
    return camera


def test_chapters_are_one_camera_that_filmed_all_of_it(videos: FolderStore, plays_db: SqlitePlaysDb) -> None:
    camera = far_left(inspect_rig(videos, plays_db, "g1"))
    assert (camera.name, *camera.more_names) == tuple(f"{FOLDER}{name}" for name in NAMES)
    assert camera.verdict == "sound"
    assert camera.filmed.end_s == pytest.approx(9.0, abs=0.01)
    assert camera.notes[0] == "recorded in 3 chapters, joined as one video"
    assert camera.size_bytes == sum(info.size_bytes for info in videos.list(FOLDER))


def test_a_clip_over_the_border_of_two_chapters_shows_every_frame(
    videos: FolderStore, plays_db: SqlitePlaysDb, tmp_path: Path
) -> None:
    camera = far_left(inspect_rig(videos, plays_db, "g1"))
    training = FolderStore(tmp_path / "training")
    cutter = ClipCutter(videos, training, Recipe(), ffmpeg="", workers=2, work_folder=tmp_path / "work")
    result = cutter.make(PREFIX, camera, [a_plan("p1", 2.4, 3.6)])
    assert result.quarantined == ()
    numbers, _ = numbers_and_times(training.local_path(result.clips[0].name))
    assert numbers == list(range(36, 54))


def test_an_unusable_chapter_costs_itself_and_those_behind_it(
    videos: FolderStore, plays_db: SqlitePlaysDb
) -> None:
    videos.write(f"{FOLDER}{NAMES[2]}", b"")
    rig = inspect_rig(videos, plays_db, "g1")
    camera = far_left(rig)
    assert camera.verdict == "usable-with-loss"
    assert camera.filmed.end_s == pytest.approx(6.0, abs=0.01)
    assert camera.more_names == (f"{FOLDER}{NAMES[1]}",)
    [entry] = [entry for entry in rig.quarantined if entry.what == "camera FAR_LEFT"]
    assert "GX030123.MP4: not an MP4: the file is empty" in entry.why
    assert "only the first 2 can be used" in entry.why


def test_a_missing_chapter_loses_the_camera_and_is_named(
    videos: FolderStore, plays_db: SqlitePlaysDb
) -> None:
    videos.delete(f"{FOLDER}{NAMES[1]}")
    rig = inspect_rig(videos, plays_db, "g1")
    assert rig.camera(Angle.FAR_LEFT) is None
    assert "chapter 2 of its recording is missing" in next(
        entry.why for entry in rig.quarantined if entry.what == "camera FAR_LEFT"
    )


def test_every_chapter_knows_how_far_its_clock_is_behind(
    videos: FolderStore, plays_db: SqlitePlaysDb, tmp_path: Path
) -> None:
    camera = far_left(inspect_rig(videos, plays_db, "g1"))
    shifts_s = [piece.shift_s for piece in camera_pieces(videos, camera)]
    assert shifts_s == pytest.approx([0.0, 3.0, 6.0], abs=1e-3)
    with open_camera(videos, camera, tmp_path) as video:
        assert np.diff(video.shown_s) == pytest.approx(1 / 15, abs=1e-3)


def test_a_chapter_that_went_away_is_named(
    videos: FolderStore, plays_db: SqlitePlaysDb, tmp_path: Path
) -> None:
    camera = far_left(inspect_rig(videos, plays_db, "g1"))
    videos.delete(f"{FOLDER}{NAMES[1]}")
    with pytest.raises(Permanent, match=r"there is no Games/g1/FAR_LEFT/GX020123\.MP4 any more"):
        open_camera(videos, camera, tmp_path)
