"""Rows as Supabase's typed columns take them, and as they come back.

Belongs here: what JSON and PostgreSQL spell otherwise. A value that its column cannot hold
(`domain.plays.columns`) is refused here, because PostgreSQL would not say which row it was in. Not here:
requests (`supabase_tables`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from uball_assets.adapters.plays.plays_db import Row
from uball_assets.adapters.plays.plays_tables import TABLES, key_of
from uball_assets.domain.errors import Permanent
from uball_assets.domain.fields import as_uuid
from uball_assets.domain.plays.columns import COLUMNS, Kind, keepable_row, moment_in

UUID_COLUMNS = {column for columns in COLUMNS.values() for column, kind in columns.items() if kind is Kind.ID}
_NOT_FINITE = {"Infinity": math.inf, "-Infinity": -math.inf, "NaN": math.nan}
"""PostgreSQL writes them so in JSON, which has no other way."""


def sendable(table: str, rows: Iterable[Row]) -> list[Row]:
    """The rows as JSON for their table; Permanent names the row and column that cannot be stored."""
    return [_sendable_row(table, row) for row in rows]


def received(table: str, row: Row) -> Row:
    numbers = [column for column in row if TABLES[table][column] == "REAL"]
    return {**row, **{column: _NOT_FINITE.get(row[column], row[column]) for column in numbers}}


def _sendable_row(table: str, row: Row) -> Row:
    kept, faults = keepable_row(table, row, uuids=True)
    if faults:
        why = "; ".join(f"{fault.why}, {fault.remedy}" for fault in faults.values())
        raise Permanent(f"cannot store {key_of(table, row)} in table {table}: {why}")
    return {column: _sendable(COLUMNS[table][column], value) for column, value in kept.items()}


def _sendable(kind: Kind, value: Any) -> Any:
    if value is None:
        return None
    if kind is Kind.ID:
        return as_uuid(value)
    if kind is Kind.MOMENT:
        return moment_in(value).isoformat()
    if isinstance(value, float) and math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value
