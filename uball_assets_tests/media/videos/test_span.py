"""Which coded frames and bytes a clip needs: arithmetic on an index."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uball_assets.domain.errors import Permanent
from uball_assets.media.bytes.ranges import FileRanges
from uball_assets.media.mp4.index import Index
from uball_assets.media.mp4.index_parser import read_index
from uball_assets.media.videos.span import (
    SMALLEST_GAP_BYTES,
    byte_ranges,
    frames_of,
    part_of,
    ranges_of,
    span_of,
)

TIMES_S = np.arange(90) / 15


@pytest.fixture(scope="module")
def b_frames(videos: dict[str, Path]) -> Index:
    with FileRanges(videos["b-frames"]) as source:
        return read_index(source)


@given(
    st.lists(st.floats(0.001, 2.0), min_size=1, max_size=50),
    st.floats(-1, 60),
    st.floats(0.001, 30),
)
def test_the_frames_of_a_window_are_those_from_start_on_and_before_end(
    steps: list[float], start_s: float, length_s: float
) -> None:
    shown_s = np.cumsum(steps)
    inside = np.flatnonzero((shown_s >= start_s) & (shown_s < start_s + length_s))
    try:
        frames = frames_of(shown_s, float(shown_s[-1]) + 0.5, start_s, start_s + length_s)
    except Permanent:
        assert len(inside) == 0
        return
    assert (frames.first, frames.last, frames.count) == (inside[0], inside[-1], len(inside))
    assert frames.first_s == shown_s[inside[0]]
    assert frames.duration_s > 0


@given(st.lists(st.integers(0, 6000), min_size=2, max_size=12, unique=True))
def test_neighbouring_windows_share_no_frame_and_lose_none(bounds_ms: list[int]) -> None:
    bounds_s = [bound / 1000 for bound in sorted(bounds_ms)]
    found: list[int] = []
    for start_s, end_s in pairwise(bounds_s):
        try:
            frames = frames_of(TIMES_S, 6.0, start_s, end_s)
        except Permanent:
            continue
        found += range(frames.first, frames.last + 1)
    assert found == np.flatnonzero((bounds_s[0] <= TIMES_S) & (bounds_s[-1] > TIMES_S)).tolist()


@pytest.mark.parametrize(
    ("start_s", "end_s", "is_clamped"),
    [
        (0.0, 6.0, False),
        (1.0, 6.0005, False),
        (1.0, 6.01, True),
        (-0.001, 2.0, True),
        (5.9, 99.0, True),
    ],
)
def test_a_window_that_the_video_holds_in_part_is_clamped(
    start_s: float, end_s: float, is_clamped: bool
) -> None:
    assert frames_of(TIMES_S, 6.0, start_s, end_s).is_clamped is is_clamped


@pytest.mark.parametrize(
    ("start_s", "end_s", "says"),
    [
        (7.0, 9.0, r"7\.000-9\.000 s lies outside the video: .* from 0\.000 s to 6\.000 s"),
        (-3.0, 0.0, "lies outside the video"),
        (2.01, 2.03, r"holds no frame: frames are 0\.067 s apart"),
        (3.0, 2.0, "holds no frame"),
        (2.0, 2.0, "holds no frame"),
        (float("nan"), 2.0, "is not a stretch of time"),
        (1.0, float("inf"), "is not a stretch of time"),
    ],
    ids=["after", "before", "between-frames", "backwards", "empty", "nan", "infinite"],
)
def test_a_window_without_frames_is_refused(start_s: float, end_s: float, says: str) -> None:
    with pytest.raises(Permanent, match=says):
        frames_of(TIMES_S, 6.0, start_s, end_s)


@pytest.mark.parametrize(
    ("shown_s", "video_end_s", "ends_s"),
    [
        (TIMES_S, 6.0, 6.0),
        (TIMES_S[:40], 6.0, 40 / 15),
        (TIMES_S, 0.0, 6.0),
        (TIMES_S[:1], 0.04, 0.04),
    ],
    ids=["whole", "cut-short", "an-index-that-lies", "one-frame"],
)
def test_a_video_ends_a_frame_after_its_last_usable_one(
    shown_s: np.ndarray, video_end_s: float, ends_s: float
) -> None:
    assert frames_of(shown_s, video_end_s, -9.0, 99.0).end_s == pytest.approx(ends_s)


def test_a_video_without_usable_frames_is_refused() -> None:
    with pytest.raises(Permanent, match="no usable frames; probe it"):
        frames_of(TIMES_S[:0], 6.0, 1.0, 2.0)


def test_a_span_reaches_from_the_keyframe_before_start_to_the_last_frame_that_must_be_decoded(
    b_frames: Index,
) -> None:
    video = b_frames.video_track
    for start in np.arange(0.0, 5.0, 0.31):
        frames = frames_of(video.shown_s, video.end_s, float(start), float(start) + 0.9)
        span = span_of(b_frames, frames)
        assert video.is_sync[span.sync]
        assert video.pts[span.sync] <= span.start_tick
        assert not video.is_sync[span.sync + 1 : int(span.shown[0]) + 1].any()
        assert span.last == span.shown.max()
        assert set(span.shown) <= set(span.video_positions)
        assert (np.diff(video.pts[span.shown]) > 0).all()


def test_sound_comes_with_a_packet_before_the_first_that_is_heard(b_frames: Index) -> None:
    audio, video = b_frames.audio, b_frames.video_track
    assert audio is not None
    span = span_of(b_frames, frames_of(video.shown_s, video.end_s, 2.0, 3.0))
    begin, end = 2.0 * audio.timescale, 3.0 * audio.timescale
    heard = (audio.start + 1024 > begin) & (audio.start < end)
    assert span.audio.tolist() == [int(np.flatnonzero(heard)[0]) - 1, *np.flatnonzero(heard).tolist()]


def test_sound_that_is_not_in_the_file_is_not_asked_for(b_frames: Index) -> None:
    assert b_frames.audio is not None
    packets = np.flatnonzero(b_frames.audio.start >= 2.5 * b_frames.audio.timescale)
    gone = replace(b_frames.audio, file_bytes=int(b_frames.audio.offset[packets[0]]) + 1)
    span = span_of(
        replace(b_frames, audio=gone),
        frames_of(b_frames.video_track.shown_s, b_frames.video_track.end_s, 2.0, 3.0),
    )
    assert span.audio[-1] == packets[0] - 1
    nothing = replace(gone, file_bytes=0)
    frames = frames_of(b_frames.video_track.shown_s, b_frames.video_track.end_s, 2.0, 3.0)
    assert len(span_of(replace(b_frames, audio=nothing), frames).audio) == 0


def test_a_video_that_does_not_begin_with_a_keyframe_cannot_be_cut_before_its_first(b_frames: Index) -> None:
    no_first = b_frames.video_track.is_sync.copy()
    no_first[0] = False
    index = replace(b_frames, video_track=replace(b_frames.video_track, is_sync=no_first))
    frames = frames_of(index.video_track.shown_s, index.video_track.end_s, 0.2, 0.9)
    with pytest.raises(Permanent, match=r"no keyframe stands before 0\.200 s"):
        span_of(index, frames)


@given(st.lists(st.tuples(st.integers(0, 10**7), st.integers(1, 10**6)), min_size=1, max_size=30))
def test_ranges_hold_all_samples_in_the_fewest_reads(
    samples: list[tuple[int, int]],
) -> None:
    offset = np.array([place for place, _ in samples])
    size = np.array([length for _, length in samples], np.int32)
    ranges = byte_ranges(offset, size)
    for place, length in samples:
        assert any(begin <= place and place + length <= begin + count for begin, count in ranges)
    for (begin, count), (following, _) in pairwise(ranges):
        assert following - (begin + count) > SMALLEST_GAP_BYTES
    edges = {place for place, _ in samples}, {place + length for place, length in samples}
    assert all(begin in edges[0] and begin + count in edges[1] for begin, count in ranges)


def test_bytes_between_far_apart_pictures_and_sound_are_not_read(b_frames: Index) -> None:
    assert b_frames.audio is not None
    far = replace(b_frames.audio, offset=b_frames.audio.offset + 10**9, file_bytes=2 * 10**9)
    index = replace(b_frames, audio=far)
    span = span_of(index, frames_of(index.video_track.shown_s, index.video_track.end_s, 2.0, 3.0))
    assert len(ranges_of(index, span)) == 2
    read = sum(length for _, length in ranges_of(index, span))
    assert read < index.video_track.offset[-1] - index.video_track.offset[0]


def test_a_part_of_a_window_begins_a_frame_before_its_border() -> None:
    frames = frames_of(TIMES_S, 6.0, 1.0, 5.0)
    part = part_of(TIMES_S, frames, 20, 8)
    assert (part.first, part.last) == (frames.first + 19, frames.first + 27)
    assert part.end_s == TIMES_S[frames.first + 28]
    assert part_of(TIMES_S, frames, 0, 8).first == frames.first
    assert part_of(TIMES_S, frames, 58, 8).end_s == frames.end_s
