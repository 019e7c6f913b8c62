"""A person's table of plays, CSV, JSON or JSONL, as rows for the plays database.

Tolerant of how people write a table, never of what it says: headers have aliases, times may be `12:34.5`,
a missing id is derived; but a label, a side or a time that cannot be is passed on as it stands, for the
platform quarantines it with its reason.

Belongs here: reading a file. Not here: whether a play is sound (`domain.plays`), or storing it (`game`).
"""

from __future__ import annotations

import csv
import json
import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from uball_assets.domain import fields
from uball_assets.domain.angles import side_of
from uball_assets.domain.errors import Loss, Permanent
from uball_assets.domain.fields import number_in, text_in
from uball_assets.domain.hashing import canonical_json
from uball_assets.domain.plays import TIMES, respelled_count

ALIASES: dict[str, tuple[str, ...]] = {
    "id": ("play_id", "uuid"),
    "game_id": ("game",),
    "angle": ("side", "court_side", "camera"),
    "start_timestamp": ("start", "start_s", "start_seconds", "start_time", "begin", "from"),
    "end_timestamp": ("end", "end_s", "end_seconds", "end_time", "stop", "to"),
    "timestamp_seconds": ("timestamp", "timestamp_s", "time", "time_s", "moment"),
    "classification": ("label", "class", "event", "result"),
    "note": ("notes", "description", "comment"),
    "player_a": ("playera", "player", "player_1"),
    "player_b": ("playerb", "player_2"),
    "player_a_id": ("playeraid",),
    "player_b_id": ("playerbid",),
    "events": (),
    "created_at": (),
    "updated_at": (),
}
"""The database's columns, and the other headers that people write; case, blanks and hyphens do not matter."""

NEEDED = ("angle", "start_timestamp", "end_timestamp", "classification")
_NAMESPACE = uuid.UUID("8b0c2a57-5f0e-5d52-9a56-1f6b9f6f6c11")
"""Any constant: it makes the ids of rows that have none the platform's own."""


@dataclass(frozen=True)
class PlayTable:
    """What a file holds: rows under the database's names, the line of each, and what could not be read."""

    rows: list[dict[str, Any]]
    lines: dict[str, int]
    """Line in the file (from 1) by play id."""
    losses: list[Loss]
    notices: list[str]


Numbered = Iterator[tuple[int, dict[str, Any] | str]]
"""Line and row, or why there is none."""


def read_play_table(path: Path, game_id: str) -> PlayTable:
    """The rows of one game. Permanent for a file that is no table of plays at all; bad lines are losses."""
    readers: dict[str, Callable[[str], Numbered]] = {".csv": _csv, ".json": _json, ".jsonl": _jsonl}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise Permanent(f"{path} is no table that can be read: save it as .csv, .json or .jsonl")
    try:
        numbered = list(reader(path.read_text(encoding="utf-8-sig")))
    except UnicodeDecodeError as error:
        raise Permanent(f"{path} is not UTF-8 text (byte {error.start}): save it as CSV UTF-8") from error
    except OSError as error:
        raise Permanent(f"cannot read {path}: {error.strerror}") from error
    except (csv.Error, ValueError, RecursionError) as error:
        raise Permanent(f"{path} cannot be read: {error}") from error
    return _table(path, game_id, numbered)


def _table(path: Path, game_id: str, numbered: list[tuple[int, dict[str, Any] | str]]) -> PlayTable:
    losses = [_loss(path, line, row) for line, row in numbered if isinstance(row, str)]
    given = [(line, row) for line, row in numbered if isinstance(row, dict) and _says_something(row)]
    columns, ignored = _columns(path, [row for _, row in given])
    table = PlayTable([], {}, losses, [])
    respelled = sum(respelled_count(_cells(row, columns)) for _, row in given)
    if respelled:
        table.notices.append(f"{path.name}: {respelled} labels and times are read from another spelling")
    if ignored:
        table.notices.append(f"{path.name}: columns not used: {', '.join(ignored)}")
    twins: Counter[str] = Counter()
    others = 0
    for line, written in given:
        row = _row(written, columns)
        if (text_in(row.get("game_id")) or game_id) != game_id:
            others += 1
            continue
        play_id = text_in(row.get("id")) or _derived_id(game_id, row, twins)
        row |= {"game_id": game_id, "id": play_id}
        if play_id in table.lines:
            losses.append(_loss(path, line, f"its id {play_id} is that of line {table.lines[play_id]}"))
            continue
        table.rows.append(row)
        table.lines[play_id] = line
    if others:
        table.notices.append(f"{path.name}: {others} rows are of other games")
    return table


# the three forms


def _csv(text: str) -> Numbered:
    """Separated by commas, semicolons or tabs, whichever the header has most of."""
    header = text.partition("\n")[0]
    reader = csv.reader(text.splitlines(keepends=True), delimiter=max(",;\t", key=header.count), strict=True)
    names = next(reader, [])
    line = 2
    for cells in reader:
        if any(cell.strip() for cell in cells[len(names) :]):
            yield line, f"it has {len(cells)} cells, the header {len(names)}: a comma in a text needs quotes"
        else:
            yield line, dict(zip(names, cells, strict=False))
        line = reader.line_num + 1


def _json(text: str) -> Numbered:
    """A list of rows, or an object with that list under `plays`. Lines are counted by row."""
    found = json.loads(text)
    rows = found.get("plays") if isinstance(found, dict) else found
    if not isinstance(rows, list):
        raise ValueError("it is neither a list of plays nor an object with a list named 'plays'")
    for number, row in enumerate(rows, start=1):
        yield number, row if isinstance(row, dict) else f"it is no object: {str(row)[:60]!r}"


def _jsonl(text: str) -> Numbered:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield number, f"it is no JSON: {error}"
            continue
        yield number, row if isinstance(row, dict) else f"it is no object: {line[:60]!r}"


# columns and cells


def _columns(path: Path, rows: list[dict[str, Any]]) -> tuple[dict[str, str], list[str]]:
    """The file's headers by column, and those that say nothing to us. Permanent if one is missing."""
    headers = list(dict.fromkeys(header for row in rows for header in row))
    columns: dict[str, str] = {}
    for column, aliases in ALIASES.items():
        exact = [header for header in headers if _plain(header) == column]
        found = exact or [header for header in headers if _plain(header) in aliases]
        if len(found) > 1:
            raise Permanent(f"{path}: {' and '.join(found)} both say {column}: rename or remove one")
        if found:
            columns[column] = found[0]
    missing = [f"{column} (or {', '.join(ALIASES[column])})" for column in NEEDED if column not in columns]
    if missing and rows:
        raise Permanent(f"{path} has no column {'; no column '.join(missing)}; it has {', '.join(headers)}")
    return columns, [header for header in headers if header and header not in columns.values()]


def _cells(written: dict[str, Any], columns: dict[str, str]) -> dict[str, Any]:
    return {column: written[header] for column, header in columns.items() if header in written}


def _row(written: dict[str, Any], columns: dict[str, str]) -> dict[str, Any]:
    row = {column: _trimmed(value) for column, value in _cells(written, columns).items()}
    row |= {column: seconds_in(row[column]) for column in TIMES if column in row}
    if isinstance(row.get("events"), str):
        row["events"] = _events(row["events"])
    return row


def seconds_in(value: object) -> object:
    """The seconds that a cell says (`fields.seconds_in`); anything else as it stands.

    In a table a comma before three digits, too, is a decimal one.
    """
    text = value
    if isinstance(value, str) and value.count(",") == 1 and "." not in value:
        text = value.replace(",", ".")
    number = fields.seconds_in(text) if isinstance(text, int | float | str) else None
    return value if number is None else number


def _events(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _derived_id(game_id: str, row: dict[str, Any], twins: Counter[str]) -> str:
    """The same for the same side and times, so that a corrected label edits the play it is about.

    Rows that share side and times are told apart by their order.
    """
    angle = row.get("angle")
    where = canonical_json([side_of(angle) or angle, row.get("start_timestamp"), row.get("end_timestamp")])
    twins[where] += 1
    return str(uuid.uuid5(_NAMESPACE, canonical_json([game_id, where, twins[where]])))


def _plain(header: object) -> str:
    return re.sub(r"[\s\-]+", "_", str(header).strip().lower())


def _trimmed(value: Any) -> Any:
    return (value.strip() or None) if isinstance(value, str) else value


def _says_something(row: dict[str, Any]) -> bool:
    return not all(fields.says_nothing(value) for value in row.values())


def _loss(path: Path, line: int, why: str) -> Loss:
    return Loss(f"row of {path.name}", f"{path.name} line {line}", why, "correct the row and import again")


def in_file(loss: Loss, path: Path, lines: dict[str, int]) -> Loss:
    """A loss about a play, at its place in the file."""
    line = lines.get(loss.what.rpartition("play ")[2])
    return loss if line is None else Loss(loss.what, f"{path.name} line {line}", loss.why, loss.remedy)


def read_offsets(path: Path) -> Iterable[tuple[str, object]]:
    """Camera and offset of each line of a CSV, or each entry of a JSON object."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix.lower() == ".json":
            found = json.loads(text)
            return list(found.items()) if isinstance(found, dict) else _no_offsets(path)
        rows = [cells for cells in csv.reader(text.splitlines()) if any(cell.strip() for cell in cells)]
    except (OSError, UnicodeDecodeError, ValueError, csv.Error) as error:
        raise Permanent(f"cannot read {path}: {error}") from error
    if any(len(cells) != 2 for cells in rows):
        return _no_offsets(path)
    header = rows[0] if rows else []
    has_header = bool(header) and number_in(header[1]) is None
    return [(camera, offset_s) for camera, offset_s in rows[1 if has_header else 0 :]]


def _no_offsets(path: Path) -> Iterable[tuple[str, object]]:
    raise Permanent(f"{path} holds no offsets: write camera,seconds on each line, or a JSON object of them")
