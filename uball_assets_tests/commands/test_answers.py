"""How the commands answer: tables for a person."""

from __future__ import annotations

from uball_assets.commands.answers import table


def test_a_cell_stands_as_it_was_written_whatever_number_it_looks_like() -> None:
    numbers = ["2,617", "-1,000,000.50", "007", "1e3", "93.0 %"]
    assert [line.strip() for line in table([{"lines": each} for each in numbers]).splitlines()[2:]] == numbers


def test_a_long_cell_goes_on_below_in_its_own_column() -> None:
    head, _, *lines = table([{"why": "word " * 30, "lines": "2,617"}]).splitlines()
    assert len(lines) == 3
    assert max(map(len, lines)) <= 60 + len("  lines")
    assert [line[head.index("lines") :].strip() for line in lines] == ["2,617", "", ""]
    assert " ".join(line[: head.index("lines")].strip() for line in lines) == ("word " * 30).strip()


def test_what_is_no_text_is_shown_as_it_is() -> None:
    assert table([{"plays": 12, "right": None}, {"plays": 3, "right": True}]).splitlines()[2:] == [
        "12",
        "3        True",
    ]
