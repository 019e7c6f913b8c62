"""`edit` and `keyframe`: every frame shown is the video's own; only what is hidden differs."""

from __future__ import annotations

from pathlib import Path

import pytest

from uball_assets_tests.cutting import (
    coded_frames,
    cut,
    numbers,
    opened,
    pictures_of,
    wanted,
)
from uball_assets_tests.faults.videos import SOUND_VIDEOS

WINDOWS = ((1.0, 2.0), (2.013, 3.777), (0.4, 9.0), (2.7, 3.3))
COPIED_FROM = [name for name in SOUND_VIDEOS if name not in ("fragmented", "open-gop")]


@pytest.mark.parametrize("mode", ["edit", "keyframe"])
@pytest.mark.parametrize("name", COPIED_FROM)
def test_every_frame_is_the_videos_own_bit_for_bit(
    name: str, mode: str, videos: dict[str, Path], tmp_path: Path
) -> None:
    own = {data for _, data in coded_frames(videos[name].read_bytes())}
    for window in WINDOWS:
        clip = cut(videos[name], *window, mode, tmp_path)
        assert (clip.mode_used, clip.reason) == (mode, "")
        assert all(data in own for _, data in coded_frames(clip.data))
        assert clip.copied_count == clip.frame_count
        if mode == "keyframe":
            window = (clip.first_s - 1e-6, clip.first_s + clip.duration_s - 1e-6)
        shown = [picture.digest for picture in pictures_of(clip.data)]
        assert shown == [picture.digest for picture in wanted(videos[name], *window)]


@pytest.mark.parametrize("name", COPIED_FROM)
def test_an_edit_clip_hides_no_more_than_its_lead_in_and_a_few_frames_at_its_end(
    name: str, videos: dict[str, Path], tmp_path: Path
) -> None:
    clip = cut(videos[name], 2.513, 3.777, "edit", tmp_path)
    all_frames = pictures_of(clip.data, options={"ignore_editlist": "1"})
    shown = numbers(pictures_of(clip.data))
    assert set(shown) <= set(numbers(all_frames))
    last_hidden = max(numbers(all_frames)) - shown[-1]
    assert 0 <= last_hidden <= 2 * SOUND_VIDEOS[name].b_frames
    with opened(videos[name], tmp_path) as video:
        assert video.index is not None
        video_track = video.index.video_track
        keyframes_s = video_track.pts[video_track.is_sync] / video_track.timescale
    lead_in = wanted(videos[name], float(keyframes_s[keyframes_s <= 2.513 + 0.06].max()) - 1e-4, clip.first_s)
    assert min(numbers(all_frames)) == (lead_in[0].number if lead_in else shown[0])


@pytest.mark.parametrize("name", COPIED_FROM)
def test_a_keyframe_clip_hides_nothing_and_says_where_it_begins(
    name: str, videos: dict[str, Path], tmp_path: Path
) -> None:
    clip = cut(videos[name], 2.513, 3.777, "keyframe", tmp_path)
    assert len(coded_frames(clip.data)) == clip.frame_count
    assert clip.first_s <= 2.6
    shown = pictures_of(clip.data)
    planned = wanted(videos[name], clip.first_s - 1e-6, clip.first_s + clip.duration_s - 1e-6)
    assert numbers(shown) == numbers(planned)
    assert set(wanted(videos[name], 2.513, 3.777)) <= set(planned)


def test_hevc_is_copied_as_it_is(videos: dict[str, Path], tmp_path: Path) -> None:
    clip = cut(videos["hevc"], 2.013, 3.777, "edit", tmp_path)
    assert clip.mode_used == "edit"
    assert b"hvc1" in clip.data[:3000]
    assert numbers(pictures_of(clip.data)) == numbers(wanted(videos["hevc"], 2.013, 3.777))


@pytest.mark.parametrize("mode", ["edit", "keyframe"])
def test_no_copy_begins_at_a_keyframe_that_is_no_idr(
    mode: str, videos: dict[str, Path], tmp_path: Path
) -> None:
    assert cut(videos["open-gop"], 0.2, 0.7, mode, tmp_path).mode_used == mode, "its first is one"
    later = cut(videos["open-gop"], 2.2, 2.7, mode, tmp_path)
    assert (later.mode_used, later.copied_count) == ("reencode", 0)
    assert later.reason == "the keyframe before START is no IDR picture: players cannot begin there"
