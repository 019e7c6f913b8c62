"""What a game is exported as: nothing in it is run, nothing hostile breaks it, and it reads back."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from uball_assets.domain.exports.formats import FORMATS, file_name
from uball_assets.domain.exports.told_game import PEOPLE, ToldGame, by_model, by_people, told_game
from uball_assets.domain.footage.angles import Side
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.plays.plays import Event, Play, check_rows
from uball_assets.domain.tabular.spreadsheet_cells import as_csv, guarded, unguarded
from uball_assets.importing.tables import read_play_table
from uball_assets_tests.domain.samples import a_play, predicted

HOSTILE = [
    '=cmd|" /C calc"!A0',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "'=already guarded",
    '</text><code>x</code> & "quoted" <b>',
    "a --> b",
    "line one\nline two",
    "\x00\x0b\ufffe null and friends",
    "Ünï©ødé 🏀",
    '<script>alert("x")</script>',
]


def a_game(*plays: Play) -> ToldGame:
    return told_game("g1", "2026-03-07, Gray - Teal", map(by_people, plays))


def hostile_game() -> ToldGame:
    plays = [
        a_play(
            play_id=f"p{number}",
            window=Window(10.0 * number, 10.0 * number + 5),
            timestamp_game_s=10.0 * number + 3,
            note=text,
            player_a=f"{text} #7 (Gray)",
        )
        for number, text in enumerate(HOSTILE)
    ]
    return a_game(*plays)


@pytest.mark.parametrize("text", HOSTILE[:7])
def test_a_cell_that_would_be_a_formula_is_shown_as_text(text: str) -> None:
    assert str(guarded(text)).startswith("'")
    assert unguarded(str(guarded(text))) == text


@pytest.mark.parametrize(
    ("value", "cell"),
    [(None, ""), (-1.5, -1.5), ("4PT_MAKE", "4PT_MAKE"), ("a=b", "a=b"), ("", ""), (True, True)],
)
def test_numbers_and_harmless_texts_stay_as_they_are(value: object, cell: object) -> None:
    assert guarded(value) == cell


@pytest.mark.parametrize("text", ["'hello", "it's", "", "hello", "'"])
def test_an_apostrophe_of_ones_own_survives(text: str) -> None:
    assert unguarded(str(guarded(text))) == text


@pytest.mark.parametrize("name", ["csv", "dartfish"])
def test_no_cell_of_any_table_begins_a_formula(name: str) -> None:
    text = FORMATS[name].write(hostile_game())
    rows = list(csv.reader(io.StringIO(text, newline="")))
    cells = [cell for row in rows for cell in row]
    assert len(rows) == len(HOSTILE) + 1
    assert not [cell for cell in cells if cell.lstrip(" ")[:1] in tuple("=+-@\t\r")]


def test_the_headers_of_a_table_are_guarded_too() -> None:
    assert as_csv(["=x"], [{"=x": 1}]) == "'=x\r\n1\r\n"


@pytest.mark.parametrize("name", ["csv", "rows"])
def test_what_uball_import_reads_back_is_what_was_exported(name: str, tmp_path: Path) -> None:
    """But for unseen characters and outer blanks, which no import keeps."""
    notes = ["=1+1", "-2", "'quoted", 'it\'s, quite "odd"', "Ünï 🏀", "two\nlines", "@x"]
    plays = [
        a_play(
            play_id=f"p{number}",
            side=Side.RIGHT if number % 2 else Side.LEFT,
            window=Window(10.125 * number, 10.125 * number + 5.5),
            timestamp_game_s=None if number == 1 else 10.125 * number + 3,
            note=note,
            events=(Event("4PT_MAKE", "=Player #7 (Gray)"), Event("ASSIST", None, "Player #0 (Gray)")),
            player_b=None if number else "Player #00 (Teal)",
        )
        for number, note in enumerate(notes)
    ]
    form, game = FORMATS[name], a_game(*plays)
    path = tmp_path / file_name(game, form)
    path.write_text(form.write(game), encoding="utf-8", newline="")
    table = read_play_table(path, "g1")
    assert table.quarantined == []
    assert check_rows(table.rows, {}) == (plays, [])


def test_a_table_with_a_byte_order_mark_reads_back_too(tmp_path: Path) -> None:
    path = tmp_path / "plays.csv"
    path.write_text("\ufeff" + FORMATS["csv"].write(a_game(a_play())), encoding="utf-8", newline="")
    assert check_rows(read_play_table(path, "g1").rows, {})[0] == [a_play()]


def test_sportscode_is_well_formed_whatever_people_wrote() -> None:
    file = parsed(FORMATS["sportscode"].write(hostile_game()))
    instances = file.findall("./ALL_INSTANCES/instance")
    notes = [text_of(label, "text") for label in file.iter("label") if text_of(label, "group") == "Note"]
    assert file.tag == "file"
    assert [text_of(each, "ID") for each in instances] == [str(n + 1) for n in range(len(HOSTILE))]
    assert notes[7] == HOSTILE[7]
    assert [each for each in file.iter() if each.tag == "script"] == []


def parsed(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)  # noqa: S314 - our own


def text_of(element: ElementTree.Element, name: str) -> str:
    return element.findtext(name) or ""


def test_sportscode_says_when_what_and_who() -> None:
    play = by_model(predicted("3PT_MAKE", confidence=0.5, needs_review=True), "basketball-model-v3")
    file = parsed(FORMATS["sportscode"].write(told_game("g1", "t", [play])))
    (instance,) = file.findall("./ALL_INSTANCES/instance")
    labels = {text_of(label, "group"): text_of(label, "text") for label in instance.findall("label")}
    assert [text_of(instance, name) for name in ("ID", "start", "end", "code")] == [
        *("1", "100.000", "110.000"),
        "3PT_MAKE",
    ]
    assert labels == {
        "Team": "Gray",
        "Player": "Player #7 (Gray)",
        "Side": "LEFT",
        "Points": "3",
        "Told by": "basketball-model-v3",
        "Confidence": "0.50",
        "Review": "needed",
    }
    (row,) = file.findall("./ROWS/row")
    assert text_of(row, "code") == "3PT_MAKE"
    assert all(0 <= int(text_of(row, channel)) <= 65535 for channel in "RGB")


def test_dartfish_counts_in_milliseconds_of_the_video() -> None:
    game = a_game(a_play()).on_clock_of("FAR_LEFT", -99.5)
    (event,) = csv.DictReader(io.StringIO(FORMATS["dartfish"].write(game), newline=""))
    assert (event["Name"], event["Position"], event["Duration"]) == ("4PT_MAKE", "500", "10000")


def test_chapters_follow_each_other_and_hold_no_markup() -> None:
    one = a_play(play_id="a", window=Window(3599.9995, 3610.0), player_a="<b>Ann & co --> (Gray)\n")
    two = a_play(play_id="b", window=Window(3605.0, 3612.0), side=Side.RIGHT)
    three = a_play(play_id="c", window=Window(3605.0, 3615.0), classification="FOUL", player_a=None)
    assert FORMATS["chapters"].write(a_game(three, two, one)).split("\n") == [
        "WEBVTT 2026-03-07, Gray - Teal",
        "",
        "1",
        "01:00:00.000 --> 01:00:05.000",
        "4PT MAKE, &lt;b&gt;Ann &amp; co --&gt; (Gray)",
        "",
        "2",
        "01:00:05.000 --> 01:00:15.000",
        "4PT MAKE, Player #7 (Gray) · FOUL",
        "",
    ]


def test_on_a_cameras_clock_no_time_is_below_zero_and_what_it_has_not_filmed_is_counted() -> None:
    early = a_play(play_id="a", window=Window(1.0, 3.0), timestamp_game_s=2.0)
    begun = a_play(play_id="b", window=Window(4.0, 9.0), timestamp_game_s=4.5)
    game = a_game(early, begun, a_play()).on_clock_of("FAR_LEFT", -5.0)
    assert [(play.window, play.moment_s) for play in game.plays] == [
        (Window(0.0, 4.0), 0.0),
        (Window(95.0, 105.0), 101.5),
    ]
    assert (game.left_out, game.clock) == (1, "FAR_LEFT")


def test_json_tells_of_each_play_who_told_it() -> None:
    model = by_model(predicted("FG_MAKE", play_key="k", confidence=0.25, needs_review=True), "m1")
    told = json.loads(FORMATS["json"].write(told_game("g1", "t", [by_people(a_play()), model])))
    whose = {
        play["id"]: (play["told_by"], play["confidence"], play["needs_review"]) for play in told["plays"]
    }
    assert whose == {"p1": (PEOPLE, None, None), "k": ("m1", 0.25, True)}


@pytest.mark.parametrize("write", [form.write for form in FORMATS.values()], ids=list(FORMATS))
def test_a_game_without_plays_can_be_exported_too(write: Callable[[ToldGame], str]) -> None:
    assert write(a_game()) == write(a_game())


def test_a_file_is_named_by_game_form_and_camera() -> None:
    game = a_game().on_clock_of("NEAR_LEFT", 0.0)
    assert file_name(game, FORMATS["sportscode"]) == "g1-sportscode-NEAR_LEFT.xml"
    assert file_name(a_game(), FORMATS["rows"]) == "g1-rows.jsonl"
