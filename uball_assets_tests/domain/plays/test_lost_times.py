from __future__ import annotations

from typing import Any

import pytest

from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.plays.lost_times import LostTimes, lost_times
from uball_assets.domain.plays.plays import check_rows
from uball_assets_tests.domain.samples import a_row

FILMED = {Angle.FAR_LEFT: Window(-2.0, 600.0)}


def found(*rows: dict[str, Any]) -> LostTimes:
    sound, _ = check_rows(rows, FILMED)
    return lost_times(rows, sound, FILMED)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({}, LostTimes(), id="a sound row"),
        pytest.param({"classification": "DUNK"}, LostTimes((Window(100.0, 110.0),)), id="unknown label"),
        pytest.param({"angle": None}, LostTimes((Window(100.0, 110.0),)), id="of no side"),
        pytest.param({"id": None}, LostTimes((Window(100.0, 110.0),)), id="without an id"),
        pytest.param(
            {"start_timestamp": 110.0, "end_timestamp": 100.0},
            LostTimes((Window(100.0, 110.0),)),
            id="ends before it starts",
        ),
        pytest.param({"start_timestamp": None}, LostTimes((Window(86.5, 130.0),)), id="no start"),
        pytest.param(
            {"start_timestamp": None, "end_timestamp": "1:40"},
            LostTimes((Window(80.0, 126.5),)),
            id="times as a clock tells them",
        ),
        pytest.param(
            dict.fromkeys(("start_timestamp", "end_timestamp", "timestamp_seconds")),
            LostTimes(unplaced=1),
            id="no time at all",
        ),
        pytest.param(
            {"start_timestamp": 9100.0, "end_timestamp": 9110.0, "timestamp_seconds": 9105.0},
            LostTimes(unplaced=1),
            id="where nothing was filmed",
        ),
    ],
)
def test_a_lost_row_says_where_a_play_may_be_as_far_as_it_says_when(
    changed: dict[str, Any], expected: LostTimes
) -> None:
    elsewhere = {"start_timestamp": 200.0, "end_timestamp": 210.0, "timestamp_seconds": 206.0}
    assert found(a_row(id="sound", **elsewhere), a_row(**changed)) == expected


def test_an_older_version_of_a_sound_row_is_no_play_of_its_own() -> None:
    older = a_row(start_timestamp=300.0, end_timestamp=310.0, updated_at="2026-03-01T00:00:00+00:00")
    assert found(older, a_row()) == LostTimes()
