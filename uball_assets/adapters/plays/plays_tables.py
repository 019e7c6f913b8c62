"""The plays database's tables: keys, forms, and which rows a table takes.

Belongs here: the form of rows, the same for every database. Not here: SQL (`sqlite_plays_db`), which values a
column can hold (`domain.plays.columns`), or whether a play is sound (`domain.plays.plays`). Supabase's tables
are made by supabase/migrations, with the same columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from uball_assets.adapters.plays.plays_db import Row
from uball_assets.domain.errors import Permanent
from uball_assets.domain.plays.columns import COLUMNS, Kind

KEYS = {
    "games": ("id",),
    "plays": ("id",),
    "video_metadata": ("game_id", "angle"),
    "players": ("id",),
    "annotations": ("game_id", "model", "play_key"),
    "model_versions": ("name",),
    "job_runs": ("run_id",),
    "review_decisions": ("decision_id",),
}
REQUIRED = {
    **KEYS,
    "plays": ("id", "game_id"),
    "review_decisions": (
        "decision_id",
        "game_id",
        "chain",
        "number",
        "kind",
        "action",
        "reviewer",
        "decided_at",
    ),
}

_FORMS = {Kind.NUMBER: "REAL", Kind.WHOLE: "INTEGER", Kind.TRUTH: "BOOLEAN"}


def _form(table: str, column: str, kind: Kind) -> str:
    """jsonb, uuid, date and timestamptz are text."""
    required = " NOT NULL" if column in REQUIRED[table] else ""
    return _FORMS.get(kind, "TEXT") + required + (" PRIMARY KEY" if KEYS[table] == (column,) else "")


TABLES: dict[str, dict[str, str]] = {
    table: {column: _form(table, column, kind) for column, kind in columns.items()}
    for table, columns in COLUMNS.items()
}
"""Each column's form in SQLite."""

JSON_COLUMNS = {
    column for columns in COLUMNS.values() for column, kind in columns.items() if kind is Kind.JSON
}
BOOLEAN_COLUMNS = {
    column for columns in COLUMNS.values() for column, kind in columns.items() if kind is Kind.TRUTH
}


def key_of(table: str, row: Mapping[str, Any]) -> str:
    """How a message names the row."""
    return " ".join(str(row[column]) for column in KEYS[table])


def checked(table: str, rows: Iterable[Mapping[str, Any]], belongs: Mapping[str, str]) -> list[Row]:
    """The rows, each with the columns that say where it belongs filled in.

    Raises Permanent for a missing or unknown column, a row that belongs elsewhere, or one given twice.
    """
    seen: set[tuple[str, ...]] = set()
    complete = []
    for number, given in enumerate(rows, start=1):
        row = {**belongs, **given}
        place = f"row {number} for table {table}"
        if missing := [column for column in REQUIRED[table] if row.get(column) in (None, "")]:
            raise Permanent(f"{place} has no {' and no '.join(missing)}: give every row its key")
        if unknown := sorted(row.keys() - TABLES[table].keys()):
            raise Permanent(
                f"{place}: no such column {', '.join(unknown)}; known: {', '.join(TABLES[table])}"
            )
        if strange := [column for column, value in belongs.items() if str(row[column]) != value]:
            column = strange[0]
            raise Permanent(f"{place} has {column} {row[column]!r}, but is added to {belongs[column]!r}")
        key = tuple(str(row[column]) for column in KEYS[table])
        if key in seen:
            raise Permanent(f"{place} is given twice ({' '.join(key)}): keep one")
        seen.add(key)
        complete.append(row)
    return complete
