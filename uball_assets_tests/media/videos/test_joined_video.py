"""A recording in chapters is one video: windows inside a chapter and across its border are cut exactly."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.adapters.stores.object_ranges import ObjectRanges
from uball_assets.domain.clipping.clips import Recipe
from uball_assets.media.cutting.cut import cut_clip
from uball_assets.media.cutting.plan import Tools
from uball_assets.media.mp4.boxes import NotAVideo, read_moov
from uball_assets.media.videos.joined_video import open_joined
from uball_assets.media.videos.video import Video
from uball_assets_tests.chapters import split
from uball_assets_tests.videos import SOUND_RATE_HZ, SyntheticVideo, make_video, numbers_and_times, sound_of

VIDEO = SyntheticVideo(duration_s=9.0, b_frames=2)
BORDERS_S = (3.0, 6.0)
NAMES = ("GX010123.MP4", "GX020123.MP4", "GX030123.MP4")
WINDOWS = {
    "in the first": (0.4, 1.9),
    "in the second": (3.2, 4.9),
    "over a border": (2.3, 4.1),
    "from a border on": (3.0, 4.0),
    "up to a border": (2.0, 3.0),
    "over both": (2.6, 6.4),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_video(tmp_path_factory.mktemp("whole") / "video.mp4", VIDEO)


@pytest.fixture(scope="module")
def parts(whole: Path) -> list[Path]:
    return split(whole, whole.parent, BORDERS_S, NAMES)


def joined(parts: list[Path]) -> Video:
    stores = [FolderStore(part.parent) for part in parts]
    files = [store.list(part.name)[0] for store, part in zip(stores, parts, strict=True)]
    return open_joined(
        [ObjectRanges(store, info) for store, info in zip(stores, files, strict=True)], read_moov
    )


def test_the_joined_video_has_every_frame_at_its_time(parts: list[Path]) -> None:
    video = joined(parts)
    assert video.shown_s == pytest.approx(VIDEO.times_file_s, abs=1e-4)
    assert [piece.shift_s for piece in video.pieces] == pytest.approx([0.0, 3.0, 6.0], abs=1e-4)


@pytest.mark.parametrize("mode", ["smart", "edit", "keyframe", "reencode"])
@pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS)
def test_a_clip_is_as_if_the_recording_had_never_been_split(
    window: tuple[float, float], mode: str, parts: list[Path], tmp_path: Path
) -> None:
    clip = cut_clip(joined(parts), *window, Recipe(mode=mode), Tools(tmp_path / "work"))
    path = tmp_path / "clip.mp4"
    path.write_bytes(clip.data)
    numbers, times = numbers_and_times(path)
    start_s, end_s = (clip.first_s, clip.first_s + clip.duration_s) if mode == "keyframe" else window
    wanted = [n for n, time in enumerate(VIDEO.times_file_s) if start_s - 1e-4 <= time < end_s - 1e-4]
    assert numbers == wanted
    assert times == pytest.approx(VIDEO.times_file_s[wanted] - VIDEO.times_file_s[wanted[0]], abs=1e-3)


@pytest.mark.parametrize("mode", ["smart", "edit", "reencode"])
def test_sound_goes_on_in_step_over_a_border(
    mode: str, whole: Path, parts: list[Path], tmp_path: Path
) -> None:
    path = tmp_path / "clip.mp4"
    clip = cut_clip(joined(parts), 2.3, 4.1, Recipe(mode=mode), Tools(tmp_path / "work"))
    path.write_bytes(clip.data)
    heard, video = sound_of(path), sound_of(whole)
    for at_s in (0.1, 1.1):
        at, length = round(at_s * SOUND_RATE_HZ), SOUND_RATE_HZ // 2
        begin = round(clip.first_s * SOUND_RATE_HZ) + at
        likeness = [
            heard[at : at + length] @ video[begin + shift : begin + shift + length]
            for shift in range(-80, 81)
        ]
        assert abs(int(np.argmax(likeness)) - 80) / SOUND_RATE_HZ <= 0.001


def test_frames_behind_a_hole_are_not_shown(parts: list[Path], tmp_path: Path) -> None:
    """A clip over a chapter that broke off would jump; the video ends before the hole instead."""
    broken = tmp_path / NAMES[1]
    data = parts[1].read_bytes()
    faststart = make_video(tmp_path / "front.mp4", replace(VIDEO, duration_s=3.0))
    assert data.find(b"moov") > data.find(b"mdat"), "the index must stand in front to break off behind it"
    broken.write_bytes(faststart.read_bytes()[: faststart.stat().st_size // 2])
    front = tmp_path / NAMES[0]
    front.write_bytes(faststart.read_bytes())
    video = joined([front, broken, front])
    assert 3.0 < video.shown_s[-1] < 6.0


def test_files_of_another_recording_are_refused_by_name(parts: list[Path], tmp_path: Path) -> None:
    other = make_video(tmp_path / "other.mp4", replace(VIDEO, width_px=192, height_px=108))
    with pytest.raises(NotAVideo, match=r"GX010123\.MP4 and 1 more cannot be joined: .* same settings"):
        joined([parts[0], other])


def test_a_chapter_that_is_no_video_is_named(parts: list[Path], tmp_path: Path) -> None:
    broken = tmp_path / "GX020123.MP4"
    broken.write_bytes(b"")
    with pytest.raises(NotAVideo, match=r"GX020123\.MP4: not an MP4: the file is empty"):
        joined([parts[0], broken])
