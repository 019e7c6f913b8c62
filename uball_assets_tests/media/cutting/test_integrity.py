"""Damage in a window is refused by its place and time; outside of it, it does not matter."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from uball_assets.domain.errors import Permanent
from uball_assets.media.bytes.fetched import fetch
from uball_assets.media.bytes.ranges import FileRanges
from uball_assets.media.cutting.integrity import damage
from uball_assets.media.mp4.index import VideoTrack
from uball_assets.media.mp4.index_parser import read_index
from uball_assets_tests.cutting import MODES, cut, numbers, pictures_of
from uball_assets_tests.far_away import FarAway
from uball_assets_tests.videos import SyntheticVideo, make_video

LARGE_FRAMES = SyntheticVideo(has_audio=False, x264_params="crf=1")
DAMAGED_S = (2.4, 2.9)


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Frames of some kilobytes: a disk's block fits into each."""
    return make_video(tmp_path_factory.mktemp("video") / "video.mp4", LARGE_FRAMES)


def video_track_of(video: Path) -> VideoTrack:
    with FileRanges(video) as source:
        return read_index(source).video_track


def _zeroed(data: bytearray, begin: int, end: int) -> None:
    data[begin:end] = bytes(end - begin)


def _overwritten(data: bytearray, begin: int, end: int) -> None:
    data[begin:end] = np.random.default_rng(1).bytes(end - begin)


def _other_frames(data: bytearray, begin: int, end: int) -> None:
    """As an upload leaves it whose part arrived at the wrong place."""
    data[begin:end] = data[begin + 500 : end + 500]


DAMAGES = {"zeroed": _zeroed, "overwritten": _overwritten, "shifted": _other_frames}


def damaged(video: Path, how: str, target: Path) -> tuple[Path, list[float]]:
    """The video, damaged between two times, and the times of the frames that were hit."""
    video_track = video_track_of(video)
    hit = np.flatnonzero(
        (video_track.pts / 90_000 >= DAMAGED_S[0]) & (video_track.pts / 90_000 < DAMAGED_S[1])
    )
    data = bytearray(video.read_bytes())
    DAMAGES[how](
        data, int(video_track.offset[hit[0]]), int(video_track.offset[hit[-1]] + video_track.size[hit[-1]])
    )
    target.write_bytes(data)
    return target, (np.sort(video_track.pts[hit]) / 90_000).tolist()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("how", DAMAGES)
def test_a_window_with_damaged_frames_is_refused_with_their_times_and_what_to_do(
    how: str, mode: str, video: Path, tmp_path: Path
) -> None:
    path, hit_s = damaged(video, how, tmp_path / "broken.mp4")
    with pytest.raises(Permanent) as refusal:
        cut(path, 2.0, 3.0, mode, tmp_path / "work")
    said = re.search(
        r"cannot be cut at 2\.000-3\.000 s of broken\.mp4: \d+ of \d+ frames are damaged, "
        r"between (\d\.\d) s and (\d\.\d) s: .*; transfer it again",
        str(refusal.value),
    )
    assert said
    assert hit_s[0] - 0.051 <= float(said[1]) <= float(said[2]) <= hit_s[-1] + 0.051
    assert list((tmp_path / "work").rglob("*")) == []


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("how", DAMAGES)
@pytest.mark.parametrize("window", [(0.5, 1.9), (3.0, 4.4)], ids=["before", "after"])
def test_damage_outside_of_a_window_does_not_matter(
    window: tuple[float, float], how: str, mode: str, video: Path, tmp_path: Path
) -> None:
    path, _ = damaged(video, how, tmp_path / "broken.mp4")
    clip = cut(path, *window, mode, tmp_path / "work")
    assert clip.mode_used == mode
    shown = numbers(pictures_of(clip.data))
    assert set(range(round(window[0] * 15 + 0.499), round(window[1] * 15))) <= set(shown)


@pytest.mark.parametrize("size_bytes", [512, 1000, 2048])
@pytest.mark.parametrize("place", [0, 4, 300, 600])
def test_a_hole_of_a_disks_block_within_a_frame_is_found(size_bytes: int, place: int, video: Path) -> None:
    video_track = video_track_of(video)
    data = bytearray(video.read_bytes())
    position = int(np.argmax(video_track.size))
    assert video_track.size[position] > place + size_bytes
    begin = int(video_track.offset[position]) + place
    _zeroed(data, begin, begin + size_bytes)
    assert damage_in(bytes(data), video_track).startswith("1 of 90 frames are damaged, between ")


def damage_in(data: bytes, video_track: VideoTrack) -> str:
    offset, size = int(video_track.offset.min()), int((video_track.offset + video_track.size).max())
    fetched = fetch(FarAway(data), [(offset, size - offset)])
    return damage(video_track, np.arange(len(video_track.pts)), fetched)


@pytest.mark.parametrize(
    "spec",
    [
        LARGE_FRAMES,
        SyntheticVideo(has_audio=False, b_frames=3),
        SyntheticVideo(has_audio=False, codec="libx265"),
    ],
    ids=["large-frames", "b-frames", "hevc"],
)
def test_a_video_as_it_was_made_is_whole(spec: SyntheticVideo, tmp_path: Path) -> None:
    path = make_video(tmp_path / "video.mp4", spec)
    assert damage_in(path.read_bytes(), video_track_of(path)) == ""
