"""Workbooks: what a person sees in a cell is what is read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from uball_assets.domain.errors import Permanent
from uball_assets.importing.tables import PlayTable, read_play_table

HEADER = ("Angle", "Start", "End", "Label", "Player", "Note")


def workbook(folder: Path, **sheets: Sequence[Sequence[Any]]) -> Path:
    """One with these rows on these sheets; a pair is a value and its number format."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for line, row in enumerate(rows, start=1):
            for column, told in enumerate(row, start=1):
                value, shape = told if isinstance(told, tuple) else (told, None)
                cell = sheet.cell(line, column, value)
                if shape:
                    cell.number_format = shape
    path = folder / "plays.xlsx"
    book.save(path)
    return path


def table_of(folder: Path, *rows: Sequence[Any]) -> PlayTable:
    return read_play_table(workbook(folder, Plays=rows), "g1")


def test_a_sheet_says_what_its_csv_would(tmp_path: Path) -> None:
    table = table_of(
        tmp_path,
        ("Gray - Blue",),
        (),
        HEADER,
        ("LEFT", 10.5, 14, "FG_MAKE", "Player #00 (Gray)", "schön"),
        (None,),
        ("RIGHT", "0:20,5", "24", "3PT_MISS", 7, " "),
    )
    csv = tmp_path / "plays.csv"
    csv.write_text(
        "angle;start;end;label;player;note\nLEFT;10,5;14;FG_MAKE;Player #00 (Gray);schön\n"
        "RIGHT;0:20,5;24;3PT_MISS;7;\n"
    )
    shown = [{column: str(value) for column, value in row.items()} for row in table.rows]
    same = read_play_table(csv, "g1").rows
    assert shown == [{column: str(value) for column, value in row.items()} for row in same]
    assert list(table.lines.values()) == [4, 6]
    assert table.quarantined == []


@pytest.mark.parametrize(
    ("value", "shape", "start_s"),
    [
        (time(0, 31), "h:mm", 31.0),
        (time(12, 34), "hh:mm", 754.0),
        (time(0, 12, 34), "h:mm:ss", 754.0),
        (time(0, 12, 34, 500000), "mm:ss.0", 754.5),
        (timedelta(hours=1, minutes=2, seconds=3), "[h]:mm:ss", 3723.0),
        (timedelta(minutes=75, seconds=30), "[mm]:ss", 4530.0),
        (timedelta(hours=75, minutes=30), "[h]:mm", 4530.0),
        (754.5, "0.0", 754.5),
        ("12:34.5", "@", 754.5),
    ],
)
def test_a_time_is_what_the_cell_shows(tmp_path: Path, value: object, shape: str, start_s: float) -> None:
    (row,) = table_of(tmp_path, HEADER, ("LEFT", (value, shape), 5000, "FG_MAKE")).rows
    assert row["start_timestamp"] == start_s


@pytest.mark.parametrize(
    ("value", "shape"),
    [(time(14, 31), "h:mm AM/PM"), (datetime.fromisoformat("2026-03-20T14:31"), "yyyy-mm-dd hh:mm")],
)
def test_a_time_of_the_day_is_no_time_of_a_game(tmp_path: Path, value: object, shape: str) -> None:
    (row,) = table_of(tmp_path, HEADER, ("LEFT", (value, shape), 5000, "FG_MAKE")).rows
    assert isinstance(row["start_timestamp"], str)


def test_a_number_that_is_whole_has_no_decimal_point(tmp_path: Path) -> None:
    (row,) = table_of(tmp_path, ("id", *HEADER), (12.0, "LEFT", 1, 5, "STEAL")).rows
    assert row["id"] == "12"


def test_a_formula_that_fails_costs_its_row_where_its_column_is_needed(tmp_path: Path) -> None:
    table = table_of(
        tmp_path,
        (*HEADER, "helper"),
        ("LEFT", 1, 5, "STEAL", "#REF!", "x", "x"),
        ("LEFT", 6, 9, "STEAL", "Player #7 (Gray)", "x", "#REF!"),
    )
    assert len(table.rows) == 1
    assert [(entry.where, entry.why) for entry in table.quarantined] == [
        ("plays.xlsx line 2", "player_a is #REF!: a formula of the spreadsheet fails")
    ]


def test_the_sheet_with_the_plays_is_found_and_the_others_are_named(tmp_path: Path) -> None:
    plays = [HEADER, ("LEFT", 1, 5, "STEAL")]
    table = read_play_table(workbook(tmp_path, Cover=[("Gray - Blue",)], Plays=plays, Empty=[]), "g1")
    assert len(table.rows) == 1
    assert table.notices == ["plays.xlsx: sheet Plays is read, not Cover"]


def test_a_workbook_without_a_table_says_what_it_has(tmp_path: Path) -> None:
    with pytest.raises(Permanent, match=r"no column start_timestamp .* it has Side, To, Result"):
        read_play_table(workbook(tmp_path, Plays=[("Side", "To", "Result")]), "g1")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PK\x03\x04" + bytes(500), "no sound .xlsx"),
        (b"angle,start,end,label\n", "text under that name"),
        (b"\xd0\xcf\x11\xe0", "one with a password"),
    ],
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "plays.xlsx"
    path.write_bytes(content)
    with pytest.raises(Permanent, match=says):
        read_play_table(path, "g1")


def test_a_workbook_damaged_anywhere_is_refused_or_read_and_never_breaks_off(tmp_path: Path) -> None:
    path = workbook(tmp_path, Plays=[HEADER, ("LEFT", 1, 5, "STEAL")])
    whole = path.read_bytes()
    refused = 0
    for at in range(0, len(whole), 97):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        try:
            read_play_table(path, "g1")
        except Permanent:
            refused += 1
    assert refused > 5
