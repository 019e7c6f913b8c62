from __future__ import annotations

import pytest

from uball_assets.domain.footage.angles import Angle, find_angles
from uball_assets.domain.footage.chapters import Chapter, chapter_of, in_order


@pytest.mark.parametrize(
    ("path", "chapter"),
    [
        ("far-left/GX010123.MP4", Chapter("far-left/gx0123.mp4", 0)),
        ("far-left/GX020123.MP4", Chapter("far-left/gx0123.mp4", 1)),
        ("FAR_LEFT_GH030123.mp4", Chapter("/far_left_gh0123.mp4", 2)),
        ("a/GOPR0123.MP4", Chapter("a/gopr0123.mp4", 0)),
        ("a/GP010123.MP4", Chapter("a/gopr0123.mp4", 1)),
        ("GX010123_farleft.mp4", Chapter("/gx0123_farleft.mp4", 0)),
        ("FAR_LEFT.mp4", None),
        ("GX0101234.MP4", None),
        ("game1_farleft.mp4", None),
    ],
)
def test_a_chapter_is_read_off_the_name_of_its_file(path: str, chapter: Chapter | None) -> None:
    assert chapter_of(path) == chapter


def test_the_chapters_of_one_recording_are_put_in_order() -> None:
    names = ["a/GX030123.MP4", "a/GX010123.MP4", "a/GX020123.MP4"]
    assert in_order(names) == tuple(sorted(names))
    assert in_order(["a/GP010007.MP4", "a/GOPR0007.MP4"]) == ("a/GOPR0007.MP4", "a/GP010007.MP4")


@pytest.mark.parametrize(
    ("paths", "says"),
    [
        (["a/GX010123.MP4", "a/GX030123.MP4"], "chapter 2 of its recording is missing"),
        (["a/GX020123.MP4", "a/GX040123.MP4"], "chapter 1, 3 of its recording is missing"),
        (["a/GX010123.MP4", "a/GX010124.MP4"], "2 files claim this camera"),
        (["a/GX010123.MP4", "b/GX020123.MP4"], "2 files claim this camera"),
        (["a/GX010123.MP4", "a/far-left.MP4"], "2 files claim this camera"),
        (["a/GX010123.MP4", "a/gx010123.mp4"], "a chapter of its recording is there twice"),
    ],
    ids=["gap", "gaps", "two recordings", "two places", "chapter and video", "twice"],
)
def test_what_is_not_one_whole_recording_is_refused_with_its_names(paths: list[str], says: str) -> None:
    why = in_order(paths)
    assert isinstance(why, str)
    assert says in why
    assert all(path in why for path in paths)


def test_a_camera_in_chapters_is_found_beside_the_others() -> None:
    chapters = ("far-left/GX010123.MP4", "far-left/GX020123.MP4")
    found, quarantined = find_angles(
        [*reversed(chapters), "NEAR_LEFT.mp4", "FAR_RIGHT.mp4", "NEAR_RIGHT.mp4"]
    )
    assert found[Angle.FAR_LEFT] == chapters
    assert found[Angle.NEAR_LEFT] == ("NEAR_LEFT.mp4",)
    assert quarantined == []
