"""Clips in every mode: exactly the frames of their window at their times, with the sound of these moments."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from uball_assets.domain.clipping.clips import Recipe
from uball_assets.domain.errors import Permanent
from uball_assets.media.cutting.cut import cut_clip
from uball_assets.media.cutting.plan import CutClip, Tools, plan_clip
from uball_assets.media.probing.probe import probe
from uball_assets.media.videos.span import frames_of, span_of
from uball_assets.media.videos.video import Video, open_video
from uball_assets_tests.cutting import (
    MODES,
    clip_times_s,
    cut,
    numbers,
    opened,
    pictures_in,
    pictures_of,
    sound_offset_s,
    wanted,
    written,
)
from uball_assets_tests.far_away import FarAway
from uball_assets_tests.faults.trial import Accepted, ffmpeg_refuses
from uball_assets_tests.faults.videos import (
    BAD_WINDOWS,
    BROKEN_VIDEOS,
    PLAIN,
    SOUND_VIDEOS,
    BadWindow,
    BrokenVideo,
)
from uball_assets_tests.videos import SOUND_RATE_HZ, SyntheticVideo, make_video

ON_FRAMES, BETWEEN_FRAMES = (1.0, 2.0), (2.013, 3.777)
ALWAYS_REENCODED = {
    ("open-gop", "edit"): "the keyframe before START is no IDR picture",
    ("open-gop", "keyframe"): "the keyframe before START is no IDR picture",
    ("hevc", "smart"): "its codec is hvc1",
    ("fragmented", "smart"): "it is fragmented",
    ("fragmented", "edit"): "it is fragmented",
    ("fragmented", "keyframe"): "it is fragmented",
}
"""Why a video of the corpus is made anew from 2 s on, whatever is asked for."""


def _windows(path: Path, video: Video, mode: str) -> dict[str, tuple[float, float]]:
    """Every kind of window, and some that a seed draws; few for the mode that is slow."""
    times = [picture.time_s for picture in pictures_in(path)]
    random = Random(path.name)
    middle = len(times) // 2
    windows = {
        "between frames": BETWEEN_FRAMES,
        "one frame": (times[middle], times[middle + 1]),
        "past the end": (5.2, 99.0),
    }
    if mode == "reencode" or (Path(path).stem, mode) in ALWAYS_REENCODED:
        return windows
    windows |= {
        "on frames": ON_FRAMES,
        "the first frame": (times[0], times[1]),
        "the last frame": (times[-1], video.end_s),
        "to the end": (4.5, video.end_s),
        "from before the start": (-1.0, 1.2),
        "everything": (-9.0, 99.0),
    }
    for number in range(2):
        start_s = random.uniform(0.0, times[-1])
        windows[f"drawn {number}"] = (start_s, start_s + random.choice((0.2, 0.7, 1.5, 4.0)))
    return windows


def _shown_window(clip: CutClip, window: tuple[float, float]) -> tuple[float, float]:
    """The window whose frames the clip must show: in `keyframe` the one that it tells."""
    is_larger = clip.mode_used == "keyframe"
    return (clip.first_s - 1e-6, clip.first_s + clip.duration_s - 1e-6) if is_larger else window


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", SOUND_VIDEOS)
def test_a_clip_shows_exactly_the_frames_of_its_window_at_their_times(
    name: str, mode: str, videos: dict[str, Path], tmp_path: Path
) -> None:
    accepted = []
    with opened(videos[name], tmp_path) as video:
        for what, window in _windows(videos[name], video, mode).items():
            clip = cut_clip(video, *window, Recipe(mode=mode), Tools(tmp_path))
            turned_deg = SOUND_VIDEOS[name].rotation_deg if clip.mode_used == "reencode" else 0
            shown = pictures_of(clip.data, turned_deg)
            planned = wanted(videos[name], *_shown_window(clip, window))
            assert set(wanted(videos[name], *window)) <= set(planned), what
            assert numbers(shown) == numbers(planned), what
            assert [picture.time_s for picture in shown] == pytest.approx(clip_times_s(planned), abs=1e-6), (
                what
            )
            assert clip.first_s == pytest.approx(planned[0].time_s, abs=1e-6), what
            assert clip.frame_count == len(shown), what
            accepted.append(Accepted(clip.data, clip.frame_count, is_sound_whole=True))
    assert list(tmp_path.iterdir()) == []
    assert ffmpeg_refuses(accepted, tmp_path) == ""


@pytest.mark.parametrize("mode", ["smart", "edit", "reencode"])
@pytest.mark.parametrize("name", ["59.94-fps", "variable-rate", "open-gop"])
def test_neighbouring_windows_share_no_frame_and_lose_none(
    name: str, mode: str, videos: dict[str, Path], tmp_path: Path
) -> None:
    shown = [
        number
        for window in pairwise([0.0, 0.5, 1.3333, 2.2222, 3.0])
        for number in numbers(pictures_of(cut(videos[name], *window, mode, tmp_path).data))
    ]
    assert shown == numbers(wanted(videos[name], 0.0, 3.0))


@pytest.mark.parametrize("mode", ["smart", "edit", "reencode"])
@pytest.mark.parametrize("offset_s", [-1e-7, 0.0, 1e-7], ids=["just-before", "on", "just-after"])
def test_a_frame_at_start_belongs_to_the_clip_and_a_frame_at_end_does_not(
    offset_s: float, mode: str, videos: dict[str, Path], tmp_path: Path
) -> None:
    with opened(videos["29.97-fps"], tmp_path) as video:
        start_s, end_s = video.shown_s[40] + offset_s, video.shown_s[55] + offset_s
        clip = cut_clip(video, start_s, end_s, Recipe(mode=mode), Tools(tmp_path))
    assert numbers(pictures_of(clip.data)) == (list(range(41, 56)) if offset_s > 0 else list(range(40, 55)))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("window", BAD_WINDOWS.values(), ids=BAD_WINDOWS)
def test_a_window_that_makes_no_clip_is_refused_with_the_videos_extent(
    window: BadWindow, mode: str, videos: dict[str, Path], tmp_path: Path
) -> None:
    with pytest.raises(Permanent, match=window.says):
        cut(videos["plain"], window.start_file_s, window.end_file_s, mode, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("window", "held_s", "is_clamped"),
    [
        ((5.0, 8.0), (5.0, 6.0), True),
        ((-2.0, 0.6), (0.0, 0.6), True),
        ((-2.0, 8.0), (0.0, 6.0), True),
        ((5.0, 6.0), (5.0, 6.0), False),
        ((0.0, 0.6), (0.0, 0.6), False),
    ],
    ids=["end", "start", "both", "not-at-the-end", "not-at-the-start"],
)
def test_a_window_that_the_video_holds_in_part_is_clamped_and_says_so(
    window: tuple[float, float],
    held_s: tuple[float, float],
    is_clamped: bool,
    mode: str,
    videos: dict[str, Path],
    tmp_path: Path,
) -> None:
    clip = cut(videos["b-frames"], *window, mode, tmp_path)
    assert clip.clamped is is_clamped
    assert clip.first_s == pytest.approx(held_s[0], abs=1e-6)
    assert clip.duration_s >= held_s[1] - held_s[0] - 1e-3
    assert clip.duration_s == pytest.approx(clip.frame_count / 15, abs=2e-3)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("broken", BROKEN_VIDEOS.values(), ids=BROKEN_VIDEOS)
def test_a_broken_video_gives_no_clip_of_its_broken_part_and_leaves_nothing_behind(
    broken: BrokenVideo, mode: str, tmp_path: Path
) -> None:
    source, work = tmp_path / "video.mp4", tmp_path / "work"
    broken.make(source)
    says = broken.cut_says.replace("ffmpeg gave up", r"\d+ of \d+ frames are damaged, between [34]\.")
    if says == "no video can be read":
        says = broken.probe_says
    with pytest.raises(Permanent, match=says):
        cut(source, 4.0, 5.0, mode, work)
    assert list(work.rglob("*")) == []


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", [name for name, broken in BROKEN_VIDEOS.items() if broken.still_good_s])
def test_the_whole_part_of_a_broken_video_is_still_cut_exactly(name: str, mode: str, tmp_path: Path) -> None:
    broken = BROKEN_VIDEOS[name]
    assert broken.still_good_s
    start_s, end_s = broken.still_good_s
    broken.make(tmp_path / "video.mp4")
    clip = cut(tmp_path / "video.mp4", start_s, end_s, mode, tmp_path / "work")
    start_s, end_s = _shown_window(clip, (start_s, end_s))
    assert clip.duration_s == pytest.approx(clip.frame_count / 15, abs=2e-3)
    assert numbers(pictures_of(clip.data)) == [
        number for number in range(PLAIN.frame_count) if start_s - 1e-6 <= number / 15 < end_s - 1e-6
    ]


@pytest.mark.parametrize("mode", MODES)
def test_up_to_the_last_frame_of_a_video_cut_short_a_clip_is_clamped_and_its_lost_sound_silent(
    mode: str, tmp_path: Path
) -> None:
    BROKEN_VIDEOS["cut-short"].make(tmp_path / "video.mp4")
    clip = cut(tmp_path / "video.mp4", 2.0, 4.0, mode, tmp_path / "work")
    assert (clip.clamped, clip.mode_used) == (True, mode)
    assert numbers(pictures_of(clip.data)) == list(range(30, 43))
    assert clip.duration_s == pytest.approx(13 / 15, abs=2e-3)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("turn_deg", [90, 180], ids=["turned-90", "turned-180"])
def test_a_turned_videos_clips_are_shown_upright(
    turn_deg: int, mode: str, videos: dict[str, Path], tmp_path: Path
) -> None:
    facts = probe(written(cut(videos[f"turned-{turn_deg}"], *ON_FRAMES, mode, tmp_path), tmp_path))
    copied = (turn_deg, 160, 90)
    made_anew = (0, 90, 160) if turn_deg == 90 else (0, 160, 90)
    assert (facts.rotation_deg, facts.width_px, facts.height_px) == (
        made_anew if mode == "reencode" else copied
    )


@pytest.mark.parametrize(("name", "mode"), ALWAYS_REENCODED, ids=lambda words: words)
def test_a_clip_that_cannot_be_copied_exactly_is_made_anew_and_says_why(
    name: str, mode: str, videos: dict[str, Path], tmp_path: Path
) -> None:
    clip = cut(videos[name], 2.0, 3.0, mode, tmp_path)
    assert (clip.mode_used, clip.copied_count) == ("reencode", 0)
    assert clip.reason.startswith(ALWAYS_REENCODED[name, mode])


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ["b-frames", "variable-rate"])
def test_the_same_cut_gives_the_same_bytes_wherever_the_video_stands(
    name: str, mode: str, videos: dict[str, Path], tmp_path: Path
) -> None:
    moved = tmp_path / "elsewhere.mp4"
    moved.write_bytes(videos[name].read_bytes())
    clip = cut(videos[name], *BETWEEN_FRAMES, mode, tmp_path)
    assert clip.data == cut(moved, *BETWEEN_FRAMES, mode, tmp_path / "work").data
    with open_video(FarAway(moved.read_bytes()), tmp_path) as video:
        assert clip.data == cut_clip(video, *BETWEEN_FRAMES, Recipe(mode=mode), Tools(tmp_path)).data


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ["b-frames", "one-gop-of-250", "hidden-lead-in", "no-sound"])
def test_a_clip_reads_from_its_first_byte_to_its_last_at_once_and_no_other(
    name: str, mode: str, videos: dict[str, Path], tmp_path: Path
) -> None:
    store = FarAway(videos[name].read_bytes())
    with open_video(store, tmp_path) as video:
        assert video.index is not None
        store.asked.clear()
        clip = cut_clip(video, *BETWEEN_FRAMES, Recipe(mode=mode), Tools(tmp_path))
        end_s = clip.first_s + clip.duration_s if mode == "keyframe" else BETWEEN_FRAMES[1]
        span = span_of(video.index, frames_of(video.shown_s, video.end_s, clip.first_s, end_s - 1e-6))
        needed = [
            (
                video.index.video_track.offset[span.video_positions],
                video.index.video_track.size[span.video_positions],
            )
        ]
        if video.index.audio is not None:
            needed += [(video.index.audio.offset[span.audio], video.index.audio.size[span.audio])]
    begin = min(int(offset.min()) for offset, _ in needed)
    end = max(int((offset + size).max()) for offset, size in needed)
    assert store.asked == [(begin, end - begin)]


def test_an_unknown_mode_is_refused_by_name() -> None:
    with pytest.raises(Permanent, match="no clip mode 'sharp': use one of smart, edit, keyframe, reencode"):
        Recipe(mode="sharp")


def test_a_missing_ffmpeg_is_named(videos: dict[str, Path], tmp_path: Path) -> None:
    with (
        opened(videos["plain"], tmp_path) as video,
        pytest.raises(Permanent, match="ffmpeg cannot be started as /no/such/ffmpeg"),
    ):
        cut_clip(video, *ON_FRAMES, Recipe(mode="reencode"), Tools(tmp_path, "/no/such/ffmpeg"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", MODES)
def test_a_clip_far_behind_its_keyframe_is_made_anew_without_holding_what_stands_between(
    mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uball_assets.media.cutting.plan.LARGEST_LEAD_IN_BYTES", 4000)
    path = make_video(tmp_path / "video.mp4", SyntheticVideo(b_frames=2, gop_frames=250))
    store = FarAway(path.read_bytes())
    work = tmp_path / "work"
    with open_video(store, work) as video:
        planned = plan_clip(video, 4.0, 5.0, Recipe(mode=mode))
        assert planned.size_bytes == 0
        clip = cut_clip(video, 4.0, 5.0, Recipe(mode=mode), Tools(work))
        again = cut_clip(video, 4.0, 5.0, Recipe(mode=mode), Tools(work))
        assert clip.data == again.data
        assert plan_clip(video, 0.1, 0.4, Recipe(mode=mode)).size_bytes > 0
    assert clip.mode_used == "reencode"
    assert numbers(pictures_of(clip.data)) == numbers(wanted(path, 4.0, 5.0))
    assert abs(sound_offset_s(clip, tmp_path, path, SOUND_RATE_HZ)) <= 0.001
    assert list(work.iterdir()) == []
