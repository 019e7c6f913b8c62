from __future__ import annotations

from typing import Any

import pytest

from uball_assets.domain.plays.revision import recognise, revise


def row(start: object, end: object, label: str = "STEAL", side: str = "LEFT", **more: Any) -> dict[str, Any]:
    return {"angle": side, "start_timestamp": start, "end_timestamp": end, "classification": label, **more}


STORED = [row(100, 108), row(112, 118), row(100, 108, "REBOUND"), row(300, 306, side="RIGHT"), row(200, 201)]


@pytest.mark.parametrize(
    ("given", "about"),
    [
        pytest.param(row(100, 108), 0, id="the same"),
        pytest.param(row("1:40", "1:48"), 0, id="the same, written otherwise"),
        pytest.param(row(101.5, 108), 0, id="a corrected start"),
        pytest.param(row(100, 103), 0, id="a corrected end"),
        pytest.param(row(111, 117), 1, id="both, and the nearest of two"),
        pytest.param(row(202, 203.5), 4, id="it no longer overlaps, and both ends are near"),
        pytest.param(row(100, 108, "rebound"), 2, id="another play of the same seconds"),
        pytest.param(row(112, 118.2, "BLOCK"), 1, id="a corrected label"),
        pytest.param(row(300, 306, side="FAR_RIGHT"), 3, id="a side as older rows spell it"),
        pytest.param(row(130, 136), None, id="another play"),
        pytest.param(row(300, 306), None, id="the other side"),
        pytest.param(row(115, 125, "BLOCK"), None, id="another label and other seconds"),
        pytest.param(row(None, 108), None, id="no start"),
        pytest.param(row(100, 108, side="UP"), None, id="no side"),
    ],
)
def test_a_row_without_id_is_recognised_by_side_label_and_nearness(
    given: dict[str, Any], about: int | None
) -> None:
    assert recognise(STORED, [given]) == ({} if about is None else {0: about})


def test_no_stored_row_is_used_twice_and_the_surest_pair_goes_first() -> None:
    given = [row(102, 109), row(100, 108), row(113, 118)]
    assert recognise(STORED[:2], given) == {1: 0, 2: 1}


def test_a_play_added_between_two_of_its_kind_is_the_new_one() -> None:
    stored = [row(100, 104), row(110, 114)]
    assert recognise(stored, [row(100, 104), row(105, 109), row(110, 114)]) == {0: 0, 2: 1}


def test_a_revision_tells_what_changed_came_and_went() -> None:
    stored = [
        {**row(100, 108), "id": "a", "note": "kept", "updated_at": "2026-03-18"},
        {**row(112, 118), "id": "b", "player_a": None},
        {**row(130, 140), "id": "c"},
    ]
    given = [
        {**row(100.0, 108), "id": "a", "updated_at": "2026-03-19"},
        {**row(113, 118), "id": "b", "player_a": ""},
        {**row(150, 155), "id": "d"},
    ]
    told = revise(stored, given)
    assert told.same_count == 1
    [change] = told.changed
    assert (change.play_id, change.columns) == ("b", (("start_timestamp", 112, 113),))
    assert [row["id"] for row in told.added] == ["d"]
    assert [row["id"] for row in told.gone] == ["c"]
