"""What a decision makes of a play: the rows that stand afterwards, and what cannot be decided."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from uball_assets.domain.footage.angles import Side
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.plays.plays import Event, play_as_row
from uball_assets.domain.review.decisions import CannotDecide, Wish, added_row, rows_after
from uball_assets.domain.review.ledger import Action, machine_item_id, place_of, play_id_of
from uball_assets_tests.domain.samples import a_play, a_row

PLAY = a_play()
ROW = play_as_row(PLAY)


def correct(**changes: Any) -> dict[str, Any]:
    [row] = rows_after(PLAY, None, Wish(Action.CORRECT, changes))
    return {column: value for column, value in row.items() if value != ROW.get(column)}


@pytest.mark.parametrize(
    ("changes", "changed"),
    [
        ({}, {}),
        ({"note": None}, {"note": ""}),
        (
            {"player_b": " Player #9 (Blue) "},
            {
                "player_b": "Player #9 (Blue)",
                "events": [
                    {"label": "4PT_MAKE", "playerA": PLAY.player_a, "playerB": "Player #9 (Blue)"},
                ],
            },
        ),
        ({"moment_game_s": 104.25}, {"timestamp_seconds": 104.25}),
        (
            {"moment_game_s": 112.5},
            {"timestamp_seconds": 112.5, "start_timestamp": 106.0, "end_timestamp": 116.0},
        ),
        (
            {"label": "4pt miss"},
            {
                "classification": "4PT_MISS",
                "events": [{"label": "4PT_MISS", "playerA": PLAY.player_a, "playerB": None}],
            },
        ),
        (
            {"player_a": ""},
            {"player_a": None, "events": [{"label": "4PT_MAKE", "playerA": None, "playerB": None}]},
        ),
    ],
    ids=["nothing", "note", "player", "moment", "moment outside", "label", "nobody"],
)
def test_a_correction_changes_what_it_names(changes: dict[str, Any], changed: dict[str, Any]) -> None:
    found = correct(**changes)
    assert {column: found[column] for column in found if not column.endswith("_id")} == changed


def test_a_person_s_row_keeps_what_no_decision_speaks_of() -> None:
    stored = {**a_row(), "player_a_id": "id of 7", "player_b_id": "id of 9", "player_b": "Player #9 (Blue)"}
    play = replace(PLAY, player_b="Player #9 (Blue)")
    assert rows_after(play, stored, Wish(Action.ACCEPT, {})) == [stored]
    [row] = rows_after(play, stored, Wish(Action.CORRECT, {"player_a": "Player #8 (Gray)"}))
    assert (row["player_a_id"], row["player_b_id"]) == (None, "id of 9")
    assert row["created_at"] == stored["created_at"]


def test_other_events_of_a_play_stay_when_its_label_changes() -> None:
    play = replace(PLAY, events=(Event("4PT_MAKE", PLAY.player_a), Event("ASSIST", "Player #3 (Gray)")))
    [row] = rows_after(play, None, Wish(Action.CORRECT, {"label": "3PT_MAKE"}))
    assert [event["label"] for event in row["events"]] == ["3PT_MAKE", "ASSIST"]


def test_the_parts_of_a_play_share_its_seconds_and_the_first_keeps_its_id() -> None:
    parts = [{"label": "REBOUND", "moment_game_s": 108.0}, {"moment_game_s": 103.0, "note": "first"}]
    first, second = rows_after(PLAY, None, Wish(Action.SPLIT, {}, parts))
    assert (first["id"], first["classification"], first["note"]) == ("p1", "4PT_MAKE", "first")
    assert second["id"] == play_id_of(machine_item_id("g1", Side.LEFT, 108.0))
    windows = [(row["start_timestamp"], row["end_timestamp"]) for row in (first, second)]
    assert windows == [(100.0, 105.5), (105.5, 110.0)]


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (Wish(Action.CORRECT, {"label": "DUNK"}), "label"),
        (Wish(Action.CORRECT, {"label": None}), "label"),
        (Wish(Action.CORRECT, {"moment_game_s": "soon"}), "moment_game_s"),
        (Wish(Action.CORRECT, {"moment_game_s": None}), "moment_game_s"),
        (Wish(Action.CORRECT, {"moment_game_s": 1e9}), "moment_game_s"),
        (Wish(Action.CORRECT, {"note": "x" * 2001}), "note"),
        (Wish(Action.CORRECT, {"side": "RIGHT"}), "side"),
        (Wish(Action.SPLIT, {}, [{"moment_game_s": 103.0}]), "parts"),
        (Wish(Action.SPLIT, {}, [{"moment_game_s": 103.0}, {"label": "FOUL"}]), "parts"),
        (Wish(Action.SPLIT, {}, [{"moment_game_s": 103.0}, {"moment_game_s": 103.5}]), "parts"),
        (Wish(Action.SPLIT, {}, [{"moment_game_s": 103.0}, {"moment_game_s": 111.0}]), "parts"),
        (Wish(Action.CLOSE, {}), "action"),
    ],
)
def test_what_cannot_be_is_named(wish: Wish, field: str) -> None:
    with pytest.raises(CannotDecide) as refused:
        rows_after(PLAY, None, wish)
    assert refused.value.field == field


def test_an_added_play_is_as_long_as_the_game_s_others_and_stands_where_none_does() -> None:
    others = [PLAY, a_play(play_id="p2", window=Window(200, 206), timestamp_game_s=204.0)]
    changes = {"label": "BLOCK", "moment_game_s": 50.0}
    row = added_row("g1", Side.LEFT, changes, others)
    assert (row["start_timestamp"], row["end_timestamp"]) == (44.75, 52.75)
    assert row == added_row("g1", Side.LEFT, changes, others)
    alone = added_row("g1", Side.LEFT, {**changes, "moment_game_s": 1.0}, [])
    assert (alone["start_timestamp"], alone["end_timestamp"]) == (0.0, 3.0)
    for moment_s, side in ((106.0, Side.LEFT), (203.5, Side.LEFT)):
        with pytest.raises(CannotDecide, match="a play stands there already"):
            added_row("g1", side, {**changes, "moment_game_s": moment_s}, others)
    assert added_row("g1", Side.RIGHT, {**changes, "moment_game_s": 106.0}, others)
    for lacking in changes:
        with pytest.raises(CannotDecide) as refused:
            added_row("g1", Side.LEFT, {**changes, lacking: None}, others)
        assert refused.value.field == lacking


@pytest.mark.parametrize(
    ("item_id", "place"),
    [
        ("g1.LEFT.0081300", ("g1", Side.LEFT, 81.3)),
        ("g-_1.RIGHT.0000000", ("g-_1", Side.RIGHT, 0.0)),
        ("6f1c0000-0000-0000-0000-0000000000a1", None),
        ("g1.UP.0081300", None),
        ("g1.LEFT.x", None),
        ("g1.LEFT.٣", None),
        ("g1.LEFT", None),
        ("a.b.LEFT.1", None),
        ("", None),
    ],
)
def test_a_machine_s_play_is_named_by_its_side_and_moment(
    item_id: str, place: tuple[str, Side, float] | None
) -> None:
    assert place_of(item_id) == place
    if place:
        assert machine_item_id(*place) == item_id
        assert play_id_of(item_id) == play_id_of(machine_item_id(*place)) != item_id
    else:
        assert "." in item_id or play_id_of(item_id) == item_id
