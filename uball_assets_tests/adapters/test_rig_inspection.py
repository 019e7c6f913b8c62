"""What a camera's proof tells the rig."""

from __future__ import annotations

from pathlib import Path

import pytest

from uball_assets.adapters.folder_store import FolderStore
from uball_assets.adapters.rig_inspection import inspect_rig
from uball_assets.adapters.sqlite_plays_db import SqlitePlaysDb
from uball_assets_tests.videos import Video, make_video


@pytest.mark.parametrize("is_walked", [False, True], ids=["indexed", "fragmented"])
def test_a_camera_whose_film_has_no_index_is_told_from_others(is_walked: bool, tmp_path: Path) -> None:
    film = tmp_path / "videos" / "Games" / "g1" / "FAR_LEFT.mp4"
    film.parent.mkdir(parents=True)
    make_video(film, Video(duration_s=2.0, is_fragmented=is_walked))
    plays_db = SqlitePlaysDb(tmp_path / "plays.db")
    plays_db.add_game({"id": "g1"}, [], [])
    (camera,) = inspect_rig(FolderStore(tmp_path / "videos"), plays_db, "g1").cameras
    assert camera.is_walked is is_walked
