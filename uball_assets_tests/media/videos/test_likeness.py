"""A clip is held against the video's pictures: what counts and times do not show is seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from uball_assets.media.bytes.ranges import FileRanges
from uball_assets.media.cutting.verify import decoded
from uball_assets.media.videos.likeness import ends_of
from uball_assets.media.videos.samples import read_samples
from uball_assets.media.videos.sequence import unlike_video
from uball_assets_tests.cutting import cut
from uball_assets_tests.faults.walked_videos import WALKED_VIDEOS
from uball_assets_tests.videos import SyntheticVideo, make_video

FIRST, COUNT = 20, 15


def _judged(video: Path, clip: bytes, shift: int) -> str | None:
    """Of a clip that shows frames 20 to 34, held against those some frames later."""
    samples = read_samples(video)
    planned = {place: FIRST + shift + place for place in ends_of(COUNT)}
    with FileRanges(video) as source:
        return unlike_video(decoded(clip, planned).pictures, source, samples, planned)


def test_a_clip_that_lacks_a_picture_is_told(tmp_path: Path) -> None:
    video = make_video(tmp_path / "video.mp4", SyntheticVideo(b_frames=2))
    with FileRanges(video) as source:
        why = unlike_video({}, source, read_samples(video), {0: FIRST})
    assert why == "its frame 0 cannot be compared with the video's"


@pytest.mark.parametrize("mode", ["smart", "edit", "reencode"])
def test_a_clip_of_other_frames_than_planned_is_told_though_their_number_is_right(
    mode: str, tmp_path: Path
) -> None:
    video = make_video(tmp_path / "video.mp4", SyntheticVideo(b_frames=2))
    clip = cut(video, FIRST / 15, (FIRST + COUNT) / 15, mode, tmp_path / "work").data
    assert _judged(video, clip, 0) is None
    assert "shows the video a frame earlier than planned" in (_judged(video, clip, 1) or "")
    assert "shows the video a frame later than planned" in (_judged(video, clip, -1) or "")


@pytest.mark.parametrize("name", ["avi-h264", "avi-xvid", "mxf-29.97", "transport-streams-joined"])
def test_the_same_of_videos_that_are_walked(name: str, tmp_path: Path) -> None:
    video, _ = WALKED_VIDEOS[name].make(tmp_path)
    times_s = read_samples(video).shown_s
    clip = cut(video, float(times_s[FIRST]), float(times_s[FIRST + COUNT]), "smart", tmp_path / "work").data
    assert _judged(video, clip, 0) is None
    assert "a frame earlier" in (_judged(video, clip, 1) or "")
    assert "a frame later" in (_judged(video, clip, -1) or "")


def test_a_clip_of_another_video_is_told(tmp_path: Path) -> None:
    one = make_video(tmp_path / "one.mp4", SyntheticVideo(b_frames=2))
    other = cut(one, 4.0, 5.0, "reencode", tmp_path / "work").data
    assert _judged(one, other, 0) is not None
