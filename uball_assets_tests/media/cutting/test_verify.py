from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from uball_assets.domain.clipping.clips import Frames
from uball_assets.media.cutting.verify import check_clip, decoded
from uball_assets_tests.faults.videos import BROKEN_VIDEOS, SOUND_VIDEOS
from uball_assets_tests.videos import SyntheticVideo, make_video

FRAME_S = 1 / 15


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return make_video(tmp_path / "clip.mp4", SyntheticVideo(duration_s=2.0, b_frames=2))


def test_every_frame_of_a_clip_is_decoded_and_counted(clip: Path) -> None:
    frames = decoded(clip).frames
    assert (frames.count, frames.first_s) == (30, 0.0)
    assert frames.last_s == pytest.approx(29 * FRAME_S)


def test_a_clip_is_proved_from_its_bytes_as_from_its_file(clip: Path) -> None:
    assert decoded(clip.read_bytes()) == decoded(clip)


def test_the_pictures_of_some_frames_come_with_the_same_decoding(clip: Path) -> None:
    found = decoded(clip, (0, 15, 29, 30))
    assert found == decoded(clip)
    assert sorted(found.pictures) == [0, 15, 29]
    assert np.abs(found.pictures[0] - found.pictures[29]).mean() > 1


@pytest.mark.parametrize("content", [b"", b"<html>", bytes(400)], ids=["empty", "html", "zeros"])
def test_what_is_no_video_has_no_frames(content: bytes) -> None:
    assert decoded(content).frames == Frames(0, 0.0, 0.0)


@pytest.mark.parametrize("name", ["cut-short", "zeroed-middle", "zeroed-end", "overwritten-middle"])
def test_frames_whose_data_is_lost_do_not_count(name: str, tmp_path: Path) -> None:
    BROKEN_VIDEOS[name].make(tmp_path / "video.mp4")
    assert 0 < decoded(tmp_path / "video.mp4").frames.count < 90


def test_frames_that_an_edit_list_hides_do_not_count(tmp_path: Path) -> None:
    video = make_video(tmp_path / "video.mp4", SOUND_VIDEOS["hidden-lead-in"])
    assert decoded(video).frames.count == 80


def test_a_clip_that_is_what_was_planned_is_accepted(clip: Path) -> None:
    assert check_clip(clip, Frames(30, 0.0, 29 * FRAME_S), FRAME_S) is None


@pytest.mark.parametrize(
    ("expected", "reason"),
    [
        (Frames(29, 0.0, 28 * FRAME_S), "30 frames decode, 29 expected"),
        (Frames(30, 0.5, 0.5 + 29 * FRAME_S), "first frame is at 0.000 s, expected at 0.500 s"),
        (Frames(30, 0.0, 58 * FRAME_S), "last frame is at 1.933 s"),
    ],
    ids=["count", "first", "last"],
)
def test_a_clip_that_is_not_what_was_planned_is_refused_with_the_difference(
    expected: Frames, reason: str, clip: Path
) -> None:
    assert reason in (check_clip(clip, expected, FRAME_S) or "")
