from __future__ import annotations

import numpy as np
import pytest

from uball_assets.domain.moments.motion import CELLS, COLUMNS, STEP_S, Motion, around, coded, rows_of, weighed

STEPS = 200


def motion(changes: np.ndarray) -> Motion:
    count = len(changes)
    return Motion(
        coded(changes.astype(np.float32)), np.ones(count, dtype=np.bool_), np.zeros(count, dtype=np.float32)
    )


def moving(cell: int, first: int, stop: int) -> Motion:
    changes = np.zeros((STEPS, CELLS))
    changes[first:stop, cell] = 20.0
    return motion(changes)


def test_a_change_is_kept_to_a_few_per_cent_from_one_pixel_to_the_whole_picture() -> None:
    changes = np.geomspace(0.1, 251.0, 50, dtype=np.float32)
    codes = coded(changes)
    assert codes.max() == 255
    assert (np.diff(codes.astype(int)) > 0).all()
    back = np.expm1(codes / 26.0) / 72
    np.testing.assert_allclose(back, changes, rtol=0.03)


def test_a_row_tells_where_it_moves_and_for_how_long() -> None:
    rows = rows_of(moving(cell=5, first=80, stop=120))
    at, long_before = rows[100], rows[20]
    assert at[:CELLS].argmax() == 5
    assert at[CELLS + 1] == at[:CELLS].max()
    assert (long_before == long_before[0]).all()
    assert at[CELLS + 2] > long_before[CELLS + 2]


def test_what_moves_is_smoothed_about_its_own_time() -> None:
    level = rows_of(moving(cell=0, first=99, stop=102))[:, 0]
    assert level.argmax() == pytest.approx(100, abs=5)
    np.testing.assert_allclose(level[95:106], level[105:94:-1], rtol=1e-5)


def test_a_step_is_told_with_what_came_before_and_comes_after() -> None:
    rows = np.arange(STEPS, dtype=np.float32)[:, None].repeat(CELLS + 3, axis=1)
    [told] = around(rows, [100])
    assert told.shape == (COLUMNS,)
    assert told[:: CELLS + 3].tolist() == [90, 95, 100, 105]
    [first] = around(rows, [0])
    assert first[:: CELLS + 3].tolist() == [0, 0, 0, 5]


def test_weighing_a_whole_film_is_weighing_each_step_of_it() -> None:
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(STEPS, CELLS + 3)).astype(np.float32)
    weights = rng.normal(size=COLUMNS)
    np.testing.assert_allclose(weighed(rows, weights), around(rows, range(STEPS)) @ weights, atol=1e-4)


def test_steps_are_a_fifth_of_a_second_and_told_by_their_middle() -> None:
    assert moving(0, 0, 0).times_file_s[:3].tolist() == pytest.approx(
        [STEP_S / 2, 1.5 * STEP_S, 2.5 * STEP_S]
    )
