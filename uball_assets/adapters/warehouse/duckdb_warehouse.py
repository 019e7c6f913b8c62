"""The warehouse in a folder of this machine: Parquet files, written and read by DuckDB.

A write rewrites the months that it changes and reads the keys of the others, for a row may have moved (a game
that was put off). A reading opens the files of its days alone. Rows lie by team, then by key.

Belongs here: a warehouse of tables. Not here: a table's files and what makes a write whole (`months`), what
DuckDB does with them (`parquet_reading`, `parquet_writing`), what a column takes (`domain.table_rows`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from uball_assets.adapters.warehouse.months import Listed, MonthFiles
from uball_assets.adapters.warehouse.parquet_reading import read_rows
from uball_assets.adapters.warehouse.parquet_sql import duckdb_error, in_words
from uball_assets.adapters.warehouse.parquet_writing import put_rows
from uball_assets.adapters.warehouse.warehouse import Lineage, Standing, Written
from uball_assets.domain.errors import Permanent
from uball_assets.domain.table_rows import aside_of, aside_rows, sift
from uball_assets.domain.tables import Row, Table


class DuckDbWarehouse:
    """The folder is made by the first write; until then it is an empty warehouse."""

    def __init__(self, folder: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.folder = folder
        self._now = now

    def __repr__(self) -> str:
        return f"DuckDbWarehouse({str(self.folder)!r})"

    def write(self, table: Table, rows: Iterable[Row], lineage: Lineage) -> Written:
        files = self._files(table.name)
        with files.writing():
            listed = files.listed() or Listed(replace(table, columns={}))
            sifted = sift(table, listed.table.columns, rows)
            listed = replace(listed, table=replace(table, columns=sifted.columns))
            added, changed = 0, 0
            if sifted.rows:
                added, changed = put_rows(files, listed, sifted.rows, lineage, self._now())
        if sifted.refused:
            self.write(aside_of(table), aside_rows(table, sifted.refused), lineage)
        return Written.of(sifted, added, changed)

    def read(
        self,
        table: Table,
        *,
        since: date | None = None,
        until: date | None = None,
        equal: Mapping[str, Sequence[Any]] = {},
    ) -> list[dict[str, Any]]:
        files = self._files(table.name)
        listed = files.listed()
        while listed:
            try:
                return read_rows(files, listed, table, since, until, equal)
            except duckdb_error() as error:
                now = files.listed()
                if now is None or now.generation == listed.generation:
                    raise in_words(files, listed.between(since, until), error) from error
                listed = now  # somebody wrote meanwhile, and what was read is gone
        return []

    def stamp(self, tables: Iterable[Table]) -> str:
        states = [(table.name, self._files(table.name).stamp()) for table in tables]
        return " ".join(f"{name}:{state}" for name, state in states if state)

    def tables(self) -> list[Standing]:
        folders = sorted(self.folder.iterdir()) if self.folder.is_dir() else []
        listed = [MonthFiles(folder).listed() for folder in folders if folder.is_dir()]
        return [_standing(each) for each in listed if each]

    def aside(self, table: Table) -> list[dict[str, Any]]:
        return [{**row.pop("row"), **row} for row in self.read(aside_of(table))]

    def give_up(self, table: str, month: str) -> int:
        """Takes a month (`YYYY-MM`) whose file is damaged out of a table, and says how many rows that was.

        Raises Permanent for a month that the table does not have.
        """
        files = self._files(table)
        if not files.listed():
            raise Permanent(f"there is no table {table}; `uball warehouse` shows what there is")
        with files.writing():
            listed = files.listed()
            if listed is None or month not in listed.months:
                raise Permanent(f"{table} has no month {month}; `uball warehouse` shows what there is")
            files.commit(listed.without(month))
        return listed.months[month].rows

    def _files(self, name: str) -> MonthFiles:
        return MonthFiles(self.folder / name)


def _standing(listed: Listed) -> Standing:
    months = listed.months.values()
    return Standing(
        listed.table,
        sum(month.rows for month in months),
        min((month.since for month in months), default=None),
        max((month.until for month in months), default=None),
        datetime.fromisoformat(listed.newest) if listed.newest else None,
    )
