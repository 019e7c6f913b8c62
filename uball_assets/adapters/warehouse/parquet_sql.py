"""What DuckDB is told of Parquet files, and what it says of them.

Belongs here: types, quoting, the rows of files whatever columns they have, its errors in our words. Not here:
reading and writing a table (`parquet_reading`, `parquet_writing`).
"""

from __future__ import annotations

import glob
import os
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from uball_assets.adapters.warehouse.months import MonthFiles
from uball_assets.domain.errors import Permanent, Transient, UballError
from uball_assets.domain.tables import LINEAGE, Form, Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TYPES = {
    Form.TEXT: "VARCHAR",
    Form.WHOLE: "BIGINT",
    Form.NUMBER: "DOUBLE",
    Form.TRUTH: "BOOLEAN",
    Form.DATE: "DATE",
    Form.MOMENT: "TIMESTAMPTZ",
    Form.JSON: "VARCHAR",
}


def connect() -> DuckDBPyConnection:
    """In memory, and nothing is fetched from the network."""
    import duckdb

    options: dict[str, Any] = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    connection = duckdb.connect(config=options)
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    return connection


def reading() -> DuckDBPyConnection:
    """For one question: of the process's one connection, for a new one takes fifty times as long. What is
    read of a file is not remembered: it may be put back from a copy."""
    with _OPENING:
        kept = _kept.get(os.getpid())
        if kept is None:
            kept = _kept[os.getpid()] = connect()
            kept.execute("SET GLOBAL enable_external_file_cache = false")
        return kept.cursor()


_OPENING = threading.Lock()
_kept: dict[int, DuckDBPyConnection] = {}
"""By process: a fork has one of its own."""


def stored(files: MonthFiles, table: Table, chosen: Iterable[str]) -> str:
    """The rows of these files with all columns, those too that came later: missing."""
    columns = {**table.columns, **LINEAGE}
    none = ", ".join(f"NULL::{TYPES[column.form]} AS {quoted(name)}" for name, column in columns.items())
    empty = f"(SELECT {none} LIMIT 0)"
    chosen = list(chosen)
    if not chosen:
        return empty
    return f"({empty} UNION ALL BY NAME (SELECT * FROM {parquet(files, chosen)}))"


def parquet(files: MonthFiles, chosen: Iterable[str], *, with_name: bool = False) -> str:
    paths = ", ".join(literal(glob.escape(str(files.path(file)))) for file in chosen)
    return f"read_parquet([{paths}], union_by_name = true, filename = {str(with_name).lower()})"


def quoted(name: str) -> str:
    """A column's or table's name in a statement."""
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def literal(text: str) -> str:
    escaped = text.replace("'", "''")
    return f"'{escaped}'"


def duckdb_error() -> type[Exception]:
    import duckdb

    return duckdb.Error


def in_words(files: MonthFiles, read: Iterable[str], error: Exception) -> UballError:
    """A damaged file by its name, with the remedy; anything else may pass."""
    for file in read:
        path = files.path(file)
        try:
            with connect() as connection:
                connection.execute(f"CREATE TEMP TABLE probe AS SELECT * FROM {parquet(files, [file])}")
        except duckdb_error() as damage:
            return Permanent(
                f"{path} cannot be read ({_first_line(damage)}); put it back from a copy, or "
                f"`uball warehouse give-up {files.folder.name} {file[:7]}` and materialize that month again"
            )
    return Transient(f"cannot use {files.folder}: {_first_line(error)}; run it again")


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
