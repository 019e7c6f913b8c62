"""Finding a video's index: in one or two reads, and what a file is that has none."""

from __future__ import annotations

import struct
import time

import pytest

from uball_assets.media.mp4 import boxes
from uball_assets.media.mp4.boxes import HEAD_BYTES, Moov, NotAVideo, NotMp4, box, child, children, read_moov
from uball_assets_tests.far_away import FarAway

FTYP = box(b"ftyp", b"isom", bytes(4))
SMALL, LARGE = bytes(5000), bytes(3 * HEAD_BYTES)


def large_box(kind: bytes, payload: bytes) -> bytes:
    """With a 64-bit size."""
    return struct.pack(">I4sQ", 1, kind, 16 + len(payload)) + payload


def moov_of(data: bytes) -> tuple[Moov, FarAway]:
    store = FarAway(data)
    return read_moov(store), store


@pytest.mark.parametrize(
    ("data", "requests", "is_at_end"),
    [
        (FTYP + box(b"moov", SMALL) + box(b"mdat", LARGE), 1, False),
        (FTYP + box(b"moov", LARGE) + box(b"mdat", LARGE), 2, False),
        (FTYP + box(b"mdat", LARGE) + box(b"moov", SMALL), 2, True),
        (FTYP + box(b"mdat", LARGE) + box(b"moov", LARGE), 2, True),
        (FTYP + box(b"free") + large_box(b"mdat", LARGE) + box(b"moov", LARGE), 2, True),
        (FTYP + box(b"wide") + box(b"mdat", LARGE) + box(b"free", SMALL) + box(b"moov", LARGE), 2, True),
        (FTYP + box(b"mdat", SMALL) + box(b"mdat", LARGE) + large_box(b"moov", LARGE), 2, True),
        (box(b"mdat", LARGE) + box(b"moov", SMALL), 2, True),
    ],
    ids=["head", "large-head", "end", "large-end", "64-bit-data", "boxes-between", "two-data", "no-ftyp"],
)
def test_an_index_is_read_in_at_most_two_requests_and_little_beside_it(
    data: bytes, requests: int, is_at_end: bool
) -> None:
    moov, store = moov_of(data)
    assert moov.payload in (SMALL, LARGE)
    assert data[moov.offset :].startswith(data[moov.offset : moov.offset + moov.box_bytes])
    assert moov.is_at_end is is_at_end
    assert len(store.asked) == requests
    beside = HEAD_BYTES + len(SMALL) + 100
    assert sum(length for _, length in store.asked) <= moov.box_bytes + beside


def test_behind_more_than_can_be_an_index_only_headers_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boxes, "LARGEST_TAIL_BYTES", 2 * HEAD_BYTES)
    data = FTYP + box(b"mdat", LARGE) + box(b"moov", SMALL) + box(b"free", LARGE)
    moov, store = moov_of(data)
    assert moov.payload == SMALL
    assert store.asked_bytes < HEAD_BYTES + len(SMALL) + 100


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (FTYP + box(b"mdat", LARGE), "no index"),
        (FTYP + struct.pack(">I4s", 0, b"mdat") + LARGE + box(b"moov", SMALL), "no index"),
        (FTYP + struct.pack(">I4s", 4, b"mdat") + LARGE, "no index"),
        (FTYP + box(b"mdat", LARGE) + bytes(8) + box(b"moov", SMALL), "no index"),
        (FTYP + struct.pack(">I4sQ", 1, b"mdat", 2**63) + LARGE, "no index"),
        (FTYP + box(b"mdat", LARGE) + box(b"moov", LARGE)[:-1], r"\(moov\) is cut short at byte \d+"),
        (FTYP + struct.pack(">I4s", 2**31, b"moov") + SMALL, "is cut short"),
    ],
    ids=["none", "data-to-the-end", "data-of-4-bytes", "zeros", "absurd-data", "cut-short", "absurd"],
)
def test_a_video_without_a_whole_index_is_one_whose_upload_did_not_complete(data: bytes, says: str) -> None:
    with pytest.raises(NotAVideo, match=says) as refusal:
        moov_of(data)
    assert "complete" in str(refusal.value)
    assert not isinstance(refusal.value, NotMp4)


def test_an_index_larger_than_any_videos_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boxes, "LARGEST_INDEX_BYTES", 1000)
    with pytest.raises(NotAVideo, match=r"claims 5008 bytes, no video's is so large"):
        moov_of(FTYP + box(b"mdat", LARGE) + box(b"moov", SMALL))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "the file is empty"),
        (bytes(9000), "zero bytes"),
        (b"\n<!DOCTYPE html><html>", "an HTML page"),
        (b"id,play\n1,2\n", "text, beginning with 'id,play"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "begins with bytes 89 50 4e 47"),
        (b"\0\0\0\x18RIFF" + LARGE, "begins with bytes 00 00 00 18"),
    ],
    ids=["empty", "zeros", "html", "text", "picture", "other-boxes"],
)
def test_what_is_no_mp4_is_told_for_what_it_is(data: bytes, says: str) -> None:
    with pytest.raises(NotMp4, match=says):
        moov_of(data)


def test_a_file_of_endless_boxes_is_given_up() -> None:
    began = time.process_time()
    with pytest.raises(NotAVideo, match="no index"):
        moov_of(FTYP + box(b"free") * 200_000)
    assert time.process_time() - began < 2


def test_boxes_in_a_box_are_found_with_sizes_of_every_kind_up_to_the_first_that_is_none() -> None:
    payload = box(b"aaaa", b"1") + large_box(b"bbbb", b"22") + struct.pack(">I4s", 0, b"cccc") + b"333"
    assert [(kind, bytes(inner)) for kind, inner in children(memoryview(payload))] == [
        (b"aaaa", b"1"),
        (b"bbbb", b"22"),
        (b"cccc", b"333"),
    ]
    broken = box(b"aaaa", b"1") + struct.pack(">I4s", 99, b"bbbb") + b"22"
    assert [kind for kind, _ in children(memoryview(broken))] == [b"aaaa"]


def test_a_box_is_found_by_its_path() -> None:
    tree = memoryview(box(b"moov", box(b"free"), box(b"trak", box(b"tkhd", b"x"))))
    assert bytes(child(tree, b"moov", b"trak", b"tkhd") or b"") == b"x"
    assert child(tree, b"moov", b"mdia") is None
