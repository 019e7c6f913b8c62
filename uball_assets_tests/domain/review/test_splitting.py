"""Two plays in the window of one: which of them is the old one."""

from __future__ import annotations

from typing import Any

import pytest

from uball_assets.domain.footage.angles import Side
from uball_assets.domain.plays.plays import check_rows
from uball_assets.domain.review.decisions import Wish, rows_after
from uball_assets.domain.review.ledger import Action, machine_item_id, play_id_of

MACHINE_S = play_id_of(machine_item_id("g1", Side.LEFT, 105.0))
ROW = {
    "id": MACHINE_S,
    "game_id": "g1",
    "angle": "LEFT",
    "start_timestamp": 100.0,
    "end_timestamp": 110.0,
    "timestamp_seconds": 105.0,
    "classification": "FG_MISS",
}


@pytest.mark.parametrize(("other_s", "kept"), [(102.0, 1), (108.0, 0)])
def test_a_machine_s_play_stays_itself_whether_the_other_was_before_it_or_after(
    other_s: float, kept: int
) -> None:
    (play,), _ = check_rows([ROW], {})
    parts: list[dict[str, Any]] = [{"moment_game_s": 105.0}, {"label": "REBOUND", "moment_game_s": other_s}]
    rows = rows_after(play, None, Wish(Action.SPLIT, {}, parts))
    assert len({row["id"] for row in rows}) == 2
    assert (rows[kept]["id"], rows[kept]["classification"]) == (MACHINE_S, "FG_MISS")
