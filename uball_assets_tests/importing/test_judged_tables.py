"""Values of a table as exports and people leave them: which plays come of them, and what is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import SecretStr

from uball_assets.domain.errors import Permanent, Quarantined
from uball_assets.domain.plays.columns import kept_plays
from uball_assets.domain.plays.plays import Event, Play, check_rows
from uball_assets.importing.checking import check_game
from uball_assets.importing.game import GameFiles
from uball_assets.importing.tables import in_file, read_play_table
from uball_assets.settings import Settings

HEAD = "angle,start,end,timestamp,classification,note,player_a,player_b,events\n"


def judged(
    folder: Path, text: str, name: str = "plays.csv"
) -> tuple[list[Play], list[Quarantined], list[str]]:
    """Plays, losses, notices."""
    path = folder / name
    path.write_text(text)
    table = read_play_table(path, "g1")
    kept = kept_plays(table.rows, uuids=False)
    plays, quarantined = check_rows(kept.rows, {}, kept.faults)
    quarantined = [
        *table.quarantined,
        *(in_file(entry, path, table.lines) for entry in [*quarantined, *kept.quarantined]),
    ]
    return plays, quarantined, [*table.notices, *kept.notes]


def test_words_for_nothing_are_nobody_s_name_and_said(tmp_path: Path) -> None:
    text = HEAD + "LEFT,30,38,NULL,FG_MAKE,None,Player #7 (Gray),NULL,NULL\n"
    text += "RIGHT,50,58,nan,3PT_MISS,NaN,N/A,\\N,null\n"
    plays, quarantined, notices = judged(tmp_path, text)
    told = [(play.note, play.player_a, play.player_b, play.timestamp_game_s, play.events) for play in plays]
    assert told == [("", "Player #7 (Gray)", None, None, ()), ("", None, None, None, ())]
    assert quarantined == []
    assert notices == ["plays.csv: 9 cells say N/A, NULL, NaN, None, \\N, nan, null: read as empty"]


@pytest.mark.parametrize(
    ("note", "read"),
    [
        ("a\\u0000b", "ab"),
        ("great look \\ud83d", "great look"),
        ("\\udfff", ""),
        ("\\ud83c\\udfc0", "🏀"),
        ("one\\u000btwo", "one two"),
    ],
)
def test_a_character_that_no_database_keeps_is_taken_out_and_said(
    tmp_path: Path, note: str, read: str
) -> None:
    rows = f'[{{"angle": "LEFT", "start": 30, "end": 38, "classification": "FG_MAKE", "note": "{note}"}}]'
    (play,), quarantined, notices = judged(tmp_path, rows, "plays.json")
    assert (play.note, quarantined) == (read, [])
    assert any("taken out" in notice for notice in notices) == (read != "🏀")


def test_a_nul_in_a_csv_is_taken_out(tmp_path: Path) -> None:
    text = "id,angle,start_timestamp,end_timestamp,classification,note\na1,LEFT,10,14,FG_MAKE,a\0b\n"
    (play,), quarantined, notices = judged(tmp_path, text)
    assert (play.note, quarantined) == ("ab", [])
    assert notices == ["plays.csv: control characters and halves of a character are taken out of line 2"]


def test_nan_is_an_empty_cell_within_events_too(tmp_path: Path) -> None:
    text = (
        '[{"id":"p1","angle":"LEFT","start":30.0,"end":38.0,"classification":"FG_MAKE","events":NaN,"player_b":NaN},'
        '{"id":"p2","angle":"RIGHT","start":50.0,"end":58.0,"classification":"3PT_MISS",'
        '"events":[{"label":"3PT_MISS","playerA":NaN,"playerB":null}]}]'
    )
    plays, quarantined, _ = judged(tmp_path, text, "plays.json")
    assert [(play.play_id, play.events) for play in plays] == [("p1", ()), ("p2", (Event("3PT_MISS"),))]
    assert quarantined == []


def test_ids_that_say_nothing_are_derived(tmp_path: Path) -> None:
    row = '{"id": NaN, "game_id": NaN, "angle": "LEFT", "start": %d, "end": %d, "classification": "STEAL"}'
    plays, quarantined, _ = judged(tmp_path, f"[{row % (30, 38)}, {row % (50, 58)}]", "plays.json")
    assert len({play.play_id for play in plays}) == 2
    assert {play.game_id for play in plays} == {"g1"}
    assert quarantined == []


def test_a_number_with_underscores_is_no_time(tmp_path: Path) -> None:
    plays, (entry,), _ = judged(tmp_path, HEAD + "LEFT,3_0,3_8,,FG_MAKE,n,,,\n")
    assert plays == []
    assert entry.where == "plays.csv line 2"
    assert "start_timestamp is '3_0'" in entry.why
    assert "end_timestamp is '3_8'" in entry.why


def test_what_no_database_keeps_costs_its_row_and_is_not_sent(tmp_path: Path) -> None:
    rows = [
        {"id": "a", "angle": "LEFT", "start": 1, "end": 5, "label": "STEAL", "events": [{"label": 2**70}]},
        {"id": "b", "angle": "LEFT", "start": 6, "end": 9, "label": "STEAL", "note": ["two", "notes"]},
        {"id": "c", "angle": "LEFT", "start": 11, "end": 15, "label": "STEAL", "created_at": "yesterday"},
        {"id": "d", "angle": "LEFT", "start": 16, "end": 19, "label": "SLAM"},
    ]
    plays, quarantined, _ = judged(tmp_path, json.dumps(rows), "plays.json")
    assert [play.play_id for play in plays] == ["c"]
    assert [entry.where for entry in quarantined] == [f"plays.json row {row}" for row in (1, 2, 4, 3)]
    assert quarantined[-1].what == "created_at of play c"


def test_a_game_that_supabase_cannot_name_is_refused_at_once_with_an_id_that_it_can(tmp_path: Path) -> None:
    settings = Settings(
        home=tmp_path / "home",
        plays_url="supabase",
        supabase_url="http://127.0.0.1:9",
        supabase_service_key=SecretStr("sb_secret_none"),
    )
    files = GameFiles("2026-03-20-gray-blue", tmp_path)
    with pytest.raises(Permanent, match=r"'2026-03-20-gray-blue' is no UUID.* use [0-9a-f-]{36}, which"):
        check_game(settings, files)
