from __future__ import annotations

import pytest

from uball_assets.domain.angles import Angle
from uball_assets.domain.rig import Camera, Rig
from uball_assets.domain.timeline import Window


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
