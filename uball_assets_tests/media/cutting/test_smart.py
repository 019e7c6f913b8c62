"""`smart`: only the frames around START and END are made anew, the rest are the video's own, bit for bit."""

from __future__ import annotations

from pathlib import Path
from random import Random

import numpy as np
import pytest

from uball_assets.media.cutting.smart import parts_of
from uball_assets.media.mp4.index import IDENTITY_MATRIX, Unsupported, VideoTrack
from uball_assets.media.videos.span import Span
from uball_assets_tests.cutting import (
    coded_frames,
    cut,
    index_of,
    numbers,
    opened,
    pictures_in,
    pictures_of,
    wanted,
)
from uball_assets_tests.faults.box_tree import find, taken_apart
from uball_assets_tests.faults.other_videos import OTHER_VIDEOS
from uball_assets_tests.faults.videos import SOUND_VIDEOS

WINDOWS = ((1.0, 2.0), (2.013, 3.777), (0.4, 9.0), (0.0, 0.8), (2.7, 3.3))
COPIED_FROM = [
    name for name in SOUND_VIDEOS if name not in ("fragmented", "hevc", "one-gop-of-250", "open-gop")
]


@pytest.mark.parametrize("window", WINDOWS, ids=str)
@pytest.mark.parametrize("name", COPIED_FROM)
def test_copied_frames_are_the_videos_own_and_counted_as_such(
    name: str, window: tuple[float, float], videos: dict[str, Path], tmp_path: Path
) -> None:
    clip = cut(videos[name], *window, "smart", tmp_path)
    own = {data for _, data in coded_frames(videos[name].read_bytes())}
    decoded = {picture.digest for picture in wanted(videos[name], *window)}
    frames = coded_frames(clip.data)
    copied_s = {round(time_s, 4) for time_s, data in frames if data in own}
    assert len(copied_s) == clip.copied_count
    assert {
        picture.digest for picture in pictures_of(clip.data) if round(picture.time_s, 4) in copied_s
    } <= decoded
    keyframes_s = [time_s for time_s in _keyframes_s(videos[name]) if window[0] <= time_s < window[1]]
    assert (clip.copied_count > 0) is (clip.reason == "") is bool(keyframes_s)


def _keyframes_s(video: Path) -> list[float]:
    with opened(video, video.parent) as one:
        assert one.index is not None
        video_track = one.index.video_track
        return [float(tick) / video_track.timescale for tick in video_track.pts[video_track.is_sync]]


@pytest.mark.parametrize("name", ["plain", "b-frames", "59.94-fps", "variable-rate", "begins-late"])
def test_at_most_a_gop_and_a_few_frames_at_the_end_are_made_anew(
    name: str, videos: dict[str, Path], tmp_path: Path
) -> None:
    start_s, end_s = 1.513, 4.777
    clip = cut(videos[name], start_s, end_s, "smart", tmp_path)
    keyframe_s = min(time_s for time_s in _keyframes_s(videos[name]) if time_s >= start_s)
    head = len(wanted(videos[name], start_s, keyframe_s - 1e-6))
    tail = clip.frame_count - head - clip.copied_count
    assert 0 <= tail <= SOUND_VIDEOS[name].b_frames


@pytest.mark.parametrize("name", [*COPIED_FROM, "one-gop-of-250", "open-gop"])
def test_a_clip_holds_no_frame_that_is_not_shown(name: str, videos: dict[str, Path], tmp_path: Path) -> None:
    for window in WINDOWS:
        clip = cut(videos[name], *window, "smart", tmp_path)
        assert len(coded_frames(clip.data)) == clip.frame_count
        assert len(index_of(clip).video_track.shown) == clip.frame_count


@pytest.mark.parametrize("mode", ["smart", "keyframe"])
@pytest.mark.parametrize("name", COPIED_FROM)
def test_a_reader_that_knows_no_edit_lists_sees_the_same_frames(
    name: str, mode: str, videos: dict[str, Path], tmp_path: Path
) -> None:
    clip = cut(videos[name], 2.013, 3.777, mode, tmp_path)
    plain, ignoring = pictures_of(clip.data), pictures_of(clip.data, options={"ignore_editlist": "1"})
    assert [picture.digest for picture in ignoring] == [picture.digest for picture in plain]
    shifts = {round(one.time_s - two.time_s, 5) for one, two in zip(ignoring, plain, strict=True)}
    assert len(shifts) == 1


@pytest.mark.parametrize("name", [name for name, video in SOUND_VIDEOS.items() if not video.b_frames])
def test_pictures_of_videos_without_b_frames_need_no_edit_list(
    name: str, videos: dict[str, Path], tmp_path: Path
) -> None:
    boxes = taken_apart(cut(videos[name], 2.013, 3.777, "smart", tmp_path).data)
    pictures = next(track for track in find(boxes, b"trak") if b"vide" in track.written())
    assert find([pictures], b"elst") == []


def test_a_window_without_a_keyframe_has_no_copied_frame_and_says_so(
    videos: dict[str, Path], tmp_path: Path
) -> None:
    clip = cut(videos["b-frames"], 2.1, 2.9, "smart", tmp_path)
    assert (clip.mode_used, clip.copied_count) == ("smart", 0)
    assert clip.reason == "no IDR picture stands in the window that frames can be copied from"


def test_no_frame_is_copied_from_a_keyframe_that_is_no_idr(videos: dict[str, Path], tmp_path: Path) -> None:
    clip = cut(videos["open-gop"], 1.5, 5.5, "smart", tmp_path)
    own = {data for _, data in coded_frames(videos["open-gop"].read_bytes())}
    assert not [data for _, data in coded_frames(clip.data) if data in own]
    assert (clip.mode_used, clip.copied_count) == ("smart", 0)
    assert numbers(pictures_of(clip.data)) == numbers(wanted(videos["open-gop"], 1.5, 5.5))


@pytest.mark.parametrize(
    "name", ["sets-in-every-keyframe", "set-id-3", "nal-lengths-of-2-bytes", "several-slices"]
)
def test_frames_of_other_encoders_are_copied_too(name: str, tmp_path: Path) -> None:
    video = OTHER_VIDEOS[name].make(tmp_path / "video.mp4")
    clip = cut(video, 1.513, 3.777, "smart", tmp_path / "work")
    own = {data for _, data in coded_frames(video.read_bytes())}
    assert clip.copied_count == sum(data in own for _, data in coded_frames(clip.data)) > 20
    digests = {picture.digest for picture in pictures_in(video)}
    assert sum(picture.digest in digests for picture in pictures_of(clip.data)) >= clip.copied_count


def test_the_order_of_cuts_does_not_change_their_bytes(videos: dict[str, Path], tmp_path: Path) -> None:
    windows = [(start_s, start_s + 1.3) for start_s in (0.2, 1.1, 2.7, 3.9)]
    once = {window: cut(videos["b-frames"], *window, "smart", tmp_path).data for window in windows}
    Random(1).shuffle(windows)
    again = {window: cut(videos["b-frames"], *window, "smart", tmp_path).data for window in windows}
    assert once == again


def a_track(pts: list[int], syncs: list[int]) -> VideoTrack:
    count = len(pts)
    ticks = np.array(pts)
    return VideoTrack(
        codec="avc1",
        entry=b"",
        width_px=160,
        height_px=90,
        matrix=IDENTITY_MATRIX,
        shown_size=bytes(8),
        timescale=15,
        offset=np.arange(count),
        size=np.ones(count, np.int32),
        pts=ticks,
        is_sync=np.isin(np.arange(count), syncs),
        shown=np.argsort(ticks, kind="stable"),
        end_tick=max(pts) + 1,
        missing_count=0,
    )


def a_span(video_track: VideoTrack, start: int, end: int) -> Span:
    shown = video_track.shown[
        (video_track.pts[video_track.shown] >= start) & (video_track.pts[video_track.shown] < end)
    ]
    syncs = np.flatnonzero(video_track.is_sync[: shown[0] + 1])
    return Span(shown, start, end, int(syncs[-1]), int(shown.max()), np.empty(0, np.int64))


CLOSED = [0, 3, 1, 2, 4, 7, 5, 6, 8, 11, 9, 10]
OPEN = [0, 3, 1, 2, 6, 4, 5, 9, 7, 8]


@pytest.mark.parametrize(
    ("pts", "syncs", "window", "head", "copied", "tail"),
    [
        (CLOSED, [0, 4, 8], (0, 12), [], list(range(12)), []),
        (CLOSED, [0, 4, 8], (1, 12), [1, 2, 3], list(range(4, 12)), []),
        (CLOSED, [0, 4, 8], (1, 11), [1, 2, 3], list(range(4, 9)), [9, 10]),
        (CLOSED, [0, 4, 8], (5, 8), [5, 6, 7], [], []),
        (CLOSED, [0, 4, 8], (4, 5), [], [4], []),
        (OPEN, [0, 4], (1, 9), [1, 2, 3, 4, 5, 6, 7, 8], [], []),
    ],
    ids=["all", "head", "head-and-tail", "no-keyframe", "one-frame", "frames-before-their-keyframe"],
)
def test_what_is_copied_is_closed_in_itself(
    pts: list[int],
    syncs: list[int],
    window: tuple[int, int],
    head: list[int],
    copied: list[int],
    tail: list[int],
) -> None:
    video_track = a_track(pts, syncs)
    parts = parts_of(video_track, a_span(video_track, *window), lambda _: True)
    ticks = [video_track.pts[part].tolist() for part in (parts.head, parts.copied, parts.tail)]
    assert (ticks[0], sorted(ticks[1]), ticks[2]) == (head, sorted(copied), tail)


def test_a_keyframe_that_is_no_idr_is_passed_over() -> None:
    video_track = a_track(CLOSED, [0, 4, 8])
    parts = parts_of(video_track, a_span(video_track, 1, 12), lambda position: position != 4)
    assert video_track.pts[parts.head].tolist() == list(range(1, 8))
    assert sorted(video_track.pts[parts.copied].tolist()) == [8, 9, 10, 11]


def test_frames_hidden_in_the_middle_of_a_window_are_not_copied_along() -> None:
    video_track = a_track(CLOSED, [0, 4, 8])
    span = a_span(video_track, 1, 12)
    holed = Span(np.delete(span.shown, 6), 1, 12, span.sync, span.last, span.audio)
    with pytest.raises(Unsupported, match="hides frames in its middle"):
        parts_of(video_track, holed, lambda _: True)
