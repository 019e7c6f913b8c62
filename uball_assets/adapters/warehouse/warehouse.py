"""The warehouse: the league's tables of games, lines, features and forecasts, whoever keeps them.

Belongs here: the port. Not here: the tables (`domain.tables`), an implementation (`duckdb_warehouse`,
`bigquery_warehouse`), opening one by its address (`opening`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from uball_assets.domain.errors import Quarantined
from uball_assets.domain.table_rows import Sifted
from uball_assets.domain.tables import Row, Table


@dataclass(frozen=True)
class Lineage:
    """Of the rows of one write."""

    source: str
    run: str


@dataclass(frozen=True)
class Written:
    """What became of the rows of one write."""

    added: int
    changed: int
    same: int
    """Rows that stood there already, word for word: nothing was written, their lineage is the first one's."""
    new_columns: tuple[str, ...] = ()
    """Columns that the table has from now on."""
    kept_aside: tuple[Quarantined, ...] = ()
    """Rows that were not taken, each with its reason; they lie in the table's `_aside`."""

    @classmethod
    def of(cls, sifted: Sifted, added: int, changed: int) -> Written:
        same = len(sifted.rows) - added - changed
        losses = tuple(each.loss for each in sifted.refused)
        return cls(added, changed, same, sifted.new_columns, losses)


@dataclass(frozen=True)
class Standing:
    """What lies in the warehouse under one table's name."""

    table: Table
    """With the columns that are stored, those too that no code declares."""
    rows: int
    since: date | None
    until: date | None
    """The first and last day of the column it is partitioned by."""
    newest: datetime | None
    """When a row was written last."""


class Warehouse(Protocol):
    def write(self, table: Table, rows: Iterable[Row], lineage: Lineage) -> Written:
        """Each row in the place of the one with its key, all of them or none; again changes nothing. Of
        several rows with one key the last counts.

        A column that the table does not know is taken with its values' form, and said. A value of another
        form than its column's, or a missing key, keeps its row aside; not-a-number is a missing value. What a
        JSON column is given (the value, not its text) comes back. Raises Transient where the service does not
        answer.
        """
        ...

    def read(
        self,
        table: Table,
        *,
        since: date | None = None,
        until: date | None = None,
        equal: Mapping[str, Sequence[Any]] = {},
    ) -> list[dict[str, Any]]:
        """The table's rows, by key; `since` and `until` (both included) of the column it is partitioned by;
        `equal`: those whose column has one of these values. Lineage columns are there too. A table that was
        never written is empty."""
        ...

    def stamp(self, tables: Iterable[Table]) -> str:
        """The state of these tables, cheaply: another after each write that changed one of them, by whatever
        process, and the same as long as none did. '' where none was ever written. It tells nothing else."""
        ...

    def tables(self) -> list[Standing]:
        """Every table that was ever written, by name."""
        ...

    def aside(self, table: Table) -> list[dict[str, Any]]:
        """Rows that were kept aside, with `why` and `remedy`."""
        ...
