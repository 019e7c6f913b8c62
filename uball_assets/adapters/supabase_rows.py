"""Rows as Supabase's typed columns take them, and as they come back.

Belongs here: JSON and types, row by row. A value that its column cannot hold is refused here, because
PostgreSQL would not say which row it was in. Not here: requests (`supabase_tables`).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from uball_assets.adapters.plays_db import Row
from uball_assets.adapters.plays_tables import BOOLEAN_COLUMNS, JSON_COLUMNS, TABLES, key_of
from uball_assets.domain.errors import Permanent

UUID_COLUMNS = {"id", "game_id", "player_a_id", "player_b_id", "team_a_id", "team_b_id", "team_id"}
_DATES = {"date", "base_retires_on"}
_MOMENTS = {"created_at", "updated_at", "trained_at"}
_NOT_FINITE = {"Infinity": math.inf, "-Infinity": -math.inf, "NaN": math.nan}
"""PostgreSQL writes them so in JSON, which has no other way."""


def is_uuid(text: str) -> bool:
    """What is none names no row of a table with uuid keys."""
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


def sendable(table: str, rows: Iterable[Row]) -> list[Row]:
    """The rows as JSON for their table; Permanent names the row and column that cannot be stored."""
    return [_sendable_row(table, row) for row in rows]


def received(table: str, row: Row) -> Row:
    numbers = [column for column in row if TABLES[table][column] == "REAL"]
    return {**row, **{column: _NOT_FINITE.get(row[column], row[column]) for column in numbers}}


def _sendable_row(table: str, row: Row) -> Row:
    made = {}
    for column, value in row.items():
        try:
            made[column] = _sendable(_form_of(table, column), value)
        except (AttributeError, OverflowError, TypeError, ValueError) as error:
            why = f"its {column} cannot be kept in that column ({type(error).__name__})"
            raise Permanent(
                f"cannot store {key_of(table, row)} in table {table}: {why}; correct the row"
            ) from None
    return made


def _sendable(form: Callable[[Any], Any], value: Any) -> Any:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    return form(value)


def _form_of(table: str, column: str) -> Callable[[Any], Any]:
    if column in UUID_COLUMNS:
        return lambda value: str(UUID(str(value)))
    if column in JSON_COLUMNS:
        return _json
    if column in BOOLEAN_COLUMNS:
        return _truth
    if column in _DATES:
        return lambda value: date.fromisoformat(_text(value)[:10]).isoformat()
    if column in _MOMENTS:
        return lambda value: datetime.fromisoformat(_text(value)).isoformat()
    return {"REAL": _number, "INTEGER": _whole}.get(TABLES[table][column], _text)


def _json(value: Any) -> Any:
    _text(json.dumps(value, allow_nan=False, ensure_ascii=False))
    if "\\u0000" in json.dumps(value):
        raise ValueError("PostgreSQL keeps no zero character")
    return value


def _truth(value: Any) -> bool:
    if value not in (0, 1):
        raise ValueError("neither true nor false")
    return bool(value)


def _number(value: Any) -> float | str | None:
    number = float(value)
    if math.isnan(number):
        return None
    return number if math.isfinite(number) else ("Infinity" if number > 0 else "-Infinity")


def _whole(value: Any) -> int:
    if int(value) != float(value):
        raise ValueError("not whole")
    return int(value)


def _text(value: Any) -> str:
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    text.encode()
    if "\0" in text:
        raise ValueError("PostgreSQL keeps no zero character")
    return text
