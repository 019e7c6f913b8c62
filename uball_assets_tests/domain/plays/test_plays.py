from __future__ import annotations

import json
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uball_assets.domain.fields import text_in
from uball_assets.domain.footage.angles import Angle, Side
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.plays.labels import LABELS
from uball_assets.domain.plays.plays import Event, Play, check_rows, play_as_row, plays_hash, respelled_count
from uball_assets_tests.domain.samples import a_play, a_row

FilmED = {angle: Window(0.0, 3600.0) for angle in Angle}


def test_a_sound_row_becomes_its_play() -> None:
    assert check_rows([a_row()], FilmED) == ([a_play()], [])


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"start_timestamp": None}, "start_timestamp is None"),
        ({"end_timestamp": "soon"}, "end_timestamp is 'soon'"),
        ({"end_timestamp": float("nan")}, "end_timestamp is nan"),
        ({"start_timestamp": float("-inf")}, "start_timestamp is -inf"),
        ({"start_timestamp": True}, "start_timestamp is True"),
        ({"start_timestamp": -0.5, "end_timestamp": 107.0}, "starts at -0.5 s"),
        ({"start_timestamp": 110.0}, "starts at 110.0 s, not before its end at 110.0 s"),
        ({"start_timestamp": 115.0}, "starts at 115.0 s, not before its end at 110.0 s"),
        ({"end_timestamp": 221.0}, "lasts 121.0 s, more than 120 s"),
        ({"end_timestamp": 100.9, "timestamp_seconds": None}, "lasts 0.900 s, less than 1 s"),
        ({"start_timestamp": 1.912, "end_timestamp": 1.92, "timestamp_seconds": None}, "lasts 0.008 s"),
        ({"start_timestamp": "10_0"}, "start_timestamp is '10_0'"),
        ({"angle": "CENTER"}, "angle 'CENTER'"),
        ({"angle": None}, "angle None"),
        ({"classification": "DUNK"}, "classification 'DUNK'"),
        ({"classification": None}, "classification None"),
        ({"events": [{"label": "FG_MAKE"}, {"label": "DUNK"}]}, "event 2 label 'DUNK'"),
        ({"events": [{}]}, "event 1 label None"),
        ({"events": ["FG_MAKE"]}, "event 1 is not an object: 'FG_MAKE'"),
        ({"events": "[{"}, "events is not JSON: '[{'"),
        ({"events": '{"label": "FG_MAKE"}'}, "events is not a list"),
        ({"timestamp_seconds": 99.0}, "timestamp_seconds 99.0 lies outside 100.0 to 110.0 s"),
        ({"timestamp_seconds": 110.5}, "timestamp_seconds 110.5 lies outside 100.0 to 110.0 s"),
        ({"timestamp_seconds": float("inf")}, "timestamp_seconds is inf"),
        ({"timestamp_seconds": "1:66"}, "timestamp_seconds is '1:66'"),
        ({"id": "../p1"}, "id '../p1' cannot name a file"),
        ({"game_id": None}, "game_id is missing"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_row_that_breaks_a_rule_is_lost_alone_and_told_why(changed: dict[str, Any], why: str) -> None:
    spoiled = a_row(**changed)
    plays, quarantined = check_rows([spoiled, a_row(id="p2")], FilmED)
    assert [play.play_id for play in plays] == ["p2"]
    assert len(quarantined) == 1
    assert quarantined[0].what == f"play {spoiled['id']}"
    assert quarantined[0].where == f"plays row {spoiled['id']}"
    assert why in quarantined[0].why
    assert quarantined[0].remedy


@pytest.mark.parametrize("play_id", [None, "", "  "], ids=repr)
def test_a_row_without_an_id_is_named_by_its_position(play_id: str | None) -> None:
    plays, quarantined = check_rows([a_row(), a_row(id=play_id)], FilmED)
    assert len(plays) == 1
    assert [(entry.what, entry.where) for entry in quarantined] == [("play without id", "plays row 2")]


def test_every_broken_rule_of_a_row_is_told_in_one_loss() -> None:
    row = a_row(angle="UP", classification="DUNK", events=[{"label": "X"}], end_timestamp=None)
    plays, (entry,) = check_rows([row], FilmED)
    assert plays == []
    assert all(told in entry.why for told in ("'UP'", "'DUNK'", "'X'", "end_timestamp is None"))
    assert (
        entry.remedy
        == "write LEFT or RIGHT; use one of its labels; write end_timestamp as seconds of game time"
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"timestamp_seconds": None},
        {"timestamp_seconds": 100.0},
        {"timestamp_seconds": 110.0},
        {"start_timestamp": 0, "end_timestamp": 120, "timestamp_seconds": 1},
        {"note": None, "player_a": None, "player_b": None},
        {"events": None},
        {"events": []},
        {"events": ""},
        {"events": "NULL"},
        {"events": float("nan")},
        {"timestamp_seconds": "N/A"},
        {"timestamp_seconds": float("nan")},
        {"start_timestamp": 10.1, "end_timestamp": 11.1, "timestamp_seconds": None},
        {"classification": "tov"},
        {"angle": "FAR_LEFT"},
    ],
    ids=str,
)
def test_what_the_league_leaves_open_or_spells_its_own_way_is_sound(changed: dict[str, Any]) -> None:
    plays, quarantined = check_rows([a_row(**changed)], FilmED)
    assert len(plays) == 1
    assert quarantined == []


def test_empty_texts_are_none_and_an_empty_note_is_empty() -> None:
    (play,), _ = check_rows([a_row(note=None, player_a=" ", player_b=None)], FilmED)
    assert (play.note, play.player_a, play.player_b) == ("", None, None)


def test_what_exports_write_into_an_empty_cell_is_nobody_s_name() -> None:
    events = [{"label": "FG_MISS", "playerA": "None", "playerB": float("nan")}]
    row = a_row(note="NULL", player_a="nan", player_b=r"\N", events=events)
    (play,), quarantined = check_rows([row], FilmED)
    assert (play.note, play.player_a, play.player_b, quarantined) == ("", None, None, [])
    assert play.events == (Event("FG_MISS"),)


def test_an_id_that_says_nothing_is_missing() -> None:
    _, quarantined = check_rows([a_row(id="N/A"), a_row(game_id=float("nan"))], FilmED)
    assert [entry.why for entry in quarantined] == ["id is missing", "game_id is missing"]


def test_events_may_come_as_json_text_and_aliases_are_resolved() -> None:
    events = [{"label": "REB", "playerA": "Player #4 (Red)", "playerB": "", "playerAId": "x"}]
    (play,), _ = check_rows([a_row(events=json.dumps(events))], FilmED)
    assert play.events == (Event("REBOUND", "Player #4 (Red)"),)


def test_of_rows_with_one_id_the_newest_stays_whatever_their_order() -> None:
    rows = [
        a_row(note="old", updated_at="2026-03-18T20:00:00+00:00"),
        a_row(note="newest", updated_at="2026-03-19T01:00:00+03:00"),
        a_row(note="undated", updated_at=None),
    ]
    for ordered in permutations(rows):
        plays, quarantined = check_rows(ordered, FilmED)
        assert [play.note for play in plays] == ["newest"]
        assert len(quarantined) == 2
        assert all("3 rows have this id" in entry.why for entry in quarantined)


@pytest.mark.parametrize(
    ("footage", "spans"),
    [
        (
            {Angle.FAR_LEFT: Window(5.0, 100.0), Angle.NEAR_RIGHT: Window(0.0, 90.0)},
            "FAR_LEFT 5.0 to 100.0 s, NEAR_RIGHT 0.0 to 90.0 s",
        ),
        ({Angle.FAR_LEFT: Window(110.0, 3600.0)}, "FAR_LEFT 110.0 to 3600.0 s"),
        (
            {Angle.NEAR_RIGHT: Window(0.0, 90.0), Angle.NEAR_LEFT: Window(0.0, 3600.0)},
            "NEAR_RIGHT 0.0 to 90.0 s",
        ),
    ],
    ids=["after both", "before", "seen by the other side's camera only"],
)
def test_a_play_outside_all_footage_of_its_side_is_lost_with_the_files_end(
    footage: dict[Angle, Window], spans: str
) -> None:
    plays, quarantined = check_rows([a_row()], footage)
    assert plays == []
    assert quarantined[0].why.endswith(spans)


@pytest.mark.parametrize(
    "footage",
    [
        {},
        {Angle.FAR_RIGHT: Window(0.0, 10.0)},
        {Angle.FAR_LEFT: Window(0.0, 50.0), Angle.NEAR_RIGHT: Window(0.0, 3600.0)},
        {Angle.FAR_LEFT: Window(0.0, 101.0)},
        {Angle.FAR_LEFT: Window(109.0, 3600.0)},
    ],
    ids=["no camera", "only the other side's", "one of two saw it", "its start was seen", "its end was seen"],
)
def test_a_play_that_may_have_been_seen_stays(footage: dict[Angle, Window]) -> None:
    assert check_rows([a_row()], footage) == ([a_play()], [])


def test_plays_come_in_game_order() -> None:
    rows = [
        a_row(id=play_id, start_timestamp=start_s, timestamp_seconds=None)
        for play_id, start_s in (("c", 101.0), ("b", 105.0), ("a", 101.0))
    ]
    rows[0]["angle"] = "RIGHT"
    assert [play.play_id for play in check_rows(rows, FilmED)[0]] == ["a", "c", "b"]


NAMES = st.text(max_size=20).map(text_in)
TEXTS = NAMES.map(lambda text: text or "")
LABEL = st.sampled_from(LABELS)
PLAYS = st.builds(
    lambda start_s, length_s, share, **rest: Play(
        window=Window(start_s, start_s + length_s),
        timestamp_game_s=None if share is None else start_s + share * length_s,
        **rest,
    ),
    start_s=st.floats(0, 10_000),
    length_s=st.floats(1, 100),
    share=st.none() | st.floats(0, 1),
    play_id=st.uuids().map(str),
    game_id=st.uuids().map(str),
    side=st.sampled_from(Side),
    classification=LABEL,
    note=TEXTS,
    player_a=NAMES,
    player_b=NAMES,
    events=st.lists(st.builds(Event, LABEL, NAMES, NAMES), max_size=3).map(tuple),
)


@given(PLAYS)
def test_a_play_written_as_a_row_reads_back_unchanged(play: Play) -> None:
    assert check_rows([play_as_row(play)], {}) == ([play], [])


SCALARS = st.sampled_from(
    [None, True, -1, 0, 105, 10**400, 1.5, float("nan"), float("inf"), "", "x", "LEFT", "[{"]
)
ANYTHING = SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(st.sampled_from(["label", "x"]), SCALARS)


@given(st.lists(st.dictionaries(st.sampled_from(sorted(a_row())), ANYTHING), max_size=4))
def test_no_row_however_broken_stops_the_others_or_vanishes(broken: list[dict[str, Any]]) -> None:
    plays, quarantined = check_rows([*broken, a_row(id="sound-one")], FilmED)
    assert "sound-one" in [play.play_id for play in plays]
    assert len(plays) + len(quarantined) == len(broken) + 1


@pytest.mark.parametrize(
    "changed",
    [
        {"play_id": "p2"},
        {"game_id": "g2"},
        {"side": Side.RIGHT},
        {"window": Window(100.0, 110.5)},
        {"timestamp_game_s": None},
        {"classification": "3PT_MAKE"},
        {"note": "Other."},
        {"player_a": None},
        {"player_b": "Player #8 (Red)"},
        {"events": ()},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_any_changed_field_changes_the_plays_hash(changed: dict[str, Any]) -> None:
    assert plays_hash([a_play(**changed)]) != plays_hash([a_play()])


def test_the_order_of_plays_does_not_change_their_hash() -> None:
    first, second = a_play(), replace(a_play(), play_id="p2")
    assert plays_hash([first, second]) == plays_hash([second, first])


def test_other_spellings_of_labels_and_times_are_read_and_counted() -> None:
    row = a_row(
        classification="3pt make",
        timestamp_seconds="1:46 s",
        events=[{"Label": "3PT_MAKE", "player_a": "Player #7 (Gray)"}, {"label": "reb"}],
    )
    (play,), quarantined = check_rows([row], FilmED)
    assert (play.classification, play.timestamp_game_s, quarantined) == ("3PT_MAKE", 106.0, [])
    assert play.events == (Event("3PT_MAKE", "Player #7 (Gray)"), Event("REBOUND"))
    assert respelled_count(row) == 3
    assert respelled_count(play_as_row(play)) == 0
