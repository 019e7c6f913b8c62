"""The warehouse in a folder of this machine: Parquet files, written and read by DuckDB.

A write rewrites the months that it changes and reads the keys of the others, for a row may have moved (a game
that was put off). A reading opens the files of its days alone. Rows lie by team, then by key.

Belongs here: writing and reading a table. Not here: its files and what makes a write whole (`months`), what
a column takes (`domain.table_rows`).
"""

from __future__ import annotations

import glob
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uball_assets.adapters.warehouse.months import Listed, Month, MonthFiles
from uball_assets.adapters.warehouse.warehouse import Lineage, Written
from uball_assets.domain.errors import Permanent, Transient, UballError
from uball_assets.domain.table_rows import aside_of, aside_rows, sift, written_value
from uball_assets.domain.tables import LINEAGE, Column, Form, Row, Table

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
    connection.execute("SET TimeZone = 'UTC'")
    return connection


class DuckDbWarehouse:
    """The folder is made by the first write; until then it is an empty warehouse."""

    def __init__(self, folder: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.folder = folder
        self._now = now

    def __repr__(self) -> str:
        return f"DuckDbWarehouse({str(self.folder)!r})"

    def write(self, table: Table, rows: Iterable[Row], lineage: Lineage) -> Written:
        files = self.files(table.name)
        with files.writing():
            listed = files.listed() or Listed(replace(table, columns={}))
            sifted = sift(table, listed.table.columns, rows)
            listed = replace(listed, table=replace(table, columns=sifted.columns))
            added, changed = self._put(files, listed, sifted.rows, lineage) if sifted.rows else (0, 0)
        if sifted.refused:
            self.write(aside_of(table), aside_rows(table, sifted.refused), lineage)
        same = len(sifted.rows) - added - changed
        losses = tuple(each.loss for each in sifted.refused)
        return Written(added, changed, same, sifted.new_columns, losses)

    def read(
        self,
        table: Table,
        *,
        since: date | None = None,
        until: date | None = None,
        equal: Mapping[str, Sequence[Any]] = {},
    ) -> list[dict[str, Any]]:
        files = self.files(table.name)
        listed = files.listed()
        while listed:
            try:
                return _read(files, listed, table, since, until, equal)
            except _duckdb_error() as error:
                now = files.listed()
                if now is None or now.generation == listed.generation:
                    raise _in_words(files, listed.between(since, until), error) from error
                listed = now  # somebody wrote meanwhile, and what was read is gone
        return []

    def stamp(self, tables: Iterable[Table]) -> str:
        states = [(table.name, self.files(table.name).stamp()) for table in tables]
        return " ".join(f"{name}:{state}" for name, state in states if state)

    def aside(self, table: Table) -> list[dict[str, Any]]:
        return [{**row.pop("row"), **row} for row in self.read(aside_of(table))]

    def files(self, name: str) -> MonthFiles:
        return MonthFiles(self.folder / name)

    def _put(
        self, files: MonthFiles, listed: Listed, rows: list[dict[str, Any]], lineage: Lineage
    ) -> tuple[int, int]:
        """How many rows were added, how many changed."""
        incoming = files.path("incoming.ndjson")
        with incoming.open("w") as file:
            file.writelines(f"{json.dumps(row)}\n" for row in rows)
        written_at = self._now().astimezone(UTC).isoformat()
        with connect() as connection:
            put = _Put(connection, files, listed)
            try:
                put.take_in(incoming, lineage, written_at)
                added, changed = put.counts()
                if added or changed:
                    files.commit(put.rewritten(written_at))
            except _duckdb_error() as error:
                raise _in_words(files, put.read, error) from error
        with suppress(OSError):
            incoming.unlink()
        return added, changed


class _Put:
    """Rows into the months that they concern, step by step in one connection."""

    def __init__(self, connection: DuckDBPyConnection, files: MonthFiles, listed: Listed) -> None:
        self.connection, self.files, self.listed = connection, files, listed
        self.table = listed.table
        self.own = ", ".join(_name(name) for name in self.table.columns)
        self.key = ", ".join(_name(name) for name in self.table.key)
        self.month = f"strftime({_name(self.table.partitioned_by)}, '%Y-%m')"
        self.read: list[str] = []
        """The files that are read, for an error to look into."""

    def take_in(self, incoming: Path, lineage: Lineage, written_at: str) -> None:
        """Makes `present` (all rows of the months concerned) and `fresh` (new or changed rows)."""
        forms = ", ".join(f"{_name(name)}: {_text(TYPES[c.form])}" for name, c in self.table.columns.items())
        self.connection.execute(
            f"CREATE TEMP TABLE incoming AS SELECT * FROM read_json({_text(glob.escape(str(incoming)))}, "
            f"format = 'newline_delimited', maximum_object_size = 100000000, columns = {{{forms}}})"
        )
        months = {row[0] for row in self._rows(f"SELECT DISTINCT {self.month} FROM incoming")}
        months |= self._where_else(months)
        self.read = [self.listed.months[name].file for name in sorted(months & self.listed.months.keys())]
        self._make("present", f"SELECT * FROM {_stored(self.files, self.table, self.read)}")
        first = _name(self.table.key[0])
        said = ", ".join(f"i.{_name(name)} IS DISTINCT FROM p.{_name(name)}" for name in self.table.columns)
        self._make(
            "fresh",
            f"SELECT i.*, p.{first} IS NOT NULL AS was_there, {_text(lineage.source)} AS row_source, "
            f"{_text(lineage.run)} AS row_run, {_text(written_at)}::TIMESTAMPTZ AS row_written_at "
            f"FROM incoming i LEFT JOIN present p USING ({self.key}) "
            f"WHERE p.{first} IS NULL OR {said.replace(', ', ' OR ')}",
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
        day = _name(self.table.partitioned_by)
        of_month = f"FROM after WHERE {self.month} = {_text(month)}"
        rows, since, until = self._rows(f"SELECT count(*), min({day}), max({day}) {of_month}")[0]
        if not rows:
            return None
        file = f"{month}.{generation}.parquet"
        self.connection.execute(
            f"COPY (SELECT * {of_month} ORDER BY {_name(self.table.clustered_by)}, {self.key}) "
            f"TO {_text(str(self.files.path(file)))} (FORMAT parquet, COMPRESSION zstd)"
        )
        return Month(file, rows, since, until)

    def _where_else(self, months: set[str]) -> set[str]:
        """Months besides these in which a row's key lies."""
        others = {each.file: name for name, each in self.listed.months.items() if name not in months}
        self.read = list(others)
        if not others:
            return set()
        found = self._rows(
            f"SELECT DISTINCT parse_filename(filename) FROM {_parquet(self.files, others, with_name=True)} "
            f"SEMI JOIN incoming USING ({self.key})"
        )
        return {others[file] for (file,) in found}

    def _make(self, name: str, query: str) -> None:
        self.connection.execute(f"CREATE TEMP TABLE {name} AS {query}")

    def _rows(self, query: str) -> list[Any]:
        return self.connection.execute(query).fetchall()


def _read(
    files: MonthFiles,
    listed: Listed,
    table: Table,
    since: date | None,
    until: date | None,
    equal: Mapping[str, Sequence[Any]],
) -> list[dict[str, Any]]:
    columns = {**table.columns, **listed.table.columns, **LINEAGE}
    stored = replace(table, columns={**table.columns, **listed.table.columns})
    chosen = listed.between(since, until)
    day = _name(table.partitioned_by)
    conditions, values = ["true"], list[Any]()
    for sign, bound in ((">=", since), ("<=", until)):
        if bound is not None:
            conditions.append(f"{day} {sign} ?")
            values.append(bound)
    for name, wanted in equal.items():
        conditions.append(_one_of(name, columns, wanted, values))
    if not chosen:
        return []
    query = (
        f"SELECT {', '.join(_selected(name, column) for name, column in columns.items())} "
        f"FROM {_stored(files, stored, chosen)} WHERE {' AND '.join(conditions)} "
        f"ORDER BY {', '.join(_name(name) for name in table.key)}"
    )
    with connect() as connection:
        found = connection.execute(query, values).fetchall()
    return _as_given(columns, found)


def _one_of(name: str, columns: Mapping[str, Column], wanted: Sequence[Any], values: list[Any]) -> str:
    """The condition; its values are added. Raises Permanent for a column or value that cannot be."""
    if name not in columns:
        raise Permanent(f"no column is called {name}: there are {', '.join(columns)}")
    form = columns[name].form
    try:
        written = [written_value(form, value) for value in wanted]
    except ValueError as error:
        raise Permanent(f"{name} cannot be one of {wanted!r}: {error}") from error
    values.append([value for value in written if value is not None])
    among = f"{_name(name)} IN (SELECT unnest(?::VARCHAR[]::{TYPES[form]}[]))"
    return f"({among} OR {_name(name)} IS NULL)" if None in written else among


def _selected(name: str, column: Column) -> str:
    """A moment comes as UTC without saying so: naming a zone for each costs more than the reading."""
    if column.form is Form.MOMENT:
        return f"make_timestamp(epoch_us({_name(name)})) AS {_name(name)}"
    return _name(name)


def _as_given(columns: Mapping[str, Column], found: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    """Rows with the values that were written."""
    moments = [name for name, column in columns.items() if column.form is Form.MOMENT]
    texts = [name for name, column in columns.items() if column.form is Form.JSON]
    rows = [dict(zip(columns, row, strict=True)) for row in found]
    for row in rows:
        for name in moments:
            if row[name] is not None:
                row[name] = row[name].replace(tzinfo=UTC)
        for name in texts:
            if row[name] is not None:
                row[name] = json.loads(row[name])
    return rows


def _stored(files: MonthFiles, table: Table, chosen: Iterable[str]) -> str:
    """The rows of these files with all columns, those too that came later: missing."""
    columns = {**table.columns, **LINEAGE}
    none = ", ".join(f"NULL::{TYPES[column.form]} AS {_name(name)}" for name, column in columns.items())
    empty = f"(SELECT {none} LIMIT 0)"
    chosen = list(chosen)
    if not chosen:
        return empty
    return f"({empty} UNION ALL BY NAME (SELECT * FROM {_parquet(files, chosen)}))"


def _parquet(files: MonthFiles, chosen: Iterable[str], *, with_name: bool = False) -> str:
    paths = ", ".join(_text(glob.escape(str(files.path(file)))) for file in chosen)
    return f"read_parquet([{paths}], union_by_name = true, filename = {str(with_name).lower()})"


def _name(name: str) -> str:
    quoted = name.replace('"', '""')
    return f'"{quoted}"'


def _text(value: str) -> str:
    quoted = value.replace("'", "''")
    return f"'{quoted}'"


def _duckdb_error() -> type[Exception]:
    import duckdb

    return duckdb.Error


def _in_words(files: MonthFiles, read: Iterable[str], error: Exception) -> UballError:
    """A damaged file by its name, with the remedy; anything else may pass."""
    for file in read:
        path = files.path(file)
        try:
            with connect() as connection:
                connection.execute(f"CREATE TEMP TABLE probe AS SELECT * FROM {_parquet(files, [file])}")
        except _duckdb_error() as damage:
            return Permanent(
                f"{path} cannot be read ({_first_line(damage)}): put it back from a copy, or "
                f"`uball warehouse give-up {files.folder.name} {file[:7]}` and materialize that month again"
            )
    return Transient(f"cannot use {files.folder}: {_first_line(error)}; run it again")


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
