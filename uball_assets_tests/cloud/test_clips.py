"""Clips are the same wherever videos and clips stand: in a folder, in a bucket, or one in each."""

from __future__ import annotations

from pathlib import Path

import pytest

from uball_assets.adapters.plays.sqlite_plays_db import SqlitePlaysDb
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.stores.opening import open_store
from uball_assets.domain.clipping.clips import Recipe
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.rig import Camera
from uball_assets.services.clip_library import ClipCutter
from uball_assets.services.rig_inspection import inspect_rig
from uball_assets_tests.services.test_clip_library import PREFIX, a_plan
from uball_assets_tests.videos import SyntheticVideo, make_video, numbers_and_times

NAME = "Games/g1/FAR_LEFT.mp4"
PLANS = [a_plan("p1", 1.0, 2.0), a_plan("p2", 7.3, 9.5), a_plan("p3", 20.0, 21.0)]


def far_left(videos: ObjectStore, folder: Path) -> Camera:
    database = SqlitePlaysDb(folder / "plays.db")
    database.add_game({"id": "g1"}, [], [])
    camera = inspect_rig(videos, database, "g1").camera(Angle.FAR_LEFT)
    assert camera is not None
    assert camera.verdict == "sound"
    return camera


@pytest.mark.services
@pytest.mark.parametrize("bucket", ["an_s3_bucket", "a_gcs_bucket"])
def test_a_buckets_clips_are_those_of_a_folder_and_unchanged_ones_are_not_cut_again(
    request: pytest.FixtureRequest, tmp_path: Path, bucket: str
) -> None:
    video = make_video(tmp_path / "video.mp4", SyntheticVideo(duration_s=30.0, b_frames=2, index_at_end=True))
    here, there = FolderStore(tmp_path / "here"), open_store(str(request.getfixturevalue(bucket)))
    made = {}
    for name, store in (("here", here), ("there", there)):
        store.upload(NAME, video)
        camera = far_left(store, tmp_path)
        cutter = ClipCutter(store, store, Recipe(), ffmpeg="", workers=2, work_folder=tmp_path / "work")
        result = cutter.make(PREFIX, camera, PLANS)
        assert (result.cut_count, result.quarantined) == (3, ())
        again = cutter.make(PREFIX, camera, PLANS)
        assert (again.cut_count, again.clips) == (0, result.clips)
        edited = cutter.make(PREFIX, camera, [PLANS[0], a_plan("p2", 7.3, 9.9), PLANS[2]])
        assert edited.cut_count == 1
        made[name] = {info.name: store.read(info.name) for info in store.list(PREFIX)}
    assert made["there"] == made["here"]
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(made["there"][PLANS[0].name])
    assert numbers_and_times(clip)[0] == list(range(15, 30))
