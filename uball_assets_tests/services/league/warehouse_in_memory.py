"""A warehouse that lives as long as a test. What every warehouse must do is held elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from uball_assets.adapters.warehouse.warehouse import Lineage, Standing, Written
from uball_assets.domain.tables import Row, Table


class WarehouseInMemory:
    def __init__(self) -> None:
        self._rows: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = defaultdict(dict)

    def write(self, table: Table, rows: Iterable[Row], lineage: Lineage) -> Written:
        held, added, changed = self._rows[table.name], 0, 0
        for row in rows:
            key = tuple(row[name] for name in table.key)
            added, changed = added + (key not in held), changed + (key in held)
            held[key] = {**row, "row_source": lineage.source, "row_run": lineage.run}
        return Written(added, changed, 0)

    def read(
        self,
        table: Table,
        *,
        since: date | None = None,
        until: date | None = None,
        equal: Mapping[str, Sequence[Any]] = {},
    ) -> list[dict[str, Any]]:
        return [
            row
            for row in self._rows[table.name].values()
            if (since is None or row[table.partitioned_by] >= since)
            and (until is None or row[table.partitioned_by] <= until)
            and all(row[name] in values for name, values in equal.items())
        ]

    def aside(self, _: Table) -> list[dict[str, Any]]:
        return []

    def stamp(self, tables: Iterable[Table]) -> str:
        counts = [len(self._rows[table.name]) for table in tables]
        return str(counts) if any(counts) else ""

    def tables(self) -> list[Standing]:
        return []
