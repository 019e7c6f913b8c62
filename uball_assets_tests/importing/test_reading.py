"""Files as people's programs write them, from real use: what is read of each, and what is said."""

from __future__ import annotations

import codecs
import json
import random
from contextlib import suppress
from pathlib import Path

import pytest

from uball_assets.domain.errors import Permanent
from uball_assets.domain.plays.plausibility import implausible_times
from uball_assets.domain.plays.plays import Play, check_rows
from uball_assets.importing.tables import in_file, read_play_table

TABLES = Path(__file__).parent / "tables"
HEADER = "angle,start,end,label,note"
ROW = "LEFT,30,38,FG_MAKE,fine"
FURTHER = "RIGHT,50,58,3PT_MISS,too"


def read(path: Path, encoding: str = "") -> tuple[list[Play], list[str], list[str]]:
    """The sound plays, the lost lines and the notices of a file."""
    table = read_play_table(path, "g1", encoding)
    plays, quarantined = check_rows(table.rows, {})
    lost = [*table.quarantined, *(in_file(entry, path, table.lines) for entry in quarantined)]
    return plays, [entry.where for entry in lost], table.notices


def written(folder: Path, text: str | bytes, name: str = "plays.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("name", "sound", "lost_lines"),
    [
        ("repeat_header.csv", 2, []),
        ("headers.csv", 1, []),
        ("utf16.csv", 1, []),
        ("excel_de.csv", 2, []),
        ("wrapped.json", 1, []),
        ("names.csv", 3, []),
        ("dups.csv", 1, [3, 4]),
        ("nul.csv", 1, []),
        ("u2028.jsonl", 2, []),
        ("surrogate.json", 3, []),
        ("half_emoji.json", 2, []),
        ("nan_events.json", 3, []),
        ("nan_ids.json", 2, []),
        ("null_words.csv", 2, []),
        ("ndjson_pretty.jsonl", 1, []),
        ("open_quote.csv", 2, [2]),
        ("quote_inside.csv", 2, [3]),
        ("preamble.csv", 1, []),
        ("sep_line.csv", 1, []),
        ("unicode_line.csv", 4, []),
        ("thousands.csv", 1, []),
        ("duplicate_leaks.csv", 6, [2]),
        ("underscore_number.csv", 0, [2]),
    ],
)
def test_a_file_of_real_use_gives_its_plays_and_names_every_other_line(
    name: str, sound: int, lost_lines: list[int]
) -> None:
    plays, lost, _ = read(TABLES / name)
    assert (len(plays), lost) == (sound, [f"{name} line {line}" for line in lost_lines])


def test_a_header_that_comes_again_is_said_once_and_starts_its_own_columns(tmp_path: Path) -> None:
    assert read(TABLES / "repeat_header.csv")[2] == [
        "repeat_header.csv: line 3 is the header again: passed over"
    ]
    joined = f"{HEADER}\n{ROW}\n\ufeffnote,label,start,end,angle\nother,FG_MISS,50,58,RIGHT\n"
    plays, lost, _ = read(written(tmp_path, joined))
    assert [(play.side, play.note) for play in plays] == [("LEFT", "fine"), ("RIGHT", "other")]
    assert lost == []


def test_names_stay_as_they_are_written() -> None:
    plays, _, _ = read(TABLES / "names.csv")
    assert [(play.player_a, play.note) for play in plays] == [
        ("Player #0 (Gray)", 'O\'Neal, Jr. "the" man'),
        ("Player #00 (Gray)", ""),
        ("Caldwell-Pope #1", '=HYPERLINK("http://x")'),
    ]
    (german, _), _, _ = read(TABLES / "excel_de.csv")
    assert (german.player_a, german.note) == ("Müller #7 (Gray)", "schöner Wurf")
    assert (german.window.start_s, german.window.end_s) == (10.5, 14.25)


def test_of_two_rows_with_one_id_the_first_counts_and_both_lines_are_named() -> None:
    table = read_play_table(TABLES / "dups.csv", "g1")
    assert table.lines == {"a1": 2, "a2": 4}
    (entry,) = table.quarantined
    assert (entry.where, entry.why) == ("dups.csv line 3", "its id a1 is that of line 2")


def test_a_line_separator_inside_a_note_ends_no_line() -> None:
    plays, _, _ = read(TABLES / "unicode_line.csv")
    assert [play.note.split() for play in plays] == [["one", "two"]] * 4
    assert {play.player_a for play in plays} == {"Player #7 (Gray)"}
    plays, _, _ = read(TABLES / "u2028.jsonl")
    assert [play.note.split() for play in plays] == [["a", "b"], ["c", "d"]]


def test_words_for_nothing_and_unseen_characters_are_counted_and_said() -> None:
    assert read(TABLES / "null_words.csv")[2] == [
        "null_words.csv: 9 cells say N/A, NULL, NaN, None, \\N, nan, null: read as empty"
    ]
    unseen = "control characters and halves of a character are taken out of"
    assert read(TABLES / "nul.csv")[2] == [f"nul.csv: {unseen} line 2"]
    assert f"surrogate.json: {unseen} row 1, 2" in read(TABLES / "surrogate.json")[2]


def test_a_half_character_is_taken_out_of_events_too(tmp_path: Path) -> None:
    events = [{"label": "STEAL", "playerA": "Player #7 \ud83c"}]
    table = read_play_table(written(tmp_path, json.dumps([PLAY | {"events": events}]), "plays.json"), "g1")
    assert table.rows[0]["events"] == [{"label": "STEAL", "playerA": "Player #7 "}]


@pytest.mark.parametrize(
    ("name", "guess"),
    [
        ("mm_dot_ss.csv", "minutes.seconds (0.12 for 0:12)? Then they last 6 s"),
        ("excel_day_fraction.csv", "fractions of a day, as a spreadsheet keeps times? Then they last 8.32 s"),
    ],
)
def test_a_file_in_another_unit_is_told_and_none_of_its_milliseconds_is_a_play(name: str, guess: str) -> None:
    assert guess in (implausible_times(read_play_table(TABLES / name, "g1").rows) or "")
    assert read(TABLES / name)[0] == []


def test_a_file_whose_halves_begin_at_0_is_game_time_once_their_starts_are_told() -> None:
    with pytest.raises(Permanent, match="times of period 2 go back to those of period 1"):
        read(TABLES / "period_restart.csv")
    table = read_play_table(TABLES / "period_restart.csv", "g1", period_starts_s={"1": 0.0, "2": 1875.0})
    assert [row["start_timestamp"] for row in table.rows] == [31.0, 310.0, 1906.0, 2187.0]


def test_titles_above_the_header_are_named() -> None:
    assert read(TABLES / "preamble.csv")[2] == [
        "preamble.csv: above the header, not used: line 1 (Game Gray - Blue), line 2 (Date 2026-03-20)"
    ]


def test_a_row_that_was_sorted_above_its_header_is_lost_and_named(tmp_path: Path) -> None:
    plays, lost, _ = read(written(tmp_path, f"{ROW}\n{HEADER}\n{FURTHER}\n"))
    assert len(plays) == 1
    assert lost == ["plays.csv line 1"]


# encodings


def test_windows_text_is_refused_with_its_byte_and_taken_under_the_setting() -> None:
    with pytest.raises(Permanent, match=r"byte 0xf8 in line 2.*UBALL_PLAYS_ENCODING=cp1252.*Jørgensen"):
        read(TABLES / "cp1252.csv")
    (play,), lost, notices = read(TABLES / "cp1252.csv", "cp1252")
    assert (play.player_a, play.note) == ("Jørgensen #7 (Gray)", "Jørgensen’s shot")
    assert lost == []
    assert notices == ["cp1252.csv: read as cp1252, as UBALL_PLAYS_ENCODING says"]


def test_the_setting_changes_nothing_for_unicode_files(tmp_path: Path) -> None:
    for name in ("utf16.csv", "excel_de.csv"):
        assert read(TABLES / name, "cp1252") == read(TABLES / name)
    damaged = written(tmp_path, (HEADER + "\n" + ROW).encode("utf-16") + b"x")
    with pytest.raises(Permanent, match="utf-16-le text that is damaged"):
        read(damaged, "cp1252")


def test_a_byte_that_the_named_encoding_has_not_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, f"{HEADER}\n{ROW}".encode() + b"\xff\x81")
    with pytest.raises(Permanent, match=r"neither UTF-8 nor cp1252.* byte 0x81 in line 2"):
        read(path, "cp1252")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_told_by_its_bytes(tmp_path: Path, encoding: str) -> None:
    text = f"{HEADER}\n{ROW} für Jørgensen 🏀\n"
    (play,), _, _ = read(written(tmp_path, text.encode(encoding)))
    assert play.note == "fine für Jørgensen 🏀"


def test_halves_of_a_pair_are_joined_where_both_are_there_and_cost_no_row(tmp_path: Path) -> None:
    apart = "🏀".encode("utf-16-le")
    both = b"".join(
        half.decode("utf-16-le", "surrogatepass").encode("utf-8", "surrogatepass")
        for half in (apart[:2], apart[2:])
    )
    path = written(tmp_path, f"{HEADER}\n{ROW} ".encode() + both + f"\n{FURTHER} ".encode() + both[:3])
    plays, lost, _ = read(path)
    assert [play.note for play in plays] == ["fine 🏀", "too"]
    assert lost == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ((TABLES / "xlsx_renamed.csv").read_bytes(), "it is a spreadsheet .* name it .xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old spreadsheet"),
        (b"\x1f\x8b\x08\x00", "compressed"),
        (b"%PDF-1.7", "a PDF"),
        (bytes(200), "binary data"),
        (b"<!doctype html><html><body>Sign in</body></html>", "has no column angle"),
        (codecs.BOM_UTF8 + b"a note\n", "has no column angle"),
        (f"{HEADER}\nLEFT,30,38,FG_MAKE,fine,and,so\n".encode(), "no row of .* line 2: it has 7 cells"),
    ],
    ids=["xlsx", "xls", "gzip", "pdf", "zeros", "page", "text", "no row"],
)
def test_a_file_that_yields_no_row_is_refused_and_says_what_it_is(
    tmp_path: Path, content: bytes, says: str
) -> None:
    with pytest.raises(Permanent, match=says):
        read(written(tmp_path, content))


# quotes


@pytest.mark.parametrize(
    ("lines", "notes", "lost"),
    [
        ([HEADER, 'LEFT,1,5,FG_MAKE,"open', ROW, FURTHER], ["fine", "too"], [2]),
        ([HEADER, 'LEFT,1,5,FG_MAKE,"open', ROW, 'LEFT,60,68,FG_MAKE,"a, b"'], ["fine", "a, b"], [2]),
        ([HEADER, 'LEFT,1,5,FG_MAKE,"open', ROW, 'LEFT,60,68,FG_MAKE,shut"'], ["fine", 'shut"'], [2]),
        ([HEADER, 'LEFT,1,5,FG_MAKE,"open', 'LEFT,60,68,FG_MAKE,shut"'], ['shut"'], [2]),
        ([HEADER, 'LEFT,1,5,FG_MAKE,"so" he said', ROW], ["fine"], [2]),
        ([HEADER, 'LEFT,1,5,FG_MAKE,6" away', ROW], ['6" away', "fine"], []),
        (
            [HEADER, 'LEFT,1,5,FG_MAKE,"one\n\nLEFT, 2 in a row\nend"', ROW],
            ["one\n\nLEFT, 2 in a row\nend", "fine"],
            [],
        ),
        ([HEADER, f'LEFT,1,5,FG_MAKE,"{"a" * 140_000}"', ROW], ["fine"], [2]),
    ],
    ids=[
        "never shut",
        "shut by a text",
        "shut behind",
        "shut next",
        "inside",
        "inches",
        "several lines",
        "huge",
    ],
)
def test_an_open_quote_costs_its_line_and_no_other(
    tmp_path: Path, lines: list[str], notes: list[str], lost: list[int]
) -> None:
    plays, places, _ = read(written(tmp_path, "\n".join(lines)))
    assert [play.note for play in plays] == notes
    assert places == [f"plays.csv line {line}" for line in lost]


def test_a_note_of_several_lines_in_the_first_column_is_one_play(tmp_path: Path) -> None:
    (play,), lost, _ = read(written(tmp_path, 'note,angle,start,end,label\n"two\nlines",LEFT,1,5,STEAL\n'))
    assert (play.note, lost) == ("two\nlines", [])


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "^"])
def test_the_separator_is_the_one_that_makes_a_header_or_the_one_that_is_named(
    tmp_path: Path, separator: str
) -> None:
    text = "\n".join(["game;day,place\tx", HEADER, ROW, FURTHER]).replace(",", separator)
    plays, lost, _ = read(written(tmp_path, f"sep={separator}\r\n{text}"))
    assert [play.note for play in plays] == ["fine", "too"]
    assert lost == []


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_any_system_ends_them(tmp_path: Path, end: str) -> None:
    plays, lost, _ = read(written(tmp_path, end.join([HEADER, ROW, FURTHER + ",x", FURTHER, ""])))
    assert len(plays) == 2
    assert lost == ["plays.csv line 3"]


def test_a_header_named_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Permanent, match="start and start both say start_timestamp"):
        read(written(tmp_path, "angle,start,start,end,label\nLEFT,1,2,5,STEAL\n"))


# objects

PLAY = {"angle": "LEFT", "start": 30, "end": 38, "classification": "FG_MAKE"}


def test_objects_are_read_however_they_are_printed(tmp_path: Path) -> None:
    plays = [PLAY, PLAY | {"angle": "RIGHT"}, PLAY | {"start": 31}]
    lines = [json.dumps(play) for play in plays]
    pretty = [json.dumps(play, indent=2) for play in plays]
    for text in (
        "\n".join([*pretty[:1], *lines[1:2], *pretty[2:]]),
        ",\n".join(lines),
        f"[{','.join(lines)}]",
    ):
        for name in ("plays.jsonl", "plays.json"):
            sound, lost, _ = read(written(tmp_path, text, name))
            assert (len(sound), lost) == (3, [])


def test_a_broken_object_costs_only_itself_and_is_named_once(tmp_path: Path) -> None:
    pretty = json.dumps(PLAY | {"events": [{"label": "STEAL"}]}, indent=1)
    broken, other = pretty.replace('"FG_MAKE"', '"FG_MAKE'), pretty.replace("LEFT", "RIGHT")
    plays, lost, _ = read(written(tmp_path, f"{pretty}\n{broken}\nwords\n{other}\n", "plays.jsonl"))
    assert len(plays) == 2
    assert lost == [f"plays.jsonl line {pretty.count(chr(10)) + 2}"]


def test_a_file_damaged_anywhere_is_read_or_refused_and_never_breaks_off(tmp_path: Path) -> None:
    chance = random.Random(7)
    strays = [
        b'"',
        b"\n",
        b"\r",
        b"\x00",
        b"\xff",
        b"\xef\xbb\xbf",
        b";",
        b"{",
        b"]",
        b"sep=;",
        b"null",
        b"9" * 400,
    ]
    read_count = 0
    for name in sorted(path.name for path in TABLES.iterdir()):
        whole = (TABLES / name).read_bytes()
        for _ in range(20):
            at = chance.randrange(len(whole))
            path = written(
                tmp_path, whole[:at] + chance.choice(strays) + whole[at + chance.randrange(3) :], name
            )
            with suppress(Permanent):
                read(path, chance.choice(["", "cp1252"]))
                read_count += 1
    assert read_count > 200


def test_one_page_of_an_answer_says_that_others_are_missing(tmp_path: Path) -> None:
    plays, lost, _ = read(written(tmp_path, json.dumps({"data": [PLAY], "count": 2345}), "plays.json"))
    assert len(plays) == 1
    assert lost == ["plays.json"]


def test_an_answer_that_holds_an_error_is_refused_with_it(tmp_path: Path) -> None:
    text = json.dumps({"data": None, "error": {"message": "JWT expired"}, "count": None})
    with pytest.raises(Permanent, match="JWT expired"):
        read(written(tmp_path, text, "plays.json"))
