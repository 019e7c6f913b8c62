from __future__ import annotations

import math
from typing import Any

import pytest

from uball_assets.domain.footage.offsets import beyond_video, offset_losses, offsets_of
from uball_assets.domain.footage.timeline import Window


def row(angle: str, offset: object) -> dict[str, Any]:
    return {"angle": angle, "sync_offset_seconds": offset}


@pytest.mark.parametrize(
    "spelled", ["FAR_LEFT", "far-left", "farleft", "Far Left", "fl", " FL ", "game1_farleft"]
)
def test_an_angle_is_read_by_the_rule_of_file_names(spelled: str) -> None:
    assert offsets_of([row(spelled, 1.5)]) == {"FAR_LEFT": 1.5}


def test_two_rows_of_one_camera_must_agree() -> None:
    assert offsets_of([row("FAR_LEFT", None), row("fl", 1.5)]) == {"FAR_LEFT": 1.5}
    assert offsets_of([row("FAR_LEFT", 1.5), row("fl", 1.5)]) == {"FAR_LEFT": 1.5}
    differing = [row("FAR_LEFT", 0.0), row("fl", 1.5)]
    assert math.isnan(offsets_of(differing)["FAR_LEFT"])
    [entry] = offset_losses("g1", differing)
    assert entry.why == "its sync offset is 0.0 and 1.5, not a number of seconds"


def test_an_offset_of_no_camera_is_named_and_a_row_without_offset_is_not() -> None:
    rows = [row("PRESS_BOX", 3.0), row("BENCH", None)]
    assert offsets_of(rows) == {}
    assert [entry.what for entry in offset_losses("g1", rows)] == ["offset of 'PRESS_BOX'"]


@pytest.mark.parametrize(
    ("offset_s", "game_end_s", "says"),
    [
        (0.0, 100.0, None),
        (59.9, 100.0, None),
        (60.0, 100.0, "the video ends at 60.0 s: it would end before the game begins"),
        (-99.0, 100.0, None),
        (-100.0, 100.0, "the video would begin 100.0 s into the game, whose last play ends at 100.0 s"),
        (-5000.0, None, None),
    ],
)
def test_an_offset_lies_within_its_video(offset_s: float, game_end_s: float | None, says: str | None) -> None:
    assert beyond_video(offset_s, Window(0.0, 60.0), game_end_s) == says
