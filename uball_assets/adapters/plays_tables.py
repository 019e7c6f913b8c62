"""The plays database's tables: columns, keys, and which rows a table takes.

Belongs here: the form of rows, the same for every database. Not here: SQL (`sqlite_plays_db`), or whether a
play is sound (`domain.plays`). Supabase's tables are made by supabase/migrations, with the same columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from uball_assets.adapters.plays_db import Row
from uball_assets.domain.errors import Permanent

TABLES: dict[str, dict[str, str]] = {
    "games": {
        "id": "TEXT NOT NULL PRIMARY KEY",
        "date": "TEXT",
        "team1_display_name": "TEXT",
        "team2_display_name": "TEXT",
        "team1_color": "TEXT",
        "team2_color": "TEXT",
        "roster_team1": "TEXT",
        "roster_team2": "TEXT",
        "team_a_id": "TEXT",
        "team_b_id": "TEXT",
        "scores": "TEXT",
        "video_name": "TEXT",
    },
    "plays": {
        "id": "TEXT NOT NULL PRIMARY KEY",
        "game_id": "TEXT NOT NULL",
        "angle": "TEXT",
        "start_timestamp": "REAL",
        "end_timestamp": "REAL",
        "timestamp_seconds": "REAL",
        "classification": "TEXT",
        "note": "TEXT",
        "player_a": "TEXT",
        "player_b": "TEXT",
        "player_a_id": "TEXT",
        "player_b_id": "TEXT",
        "events": "TEXT",
        "created_at": "TEXT",
        "updated_at": "TEXT",
    },
    "video_metadata": {
        "game_id": "TEXT NOT NULL",
        "angle": "TEXT NOT NULL",
        "filename": "TEXT",
        "s3_key": "TEXT",
        "s3_url": "TEXT",
        "duration": "REAL",
        "file_size": "INTEGER",
        "sync_offset_seconds": "REAL",
    },
    "players": {
        "id": "TEXT NOT NULL PRIMARY KEY",
        "team_id": "TEXT",
        "name": "TEXT",
        "jersey_number": "INTEGER",
        "jersey_color": "TEXT",
    },
    "annotations": {
        "game_id": "TEXT NOT NULL",
        "model": "TEXT NOT NULL",
        "play_key": "TEXT NOT NULL",
        "angle": "TEXT",
        "start_timestamp": "REAL",
        "end_timestamp": "REAL",
        "timestamp_seconds": "REAL",
        "classification": "TEXT",
        "note": "TEXT",
        "player_a": "TEXT",
        "player_b": "TEXT",
        "events": "TEXT",
        "confidence": "REAL",
        "agreed": "BOOLEAN",
        "needs_review": "BOOLEAN",
    },
    "model_versions": {
        "name": "TEXT NOT NULL PRIMARY KEY",
        "label": "TEXT",
        "version": "INTEGER",
        "game_count": "INTEGER",
        "parent": "TEXT",
        "base": "TEXT",
        "base_retires_on": "TEXT",
        "trained_at": "TEXT",
        "train_count": "INTEGER",
        "play_accuracy": "REAL",
        "three_four_accuracy": "REAL",
        "serves": "BOOLEAN",
        "weight_percent": "REAL",
        "endpoint": "TEXT",
        "cost_usd": "REAL",
    },
}
"""Columns as in DOMAIN: 'Plays'; an annotation's as in `domain.annotate.annotation_row`."""

KEYS = {
    "games": ("id",),
    "plays": ("id",),
    "video_metadata": ("game_id", "angle"),
    "annotations": ("game_id", "model", "play_key"),
    "model_versions": ("name",),
}
REQUIRED = {**KEYS, "plays": ("id", "game_id")}
JSON_COLUMNS = {"roster_team1", "roster_team2", "scores", "events"}
BOOLEAN_COLUMNS = {"agreed", "needs_review", "serves"}


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
