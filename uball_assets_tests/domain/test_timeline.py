from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uball_assets.domain.timeline import Window, clip_to_file, file_to_clip, file_to_game, game_to_file

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


@given(SECONDS, SECONDS)
def test_every_clock_turns_back(time_s: float, offset_s: float) -> None:
    assert file_to_game(game_to_file(time_s, offset_s), offset_s) == pytest.approx(time_s, abs=1e-6)
    assert clip_to_file(file_to_clip(time_s, offset_s), offset_s) == pytest.approx(time_s, abs=1e-6)


def test_a_shifted_window_keeps_its_length() -> None:
    shifted = Window(10.0, 14.0).shifted(-2.0)
    assert shifted == Window(8.0, 12.0)
    assert shifted.duration_s == 4.0
