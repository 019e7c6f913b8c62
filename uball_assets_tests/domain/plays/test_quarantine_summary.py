"""Losses of one kind and reason are one line with their number; others stay apart."""

from __future__ import annotations

import pytest

from uball_assets.domain.errors import Quarantined
from uball_assets.domain.plays.quarantine_summary import grouped


def clip(play_id: str, camera: str, why: str = "no file for this camera") -> Quarantined:
    return Quarantined(f"clip {play_id}_{camera}", "Games/g1/", why, f"bring a sound {camera} file")


def camera(name: str) -> Quarantined:
    return Quarantined(
        f"camera {name}", "the game's video folder", "no file for this camera", f"add {name}.mp4"
    )


def play(play_id: str, why: str) -> Quarantined:
    return Quarantined(f"play {play_id}", f"plays row {play_id}", why, "correct the row")


@pytest.mark.parametrize(
    ("quarantined", "told"),
    [
        pytest.param([], [], id="none"),
        pytest.param([play("a", "no start")], ["play a: no start"], id="one alone has its own name"),
        pytest.param(
            [clip(name, "FAR_LEFT") for name in "abc"] + [clip(name, "NEAR_RIGHT") for name in "ab"],
            [
                "3 clips of FAR_LEFT: no file for this camera",
                "2 clips of NEAR_RIGHT: no file for this camera",
            ],
            id="a camera's clips are one line, another camera's another",
        ),
        pytest.param(
            [camera("FAR_LEFT"), camera("NEAR_RIGHT")],
            ["cameras FAR_LEFT and NEAR_RIGHT: no file for this camera"],
            id="cameras are named",
        ),
        pytest.param(
            [clip("a", "FAR_LEFT", "at 1.5 s, not there"), clip("b", "FAR_LEFT", "at 22 s, not there")],
            ["2 clips of FAR_LEFT: at 1.5 s, not there"],
            id="reasons that differ in a number",
        ),
        pytest.param(
            [play("a", "no DUNK here"), play("b", "no JAM here"), play("c", "no DUNK here")],
            ["2 plays: no DUNK here", "play b: no JAM here"],
            id="reasons that differ in a word stay apart",
        ),
        pytest.param(
            [clip("of_FAR_LEFT_x", "NEAR_LEFT"), clip("y", "NEAR_LEFT")],
            ["2 clips of NEAR_LEFT: no file for this camera"],
            id="a play's id that looks like a camera",
        ),
    ],
)
def test_losses_are_grouped_by_what_they_have_in_common(
    quarantined: list[Quarantined], told: list[str]
) -> None:
    assert [f"{group.what}: {group.why}" for group in grouped(quarantined)] == told
    assert sum(group.count for group in grouped(quarantined)) == len(quarantined)


def test_cameras_that_go_together_each_keep_their_remedy() -> None:
    (group,) = grouped([camera("FAR_LEFT"), camera("NEAR_RIGHT")])
    assert group.remedy == "add FAR_LEFT.mp4; add NEAR_RIGHT.mp4"


def test_plays_that_go_together_say_their_remedy_once() -> None:
    (group,) = grouped([play("a", "no start"), play("b", "no start")])
    assert group.remedy == "correct the row"
