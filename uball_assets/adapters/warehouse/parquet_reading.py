"""Rows out of a table's Parquet files.

Belongs here: which files, which rows, values as they were given. Not here: what else DuckDB is told
(`parquet_sql`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date
from typing import Any

from uball_assets.adapters.warehouse.months import Listed, MonthFiles
from uball_assets.adapters.warehouse.parquet_sql import TYPES, quoted, reading, stored
from uball_assets.domain.errors import Permanent
from uball_assets.domain.table_rows import written_value
from uball_assets.domain.tables import LINEAGE, Column, Form, Table


def read_rows(
    files: MonthFiles,
    listed: Listed,
    table: Table,
    since: date | None,
    until: date | None,
    equal: Mapping[str, Sequence[Any]],
) -> list[dict[str, Any]]:
    own = replace(table, columns={**table.columns, **listed.table.columns})
    columns = {**own.columns, **LINEAGE}
    chosen = listed.between(since, until)
    day = quoted(table.partitioned_by)
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
        f"FROM {stored(files, own, chosen)} WHERE {' AND '.join(conditions)} "
        f"ORDER BY {', '.join(quoted(name) for name in table.key)}"
    )
    with reading() as connection:
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
    among = f"{quoted(name)} IN (SELECT unnest(?::VARCHAR[]::{TYPES[form]}[]))"
    return f"({among} OR {quoted(name)} IS NULL)" if None in written else among


def _selected(name: str, column: Column) -> str:
    """A moment comes as UTC without saying so: naming a zone for each costs more than the reading."""
    if column.form is Form.MOMENT:
        return f"make_timestamp(epoch_us({quoted(name)})) AS {quoted(name)}"
    return quoted(name)


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
