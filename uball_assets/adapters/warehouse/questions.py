"""A question in SQL to a warehouse in a folder, by a person: read-only, its tables under their own names.

Belongs here: which statements are taken, and what they may reach. Not here: reading for programs
(`parquet_reading`).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uball_assets.adapters.warehouse.duckdb_warehouse import DuckDbWarehouse
from uball_assets.adapters.warehouse.months import MonthFiles
from uball_assets.adapters.warehouse.parquet_sql import (
    connect,
    duckdb_error,
    in_words,
    literal,
    quoted,
    stored,
)
from uball_assets.adapters.warehouse.warehouse import Standing
from uball_assets.domain.errors import Permanent
from uball_assets.domain.tables import Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def ask(folder: Path, question: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The answer's columns and rows. Raises Permanent for what is no single SELECT, what DuckDB does not
    understand, and a damaged file.

    Nothing but the warehouse's folder can be read, and nothing written.
    """
    with connect() as connection:
        try:
            kinds = [statement.type.name for statement in connection.extract_statements(question)]
        except duckdb_error() as error:
            raise Permanent(f"this is not SQL: {error}") from error
        if kinds != ["SELECT"]:
            raise Permanent(f"one SELECT is asked for, and this is {' and '.join(kinds) or 'nothing'}")
        tables = DuckDbWarehouse(folder).tables()
        try:
            for standing in tables:
                _name_table(connection, folder, standing.table)
            connection.execute(f"SET allowed_directories = [{literal(str(folder.absolute()))}]")
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
            found = connection.execute(question)
            return [column[0] for column in found.description or ()], found.fetchall()
        except duckdb_error() as error:
            raise _damage(folder, tables, error) or Permanent(str(error)) from error


def _name_table(connection: DuckDBPyConnection, folder: Path, table: Table) -> None:
    files = MonthFiles(folder / table.name)
    rows = stored(files, table, _files_of(files))
    connection.execute(f"CREATE VIEW {quoted(table.name)} AS SELECT * FROM {rows}")


def _files_of(files: MonthFiles) -> list[str]:
    listed = files.listed()
    return listed.between(None, None) if listed else []


def _damage(folder: Path, tables: Iterable[Standing], error: Exception) -> Permanent | None:
    """The damaged file, where it is one that makes the question fail."""
    for standing in tables:
        files = MonthFiles(folder / standing.table.name)
        said = in_words(files, _files_of(files), error)
        if isinstance(said, Permanent):
            return said
    return None
