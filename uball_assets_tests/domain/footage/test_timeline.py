from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uball_assets.domain.footage.timeline import (
    Window,
    clip_to_file,
    file_to_clip,
    file_to_game,
    game_to_file,
)

SECONDS = st.floats(-20_000, 20_000)


@pytest.mark.parametrize(
    ("game_s", "offset_s", "file_s"),
    [(100.0, 0.0, 100.0), (100.0, 2.5, 102.5), (100.0, -2.5, 97.5)],
    ids=["no offset", "file runs ahead", "file runs behind"],
)
def test_file_time_is_game_time_plus_the_cameras_offset(
    game_s: float, offset_s: float, file_s: float
) -> None:
    assert game_to_file(game_s, offset_s) == file_s


def test_clip_time_counts_from_the_clips_start() -> None:
    assert file_to_clip(2848.5, 2840.0) == 8.5


def test_in_slow_motion_clip_time_runs_longer_than_the_video() -> None:
    assert file_to_clip(2848.5, 2840.0, slow_motion=4.0) == 34.0
    assert clip_to_file(34.0, 2840.0, slow_motion=4.0) == 2848.5


@given(SECONDS, SECONDS, st.floats(1, 60))
def test_every_clock_turns_back(time_s: float, offset_s: float, slow_motion: float) -> None:
    assert file_to_game(game_to_file(time_s, offset_s), offset_s) == pytest.approx(time_s, abs=1e-6)
    clip_s = file_to_clip(time_s, offset_s, slow_motion)
    assert clip_to_file(clip_s, offset_s, slow_motion) == pytest.approx(time_s, abs=1e-6)


def test_a_shifted_window_keeps_its_length() -> None:
    shifted = Window(10.0, 14.0).shifted(-2.0)
    assert shifted == Window(8.0, 12.0)
    assert shifted.duration_s == 4.0
