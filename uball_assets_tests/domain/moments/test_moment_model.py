from __future__ import annotations

import numpy as np
import pytest

from uball_assets.domain.footage.angles import Angle, Side
from uball_assets.domain.moments.moment_model import MomentModel, Weights, cameras_asked, is_moment
from uball_assets.domain.moments.motion import CELLS, COLUMNS, RECIPE, Motion, coded
from uball_assets.domain.moments.reach import Reach

FL, NL, FR, NR = Angle.FAR_LEFT, Angle.NEAR_LEFT, Angle.FAR_RIGHT, Angle.NEAR_RIGHT


@pytest.mark.parametrize(
    ("present", "expected"),
    [
        ([FL, NL, FR, NR], {Side.LEFT: FL, Side.RIGHT: FR}),
        ([NR, NL], {Side.LEFT: NR, Side.RIGHT: NL}),
        ([FL], {Side.LEFT: FL}),
        ([], {}),
    ],
    ids=["the far views", "near ones where those are missing", "one side", "no camera"],
)
def test_one_camera_tells_a_sides_moments(present: list[Angle], expected: dict[Side, Angle]) -> None:
    assert cameras_asked(present) == expected


def test_a_moment_is_half_a_second_long_to_each_side() -> None:
    times = np.array([9.4, 9.6, 10.0, 10.4, 10.6, 20.0])
    assert is_moment(times, [20.3, 10.0]).tolist() == [False, True, True, True, False, True]
    assert not is_moment(times, []).any()


def test_a_model_that_waits_for_one_cell_finds_when_that_moves() -> None:
    """Weights on the cell's level at the moment itself."""
    codes = np.zeros((300, CELLS))
    codes[150:160, 7] = 20.0
    codes[50:60, 8] = 20.0
    seen = np.ones(300, dtype=np.bool_)
    values = np.zeros(COLUMNS)
    values[2 * (CELLS + 3) + 7] = 3.0
    model = MomentModel(
        RECIPE, {FL: Weights(tuple(values), 0.0)}, Reach((2.0, 3.0), (1.0, 1.5), 4.0), 0.5, None
    )
    motion = Motion(coded(codes.astype(np.float32)), seen, np.zeros(300, dtype=np.float32))
    [found] = model.candidates(FL, motion, sync_offset_s=2.0)
    assert found.side is Side.LEFT
    assert found.moment_game_s == pytest.approx(31.0 - 2.0, abs=0.5)
    unseen = Motion(motion.codes, ~seen, motion.bytes_a_step)
    assert model.candidates(FL, unseen, 2.0) == []
