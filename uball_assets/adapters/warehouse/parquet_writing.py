"""Rows into a table's Parquet files: into the months that they concern, and no other.

Belongs here: which rows are new or changed, which months that concerns, their new files. Not here: what makes
it one step (`months`), what a column takes (`domain.table_rows`).
"""

from __future__ import annotations

import glob
import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uball_assets.adapters.warehouse.months import Listed, Month, MonthFiles
from uball_assets.adapters.warehouse.parquet_sql import (
    TYPES,
    connect,
    duckdb_error,
    in_words,
    literal,
    parquet,
    quoted,
    stored,
)
from uball_assets.adapters.warehouse.warehouse import Lineage
from uball_assets.domain.tables import LINEAGE

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def put_rows(
    files: MonthFiles, listed: Listed, rows: list[dict[str, Any]], lineage: Lineage, now: datetime
) -> tuple[int, int]:
    """How many were added, how many changed. `rows`: sifted, of the columns of `listed`.

    The table's lock is held by the caller. Raises Permanent for a damaged file, Transient for what may pass.
    """
    incoming = files.path("incoming.ndjson")
    with incoming.open("w") as file:
        file.writelines(f"{json.dumps(row)}\n" for row in rows)
    written_at = now.astimezone(UTC).isoformat()
    with connect() as connection:
        put = _Put(connection, files, listed)
        try:
            put.take_in(incoming, lineage, written_at)
            added, changed = put.counts()
            if added or changed:
                files.commit(put.rewritten(written_at))
        except duckdb_error() as error:
            raise in_words(files, put.read, error) from error
    with suppress(OSError):
        incoming.unlink()
    return added, changed


class _Put:
    """Rows into the months that they concern, step by step in one connection."""

    def __init__(self, connection: DuckDBPyConnection, files: MonthFiles, listed: Listed) -> None:
        self.connection, self.files, self.listed = connection, files, listed
        self.table = listed.table
        self.own = ", ".join(quoted(name) for name in self.table.columns)
        self.key = ", ".join(quoted(name) for name in self.table.key)
        self.month = f"strftime({quoted(self.table.partitioned_by)}, '%Y-%m')"
        self.read: list[str] = []
        """The files that are read, for an error to look into."""

    def take_in(self, incoming: Path, lineage: Lineage, written_at: str) -> None:
        """Makes `present` (all rows of the months concerned) and `fresh` (new or changed rows)."""
        forms = ", ".join(
            f"{quoted(name)}: {literal(TYPES[c.form])}" for name, c in self.table.columns.items()
        )
        self.connection.execute(
            f"CREATE TEMP TABLE incoming AS SELECT * FROM read_json({literal(glob.escape(str(incoming)))}, "
            f"format = 'newline_delimited', maximum_object_size = 100000000, columns = {{{forms}}})"
        )
        months = {row[0] for row in self._rows(f"SELECT DISTINCT {self.month} FROM incoming")}
        months |= self._where_else(months)
        self.read = [self.listed.months[name].file for name in sorted(months & self.listed.months.keys())]
        self._make("present", f"SELECT * FROM {stored(self.files, self.table, self.read)}")
        first = quoted(self.table.key[0])
        differs = (f"i.{quoted(name)} IS DISTINCT FROM p.{quoted(name)}" for name in self.table.columns)
        self._make(
            "fresh",
            f"SELECT i.*, p.{first} IS NOT NULL AS was_there, {literal(lineage.source)} AS row_source, "
            f"{literal(lineage.run)} AS row_run, {literal(written_at)}::TIMESTAMPTZ AS row_written_at "
            f"FROM incoming i LEFT JOIN present p USING ({self.key}) "
            f"WHERE p.{first} IS NULL OR {' OR '.join(differs)}",
        )

    def counts(self) -> tuple[int, int]:
        asked = "SELECT count(*) FILTER (NOT was_there), count(*) FILTER (was_there) FROM fresh"
        added, changed = self._rows(asked)[0]
        return added, changed

    def rewritten(self, written_at: str) -> Listed:
        """Writes the changed months' files and says which count from now on."""
        columns = f"{self.own}, {', '.join(LINEAGE)}"
        self._make(
            "after",
            f"SELECT {columns} FROM present ANTI JOIN fresh USING ({self.key}) "
            f"UNION ALL SELECT {columns} FROM fresh",
        )
        touched = self._rows(
            f"SELECT DISTINCT {self.month} FROM fresh UNION "
            f"SELECT DISTINCT {self.month} FROM present SEMI JOIN fresh USING ({self.key})"
        )
        generation = self.listed.generation + 1
        months = dict(self.listed.months)
        for (month,) in touched:
            months.pop(month, None)
            if found := self._write_month(month, generation):
                months[month] = found
        return replace(self.listed, generation=generation, newest=written_at, months=months)

    def _write_month(self, month: str, generation: int) -> Month | None:
        day = quoted(self.table.partitioned_by)
        of_month = f"FROM after WHERE {self.month} = {literal(month)}"
        rows, since, until = self._rows(f"SELECT count(*), min({day}), max({day}) {of_month}")[0]
        if not rows:
            return None
        file = f"{month}.{generation}.parquet"
        self.connection.execute(
            f"COPY (SELECT * {of_month} ORDER BY {quoted(self.table.clustered_by)}, {self.key}) "
            f"TO {literal(str(self.files.path(file)))} (FORMAT parquet, COMPRESSION zstd)"
        )
        return Month(file, rows, since, until)

    def _where_else(self, months: set[str]) -> set[str]:
        """Months besides these in which a row's key lies."""
        others = {each.file: name for name, each in self.listed.months.items() if name not in months}
        self.read = list(others)
        if not others:
            return set()
        found = self._rows(
            f"SELECT DISTINCT parse_filename(filename) FROM {parquet(self.files, others, with_name=True)} "
            f"SEMI JOIN incoming USING ({self.key})"
        )
        return {others[file] for (file,) in found}

    def _make(self, name: str, query: str) -> None:
        self.connection.execute(f"CREATE TEMP TABLE {name} AS {query}")

    def _rows(self, query: str) -> list[Any]:
        return self.connection.execute(query).fetchall()
