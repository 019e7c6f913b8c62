from __future__ import annotations

import pytest

from uball_assets.domain.footage.angles import CAMERAS, Angle, Side, angle_of, find_angles, side_of

GAME_ID = "1a2b3c4d-0f0e-4a5b-8c6d-fedcba987654"


@pytest.mark.parametrize(
    ("path", "angle"),
    [
        ("FAR_LEFT.mp4", Angle.FAR_LEFT),
        ("game1_farleft.mp4", Angle.FAR_LEFT),
        ("test_farleft.mp4", Angle.FAR_LEFT),
        ("farleft.mp4", Angle.FAR_LEFT),
        ("far-left/video.mp4", Angle.FAR_LEFT),
        (f"2026-03-18_{GAME_ID}_FL.mp4", Angle.FAR_LEFT),
        ("Games/09-22-2025/game1/Game1_NearRight.MP4", Angle.NEAR_RIGHT),
        (f"court-a/2026-03-18/{GAME_ID}/2026-03-18_{GAME_ID}_NR.mov", Angle.NEAR_RIGHT),
        ("nr.MOV", Angle.NEAR_RIGHT),
        ("near right.mp4", Angle.NEAR_RIGHT),
        ("far-left/NEAR_LEFT.mp4", Angle.NEAR_LEFT),
        ("far_left_near_right.mp4", None),
        ("video.mp4", None),
        ("FL_GX010123.MP4", Angle.FAR_LEFT),
        ("game1-NR-GOPR0123.MP4", Angle.NEAR_RIGHT),
        ("far-left/GX010123.MP4", Angle.FAR_LEFT),
        ("airfl.mp4", None),
        ("FAR_LEFT.txt", None),
        ("FAR_LEFT", None),
        (".mp4", None),
    ],
)
def test_a_file_name_says_its_camera_in_any_of_the_leagues_spellings(path: str, angle: Angle | None) -> None:
    assert angle_of(path) == angle


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("LEFT", Side.LEFT),
        (" right ", Side.RIGHT),
        ("FAR_LEFT", Side.LEFT),
        ("FAR_RIGHT", Side.RIGHT),
        ("NEAR_LEFT", None),
        ("CENTER", None),
        ("", None),
        (None, None),
    ],
)
def test_a_row_says_its_side_or_an_older_rows_camera(text: object, side: Side | None) -> None:
    assert side_of(text) == side


def test_a_side_is_trained_from_its_far_camera_and_the_near_one_across() -> None:
    assert CAMERAS[Side.LEFT] == (Angle.FAR_LEFT, Angle.NEAR_RIGHT)
    assert CAMERAS[Side.RIGHT] == (Angle.FAR_RIGHT, Angle.NEAR_LEFT)
    assert {angle: angle.play_side for angle in Angle} == {
        Angle.FAR_LEFT: Side.LEFT,
        Angle.NEAR_RIGHT: Side.LEFT,
        Angle.FAR_RIGHT: Side.RIGHT,
        Angle.NEAR_LEFT: Side.RIGHT,
    }


def test_tags_are_the_leagues_two_letters() -> None:
    assert [angle.tag for angle in Angle] == ["FL", "NL", "FR", "NR"]


def test_four_files_give_four_cameras_and_no_loss() -> None:
    found, quarantined = find_angles([f"Games/g1/{angle}.mp4" for angle in Angle] + ["Games/g1/notes.txt"])
    assert found == {angle: (f"Games/g1/{angle}.mp4",) for angle in Angle}
    assert quarantined == []


def test_two_files_for_one_camera_lose_that_camera_only_and_both_are_named() -> None:
    found, quarantined = find_angles([f"{angle}.mp4" for angle in Angle] + ["game1_farleft.mp4"])
    assert set(found) == set(Angle) - {Angle.FAR_LEFT}
    assert [entry.what for entry in quarantined] == ["camera FAR_LEFT"]
    assert "FAR_LEFT.mp4" in quarantined[0].why
    assert "game1_farleft.mp4" in quarantined[0].why


def test_a_missing_camera_and_an_unnamed_file_are_losses_not_errors() -> None:
    found, quarantined = find_angles(["FAR_LEFT.mp4", "NEAR_LEFT.mp4", "FAR_RIGHT.mp4", "video.mp4"])
    assert len(found) == 3
    assert {entry.what for entry in quarantined} == {"camera NEAR_RIGHT", "video video.mp4"}


def test_a_recording_that_lacks_its_first_chapter_loses_its_camera_instead_of_shifting_its_plays() -> None:
    found, quarantined = find_angles(
        [f"{angle}.mp4" for angle in Angle if angle != "FAR_LEFT"] + ["FL_GX020123.MP4"]
    )
    assert set(found) == set(Angle) - {Angle.FAR_LEFT}
    assert [entry.what for entry in quarantined] == ["camera FAR_LEFT"]
    assert quarantined[0].why.startswith("chapter 1 of its recording is missing")
    assert "FL_GX020123.MP4" in quarantined[0].why


def test_a_recording_of_one_chapter_is_a_whole_video() -> None:
    found, _ = find_angles(["FAR_LEFT_GX010123.mp4"])
    assert found == {Angle.FAR_LEFT: ("FAR_LEFT_GX010123.mp4",)}
