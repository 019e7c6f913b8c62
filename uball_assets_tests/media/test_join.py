"""Indexes laid end to end: times, bytes and sound at the borders."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from uball_assets.media.bytes.ranges import FileRanges
from uball_assets.media.mp4.index import IDENTITY_MATRIX, AudioTrack, Index, Unsupported, VideoTrack
from uball_assets.media.mp4.join import JoinedRanges, join_indexes

FRAME_TICKS, PACKET_TICKS = 100, 1024
SIZE_BYTES = 10_000


def an_index(
    frame_count: int = 30, packet_count: int = 140, first_packet: int = 0, pcm_bytes: int = 0
) -> Index:
    """Three seconds of 10 frames a second (1000 ticks), and sound of 48 kHz in packets of 1024."""
    frames, packets = np.arange(frame_count), np.arange(packet_count)
    video = VideoTrack(
        codec="avc1",
        entry=bytes(78),
        width_px=160,
        height_px=90,
        matrix=IDENTITY_MATRIX,
        shown_size=bytes(8),
        timescale=1000,
        offset=frames * 10,
        size=np.full(frame_count, 10, np.int32),
        pts=frames * FRAME_TICKS,
        is_sync=frames % 10 == 0,
        shown=frames,
        end_tick=frame_count * FRAME_TICKS,
        missing_count=0,
    )
    packet_bytes = pcm_bytes * PACKET_TICKS or 5
    audio = AudioTrack(
        codec="sowt" if pcm_bytes else "mp4a",
        entry=bytes(28),
        timescale=48_000,
        offset=1000 + packets * packet_bytes,
        size=np.full(packet_count, packet_bytes, np.int32),
        start=first_packet + packets * PACKET_TICKS,
        end_tick=first_packet + packet_count * PACKET_TICKS,
        shown_from=-(2**62),
        sample_bytes=pcm_bytes,
    )
    return Index(video, audio, (), has_chapters=False, created=0, index_bytes=50, is_at_end=True)


def sound_of(index: Index) -> AudioTrack:
    assert index.audio is not None
    return index.audio


def joined(*indexes: Index) -> Index:
    return join_indexes(indexes, [SIZE_BYTES] * len(indexes))[0]


def test_bytes_are_read_across_borders_and_end_with_the_last_file(tmp_path: Path) -> None:
    for name, data in (("a", b"abc"), ("b", b""), ("c", b"defg")):
        (tmp_path / name).write_bytes(data)
    with ExitStack() as files:
        video = JoinedRanges([files.enter_context(FileRanges(tmp_path / name)) for name in "abc"])
        assert (video.size_bytes, video.local_path) == (7, None)
        assert video.read_range(0, 7) == b"abcdefg"
        assert video.read_range(2, 2) == b"cd"
        assert video.read_range(5, 9) == b"fg"
        assert video.read_range(7, 1) == b""


def test_a_files_first_frame_follows_the_end_of_the_file_before_wherever_its_own_clock_begins() -> None:
    late = an_index()
    late = replace(late, video_track=replace(late.video_track, pts=late.video_track.pts + 70, end_tick=3070))
    video = joined(late, late, late).video_track
    assert np.diff(video.pts[video.shown]).tolist() == [FRAME_TICKS] * 89
    assert (video.pts[0], video.end_tick) == (70, 9070)


def test_frames_hidden_at_a_border_stay_hidden() -> None:
    one = an_index()
    hiding = replace(one, video_track=replace(one.video_track, shown=np.arange(5, 30)))
    video = joined(one, hiding).video_track
    assert video.shown.tolist() == [*range(30), *range(35, 60)]
    assert np.diff(video.pts[video.shown]).tolist() == [FRAME_TICKS] * 54


@pytest.mark.parametrize(
    ("packet_count", "step"),
    [
        pytest.param(140, 144_000 - 139 * PACKET_TICKS, id="ends-early"),
        pytest.param(142, 144_000 - 140 * PACKET_TICKS, id="runs-past-the-border"),
        pytest.param(160, 144_000 - 140 * PACKET_TICKS, id="runs-far-past-the-border"),
    ],
)
def test_sound_at_a_border_is_the_later_files_and_its_packets_stay_in_order(
    packet_count: int, step: int
) -> None:
    audio = sound_of(joined(an_index(packet_count=packet_count), an_index()))
    steps = np.diff(audio.start)
    assert set(steps.tolist()) == {PACKET_TICKS, step}
    assert step > PACKET_TICKS // 2
    assert 144_000 in audio.start
    assert audio.end_tick == 144_000 + 140 * PACKET_TICKS


def test_the_earlier_files_sound_goes_on_until_the_later_files_is_heard() -> None:
    late = an_index(first_packet=3 * PACKET_TICKS)
    audio = sound_of(joined(an_index(packet_count=160), late))
    assert (audio.start < 144_000 + 3 * PACKET_TICKS).sum() == 144


def test_sound_before_a_later_files_first_frame_does_not_drown_the_picture_that_is_shown() -> None:
    late = an_index()
    late = replace(late, video_track=replace(late.video_track, pts=late.video_track.pts + 500, end_tick=3500))
    audio = sound_of(joined(an_index(packet_count=141), late))
    before = audio.start < 144_000 - PACKET_TICKS
    assert (audio.offset[before] < SIZE_BYTES).all()
    assert before.sum() == 140


def test_sound_that_a_file_hides_at_its_end_stays_hidden() -> None:
    one = an_index()
    hiding = replace(one, audio=replace(sound_of(one), end_tick=100 * PACKET_TICKS))
    audio = sound_of(joined(hiding, one))
    assert (audio.start < 144_000).sum() == 100


def test_uncompressed_sound_changes_files_at_the_very_sample() -> None:
    audio = sound_of(joined(an_index(packet_count=142, pcm_bytes=4), an_index(pcm_bytes=4)))
    ends = audio.start + audio.size // 4
    assert (audio.start[1:] == ends[:-1]).all()
    assert 144_000 in audio.start


def test_a_file_without_sound_is_silent_and_the_others_keep_theirs() -> None:
    silent = replace(an_index(), audio=None)
    audio = sound_of(joined(silent, an_index(), silent))
    assert audio.start[0] == 144_000
    assert len(audio.start) == 140
    assert joined(silent, silent).audio is None


def test_what_is_missing_at_a_files_end_is_not_read_from_the_next() -> None:
    one = an_index()
    cut_short = replace(
        one,
        video_track=replace(
            one.video_track, shown=np.arange(12), missing_count=18, offset=one.video_track.offset + 9880
        ),
    )
    index = joined(one, cut_short, one)
    assert (index.video_track.offset[42:60] >= 3 * SIZE_BYTES).all()
    assert (index.video_track.offset[60:] >= 2 * SIZE_BYTES).all()
    assert index.video_track.missing_count == 18
    assert index.video_track.shown.tolist() == list(range(42))


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(replace(an_index().video_track, width_px=7), id="width"),
        pytest.param(replace(an_index().video_track, height_px=7), id="height"),
        pytest.param(replace(an_index().video_track, timescale=7), id="clock"),
        pytest.param(replace(an_index().video_track, codec="hvc1"), id="codec"),
        pytest.param(replace(an_index().video_track, matrix=bytes(36)), id="rotation"),
        pytest.param(replace(an_index().video_track, entry=bytes(77) + b"x"), id="decoder"),
    ],
)
def test_pictures_of_another_kind_are_not_joined(other: VideoTrack) -> None:
    one = an_index()
    with pytest.raises(Unsupported, match="not filmed with the same settings"):
        joined(one, replace(one, video_track=other))


def test_sound_of_another_kind_is_not_joined() -> None:
    one = an_index()
    other = replace(one, audio=replace(sound_of(one), timescale=44_100))
    with pytest.raises(Unsupported, match="sound was not recorded with the same settings"):
        joined(one, other)
