"""A clip's boxes: what is written is what every reader finds, whatever the order and the times of frames."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uball_assets.media.mp4.boxes import box
from uball_assets.media.mp4.index import Index
from uball_assets.media.mp4.index_parser import read_index
from uball_assets.media.mp4.writer import Track, header
from uball_assets_tests.far_away import FarAway
from uball_assets_tests.faults.box_tree import find, taken_apart

ENTRY = struct.pack(">6xH16xHH", 1, 160, 90) + bytes(50) + box(b"avcC", b"\1")
LARGEST_32_BIT = 2**32 - 1


def a_track(pts: list[int], end_tick: int, *, timescale: int = 90_000, last_ticks: int = 6000) -> Track:
    count = len(pts)
    return Track(
        handler=b"vide",
        codec=b"avc1",
        entry=ENTRY,
        timescale=timescale,
        pts=np.array(pts, np.int64),
        last_ticks=last_ticks,
        end_tick=end_tick,
        offset=np.arange(count, dtype=np.int64) * 10,
        size=np.full(count, 10, np.int32),
        is_sync=np.arange(count) == 0,
        shown_size=struct.pack(">II", 160 << 16, 90 << 16),
    )


def read_back(*tracks: Track) -> Index:
    data_bytes = sum(10 * len(track.pts) for track in tracks)
    return read_index(FarAway(header(tracks, data_bytes) + bytes(data_bytes)))


@st.composite
def decode_orders(draw: st.DrawFn) -> list[int]:
    """Times of frames in decode order: any steps, each frame moved by a few places, as B-frames are."""
    steps = draw(st.lists(st.integers(1, 20_000), min_size=1, max_size=40))
    times = np.cumsum([draw(st.integers(-90_000, 0)), *steps]).tolist()
    times = [max(0, times[-1]) if time == times[-1] else time for time in times]
    moves = draw(st.lists(st.integers(0, 4), min_size=len(times), max_size=len(times)))
    # What is shown before the first keyframe leans on pictures that are not there: no player shows it.
    moves[0] = 0
    order = sorted(range(len(times)), key=lambda place: (place + moves[place], place))
    return [times[place] for place in order]


@given(decode_orders(), st.integers(1, 60_000), st.sampled_from([600, 1001, 15_360, 90_000]))
def test_frames_are_shown_at_their_times_and_those_before_zero_and_from_the_end_on_are_hidden(
    pts: list[int], last_ticks: int, timescale: int
) -> None:
    end_tick = max(pts) + last_ticks
    video = read_back(a_track(pts, end_tick, timescale=timescale, last_ticks=last_ticks)).video_track
    assert video.pts.tolist() == pts
    assert video.pts[video.shown].tolist() == sorted(tick for tick in pts if 0 <= tick < end_tick)
    assert video.offset.tolist() == (video.offset[0] + np.arange(len(pts)) * 10).tolist()


@given(decode_orders())
def test_frames_are_decoded_in_the_order_they_stand_at_times_that_never_fall(pts: list[int]) -> None:
    boxes = taken_apart(header([a_track(pts, max(pts) + 1)], 10 * len(pts)))
    rows = struct.iter_unpack(">II", bytes(find(boxes, b"stts")[0].payload[8:]))
    assert all(0 <= delta < 2**31 for _, delta in rows)
    for table in find(boxes, b"ctts"):
        assert all(shift < 2**31 for _, shift in struct.iter_unpack(">II", bytes(table.payload[8:])))


def test_a_track_that_begins_and_ends_with_its_clip_needs_no_edit_list() -> None:
    boxes = taken_apart(header([a_track([0, 6000, 12000], 18_000)], 30))
    assert find(boxes, b"elst") == []
    assert find(taken_apart(header([a_track([0, 6000, 12000], 12_000)], 30)), b"elst")
    assert find(taken_apart(header([a_track([0, 12000, 6000], 18_000)], 30)), b"elst")


def test_a_track_that_begins_later_than_its_clip_has_a_gap_before_it() -> None:
    video = read_back(a_track([900, 6900], 12_900)).video_track
    assert video.pts.tolist() == [900, 6900]
    assert video.end_tick == 12_900


@pytest.mark.parametrize(
    ("data_bytes", "table"), [(30, b"stco"), (5 * 2**30, b"co64")], ids=["small", "over-4-gb"]
)
def test_a_clip_of_any_size_has_chunks_that_are_found(data_bytes: int, table: bytes) -> None:
    track = a_track([0, 6000, 12000], 18_000)
    if data_bytes > 30:
        object.__setattr__(track, "offset", np.array([0, 10, data_bytes - 10]))
    head = header([track], data_bytes)
    boxes = taken_apart(head)
    (offsets,) = find(boxes, table)
    form = ">I" if table == b"stco" else ">Q"
    places = [place for (place,) in struct.iter_unpack(form, bytes(offsets.payload[8:]))]
    assert places[0] == len(head)
    assert places[-1] == len(head) + (data_bytes - 10 if data_bytes > 30 else 0)
    size, kind = struct.unpack_from(">I4s", head, len(head) - (8 if data_bytes == 30 else 16))
    assert (size, kind) == (data_bytes + 8 if data_bytes == 30 else 1, b"mdat")


def test_movie_ticks_are_fine_and_a_multiple_of_the_pictures() -> None:
    for timescale in (1, 30, 1000, 24_000, 90_000, 2_500_000):
        boxes = taken_apart(header([a_track([0, 1, 2], 3, timescale=timescale, last_ticks=1)], 30))
        movie = struct.unpack_from(">I", find(boxes, b"mvhd")[0].payload, 20)[0]
        assert movie % timescale == 0
        assert movie >= min(90_000, timescale * 90_000)


def test_the_same_samples_give_the_same_bytes() -> None:
    pts = [0, 18000, 6000, 12000]
    assert header([a_track(pts, 24_000)], 40) == header([a_track(pts, 24_000)], 40)
