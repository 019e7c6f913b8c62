"""Clips of windows that are asked about, cut from the cameras that filmed them whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.domain.clipping.clips import Recipe
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import Angle, Side
from uball_assets.domain.footage.rig import Rig
from uball_assets.domain.footage.timeline import Window
from uball_assets.services.clip_library import ClipCutter
from uball_assets.services.moments.proposing import Asked
from uball_assets.services.window_clips import cut_windows
from uball_assets_tests.domain.footage.test_rig import a_camera
from uball_assets_tests.media.cutting.test_time_limit import an_ffmpeg

WINDOWS = [
    Asked("LEFT_00006", Side.LEFT, Window(4.0, 8.0)),
    Asked("LEFT_00016", Side.LEFT, Window(14.0, 18.0)),
]
LENGTH_GAME_S = 24.0
OFFSETS_S = {Angle.FAR_LEFT: 2.0, Angle.NEAR_RIGHT: 0.0}
FPS = 10


def video(path: Path, offset_s: float) -> None:
    """A bright square that moves on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = 128, 72, "yuv420p"
        stream.options = {"preset": "ultrafast", "g": "10"}
        for number in range(round((LENGTH_GAME_S + offset_s) * FPS)):
            place = number * 7 % 90
            picture = np.full((72, 128, 3), 60, np.uint8)
            picture[20:50, place : place + 30] = 230
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))


@pytest.fixture
def cutter(tmp_path: Path) -> ClipCutter:
    for angle, offset_s in OFFSETS_S.items():
        video(tmp_path / f"videos/Games/g1/{angle}.mp4", offset_s)
    videos, training = FolderStore(tmp_path / "videos"), FolderStore(tmp_path / "training")
    return ClipCutter(
        videos, training, Recipe(mode="reencode"), ffmpeg="", workers=2, work_folder=tmp_path / "work"
    )


@pytest.fixture
def rig() -> Rig:
    cameras = tuple(
        replace(a_camera(angle, offset_s), filmed=Window(0.0, LENGTH_GAME_S + offset_s))
        for angle, offset_s in OFFSETS_S.items()
    )
    return Rig("g1", cameras, (), "h")


def test_each_window_is_one_question_in_game_time_with_a_clip_from_both_cameras(
    cutter: ClipCutter, rig: Rig
) -> None:
    questions, quarantined, lost_keys = cut_windows(cutter, rig, WINDOWS)
    assert (quarantined, lost_keys) == ([], [])
    assert [(each.play_key, each.side, each.window) for each in questions] == [tuple(one) for one in WINDOWS]
    for question in questions:
        assert {clip.angle for clip in question.clips} == set(OFFSETS_S)
        for clip in question.clips:
            assert clip.start_file_s - clip.sync_offset_s == pytest.approx(question.window.start_s, abs=0.11)


def test_a_camera_that_did_not_film_all_of_a_window_is_not_asked(cutter: ClipCutter, rig: Rig) -> None:
    early = Asked("LEFT_00000", Side.LEFT, Window(-1.5, 2.0))
    [question] = cut_windows(cutter, rig, [early]).questions
    assert [clip.angle for clip in question.clips] == [Angle.FAR_LEFT]


def test_a_window_of_the_other_side_has_no_camera_here(cutter: ClipCutter, rig: Rig) -> None:
    assert cut_windows(cutter, rig, [Asked("RIGHT_00006", Side.RIGHT, Window(4.0, 8.0))]).questions == []


def test_asking_again_gives_the_same_questions_and_cuts_nothing(cutter: ClipCutter, rig: Rig) -> None:
    first = cut_windows(cutter, rig, WINDOWS)
    versions = [info.version for info in cutter.training.list(object_names.window_clips("g1"))]
    assert cut_windows(cutter, rig, WINDOWS) == first
    assert [info.version for info in cutter.training.list(object_names.window_clips("g1"))] == versions


def test_clips_that_no_window_asks_for_any_more_go(cutter: ClipCutter, rig: Rig) -> None:
    stray = f"{object_names.window_clips('g1')}LEFT_0000000_FAR_LEFT.mp4"
    cutter.training.write(stray, b"of an older video")
    cut_windows(cutter, rig, WINDOWS)
    assert stray not in [info.name for info in cutter.training.list(object_names.window_clips("g1"))]


def test_a_camera_that_cannot_be_read_loses_its_clips_and_the_other_one_answers(
    cutter: ClipCutter, rig: Rig
) -> None:
    cutter.video_store.write("Games/g1/NEAR_RIGHT.mp4", b"no video")
    questions, quarantined, _ = cut_windows(cutter, rig, WINDOWS)
    assert len(questions) == len(WINDOWS)
    assert {clip.angle for question in questions for clip in question.clips} == {Angle.FAR_LEFT}
    assert [entry.what for entry in quarantined] == [f"clip {each.key}_NEAR_RIGHT" for each in WINDOWS]


def test_a_rig_without_cameras_asks_nothing(cutter: ClipCutter) -> None:
    assert cut_windows(cutter, Rig("g1", (), (), "h"), WINDOWS) == ([], [], [])


def test_a_clip_that_could_not_be_cut_is_named_by_its_key_until_it_is_there(
    cutter: ClipCutter, rig: Rig, tmp_path: Path
) -> None:
    dying = replace(cutter, ffmpeg=an_ffmpeg(tmp_path, "kill -KILL $$"), workers=1)
    questions, quarantined, lost_keys = cut_windows(dying, rig, WINDOWS)
    assert len(quarantined) == len(lost_keys) == 1
    again = cut_windows(dying, rig, WINDOWS)
    assert (again.quarantined, again.lost_keys) == ([], [])
    [found] = {clip.key for each in again.questions for clip in each.clips} - {
        clip.key for each in questions for clip in each.clips
    }
    assert found == lost_keys[0]
