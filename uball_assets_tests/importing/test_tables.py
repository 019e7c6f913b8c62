"""Tables of plays as people write them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from uball_assets.domain.errors import Permanent
from uball_assets.importing.tables import read_play_table, seconds_in

PLAIN = "angle,start_timestamp,end_timestamp,classification\n"


def written(folder: Path, text: str | bytes, name: str = "plays.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def rows_of(folder: Path, text: str | bytes, name: str = "plays.csv") -> list[dict[str, Any]]:
    return read_play_table(written(folder, text, name), "g1").rows


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("754.5", 754.5),
        (12, 12.0),
        ("12:34.5", 754.5),
        ("0:12:34", 754.0),
        ("75:30", 4530.0),
        ("1:02:03.25", 3723.25),
        ("12,5", 12.5),
        ("0:06,5", 6.5),
        ("-3", -3.0),
        (" 7 ", 7.0),
    ],
)
def test_a_time_is_read_as_people_write_it(value: object, seconds: float) -> None:
    assert seconds_in(value) == seconds


def test_a_clock_time_is_the_very_number_of_its_seconds() -> None:
    """A bit less, and a clip that begins there shows a frame too many."""
    milliseconds = range(0, 60_000, 7)
    texts = [f"{ms // 1000:02}.{ms % 1000:03}" for ms in milliseconds]
    assert [seconds_in(f"1:{text}") for text in texts] == [
        float(f"{60 + ms // 1000}.{ms % 1000:03}") for ms in milliseconds
    ]


@pytest.mark.parametrize("value", ["12:75", "1:75:00", "about ten", "1,000,000", "nan", True, None, [1]])
def test_what_is_no_time_stays_for_the_platform_to_judge(value: object) -> None:
    assert seconds_in(value) is value


def test_headers_may_be_other_words_in_any_case(tmp_path: Path) -> None:
    text = "Play-ID;Court side;Start;END;Label;Player;Notes\np1;LEFT;0:02;9,5;FG_MAKE;Player #7 (Gray);ok\n"
    assert rows_of(tmp_path, "\ufeff" + text) == [
        {
            "id": "p1",
            "game_id": "g1",
            "angle": "LEFT",
            "start_timestamp": 2.0,
            "end_timestamp": 9.5,
            "classification": "FG_MAKE",
            "player_a": "Player #7 (Gray)",
            "note": "ok",
        }
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("plays.json", json.dumps([{"side": "LEFT", "start": 1, "end": 5, "label": "STEAL"}])),
        ("plays.json", json.dumps({"plays": [{"side": "LEFT", "start": 1, "end": 5, "label": "STEAL"}]})),
        ("plays.jsonl", '{"side": "LEFT", "start": 1, "end": 5, "label": "STEAL"}\n\n'),
        ("PLAYS.CSV", "side\tstart\tend\tlabel\r\nLEFT\t1\t5\tSTEAL\r\n\r\n"),
    ],
    ids=["list", "object", "lines", "tabs"],
)
def test_every_form_gives_the_same_row(tmp_path: Path, name: str, text: str) -> None:
    (row,) = rows_of(tmp_path, text, name)
    (csv_row,) = rows_of(tmp_path, PLAIN + "LEFT,1,5,STEAL\n", "same.csv")
    assert row == csv_row


def test_a_corrected_label_keeps_the_id_and_a_corrected_time_does_not(tmp_path: Path) -> None:
    (before,) = rows_of(tmp_path, PLAIN + "LEFT,1,5,STEAL\n")
    (label,) = rows_of(tmp_path, PLAIN + "FAR_LEFT,0:01,5.0,BLOCK\n")
    (time,) = rows_of(tmp_path, PLAIN + "LEFT,2,5,STEAL\n")
    assert label["id"] == before["id"]
    assert time["id"] != before["id"]


def test_the_same_table_for_another_game_has_other_ids(tmp_path: Path) -> None:
    path = written(tmp_path, PLAIN + "LEFT,1,5,STEAL\n")
    assert read_play_table(path, "g1").lines.keys().isdisjoint(read_play_table(path, "g2").lines)


def test_two_rows_without_ids_at_one_place_are_two_plays(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, PLAIN + "LEFT,1,5,STEAL\nLEFT,1,5,FG_MAKE\n")
    assert len({row["id"] for row in rows}) == 2


def test_a_bad_line_costs_only_itself_and_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, PLAIN + 'LEFT,1,5,STEAL,"one, two"\nLEFT,6,9,BLOCK\n')
    table = read_play_table(path, "g1")
    assert [row["classification"] for row in table.rows] == ["BLOCK"]
    assert [(entry.where, entry.why.split(":")[0]) for entry in table.quarantined] == [
        ("plays.csv line 2", "it has 5 cells, the header 4")
    ]


def test_lines_are_counted_as_an_editor_does_across_a_note_of_two_lines(tmp_path: Path) -> None:
    path = written(tmp_path, "id,note," + PLAIN + 'a,"two\nlines",LEFT,1,5,STEAL\nb,,LEFT,6,9,BLOCK\n')
    assert read_play_table(path, "g1").lines == {"a": 2, "b": 4}


def test_blank_lines_and_empty_cells_at_the_end_are_nothing(tmp_path: Path) -> None:
    assert len(rows_of(tmp_path, PLAIN + "LEFT,1,5,STEAL,,\n,,,\n\n")) == 1


def test_an_id_given_twice_names_both_lines(tmp_path: Path) -> None:
    path = written(tmp_path, "id," + PLAIN + "a,LEFT,1,5,STEAL\na,LEFT,6,9,BLOCK\n")
    (entry,) = read_play_table(path, "g1").quarantined
    assert entry.where == "plays.csv line 3"
    assert "line 2" in entry.why


def test_rows_of_other_games_are_counted_and_left(tmp_path: Path) -> None:
    path = written(tmp_path, "game_id," + PLAIN + "g1,LEFT,1,5,STEAL\ng2,LEFT,1,5,STEAL\n")
    table = read_play_table(path, "g1")
    assert len(table.rows) == 1
    assert table.notices == ["plays.csv: 1 rows are of other games"]


def test_a_broken_line_of_jsonl_costs_only_itself(tmp_path: Path) -> None:
    text = '{"side": "LEFT", "start": 1, "end": 5, "label": "STEAL"}\n{"side": \n[1]\n'
    table = read_play_table(written(tmp_path, text, "plays.jsonl"), "g1")
    assert len(table.rows) == 1
    assert [entry.where for entry in table.quarantined] == ["plays.jsonl line 2", "plays.jsonl line 3"]


def test_events_in_a_cell_are_read_and_broken_ones_stay_text(tmp_path: Path) -> None:
    text = (
        "events;" + PLAIN.replace(",", ";") + '"[{""label"": ""STEAL""}]";LEFT;1;5;STEAL\n[{;LEFT;6;9;BLOCK\n'
    )
    assert [row["events"] for row in rows_of(tmp_path, text)] == [[{"label": "STEAL"}], "[{"]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("plays.ods", b"PK\x03\x04", "save it as .csv"),
        ("plays.csv", "Müller".encode("latin-1"), "not UTF-8"),
        ("plays.csv", b"side,start,label\nLEFT,1,STEAL\n", "no column end_timestamp"),
        (
            "plays.csv",
            b"side,camera,start,end,label\nLEFT,LEFT,1,5,STEAL\n",
            "side and camera both say angle",
        ),
        ("plays.csv", b'angle,start,end,label\n"LEFT,1,5,STEAL\n', "no row of"),
        ("plays.json", b"[{", "cannot be read"),
        ("plays.json", b'{"rows": []}', "neither a list of rows"),
        ("plays.json", b"[" * 100_000, "cannot be read"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_a_reason(
    tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    with pytest.raises(Permanent, match=says):
        read_play_table(written(tmp_path, content, name), "g1")


def test_a_table_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Permanent, match="No such file"):
        read_play_table(tmp_path / "plays.csv", "g1")


AGAIN = (
    "period,angle,start,end,classification\n"
    "1,LEFT,0:31,0:39,FG_MAKE\n1,RIGHT,5:10,5:18,3PT_MISS\n2,LEFT,0:31,0:39,4PT_MISS\n2,RIGHT,5:12,5:20,FG_MISS\n"
)


@pytest.mark.parametrize("header", ["period", "Quarter", "Half", "Qtr.", "Q", "Period No.", "quarter number"])
def test_times_that_begin_again_with_each_period_are_refused_with_what_to_say(
    tmp_path: Path, header: str
) -> None:
    with pytest.raises(Permanent, match=r"times of period 2 go back .* --period-start 2=31:15"):
        rows_of(tmp_path, AGAIN.replace("period", header))


def test_times_that_begin_again_are_game_time_once_the_periods_starts_are_told(tmp_path: Path) -> None:
    table = read_play_table(
        written(tmp_path, AGAIN + "3,LEFT,1:00,1:08,STEAL\n"), "g1", "", {"1": 0.0, "2": 1875.0}
    )
    assert [row["start_timestamp"] for row in table.rows] == [31.0, 310.0, 1906.0, 2187.0]
    assert [row["end_timestamp"] for row in table.rows] == [39.0, 318.0, 1914.0, 2195.0]
    assert len({row["id"] for row in table.rows}) == 4
    assert "period" not in table.rows[0]
    (entry,) = table.quarantined
    assert (entry.where, entry.why) == (
        "plays.csv line 6",
        "period 3 has no start: add --period-start 3=TIME",
    )


def test_a_period_beside_times_that_run_on_is_passed_over_and_said(tmp_path: Path) -> None:
    text = AGAIN.replace("2,LEFT,0:31,0:39", "2,LEFT,31:46,31:54").replace(
        "2,RIGHT,5:12,5:20", "2,RIGHT,36:27,36:35"
    )
    table = read_play_table(written(tmp_path, text), "g1")
    assert [row["start_timestamp"] for row in table.rows] == [31.0, 310.0, 1906.0, 2187.0]
    assert table.notices[1:] == ["plays.csv: the periods are not used: times run on from one to the next"]
