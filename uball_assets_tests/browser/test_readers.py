"""Clips in the readers that people train with: OpenCV, PyAV and ffmpeg decode what was planned."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from uball_assets.domain.clipping.clips import Recipe
from uball_assets.media.bytes.ranges import FileRanges
from uball_assets.media.cutting.cut import cut_clip
from uball_assets.media.cutting.plan import Tools
from uball_assets.media.cutting.reencode import ffmpeg_binary
from uball_assets.media.videos.video import open_video
from uball_assets_tests.faults.videos import SOUND_VIDEOS
from uball_assets_tests.videos import make_video, number_in, numbers_and_times

pytestmark = pytest.mark.browser
cv2 = pytest.importorskip("cv2", reason="make test-browser installs it")

VIDEOS = [name for name, video in SOUND_VIDEOS.items() if not video.rotation_deg]
"""OpenCV turns pictures upright by itself; turned videos have tests of their own."""


def opencv_numbers(path: Path) -> list[int]:
    video = cv2.VideoCapture(str(path))
    numbers: list[int] = []
    while True:
        is_there, picture = video.read()
        if not is_there:
            return numbers
        numbers.append(number_in(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)))


def ffmpeg_count(path: Path) -> int:
    words = [
        ffmpeg_binary(),
        "-v",
        "error",
        "-xerror",
        "-i",
        str(path),
        "-map",
        "0:v",
        "-fps_mode",
        "passthrough",
    ]
    listed = subprocess.run(
        [*words, "-enc_time_base", "demux", "-f", "framecrc", "-"], check=True, capture_output=True, text=True
    )
    assert not listed.stderr
    return sum(not line.startswith("#") for line in listed.stdout.splitlines())


@pytest.mark.parametrize("mode", ["smart", "edit", "keyframe", "reencode"])
@pytest.mark.parametrize("name", VIDEOS)
def test_opencv_pyav_and_ffmpeg_decode_the_planned_frames(name: str, mode: str, tmp_path: Path) -> None:
    source = make_video(tmp_path / "video.mp4", SOUND_VIDEOS[name])
    with FileRanges(source) as ranges, open_video(ranges, tmp_path) as video:
        clip = cut_clip(video, 1.313, 3.777, Recipe(mode=mode), Tools(tmp_path))
    path = tmp_path / "clip.mp4"
    path.write_bytes(clip.data)
    numbers, _ = numbers_and_times(path)
    assert len(numbers) == clip.frame_count
    assert opencv_numbers(path) == numbers
    assert ffmpeg_count(path) == clip.frame_count
