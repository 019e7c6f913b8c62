from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from uball_assets.domain.footage.angles import Angle, Side
from uball_assets.domain.moments.moment_model import (
    Look,
    MomentModel,
    Weights,
    first_cameras,
    is_moment,
)
from uball_assets.domain.moments.motion import CELLS, COLUMNS, RECIPE, STEP_S, Motion, coded, rows_of
from uball_assets.domain.moments.reach import Reach

FL, NL, FR, NR = Angle.FAR_LEFT, Angle.NEAR_LEFT, Angle.FAR_RIGHT, Angle.NEAR_RIGHT


@pytest.mark.parametrize(
    ("present", "expected"),
    [
        ([FL, NL, FR, NR], [FL, FR]),
        ([NR, NL], [NR, NL]),
        ([FL], [FL]),
        ([], []),
    ],
    ids=["the far views", "near ones where those are missing", "one side", "no camera"],
)
def test_one_camera_a_side_comes_first(present: list[Angle], expected: list[Angle]) -> None:
    assert first_cameras(present) == expected


def test_a_moment_is_half_a_second_long_to_each_side() -> None:
    times = np.array([9.4, 9.6, 10.0, 10.4, 10.6, 20.0])
    assert is_moment(times, [20.3, 10.0]).tolist() == [False, True, True, True, False, True]
    assert not is_moment(times, []).any()


STEPS = 300
CELL = 7
AT_THE_MOMENT = 2 * (CELLS + 3) + CELL
WEIGHTS = Weights(tuple(3.0 if column == AT_THE_MOMENT else 0.0 for column in range(COLUMNS)), 0.0)
"""Waits for one cell to move."""


def look(moves_s: float, cell: int = CELL, sync_offset_s: float = 2.0, **changed: Any) -> Look:
    """A minute in which one cell moves for two seconds about a moment of the game."""
    changes = np.zeros((STEPS, CELLS), dtype=np.float32)
    at = round((moves_s + sync_offset_s) / STEP_S)
    changes[at - 5 : at + 5, cell] = 20.0
    motion = Motion(coded(changes), np.ones(STEPS, dtype=np.bool_), np.zeros(STEPS, dtype=np.float32))
    return replace(Look(motion.times_file_s - sync_offset_s, rows_of(motion), motion.seen), **changed)


def found(looks: dict[Angle, Look]) -> list[tuple[Side, float]]:
    angles = dict.fromkeys(Angle, WEIGHTS)
    model = MomentModel(RECIPE, angles, Reach((2.0, 3.0), (1.0, 1.5), 4.0), 0.5, None)
    return [(one.side, one.moment_game_s) for one in model.candidates(looks)]


def test_a_moment_is_found_in_game_time_where_what_the_model_waits_for_moves() -> None:
    [(side, moment_s)] = found({FL: look(31.0)})
    assert side is Side.LEFT
    assert moment_s == pytest.approx(31.0, abs=0.5)
    assert found({FL: look(31.0, cell=8)}) == []


def test_both_sides_are_found_by_time() -> None:
    assert [side for side, _ in found({FL: look(31.0), FR: look(20.0)})] == [Side.RIGHT, Side.LEFT]


def test_two_cameras_of_a_side_that_see_it_are_one_candidate_whatever_their_offsets() -> None:
    [(side, moment_s)] = found({FL: look(31.0, sync_offset_s=2.0), NR: look(31.0, sync_offset_s=-1.0)})
    assert side is Side.LEFT
    assert moment_s == pytest.approx(31.0, abs=0.5)


def test_what_one_camera_denies_does_not_count_and_what_it_did_not_film_does() -> None:
    still = look(31.0, cell=8)
    assert found({FL: look(31.0), NR: still}) == []
    assert len(found({FL: look(31.0), NR: replace(still, seen=np.zeros(STEPS, dtype=np.bool_))})) == 1


def test_nothing_is_found_where_nothing_was_looked_at() -> None:
    assert found({FL: look(31.0, seen=np.zeros(STEPS, dtype=np.bool_))}) == []
    assert found({}) == []
