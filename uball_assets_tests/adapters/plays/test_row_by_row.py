from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uball_assets.adapters.plays.row_by_row import write_what_is_taken
from uball_assets.domain.errors import Permanent, Transient


class Table:
    """Replaces what it holds, whole or not at all, and takes no odd number."""

    def __init__(self) -> None:
        self.held: list[int] = []
        self.calls = 0

    def write(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self.calls += 1
        odd = [row["number"] for row in rows if row["number"] % 2]
        if odd:
            raise Permanent(f"{odd[0]} is odd")
        self.held = [row["number"] for row in rows]


@given(st.lists(st.integers(0, 99), unique=True))
def test_what_is_taken_is_written_and_each_refused_row_has_its_reason(numbers: list[int]) -> None:
    table, even = Table(), [number for number in numbers if number % 2 == 0]
    if numbers and not even:
        with pytest.raises(Permanent, match="odd"):
            write_what_is_taken(table.write, [{"number": number} for number in numbers])
        return
    taken, refused = write_what_is_taken(table.write, [{"number": number} for number in numbers])
    assert [row["number"] for row in taken] == table.held == even
    assert [(row["number"], str(why)) for row, why in refused] == [
        (number, f"{number} is odd") for number in numbers if number % 2
    ]


def test_one_refused_row_of_many_is_found_in_few_calls() -> None:
    table = Table()
    write_what_is_taken(table.write, [{"number": 2 * number + (number == 77)} for number in range(256)])
    assert table.calls <= 2 + 2 * 8


def test_a_database_that_is_away_is_no_refusal() -> None:
    def write(rows: Sequence[Mapping[str, Any]]) -> None:
        raise Transient(f"no answer about {len(rows)} rows")

    with pytest.raises(Transient):
        write_what_is_taken(write, [{"number": 1}, {"number": 2}])
