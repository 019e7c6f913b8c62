from __future__ import annotations

import pytest

from uball_assets.domain.angles import Side
from uball_assets.domain.near_duplicates import near_duplicates
from uball_assets.domain.plays import Play
from uball_assets.domain.timeline import Window


def play(play_id: str, start_s: float, end_s: float, label: str = "STEAL", side: Side = Side.LEFT) -> Play:
    return Play(play_id, "g1", side, Window(start_s, end_s), None, label, "", None, None, ())


@pytest.mark.parametrize(
    ("other", "is_found"),
    [
        pytest.param(play("b", 75.0, 81.0), True, id="the same seconds"),
        pytest.param(play("b", 76.5, 81.0), True, id="a corrected start"),
        pytest.param(play("b", 75.0, 78.0), True, id="half of it"),
        pytest.param(play("b", 79.0, 85.0), False, id="the next of one possession"),
        pytest.param(play("b", 75.0, 81.0, "BLOCK"), False, id="another label"),
        pytest.param(play("b", 75.0, 81.0, side=Side.RIGHT), False, id="the other side"),
    ],
)
def test_two_plays_of_one_side_and_label_that_share_their_seconds_look_like_one(
    other: Play, is_found: bool
) -> None:
    found = near_duplicates([other, play("far away", 500, 506), play("a", 75.0, 81.0)])
    assert [{twins.first.play_id, twins.second.play_id} for twins in found] == [{"a", "b"}] * is_found


def test_twins_are_told_by_what_and_when_and_id() -> None:
    [twins] = near_duplicates([play("a", 75.0, 81.0), play("b", 76.5, 81.0)])
    assert twins.text == "STEAL LEFT 75.0 to 81.0 s (id a) and 76.5 to 81.0 s (id b)"
    assert twins.shared == pytest.approx(0.75)
