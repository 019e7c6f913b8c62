"""NAL units: parameter sets are read as x264 wrote them, and damage shows in a sample's bytes."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uball_assets.media.bytes.ranges import FileRanges
from uball_assets.media.mp4.index_parser import read_index
from uball_assets.media.mp4.nal import (
    HOLE_BYTES,
    AvcConfig,
    Sps,
    config_record,
    free_set_id,
    is_idr,
    is_whole,
    nal_length_bytes,
    nal_units,
    pictures_only,
    read_avc_config,
    read_sps,
    write_avc_config,
)
from uball_assets_tests.faults.other_videos import HIGH
from uball_assets_tests.videos import SyntheticVideo, make_video


def sample(*units: bytes, length_bytes: int = 4) -> bytes:
    return b"".join(len(unit).to_bytes(length_bytes, "big") + unit for unit in units)


def entry_of(video: SyntheticVideo, folder: Path) -> tuple[str, bytes]:
    with FileRanges(make_video(folder / "video.mp4", video)) as source:
        track = read_index(source).video_track
    return track.codec, track.entry


def short(x264_params: str = "", **words: object) -> SyntheticVideo:
    return SyntheticVideo(duration_s=0.2, has_audio=False, x264_params=x264_params, **words)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("video", "expected"),
    [
        (short(), Sps(0, 66, 1, 8, True)),
        (short(HIGH, b_frames=2), Sps(0, 100, 1, 8, True)),
        (short("sps-id=31"), Sps(31, 66, 1, 8, True)),
        (short("cqm=jvt"), Sps(0, 100, 1, 8, True)),
        (short(pixel_format="yuv420p10le"), Sps(0, 110, 1, 10, True)),
        (short(pixel_format="yuv422p"), Sps(0, 122, 2, 8, True)),
        (short(pixel_format="yuv444p"), Sps(0, 244, 3, 8, True)),
        (short(pixel_format="gray"), Sps(0, 100, 0, 8, True)),
        (short("tff=1:sps-id=2", height_px=96), Sps(2, 77, 1, 8, False)),
        (short("qp=0"), Sps(0, 244, 1, 8, True, is_lossless=True)),
    ],
    ids=[
        "baseline",
        "high",
        "id-31",
        "scaling-lists",
        "10-bit",
        "4:2:2",
        "4:4:4",
        "grey",
        "interlaced",
        "lossless",
    ],
)
def test_a_sequence_parameter_set_says_what_the_encoder_was_told(
    video: SyntheticVideo, expected: Sps, tmp_path: Path
) -> None:
    record = config_record(entry_of(video, tmp_path)[1], b"avcC") or b""
    config = read_avc_config(record)
    assert [read_sps(unit) for unit in config.sps] == [expected]
    assert write_avc_config(config) == record
    taken = expected.set_id
    assert free_set_id(config) == (1 if taken == 0 else 0)


def test_a_set_that_breaks_off_is_an_error_and_no_endless_loop(tmp_path: Path) -> None:
    record = config_record(entry_of(short(HIGH), tmp_path)[1], b"avcC") or b""
    unit = read_avc_config(record).sps[0]
    for length in range(1, 8):
        with pytest.raises(ValueError, match="breaks off"):
            read_sps(unit[:length])
    for length in range(len(record) - 4):
        with pytest.raises(ValueError, match="breaks off"):
            read_avc_config(record[:length])


@given(st.binary(max_size=40))
def test_any_bytes_are_a_set_or_an_error(data: bytes) -> None:
    for read in (read_sps, read_avc_config):
        try:
            read(data)
        except ValueError:
            continue


def test_no_id_is_free_where_all_are_taken() -> None:
    def pps(number: int) -> bytes:
        """An exp-Golomb code of the number, and nothing else."""
        code = bin(number + 1)[2:]
        bits = ("0" * (len(code) - 1) + code).ljust(16, "1")
        return b"\x68" + int(bits, 2).to_bytes(2, "big")

    def config(*numbers: int) -> AvcConfig:
        return AvcConfig(66, 10, 0, 4, (), tuple(pps(number) for number in numbers), b"")

    assert free_set_id(config(0, 1, 2, 4)) == 3
    assert free_set_id(config(*range(31))) == 31
    assert free_set_id(config(*range(32))) is None


@pytest.mark.parametrize("length_bytes", [1, 2, 4])
def test_units_are_found_by_their_lengths(length_bytes: int) -> None:
    data = sample(b"\x65abc", b"\x41d", length_bytes=length_bytes)
    assert [data[start : start + length] for start, length in nal_units(data, length_bytes)] == [
        b"\x65abc",
        b"\x41d",
    ]


@pytest.mark.parametrize(
    "data",
    [sample(b"\x65abc")[:-1], sample(b"\x65abc") + b"\0\0", sample(b"\x65") + bytes(4), struct.pack(">I", 9)],
    ids=["short", "rest", "empty-unit", "length-only"],
)
def test_lengths_that_do_not_add_up_are_an_error(data: bytes) -> None:
    with pytest.raises(ValueError, match="do not add up"):
        list(nal_units(data, 4))


WHOLE = sample(b"\x06sei", b"\x65" + bytes(range(1, 250)) * 4)


SAMPLES: dict[str, tuple[bytes, bool]] = {
    "whole": (WHOLE, True),
    "start-codes": (sample(b"\x65\0\0\1x" * 90), True),
    "filled-up": (WHOLE + bytes(9), True),
    "padded": (sample(b"\x65x" + bytes(20)), True),
    "hole": (WHOLE[:200] + bytes(HOLE_BYTES) + WHOLE[200 + HOLE_BYTES :], False),
    "zero-end": (WHOLE[:600] + bytes(len(WHOLE) - 600), False),
    "zeros": (bytes(len(WHOLE)), False),
    "short": (WHOLE[:-1], False),
    "noise": (b"\xff" + WHOLE[1:], False),
    "empty": (b"", False),
}


@pytest.mark.parametrize(("data", "expected"), SAMPLES.values(), ids=SAMPLES)
def test_a_sample_is_whole_when_its_lengths_add_up_and_no_hole_is_in_it(data: bytes, expected: bool) -> None:
    assert is_whole(data, 4) is expected


@pytest.mark.parametrize(
    ("data", "is_hevc", "expected"),
    [
        (sample(b"\x09x", b"\x67x", b"\x68x", b"\x06x", b"\x65x"), False, True),
        (sample(b"\x06x", b"\x41x"), False, False),
        (sample(b"\x25x"), False, True),
        (sample(b"\x01x", b"\x65x"), False, False),
        (sample(b"\x67x"), False, False),
        (sample(b"\x40\x01", b"\x26\x01"), True, True),
        (sample(b"\x28\x01"), True, True),
        (sample(b"\x2a\x01"), True, False),
        (sample(b"\x02\x01"), True, False),
    ],
    ids=["idr", "other", "low-priority-idr", "first-slice-counts", "none", "radl", "lp", "cra", "trail"],
)
def test_decoding_can_begin_only_at_an_idr_picture(data: bytes, is_hevc: bool, expected: bool) -> None:
    assert is_idr(data, 4, is_hevc) is expected


@pytest.mark.parametrize("video", [short(), short(codec="libx265")], ids=["h264", "hevc"])
def test_the_length_of_lengths_is_read(video: SyntheticVideo, tmp_path: Path) -> None:
    codec, entry = entry_of(video, tmp_path)
    assert nal_length_bytes(codec, entry) == 4
    assert nal_length_bytes("mp4v", entry) == 0
    assert nal_length_bytes(codec, entry[:90]) == 0


def test_only_pictures_of_an_encoders_output_are_kept() -> None:
    annex_b = b"\0\0\0\1\x67set\0\0\0\1\x68set\0\0\1\x06sei\0\0\1\x65one\0\0\0\1\x41two"
    assert b"".join(pictures_only(annex_b, 4)) == sample(b"\x65one", b"\x41two")
    assert b"".join(pictures_only(annex_b, 2)) == sample(b"\x65one", b"\x41two", length_bytes=2)
