"""A person's list of games to copy, CSV or JSONL, as rows with the place where each stands.

Belongs here: reading the file. Not here: whether a row is sound (`domain.footage.migration.games_in`).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from uball_assets.adapters.machine.file_errors import translated
from uball_assets.domain.errors import Permanent

Rows = Iterator[tuple[str, dict[str, Any]]]


def read_game_list(path: Path) -> list[tuple[str, dict[str, Any]]]:
    """`line 3` and its row; a line that is no row is an empty one. Permanent for a file that is no list."""
    reader = {".csv": _csv, ".jsonl": _jsonl}.get(path.suffix.lower())
    if reader is None:
        raise Permanent(f"{path} is no list of games: save it as .csv or .jsonl, with s3_path and game_id")
    try:
        with translated(f"read {path}"):
            text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise Permanent(f"{path} is not UTF-8 text (byte {error.start}): save it as UTF-8") from error
    rows = list(reader(text))
    if not rows:
        raise Permanent(f"{path} lists no game: write lines with s3_path and game_id")
    return rows


def _csv(text: str) -> Rows:
    table = csv.DictReader(io.StringIO(text), skipinitialspace=True)
    names = [str(name).strip().lower() for name in table.fieldnames or []]
    if not {"s3_path", "game_id"} <= set(names):
        raise Permanent("the list's first line must name the columns s3_path and game_id; add it")
    table.fieldnames = names
    for row in table:
        yield f"line {table.line_num}", row


def _jsonl(text: str) -> Rows:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield f"line {number}", _object(line)


def _object(line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError:
        return {}
    return row if isinstance(row, dict) else {}
