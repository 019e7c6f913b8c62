"""A video's index as arrays: every frame's place and time, as ffmpeg's own reader finds them."""

from __future__ import annotations

import struct
from pathlib import Path
from random import Random

import av
import numpy as np
import pytest

from uball_assets.media.bytes.ranges import FileRanges
from uball_assets.media.mp4.boxes import NotAVideo
from uball_assets.media.mp4.index import Index, Unsupported
from uball_assets.media.mp4.index_parser import read_index
from uball_assets_tests.cutting import pictures_in
from uball_assets_tests.far_away import FarAway
from uball_assets_tests.faults.box_tree import Box, find
from uball_assets_tests.faults.mutations import LEGAL
from uball_assets_tests.faults.other_videos import (
    OTHER_VIDEOS,
    Retold,
    changed,
    described_twice,
    encrypted,
    retell_edits,
)
from uball_assets_tests.faults.recorder_videos import one_row_too_few
from uball_assets_tests.faults.videos import SOUND_VIDEOS, make_64_bit
from uball_assets_tests.videos import SyntheticVideo, make_video

WITH_INDEX = [name for name, video in SOUND_VIDEOS.items() if not video.is_fragmented]
OTHERS_WITH_INDEX = [name for name, other in OTHER_VIDEOS.items() if not other.not_copied]


def index_in(data: bytes) -> Index:
    return read_index(FarAway(data))


def packets_of(path: Path, kind: str) -> list[tuple[float, int, bytes, bool]]:
    """Time, decode place, data and keyframe flag of each packet as ffmpeg's demuxer tells them."""
    with av.open(str(path)) as container:
        stream = next(stream for stream in container.streams if stream.type == kind)
        found = [packet for packet in container.demux(stream) if packet.size]
        return [
            (float((packet.pts or 0) * packet.time_base), packet.pos or 0, bytes(packet), packet.is_keyframe)
            for packet in found
        ]


@pytest.fixture(scope="module")
def b_frames(videos: dict[str, Path]) -> bytes:
    return videos["b-frames"].read_bytes()


def agrees_with_ffmpeg(path: Path) -> None:
    data = path.read_bytes()
    video = index_in(data).video_track
    assert video.shown_s == pytest.approx([picture.time_s for picture in pictures_in(path)], abs=1e-4)
    packets = packets_of(path, "video")
    begin = len(video.pts) - len(packets)
    assert [time_s for time_s, *_ in packets] == pytest.approx(
        video.pts[begin:] / video.timescale, abs=1e-4
    ), "ffmpeg leaves out what is hidden before the first keyframe that it needs"
    for position, (_, place, sample, is_keyframe) in enumerate(packets, start=begin):
        offset, size = int(video.offset[position]), int(video.size[position])
        assert (offset, data[offset : offset + size]) == (place, sample)
        assert bool(video.is_sync[position]) is is_keyframe


@pytest.mark.parametrize("name", WITH_INDEX)
def test_frames_stand_where_ffmpeg_finds_them_and_are_shown_when_it_shows_them(
    name: str, videos: dict[str, Path]
) -> None:
    agrees_with_ffmpeg(videos[name])
    video = index_in(videos[name].read_bytes()).video_track
    times_s = SOUND_VIDEOS[name].times_file_s
    assert video.shown_s == pytest.approx(times_s[times_s > -1e-9], abs=1e-4)
    assert video.missing_count == 0


@pytest.mark.parametrize("name", OTHERS_WITH_INDEX)
def test_a_video_told_in_other_words_has_its_frames_where_ffmpeg_finds_them(
    name: str, tmp_path: Path
) -> None:
    agrees_with_ffmpeg(OTHER_VIDEOS[name].make(tmp_path / "video.mp4"))


@pytest.mark.parametrize("name", [name for name in WITH_INDEX if SOUND_VIDEOS[name].has_audio])
def test_sound_packets_stand_where_ffmpeg_finds_them(name: str, videos: dict[str, Path]) -> None:
    data = videos[name].read_bytes()
    audio = index_in(data).audio
    assert audio is not None
    packets = packets_of(videos[name], "audio")
    begin = len(audio.start) - len(packets)
    assert [time_s for time_s, *_ in packets] == pytest.approx(
        audio.start[begin:] / audio.timescale, abs=1e-3
    )
    for position, (_, _, sample, _) in enumerate(packets, start=begin):
        offset, size = int(audio.offset[position]), int(audio.size[position])
        assert data[offset : offset + size] == sample


@pytest.mark.parametrize("change", LEGAL)
def test_boxes_in_another_order_or_place_tell_the_same(change: str, b_frames: bytes) -> None:
    plain = index_in(b_frames).video_track
    for seed in range(12):
        data = LEGAL[change](Random(seed), b_frames)
        video = index_in(data).video_track
        assert np.array_equal(video.pts, plain.pts)
        assert np.array_equal(video.is_sync, plain.is_sync)
        samples = zip(video.offset, video.size, plain.offset, strict=True)
        assert all(data[at : at + size] == b_frames[was : was + size] for at, size, was in samples)


@pytest.mark.parametrize("name", ["b-frames", "index-at-end"])
def test_an_index_costs_at_most_two_reads_and_64_kib_beside_it(name: str, videos: dict[str, Path]) -> None:
    store = FarAway(videos[name].read_bytes())
    index = read_index(store)
    assert len(store.asked) <= 2
    assert store.asked_bytes <= index.index_bytes + 64 * 1024
    assert index.is_at_end is (name == "index-at-end")


def test_a_data_box_of_64_bit_size_is_stepped_over(tmp_path: Path) -> None:
    with FileRanges(make_64_bit(tmp_path / "video.mp4")) as source:
        assert len(read_index(source).video_track.shown) == 90


def test_a_track_without_a_list_of_keyframes_has_only_keyframes(tmp_path: Path) -> None:
    data = OTHER_VIDEOS["keyframes-only"].make(tmp_path / "video.mp4").read_bytes()
    assert b"stss" not in data
    assert index_in(data).video_track.is_sync.all()


def test_an_edit_without_an_end_lasts_as_long_as_the_video(b_frames: bytes) -> None:
    open_ended = changed(lambda boxes: retell_edits(boxes, lambda rows: [(0, rows[-1][1])]))(b_frames)
    assert index_in(open_ended).video_track.shown.tolist() == index_in(b_frames).video_track.shown.tolist()


def test_an_edit_that_ends_early_hides_what_follows(b_frames: bytes) -> None:
    early = changed(lambda boxes: retell_edits(boxes, lambda rows: [(2000, rows[-1][1])]))(b_frames)
    video = index_in(early).video_track
    assert (len(video.shown), video.end_s) == (30, 2.0)


def test_frames_beyond_the_end_of_the_file_are_counted_and_not_shown(b_frames: bytes) -> None:
    whole = index_in(b_frames)
    cut_short = index_in(b_frames[: len(b_frames) // 2])
    assert 0 < cut_short.video_track.missing_count < 90
    shown = cut_short.video_track.shown
    missing = cut_short.video_track.offset + cut_short.video_track.size > len(b_frames) // 2
    assert not missing[shown].any()
    assert cut_short.video_track.pts[shown].max() < cut_short.video_track.pts[missing].min()
    assert cut_short.video_track.end_s == whole.video_track.end_s
    assert cut_short.audio is not None
    assert cut_short.audio.file_bytes == len(b_frames) // 2


def test_uncompressed_sound_is_told_by_chunks_and_not_by_samples(tmp_path: Path) -> None:
    path = OTHER_VIDEOS["pcm-24-stereo"].make(tmp_path / "video.mp4")
    audio = index_in(path.read_bytes()).audio
    assert audio is not None
    assert (audio.sample_bytes, audio.timescale) == (6, 48_000)
    assert len(audio.start) < 500
    assert (np.diff(audio.start) == audio.size[:-1] // 6).all()
    assert audio.end_tick == 6 * 48_000


def patched(kind: bytes, offset: int, form: str, *values: int, which: int = 0) -> Retold:
    """The video with some numbers of one box's payload replaced."""

    def change(boxes: list[Box]) -> None:
        struct.pack_into(form, find(boxes, kind)[which].payload, offset, *values)

    return changed(change)


def without(kind: bytes, *, instead: bytes = b"free") -> Retold:
    def change(boxes: list[Box]) -> None:
        for one in find(boxes, kind):
            one.kind = instead

    return changed(change)


def _compressed(boxes: list[Box]) -> None:
    moov = find(boxes, b"moov")[0]
    assert moov.children is not None
    moov.children.append(Box(b"cmov"))


NOT_EXACT: dict[str, tuple[Retold, str]] = {
    "described-twice": (changed(described_twice), "2 sample descriptions"),
    "stretches": (changed(lambda boxes: retell_edits(boxes, lambda rows: [*rows, *rows])), "2 stretches"),
    "before-the-media": (changed(lambda boxes: retell_edits(boxes, lambda _: [(5000, -7)])), "1 stretches"),
    "many-edits": (changed(lambda boxes: retell_edits(boxes, lambda rows: rows * 2000)), "has 2000 parts"),
    "speed": (patched(b"elst", 16, ">HH", 2, 0), "changes the speed"),
    "cut-edits": (patched(b"elst", 4, ">I", 900), "edit list is cut short"),
    "descriptions": (patched(b"stsc", 16, ">I", 2), "several descriptions"),
    "stz2": (without(b"stsz", instead=b"stz2"), "packed"),
    "cmov": (changed(_compressed), "compressed"),
}


@pytest.mark.parametrize(("change", "says"), NOT_EXACT.values(), ids=NOT_EXACT)
def test_what_cannot_be_treated_exactly_is_told_and_not_guessed(
    change: Retold, says: str, b_frames: bytes
) -> None:
    with pytest.raises(Unsupported, match=says):
        index_in(change(b_frames))


def test_a_fragmented_video_is_told(videos: dict[str, Path]) -> None:
    with pytest.raises(Unsupported, match="it is fragmented"):
        index_in(videos["fragmented"].read_bytes())


DAMAGED: dict[str, tuple[Retold, str]] = {
    "mvhd": (without(b"mvhd"), "no header"),
    "mdhd": (without(b"mdhd"), "a track without a clock"),
    "stbl": (without(b"stbl"), "without a sample table"),
    "stsd": (without(b"stsd"), "without a codec"),
    "hdlr": (without(b"hdlr"), "no video track"),
    "stsz": (without(b"stsz"), "lists no frames"),
    "stts": (without(b"stts"), "stts times 0 of 90"),
    "stsc": (without(b"stsc"), "chunks hold 90 samples"),
    "stco": (without(b"stco"), "0 chunks hold 90 samples"),
    "clock": (patched(b"mdhd", 12, ">I", 0), "a clock of 0 ticks"),
    "none": (patched(b"stsz", 8, ">I", 0), "lists no frames"),
    "many": (patched(b"stsz", 8, ">I", 2**31), "stsz claims 2147483648 entries"),
    "constant": (patched(b"stsz", 4, ">II", 1, 2**32 - 1), "stsz claims 4294967295 samples"),
    "size": (patched(b"stsz", 12, ">I", 2**32 - 1), "claims a sample of"),
    "few": (patched(b"stts", 8, ">I", 5), "stts times 5 of 90"),
    "long": (lambda data: patched(b"mdhd", 12, ">I", 9)(patched(b"stts", 12, ">I", 2**31)(data)), "of times"),
    "ctts": (patched(b"ctts", 8, ">I", 5000), "ctts times"),
    "ctts-few": (patched(b"ctts", 4, ">I", 5), "orders 5 of 90 frames"),
    "order": (patched(b"stsc", 8, ">I", 7), "stsc is out of order"),
    "encrypted": (lambda data: encrypted(data), "its pictures are encrypted"),
    "encrypted-sound": (lambda data: encrypted(data, b"mp4a", b"enca"), "its sound is encrypted"),
}


@pytest.mark.parametrize(("change", "says"), DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_index_is_refused_with_what_does_not_add_up(
    change: Retold, says: str, b_frames: bytes
) -> None:
    with pytest.raises(NotAVideo, match=says):
        index_in(change(b_frames))


@pytest.mark.parametrize(("frame_count", "lacking"), [(88, 2), (90, 1)])
def test_when_the_frames_of_a_lacking_last_row_are_shown_follows_from_the_others(
    frame_count: int, lacking: int, tmp_path: Path
) -> None:
    spec = SyntheticVideo(b_frames=2, duration_s=frame_count / 15)
    data = make_video(tmp_path / "video.mp4", spec).read_bytes()
    whole = index_in(data)
    short = index_in(changed(one_row_too_few)(data))
    assert (short.video_track.pts == whole.video_track.pts).all()
    assert f"orders {frame_count - lacking} of {frame_count} frames" in short.oddities[0]


def test_what_clips_leave_out_is_told(videos: dict[str, Path]) -> None:
    data = videos["b-frames"].read_bytes()
    retold = OTHER_VIDEOS["time-code-track"].retold
    assert retold is not None
    assert index_in(retold(data)).other_tracks == ("tmcd",)
    assert index_in(data).other_tracks == ()
    assert not index_in(data).has_chapters
