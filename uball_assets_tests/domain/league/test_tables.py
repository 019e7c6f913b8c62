"""Facts as rows of the warehouse's tables, and back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from uball_assets.domain.league import tables
from uball_assets.domain.league.fixtures import Phase, Status
from uball_assets.domain.league.lines import COUNTED, Counts, PlayerLine, TeamLine
from uball_assets.domain.league.rosters import Move, RosterMove
from uball_assets.domain.tables import Form, Row, Table
from uball_assets_tests.domain.league.facts_samples import TIP_OFF, a_fixture

COUNTS = Counts(*range(1, len(COUNTED) + 1))
TEAM = TeamLine("g1", TIP_OFF, "a", "b", True, COUNTS, "plays", TIP_OFF)
PLAYER = PlayerLine("g1", TIP_OFF, "a", "b", "p1", False, COUNTS, "feed", TIP_OFF)
FACTS = [
    pytest.param(tables.FIXTURES, a_fixture(), tables.fixture_of, id="a result"),
    pytest.param(
        tables.FIXTURES,
        a_fixture(status=Status.SCHEDULED, phase=Phase.PLAYOFFS, home_points=None, away_points=None),
        tables.fixture_of,
        id="a game to come",
    ),
    pytest.param(tables.TEAM_LINES, TEAM, tables.team_line_of, id="a team's line"),
    pytest.param(tables.PLAYER_LINES, PLAYER, tables.player_line_of, id="a player's line"),
    pytest.param(
        tables.ROSTER_MOVES,
        RosterMove("p1", "a", Move.OUT, TIP_OFF, TIP_OFF, "Ada", 7),
        tables.move_of,
        id="a move",
    ),
    pytest.param(
        tables.ROSTER_MOVES,
        RosterMove("p1", "a", Move.BACK, TIP_OFF, TIP_OFF),
        tables.move_of,
        id="a move of somebody",
    ),
]
TYPES = {
    Form.TEXT: str,
    Form.WHOLE: int,
    Form.TRUTH: bool,
    Form.DATE: date,
    Form.MOMENT: type(TIP_OFF),
}


@pytest.mark.parametrize(("table", "fact", "back"), FACTS)
def test_a_fact_is_a_row_of_its_tables_columns_and_forms_and_comes_back(
    table: Table, fact: Any, back: Callable[[Row], Any]
) -> None:
    (row,) = tables.rows_of([fact])
    assert set(row) == set(table.columns)
    for name, value in row.items():
        assert value is None or type(value) is TYPES[table.columns[name].form], name
    assert all(row[name] is not None for name in (*table.key, table.partitioned_by, table.clustered_by))
    assert back(row) == fact


def test_a_count_that_a_table_does_not_have_yet_is_none() -> None:
    """A column that came later is missing in older rows."""
    row = tables.line_row(TEAM) | {"blocks": None}
    assert tables.team_line_of(row).counts.blocks == 0
