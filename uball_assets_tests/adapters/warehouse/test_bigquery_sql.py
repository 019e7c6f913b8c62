"""Every statement for BigQuery is GoogleSQL, and does what it says: on DuckDB, as sqlglot translates it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from uball_assets.adapters.warehouse import bigquery_sql as sql
from uball_assets.adapters.warehouse.parquet_sql import TYPES
from uball_assets.domain.tables import LINEAGE, Form
from uball_assets_tests.contracts.test_warehouse import LINES

PLACE, INCOMING = "project.league.lines", "project.league.incoming"
MARCH, MAY, DECEMBER = date(2026, 3, 1), date(2026, 5, 1), date(2026, 12, 1)
STATEMENTS = {
    "months_concerned": sql.months_concerned(PLACE, INCOMING, LINES),
    "counts": sql.counts(PLACE, INCOMING, LINES, [MARCH, DECEMBER]),
    "put": sql.put(PLACE, INCOMING, LINES, [DECEMBER, MARCH]),
    "rows": sql.rows(PLACE, LINES, ["game_id"], is_since=False, is_until=False, equal={}),
    "some rows": sql.rows(
        PLACE,
        LINES,
        ["game_id", "points"],
        is_since=True,
        is_until=True,
        equal={"team_id": False, "points": True},
    ),
    "add_columns": sql.add_columns(PLACE, {"jersey": Form.WHOLE, "more": Form.JSON}),
    "state": sql.state(PLACE),
    "standing": sql.standing(PLACE, "played_on"),
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_is_one_of_google_sql_and_its_names_are_quoted(name: str) -> None:
    (parsed,) = sqlglot.parse(STATEMENTS[name], dialect="bigquery")
    assert parsed is not None
    assert not list(parsed.find_all(exp.Command)), "what is not understood is kept as a command"
    assert all(
        column.this.quoted for column in parsed.find_all(exp.Column) if column.name != "row_written_at"
    )
    tables = [table for table in parsed.find_all(exp.Table) if table.db]
    assert {(table.catalog, table.db, table.name) for table in tables} <= {
        ("project", "league", "lines"),
        ("project", "league", "incoming"),
    }
    assert parsed.sql(dialect="bigquery") == sqlglot.transpile(STATEMENTS[name], "bigquery", "bigquery")[0]


@pytest.mark.parametrize("name", ["counts", "put"])
def test_only_partitions_of_the_months_concerned_are_read(name: str) -> None:
    """A month's days as literals: only what the service knows beforehand makes it skip partitions."""
    (parsed,) = sqlglot.parse(STATEMENTS[name], dialect="bigquery")
    assert parsed is not None
    spans = [each.sql("bigquery") for each in parsed.find_all(exp.GTE, exp.LT)]
    assert spans == [
        "t.`played_on` >= CAST('2026-03-01' AS DATE)",
        "t.`played_on` < CAST('2026-04-01' AS DATE)",
        "t.`played_on` >= CAST('2026-12-01' AS DATE)",
        "t.`played_on` < CAST('2027-01-01' AS DATE)",
    ]


@pytest.fixture
def on_duckdb() -> Iterator[duckdb.DuckDBPyConnection]:
    """A table with a row in March and one in May; incoming: the first changed, one the same, one new."""
    with duckdb.connect() as connection:
        connection.execute("ATTACH ':memory:' AS project; CREATE SCHEMA project.league; SET TimeZone = 'UTC'")
        columns = ", ".join(f'"{name}" {TYPES[column.form]}' for name, column in LINES.columns.items())
        lineage = "row_source STRING, row_run STRING, row_written_at TIMESTAMPTZ"
        connection.execute(f"CREATE TABLE {PLACE} ({columns}, {lineage})")
        connection.execute(f"CREATE TABLE {INCOMING} ({columns})")
        for place, game, day, points in [
            (PLACE, "changed", "2026-03-31", 1),
            (PLACE, "same", "2026-05-01", None),
            (PLACE, "another", "2026-07-01", 3),
            (INCOMING, "changed", "2026-05-31", 2),
            (INCOMING, "same", "2026-05-01", None),
            (INCOMING, "new", "2026-12-31", 4),
        ]:
            row = f"SELECT '{game}' AS game_id, 't1' AS team_id, DATE '{day}' AS played_on, "
            connection.execute(f"INSERT INTO {place} BY NAME {row} {points or 'NULL'} AS points")
        yield connection


def told(connection: duckdb.DuckDBPyConnection, statement: str, **parameters: Any) -> list[Any]:
    (translated,) = sqlglot.transpile(statement, read="bigquery", write="duckdb")
    return connection.execute(translated.replace("@", "$"), parameters or None).fetchall()


def test_rows_are_put_into_the_months_concerned_on_duckdb(on_duckdb: duckdb.DuckDBPyConnection) -> None:
    concerned = told(on_duckdb, sql.months_concerned(PLACE, INCOMING, LINES))
    months = [date.fromisoformat(month) for (month,) in concerned]
    assert sorted(months) == [MARCH, MAY, DECEMBER]
    assert told(on_duckdb, sql.counts(PLACE, INCOMING, LINES, months)) == [(1, 1)]
    put = sql.put(PLACE, INCOMING, LINES, months)
    told(on_duckdb, put, source="feed", run="run 2")
    wanted = ["game_id", "played_on", "points", "row_source"]
    rows = told(on_duckdb, sql.rows(PLACE, LINES, wanted, is_since=False, is_until=False, equal={}))
    assert rows == [
        ("another", date(2026, 7, 1), 3, None),
        ("changed", date(2026, 5, 31), 2, "feed"),
        ("new", date(2026, 12, 31), 4, "feed"),
        ("same", date(2026, 5, 1), None, None),
    ]
    assert told(on_duckdb, sql.counts(PLACE, INCOMING, LINES, months)) == [(0, 0)]
    ((count, newest),) = told(on_duckdb, sql.state(PLACE))
    assert (count, newest is None) == (4, False)
    assert told(on_duckdb, sql.standing(PLACE, "played_on"))[0][1:3] == (date(2026, 5, 1), date(2026, 12, 31))


def test_a_window_and_equal_values_are_read_on_duckdb(on_duckdb: duckdb.DuckDBPyConnection) -> None:
    statement = sql.rows(PLACE, LINES, ["game_id"], is_since=True, is_until=True, equal={"points": True})
    since, until = date(2026, 3, 31), date(2026, 5, 1)
    assert told(on_duckdb, statement, since=since, until=until, equal_0=[1]) == [("changed",), ("same",)]
    assert told(on_duckdb, statement, since=since, until=until, equal_0=[7]) == [("same",)]
    assert set(LINEAGE) == {"row_source", "row_run", "row_written_at"}
