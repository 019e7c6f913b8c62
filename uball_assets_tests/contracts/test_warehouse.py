"""What every warehouse must do. A new implementation is one line in WAREHOUSES."""

from __future__ import annotations

import multiprocessing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from uball_assets.adapters.warehouse.opening import open_warehouse
from uball_assets.adapters.warehouse.warehouse import Lineage, Warehouse, Written
from uball_assets.domain.errors import Permanent
from uball_assets.domain.tables import LINEAGE, Column, Form, Table

WAREHOUSES = [
    pytest.param("a_folder", id="duckdb"),
    pytest.param("a_bigquery_dataset", id="bigquery", marks=pytest.mark.services),
]
"""The fixture of an empty warehouse: its address, and the service's."""

LINES = Table(
    "lines",
    "What each did in a game.",
    {
        "game_id": Column(Form.TEXT, "the game's id"),
        "team_id": Column(Form.TEXT, "the team's id"),
        "played_on": Column(Form.DATE, "the day"),
        "tip_off": Column(Form.MOMENT, "when it began"),
        "points": Column(Form.WHOLE, "points"),
        "share": Column(Form.NUMBER, "share of the team's points"),
        "is_home": Column(Form.TRUTH, "whether at home"),
        "reasons": Column(Form.JSON, "why"),
    },
    ("game_id", "team_id"),
    "played_on",
    "team_id",
)
PLAYS, FEED = Lineage("plays", "run 1"), Lineage("feed", "run 2")
TIP_OFF = datetime(2026, 3, 14, 19, 30, 0, 123456, tzinfo=UTC)


Address = tuple[str, str]


def opened(address: Address) -> Warehouse:
    return open_warehouse(address[0], bigquery_url=address[1])


def line(
    game: str = "g1", team: str = "t1", on: date | None = date(2026, 3, 14), **others: Any
) -> dict[str, Any]:
    values = {"tip_off": TIP_OFF, "points": 88, "share": 0.1 + 0.2, "is_home": True, "reasons": {"elo": 0.5}}
    return {"game_id": game, "team_id": team, "played_on": on, **values, **others}


def own(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name not in LINEAGE} for row in rows]


@pytest.fixture
def a_folder(tmp_path: Path) -> Address:
    return str(tmp_path / "a [ware]house's*"), ""


@pytest.fixture(params=WAREHOUSES)
def address(request: pytest.FixtureRequest) -> Address:
    found: Address = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def warehouse(address: Address) -> Warehouse:
    return opened(address)


def test_a_table_that_was_never_written_is_empty(warehouse: Warehouse) -> None:
    assert warehouse.read(LINES) == []
    assert warehouse.read(LINES, since=date(2026, 1, 1), equal={"team_id": ["t1"]}) == []
    assert warehouse.aside(LINES) == []
    assert warehouse.tables() == []
    assert warehouse.stamp([LINES]) == ""
    assert warehouse.write(LINES, [], PLAYS) == Written(0, 0, 0)
    assert warehouse.tables() == []


def test_rows_come_back_as_they_were_given_by_key_with_their_lineage(warehouse: Warehouse) -> None:
    rows = [line("g2"), line("g1", "t2", is_home=False), line("g1", "t1")]
    before = datetime.now(UTC)
    assert warehouse.write(LINES, rows, PLAYS) == Written(3, 0, 0)
    found = warehouse.read(LINES)
    assert own(found) == [rows[2], rows[1], rows[0]]
    assert found[0]["tip_off"].tzinfo is UTC
    assert {(row["row_source"], row["row_run"]) for row in found} == {("plays", "run 1")}
    assert all(before <= row["row_written_at"] <= datetime.now(UTC) for row in found)


def test_the_same_rows_again_change_nothing(warehouse: Warehouse) -> None:
    rows = [line("g1"), line("g2")]
    warehouse.write(LINES, rows, PLAYS)
    first, stamp = warehouse.read(LINES), warehouse.stamp([LINES])
    assert warehouse.write(LINES, rows, FEED) == Written(0, 0, 2)
    assert warehouse.write(LINES, first, FEED) == Written(0, 0, 2), "read, and written again"
    assert warehouse.read(LINES) == first, "the first one's lineage"
    assert warehouse.stamp([LINES]) == stamp


def test_a_row_takes_the_place_of_the_one_with_its_key(warehouse: Warehouse) -> None:
    warehouse.write(LINES, [line("g1"), line("g2"), line("g3")], PLAYS)
    stamp = warehouse.stamp([LINES])
    rows = [line("g1"), line("g2", points=90), line("g4")]
    assert warehouse.write(LINES, rows, FEED) == Written(1, 1, 1)
    found = warehouse.read(LINES)
    assert [(row["game_id"], row["points"], row["row_source"]) for row in found] == [
        ("g1", 88, "plays"),
        ("g2", 90, "feed"),
        ("g3", 88, "plays"),
        ("g4", 88, "feed"),
    ]
    assert warehouse.stamp([LINES]) not in ("", stamp)


def test_what_a_row_leaves_out_is_missing_from_then_on(warehouse: Warehouse) -> None:
    warehouse.write(LINES, [line()], PLAYS)
    bare = {"game_id": "g1", "team_id": "t1", "played_on": date(2026, 3, 14)}
    assert warehouse.write(LINES, [bare], PLAYS) == Written(0, 1, 0)
    assert own(warehouse.read(LINES)) == [dict.fromkeys(LINES.columns) | bare]
    assert warehouse.write(LINES, [bare], PLAYS) == Written(0, 0, 1), "missing equals missing"
    assert warehouse.write(LINES, [line()], PLAYS) == Written(0, 1, 0)


def test_of_rows_with_one_key_the_last_counts(warehouse: Warehouse) -> None:
    assert warehouse.write(LINES, [line(points=1), line(points=2)], PLAYS) == Written(1, 0, 0)
    assert [row["points"] for row in warehouse.read(LINES)] == [2]


def test_a_game_that_was_put_off_moves_with_its_day(warehouse: Warehouse) -> None:
    warehouse.write(LINES, [line("g1"), line("g2")], PLAYS)
    moved = line("g1", on=date(2026, 5, 2))
    assert warehouse.write(LINES, [moved], FEED) == Written(0, 1, 0)
    assert own(warehouse.read(LINES)) == [moved, line("g2")]
    assert own(warehouse.read(LINES, until=date(2026, 3, 31))) == [line("g2")]
    assert warehouse.write(LINES, [line("g1"), line("g2", on=date(2026, 5, 2))], FEED) == Written(0, 2, 0)
    assert own(warehouse.read(LINES, since=date(2026, 5, 1))) == [line("g2", on=date(2026, 5, 2))]


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (None, None, "abcdef"),
        (date(2026, 2, 1), date(2026, 2, 28), "bc"),
        (date(2026, 1, 31), date(2026, 2, 1), "ab"),
        (date(2026, 2, 28), date(2026, 3, 1), "cd"),
        (date(2026, 3, 1), None, "def"),
        (None, date(2026, 1, 31), "a"),
        (date(2026, 12, 31), date(2026, 12, 31), "e"),
        (date(2027, 1, 1), None, "f"),
        (date(2026, 2, 2), date(2026, 2, 27), ""),
        (date(2026, 4, 1), date(2026, 3, 1), ""),
        (date(2027, 1, 2), None, ""),
    ],
)
def test_both_ends_of_a_window_are_included(
    warehouse: Warehouse, since: date | None, until: date | None, expected: str
) -> None:
    days = ["2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01", "2026-12-31", "2027-01-01"]
    rows = [line(game, on=date.fromisoformat(day)) for game, day in zip("abcdef", days, strict=True)]
    warehouse.write(LINES, rows, PLAYS)
    assert "".join(row["game_id"] for row in warehouse.read(LINES, since=since, until=until)) == expected


@pytest.mark.parametrize(
    ("equal", "expected"),
    [
        ({"team_id": ["t1"]}, ["g1", "g2"]),
        ({"team_id": ["t1", "t2", "nobody"]}, ["g1", "g1", "g2"]),
        ({"team_id": ["t1"], "game_id": ("g2",)}, ["g2"]),
        ({"game_id": []}, []),
        ({"points": [88]}, ["g1"]),
        ({"points": [None, 99]}, ["g1", "g2"]),
        ({"is_home": [False]}, ["g1"]),
        ({"tip_off": [TIP_OFF.astimezone(timezone(timedelta(hours=5)))]}, ["g1", "g1"]),
        ({"played_on": [date(2026, 3, 15)]}, ["g2"]),
        ({"row_source": ["plays"]}, ["g1", "g1", "g2"]),
        ({"team_id": ["'; drop table lines; --", 'a"b']}, []),
    ],
)
def test_rows_are_found_by_equal_values(
    warehouse: Warehouse, equal: dict[str, Any], expected: list[str]
) -> None:
    rows = [
        line("g1", "t1"),
        line("g1", "t2", points=99, is_home=False),
        line("g2", "t1", date(2026, 3, 15), points=None, tip_off=TIP_OFF + timedelta(days=1)),
    ]
    warehouse.write(LINES, rows, PLAYS)
    assert [row["game_id"] for row in warehouse.read(LINES, equal=equal)] == expected


def test_a_filter_that_cannot_be_is_refused(warehouse: Warehouse) -> None:
    warehouse.write(LINES, [line()], PLAYS)
    with pytest.raises(Permanent, match="no column is called colour"):
        warehouse.read(LINES, equal={"colour": ["red"]})
    with pytest.raises(Permanent, match=r"points cannot be one of .*whole numbers"):
        warehouse.read(LINES, equal={"points": ["many"]})


class _Word(StrEnum):
    FINAL = "final"


@pytest.mark.parametrize(
    ("column", "given", "expected"),
    [
        (
            "team_id",
            "Žalgiris 🏀 'quoted' \"twice\" \\ \n\t ; --",
            "Žalgiris 🏀 'quoted' \"twice\" \\ \n\t ; --",
        ),
        ("team_id", "", ""),
        ("team_id", _Word.FINAL, "final"),
        ("points", 2**63 - 1, 2**63 - 1),
        ("points", -(2**63) + 1, -(2**63) + 1),
        ("points", 2**53 + 1, 2**53 + 1),
        ("points", np.int32(7), 7),
        ("share", 1e308, 1e308),
        ("share", 5e-324, 5e-324),
        ("share", -0.1, -0.1),
        ("share", 3, 3.0),
        ("share", np.float32(0.5), 0.5),
        ("share", float("nan"), None),
        ("share", np.float64("nan"), None),
        ("is_home", np.True_, True),
        ("tip_off", datetime(2026, 3, 29, 3, 0, tzinfo=timezone(timedelta(hours=2))), None),
        ("tip_off", datetime(1900, 1, 1, tzinfo=UTC), None),
        ("reasons", [1, "two", None, {"three": [True, 4.5]}], None),
        ("reasons", "text", "text"),
        ("reasons", '{"a": 1}', '{"a": 1}'),
        ("reasons", {"é🏀": "ü'\""}, None),
        ("reasons", {"a": None}, None),
        ("reasons", [], []),
    ],
)
def test_a_value_comes_back(warehouse: Warehouse, column: str, given: Any, expected: Any) -> None:
    """`expected` None: as given, but not-a-number, which is a missing value."""
    assert warehouse.write(LINES, [line(**{"team_id": "t1", column: given})], PLAYS) == Written(1, 0, 0)
    found = warehouse.read(LINES)[0][column]
    is_missing = isinstance(given, float) and given != given
    assert found == (given if expected is None and not is_missing else expected)
    assert warehouse.write(LINES, [line(**{"team_id": "t1", column: given})], FEED) == Written(0, 0, 1)


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        ("points", "88", "points is '88': the column holds whole numbers"),
        ("points", 88.0, "points is 88.0: the column holds whole numbers"),
        ("points", True, "points is True: the column holds whole numbers"),
        ("points", 2**63, "whole numbers go to 9223372036854775807"),
        ("share", "0.3", "the column holds numbers"),
        ("share", float("inf"), "infinity"),
        ("share", 10**400, "too large"),
        ("is_home", 1, "the column holds true or false"),
        ("played_on", datetime(2026, 3, 14, tzinfo=UTC), "the column holds days, without a time"),
        ("played_on", "2026-03-14", "the column holds days, without a time"),
        ("played_on", None, "played_on is missing: rows lie by it"),
        ("tip_off", datetime(2026, 3, 14), "with its time zone"),  # noqa: DTZ001 - that is the fault
        ("tip_off", date(2026, 3, 14), "with its time zone"),
        ("team_id", 7, "the column holds text"),
        ("team_id", "half a pair \ud83c", "UTF-8"),
        ("team_id", None, "team_id is missing: one row is found by it"),
        ("reasons", {"nan": float("nan")}, "what JSON can write"),
        ("reasons", {"day": date(2026, 3, 14)}, "what JSON can write"),
        ("no name", 1, "'no name' cannot be the name of a column"),
        ("Points", 1, "'Points' cannot be the name of a column"),
    ],
)
def test_a_row_that_does_not_fit_is_kept_aside_and_costs_only_itself(
    warehouse: Warehouse, column: str, value: Any, why: str
) -> None:
    bad = {**line("g1"), column: value}
    written = warehouse.write(LINES, [bad, line("g2")], PLAYS)
    assert (written.added, written.changed, written.same, written.new_columns) == (1, 0, 0, ())
    (loss,) = written.kept_aside
    assert why in loss.why
    assert loss.what.startswith("row game_id 'g1', team_id ")
    assert loss.where.startswith("lines.")
    assert own(warehouse.read(LINES)) == [line("g2")]
    (kept,) = warehouse.aside(LINES)
    assert (kept["game_id"], kept["why"], kept["remedy"]) == ("g1", loss.why, loss.remedy)
    assert (kept["row_source"], kept["row_run"]) == ("plays", "run 1")


def test_a_row_is_kept_aside_once_for_one_reason(warehouse: Warehouse) -> None:
    warehouse.write(LINES, [line(points="88")], PLAYS)
    warehouse.write(LINES, [line(points="88")], FEED)
    warehouse.write(LINES, [line(points="89"), line(on=None)], FEED)
    assert [row["row_source"] for row in warehouse.aside(LINES)].count("plays") == 1
    assert len(warehouse.aside(LINES)) == 3
    assert warehouse.read(LINES) == []


def test_a_new_column_is_taken_and_said(warehouse: Warehouse) -> None:
    warehouse.write(LINES, [line("g1")], PLAYS)
    news: dict[str, Any] = {
        "jersey": 7,
        "name": "Ada",
        "rating": 0.5,
        "seen_at": TIP_OFF,
        "born": date(2001, 2, 3),
    }
    news |= {"is_out": False, "more": {"a": [1]}}
    written = warehouse.write(LINES, [line("g2", **news)], PLAYS)
    assert (written.added, written.new_columns, written.kept_aside) == (1, tuple(sorted(news)), ())
    empty: dict[str, Any] = dict.fromkeys(news)
    assert own(warehouse.read(LINES)) == [line("g1", **empty), line("g2", **news)]
    assert warehouse.write(LINES, [line("g2", **news)], PLAYS) == Written(0, 0, 1)
    assert [row["game_id"] for row in warehouse.read(LINES, equal={"jersey": [7]})] == ["g2"]
    (standing,) = warehouse.tables()
    assert {name: column.form for name, column in standing.table.columns.items() if name in news} == {
        "jersey": Form.WHOLE,
        "name": Form.TEXT,
        "rating": Form.NUMBER,
        "seen_at": Form.MOMENT,
        "born": Form.DATE,
        "is_out": Form.TRUTH,
        "more": Form.JSON,
    }


def test_a_new_column_without_a_value_is_none_yet(warehouse: Warehouse) -> None:
    assert warehouse.write(LINES, [line(note=None, rating=float("nan"))], PLAYS) == Written(1, 0, 0)
    assert own(warehouse.read(LINES)) == [line()]


def test_whole_numbers_beside_others_are_numbers_and_another_kind_is_kept_aside(warehouse: Warehouse) -> None:
    rows = [line("g1", form=1), line("g2", form=0.5), line("g3", form="good")]
    written = warehouse.write(LINES, rows, PLAYS)
    assert (written.added, written.new_columns) == (2, ("form",))
    assert [loss.why for loss in written.kept_aside] == ["form is 'good': the column holds numbers"]
    assert [row["form"] for row in warehouse.read(LINES)] == [1.0, 0.5]


def test_a_column_that_the_code_declares_later_is_new(warehouse: Warehouse) -> None:
    warehouse.write(LINES, [line("g1")], PLAYS)
    later = replace(LINES, columns={**LINES.columns, "blocks": Column(Form.WHOLE, "blocks")})
    assert warehouse.read(later)[0]["blocks"] is None
    assert warehouse.write(later, [line("g2", blocks=3)], PLAYS) == Written(1, 0, 0, ("blocks",))
    assert [row["blocks"] for row in warehouse.read(later)] == [None, 3]
    assert [row["blocks"] for row in warehouse.read(LINES)] == [None, 3], "an older code sees it too"
    assert warehouse.write(LINES, [line("g3")], PLAYS) == Written(1, 0, 0)


def test_a_column_that_the_code_declares_otherwise_keeps_its_form_and_the_rows_lie_aside(
    warehouse: Warehouse,
) -> None:
    warehouse.write(LINES, [line("g1")], PLAYS)
    otherwise = replace(LINES, columns={**LINES.columns, "points": Column(Form.TEXT, "points, in words")})
    written = warehouse.write(otherwise, [line("g2", points="many"), line("g3", points=None)], PLAYS)
    assert written.added == 1
    assert [loss.why for loss in written.kept_aside] == ["points is 'many': the column holds whole numbers"]
    assert [row["points"] for row in warehouse.read(otherwise)] == [88, None]
    assert [row["points"] for row in warehouse.aside(otherwise)] == ["many"]


def test_tables_tell_what_lies_there(warehouse: Warehouse) -> None:
    warehouse.write(LINES, [line("g1"), line("g2", on=date(2026, 5, 2)), line("g3", points="x")], PLAYS)
    warehouse.write(replace(LINES, name="older_lines"), [line()], PLAYS)
    lines, aside, older = warehouse.tables()
    assert [each.table.name for each in (lines, aside, older)] == ["lines", "lines_aside", "older_lines"]
    assert (lines.rows, lines.since, lines.until) == (2, date(2026, 3, 14), date(2026, 5, 2))
    assert (aside.rows, older.rows) == (1, 1)
    assert (lines.table.key, lines.table.partitioned_by, lines.table.clustered_by) == (
        ("game_id", "team_id"),
        "played_on",
        "team_id",
    )
    assert lines.newest == max(row["row_written_at"] for row in warehouse.read(LINES))


def test_a_stamp_is_of_its_tables_alone(warehouse: Warehouse, address: Address) -> None:
    warehouse.write(LINES, [line("g1")], PLAYS)
    other = replace(LINES, name="other_lines")
    stamp = warehouse.stamp([LINES])
    assert warehouse.stamp([LINES, other]) == stamp
    opened(address).write(other, [line()], PLAYS)
    assert warehouse.stamp([LINES]) == stamp
    assert warehouse.stamp([LINES, other]) != stamp


def _write_games(address: Address, who: str, games: int) -> None:
    warehouse = opened(address)
    for game in range(games):
        rows = [line(f"{who}{game}"), line("both", who), line("one", points=game)]
        warehouse.write(LINES, rows, Lineage(who, "run"))


def test_what_several_processes_write_at_once_is_all_there(warehouse: Warehouse, address: Address) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write_games, args=(address, who, 3)) for who in ("a", "b")]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        warehouse.read(LINES)  # never fails, never sees half a write
    assert [writer.exitcode for writer in writers] == [0, 0]
    rows = warehouse.read(LINES)
    assert [row["game_id"] for row in rows] == ["a0", "a1", "a2", "b0", "b1", "b2", "both", "both", "one"]


def test_a_writer_that_is_killed_leaves_all_of_a_write_or_nothing_and_is_in_nobodys_way(
    warehouse: Warehouse, address: Address
) -> None:
    writer = multiprocessing.get_context("spawn").Process(target=_write_games, args=(address, "a", 10_000))
    writer.start()
    while len(warehouse.read(LINES)) < 5:
        assert writer.is_alive()
    writer.kill()
    writer.join()
    rows = warehouse.read(LINES)
    games = [row["game_id"] for row in rows if row["game_id"] not in ("both", "one")]
    (one,) = (row for row in rows if row["game_id"] == "one")
    assert sorted(games) == sorted(f"a{number}" for number in range(one["points"] + 1))
    assert warehouse.write(LINES, [line("next")], FEED) == Written(1, 0, 0)
    assert len(warehouse.read(LINES)) == len(rows) + 1
