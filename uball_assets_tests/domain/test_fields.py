from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uball_assets.domain.fields import (
    NOTHING_WORDS,
    by_plain_name,
    cleaned,
    number_in,
    says_nothing,
    seconds_in,
    text_in,
)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (3, 3.0),
        (2.5, 2.5),
        ("2.5", 2.5),
        (Decimal("2.5"), 2.5),
        ("", None),
        ("12:30", None),
        ("3_0", None),
        (None, None),
        (True, None),
        (float("nan"), None),
        ("inf", None),
        ("1_000.5", None),
        (10**400, None),
        (10**5000, None),
        ([1.0], None),
    ],
    ids=lambda value: str(type(value)),
)
def test_only_a_finite_number_is_a_number(value: object, number: float | None) -> None:
    assert number_in(value) == number


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (3.2, 3.2),
        ("3.2", 3.2),
        ("3.2s", 3.2),
        ("3.2 S", 3.2),
        ("3 sec.", 3.0),
        ("3.2 seconds", 3.2),
        ("3,2", 3.2),
        ("3,2 s", 3.2),
        ("00:03", 3.0),
        ("0:03.25", 3.25),
        ("00:03 s", 3.0),
        ("01:03", 63.0),
        ("0:00:03,5", 3.5),
        ("-1s", -1.0),
    ],
)
def test_a_time_is_read_in_every_spelling_that_means_one(value: object, seconds: float) -> None:
    assert seconds_in(value) == seconds


@pytest.mark.parametrize(
    "value",
    ["1,912", "3.2.1", "1:75", "3-4", "3 or 4", "about 3s", "s", "3m", "3_0", "NaN", "", True, None, [3]],
    ids=repr,
)
def test_what_may_mean_two_times_or_none_is_no_time(value: object) -> None:
    assert seconds_in(value) is None


def test_fields_are_found_whatever_the_spelling_of_their_names() -> None:
    told = {"Player A": "x", "player_b": None, "playerB": "y", "timestampSeconds": 3}
    assert by_plain_name(told) == {"playera": "x", "playerb": "y", "timestampseconds": 3}


@pytest.mark.parametrize(("value", "text"), [("  a ", "a"), (" ", None), ("", None), (None, None), (7, "7")])
def test_a_blank_text_is_none(value: object, text: str | None) -> None:
    assert text_in(value) == text


@pytest.mark.parametrize("word", [*sorted(NOTHING_WORDS), " NULL ", float("nan"), None, "\0"], ids=repr)
def test_what_exports_write_into_an_empty_cell_says_nothing(word: object) -> None:
    assert text_in(word) is None
    assert says_nothing(word)


@pytest.mark.parametrize("name", ["Nan", "Na", "Nil", "Null", "None of them scored", "N/A (hurt)", "0", "-5"])
def test_a_name_or_a_sentence_that_only_looks_like_a_word_for_nothing_stays(name: str) -> None:
    assert text_in(name) == name


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a\0b", "ab"),
        ("one\x0btwo", "one two"),
        ("one\x0ctwo", "one two"),
        ("one\x85two", "one two"),
        ("\x1b[31mred", "[31mred"),
        ("del\x7f", "del"),
        ("great look \ud83d", "great look "),
        ("\udfff", ""),
        ("🏀 stays", "🏀 stays"),
        ("two\nlines\tand a tab\r\n", "two\nlines\tand a tab\r\n"),
        ("one\u2028two", "one\u2028two"),
    ],
    ids=repr,
)
def test_what_no_database_keeps_is_taken_out_of_a_text(text: str, clean: str) -> None:
    assert cleaned(text) == clean


@given(st.text(st.characters(exclude_categories=())))
def test_a_text_once_read_reads_the_same_and_can_be_written_anywhere(text: str) -> None:
    once = text_in(text)
    assert text_in(once) == once
    assert "\0" not in (once or "")
    assert (once or "").encode().decode() == (once or "")
