from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.rig import Camera, Rig, short_cameras
from uball_assets.domain.footage.timeline import Window


def a_camera(angle: Angle, sync_offset_s: float) -> Camera:
    return Camera(
        angle=angle,
        name=f"Games/g1/{angle}.mp4",
        fingerprint="f",
        size_bytes=1,
        filmed=Window(0.5, 100.5),
        sync_offset_s=sync_offset_s,
        frame_rate=30.0,
        width_px=1920,
        height_px=1080,
        codec="h264",
        verdict="sound",
    )


@pytest.mark.parametrize(
    ("offset_s", "filmed_game"),
    [(0.0, Window(0.5, 100.5)), (2.5, Window(-2.0, 98.0)), (-3.0, Window(3.5, 103.5))],
    ids=["in sync", "switched on before the game", "switched on after its start"],
)
def test_what_a_camera_filmed_in_game_time_is_file_time_minus_its_offset(
    offset_s: float, filmed_game: Window
) -> None:
    camera = a_camera(Angle.FAR_LEFT, offset_s)
    assert camera.filmed_game == filmed_game
    assert Rig("g1", (camera,), (), "h").footage == {Angle.FAR_LEFT: filmed_game}


def test_a_rig_finds_its_cameras_and_says_nothing_of_those_it_has_not() -> None:
    rig = Rig("g1", (a_camera(Angle.FAR_LEFT, 0.0),), (), "h")
    assert rig.camera(Angle.FAR_LEFT) is rig.cameras[0]
    assert rig.camera(Angle.NEAR_LEFT) is None


def cameras_of(durations_s: Sequence[float]) -> list[Camera]:
    """One camera for each duration, each switched on ten seconds before the next."""
    return [
        replace(a_camera(angle, 10.0 * place), filmed=Window(0.0, duration_s))
        for place, (angle, duration_s) in enumerate(zip(Angle, durations_s, strict=False))
    ]


@pytest.mark.parametrize(
    ("durations_s", "short"),
    [
        ((2700, 2700, 2700, 2700), []),
        ((2700, 2500, 2640, 2700), []),
        ((2700, 2400, 2640, 2700), [1]),
        ((14000, 13600, 14100, 14000), [1]),
        ((14000, 13750, 14100, 14000), []),
        ((2700, 1900, 1900, 2700), [1, 2]),
        ((2700, 1000, 2000, 2700), [1, 2]),
        ((2700, 9000, 2700, 2700), []),
        ((2700, 9000, 2700), []),
        ((2700, 900, 2700), [1]),
        ((2700, 900), []),
        ((2700,), []),
        ((6.0, 6.0, 4.0, 6.0), [2]),
    ],
    ids=[
        "all alike",
        "stopped minutes apart",
        "a tenth of a short game is missing",
        "a part of a long game is missing",
        "minutes of a long game",
        "two of four are short",
        "two are short by different times",
        "one ran on after the game",
        "one of three ran on",
        "one of three is short",
        "one sister is no measure",
        "alone",
        "the demo's short games",
    ],
)
def test_a_camera_that_filmed_much_less_than_its_sisters_is_named(
    durations_s: Sequence[float], short: list[int]
) -> None:
    assert list(short_cameras(cameras_of(durations_s))) == [list(Angle)[place] for place in short]


def test_a_short_camera_is_named_with_what_it_filmed_and_what_its_sisters_did() -> None:
    cameras = cameras_of((2700, 1500, 2700, 2705))
    assert short_cameras(cameras)[cameras[1].angle] == (
        "it filmed 1500.0 s, 1200.0 s less than its sisters (2700.0 s), from -10.0 to 1490.0 s of the game: "
        "a part of the recording may be missing"
    )


def test_a_camera_whose_file_is_known_to_be_cut_short_needs_no_second_reason() -> None:
    cameras = cameras_of((2700, 1500, 2700, 2700))
    cameras[1] = replace(cameras[1], verdict="usable-with-loss")
    assert short_cameras(cameras) == {}
