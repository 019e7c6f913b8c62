"""Clips of videos that other cameras, recorders and programs write: as exact as those of the league's own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from uball_assets.domain.errors import Permanent
from uball_assets.media.videos.samples import read_samples
from uball_assets_tests.cutting import (
    COPYING,
    MODES,
    clip_times_s,
    cut,
    numbers,
    pictures_in,
    pictures_of,
    sound_offset_s,
    wanted,
)
from uball_assets_tests.faults.other_videos import OTHER_VIDEOS, encrypted
from uball_assets_tests.faults.trial import Accepted, ffmpeg_refuses
from uball_assets_tests.faults.videos import PLAIN, make_64_bit
from uball_assets_tests.faults.walked_videos import WALKED_VIDEOS
from uball_assets_tests.videos import SyntheticVideo, make_video

NOTHING_TO_COPY = "^no IDR picture stands in the window that frames can be copied from$"
WINDOWS = ((1.013, 2.777), (3.0, 9.0))


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("others")
    return {
        name: other.make(folder / f"{number}.mp4")
        for number, (name, other) in enumerate(OTHER_VIDEOS.items())
    }


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", OTHER_VIDEOS)
def test_a_video_of_another_kind_is_cut_exactly(
    name: str, mode: str, others: dict[str, Path], tmp_path: Path
) -> None:
    other, accepted = OTHER_VIDEOS[name], []
    not_as_asked = {"smart": other.not_smart, "reencode": ""}.get(mode, other.not_copied)
    for window in WINDOWS[: 1 if mode == "reencode" else 2]:
        clip = cut(others[name], *window, mode, tmp_path)
        assert clip.mode_used == ("reencode" if not_as_asked else mode)
        nothing_copied = mode == "smart" and not not_as_asked and not clip.copied_count
        assert re.search(NOTHING_TO_COPY if nothing_copied else not_as_asked or "^$", clip.reason)
        if clip.mode_used == "keyframe":
            window = (clip.first_s - 1e-6, clip.first_s + clip.duration_s - 1e-6)
        shown, planned = pictures_of(clip.data), wanted(others[name], *window)
        assert numbers(shown) == numbers(planned)
        assert clip_times_s(shown) == pytest.approx(clip_times_s(planned), abs=1e-6)
        assert shown[0].time_s == 0.0
        if other.spec.has_audio:
            offset_s = sound_offset_s(clip, tmp_path, others[name], other.spec.sound_rate_hz)
            assert abs(offset_s) <= 0.001
        accepted.append(Accepted(clip.data, clip.frame_count, is_sound_whole=True))
    assert ffmpeg_refuses(accepted, tmp_path) == ""


@pytest.mark.parametrize("mode", ["smart", "edit", "reencode"])
def test_a_clip_that_begins_with_two_pictures_at_one_time_shows_both(mode: str, tmp_path: Path) -> None:
    path = OTHER_VIDEOS["keyframe-at-one-time"].make(tmp_path / "video.mp4")
    begin_s = pictures_in(path)[29].time_s
    clip = cut(path, begin_s, begin_s + 1.0, mode, tmp_path / "work")
    assert numbers(pictures_of(clip.data))[:3] == [29, 30, 31]
    assert numbers(pictures_of(clip.data)) == numbers(wanted(path, begin_s, begin_s + 1.0))
    assert abs(sound_offset_s(clip, tmp_path, path, SyntheticVideo().sound_rate_hz)) <= 0.001


@pytest.mark.parametrize("mode", COPYING)
def test_a_video_with_64_bit_box_sizes_is_cut_exactly(mode: str, tmp_path: Path) -> None:
    clip = cut(make_64_bit(tmp_path / "video.mp4"), 2.0, 3.777, mode, tmp_path)
    assert clip.mode_used == mode
    assert numbers(pictures_of(clip.data))[:27] == list(range(30, 57))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        (b"avc1", b"encv", "its pictures are encrypted: export it without"),
        (b"mp4a", b"enca", "its sound is encrypted: export it without"),
    ],
    ids=["pictures", "sound"],
)
def test_an_encrypted_video_is_refused_as_such(
    was: bytes, now: bytes, says: str, mode: str, tmp_path: Path
) -> None:
    path = make_video(tmp_path / "video.mp4", PLAIN)
    path.write_bytes(encrypted(path.read_bytes(), was, now))
    with pytest.raises(Permanent, match=says):
        cut(path, 1.0, 2.0, mode, tmp_path / "work")
    assert list((tmp_path / "work").rglob("*")) == []


@pytest.mark.parametrize("mode", ["smart", "reencode"])
@pytest.mark.parametrize("name", WALKED_VIDEOS)
def test_a_video_without_an_index_is_made_anew_exactly_from_its_first_frame_on(
    name: str, mode: str, tmp_path: Path
) -> None:
    walked = WALKED_VIDEOS[name]
    video, plain = walked.make(tmp_path)
    times_s, truth = read_samples(video).shown_s, plain if walked.is_as_plain else video
    border = len(times_s) // 3
    for window in ((float(times_s[border]), float(times_s[border + 12])), (0.513, 3.277), (-1.0, 0.3)):
        clip = cut(video, *window, mode, tmp_path / "work")
        planned = wanted(truth, *window)
        assert numbers(pictures_of(clip.data)) == numbers(planned)
        assert clip_times_s(pictures_of(clip.data)) == pytest.approx(clip_times_s(planned), abs=0.0011)
        if clip.duration_s > 1:
            heard = truth if walked.is_sound_as_plain else video
            assert abs(sound_offset_s(clip, tmp_path, heard, walked.spec.sound_rate_hz)) <= 0.001
    assert not list((tmp_path / "work").iterdir())
