"""The benchmark's instruments measure what they say: numbers in pictures, errors of clips, a line's rate."""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from benchmarks.clips import SIZES
from benchmarks.exactness import LOST, exactness_of
from benchmarks.picture import number_in, pictures
from benchmarks.plays import windows
from benchmarks.server import CREDIT_S, Line, Meter, serving
from benchmarks.truth import clip_bytes, index_bytes
from benchmarks.videos import Videos, VideoSpec
from uball_assets.adapters.videos.http_ranges import HttpRanges

WIDTH_PX, HEIGHT_PX = 320, 180


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> Videos:
    return Videos(tmp_path_factory.mktemp("videos with a space"), lambda _: None)


@pytest.fixture(scope="module")
def video(videos: Videos) -> Path:
    return videos.made(VideoSpec("small", 9.6, WIDTH_PX, HEIGHT_PX, bitrate_kbps=600))


def cut(videos: Videos, video: Path, words: str, clip: Path) -> bytes:
    asked = [str(video) if word == "VIDEO" else word for word in words.split()]
    subprocess.run([videos.ffmpeg, "-y", "-loglevel", "error", *asked, str(clip)], check=True)
    return clip.read_bytes()


@pytest.mark.parametrize("turns", range(4))
def test_a_frame_tells_its_number_whichever_way_it_is_turned(turns: int) -> None:
    drawn = [
        np.frombuffer(picture, np.uint8)[: WIDTH_PX * HEIGHT_PX].reshape(HEIGHT_PX, WIDTH_PX)
        for picture in pictures(3, WIDTH_PX, HEIGHT_PX, seed=1)
    ]
    assert [number_in(np.rot90(luma, turns)) for luma in drawn] == [0, 1, 2]


def test_a_picture_without_a_number_tells_none() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (HEIGHT_PX, WIDTH_PX), np.uint8)
    assert number_in(noise) is None


@pytest.mark.parametrize(("late_frames", "longer_frames"), [(0, 0), (2, 0), (-3, 0), (0, 4)])
def test_frames_too_early_too_late_or_too_many_are_counted(
    videos: Videos, video: Path, tmp_path: Path, late_frames: int, longer_frames: int
) -> None:
    start_s = 100 / 30 + late_frames / 30 - 0.001
    length_s = (60 - late_frames + longer_frames) / 30
    words = f"-ss {start_s} -i VIDEO -t {length_s} -c:v libx264 -preset ultrafast -c:a aac"
    found = exactness_of(
        cut(videos, video, words, tmp_path / "clip.mp4"), video, 100 / 30 - 0.001, 160 / 30 - 0.001
    )
    assert (found.first_frames, found.last_frames) == (late_frames, longer_frames)
    assert (found.holes, found.doubles, found.identical_count) == (0, 0, 0)


def test_holes_doubles_and_copied_frames_are_seen(videos: Videos, video: Path, tmp_path: Path) -> None:
    every_second = "-ss 2 -i VIDEO -t 4 -vf select='not(mod(n,2))' -fps_mode passthrough -an"
    fewer = exactness_of(cut(videos, video, every_second, tmp_path / "fewer.mp4"), video, 2, 6)
    assert fewer.holes >= 58
    twice = exactness_of(
        cut(videos, video, "-ss 2 -i VIDEO -t 4 -r 60 -an", tmp_path / "twice.mp4"), video, 2, 6
    )
    assert twice.doubles >= 118
    copied = exactness_of(
        cut(videos, video, "-ss 2 -i VIDEO -t 4 -c copy", tmp_path / "copied.mp4"), video, 2, 6
    )
    assert copied.identical_count == copied.frame_count > 100


@pytest.mark.parametrize("shift_ms", [-50, 0, 80])
def test_sound_that_is_late_or_early_is_measured(
    videos: Videos, video: Path, tmp_path: Path, shift_ms: int
) -> None:
    move = f"adelay={shift_ms}" if shift_ms >= 0 else f"atrim=start={-shift_ms / 1000},asetpts=PTS-STARTPTS"
    words = f"-i VIDEO -af {move} -c:v copy -c:a aac"
    found = exactness_of(cut(videos, video, words, tmp_path / "clip.mp4"), video, 0, 9.6)
    assert found.sound_ms == pytest.approx(shift_ms, abs=0.1)


def test_another_video_is_a_lost_clip(videos: Videos, video: Path, tmp_path: Path) -> None:
    grey = cut(videos, video, "-f lavfi -i color=gray:s=320x180:d=2", tmp_path / "grey.mp4")
    assert exactness_of(grey, video, 2, 4) == LOST


@pytest.mark.parametrize("name", ["default", "full"])
def test_every_video_that_speed_is_measured_on_has_room_for_long_plays(name: str) -> None:
    size = SIZES[name]
    for video_s in (size.piece_s * size.repeats, size.other_piece_s * size.other_repeats):
        assert max(play.duration_s for play in windows(video_s, size.plays)) > 15


def test_clips_need_less_than_the_video_and_overlaps_once(video: Path) -> None:
    plays = windows(9.6, 2)
    both = clip_bytes(video, plays)
    assert index_bytes(video) < 20_000
    assert 0 < both < video.stat().st_size
    assert clip_bytes(video, plays + plays) == both


def test_the_line_carries_no_more_than_its_rate() -> None:
    """On a clock that only waiting moves."""
    clock_s = [1000.0]

    def sleep(wait_s: float) -> None:
        clock_s[0] += wait_s

    meter = Meter(10e6, lambda: clock_s[0], sleep)
    for _ in range(27):
        meter.pass_through(100_000)
    assert clock_s[0] - 1000 == pytest.approx(2_700_000 / 10e6 - CREDIT_S)


def test_the_server_counts_what_was_asked_for(tmp_path: Path) -> None:
    size_bytes, rate = 4_000_000, 10e6
    (tmp_path / "video.mp4").write_bytes(bytes(size_bytes))
    with serving({"a.mp4": tmp_path / "video.mp4"}, Line(0.03, rate)) as remote:
        with HttpRanges(remote.url("a.mp4")) as video, ThreadPoolExecutor(4) as threads:
            remote.counts()
            parts = list(
                threads.map(lambda place: video.read_range(place, 900_000), (10**5, 10**6, 2 * 10**6))
            )
        counts = remote.counts()
    assert (counts.requests, counts.body_bytes) == (3, 2_700_000)
    assert all(len(part) == 900_000 for part in parts)
