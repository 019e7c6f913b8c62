"""A person's table of plays, in any form a file has, as rows for the plays database.

Tolerant of how people write a table, never of what it says: headers have aliases, times may be `12:34.5`, a
missing id is derived, labels and sides are spelled as the league does, whose other readers know no other
spelling; but a label, a side or a time that cannot be is passed on as it stands, for the platform quarantines
it with its reason.

Belongs here: what the cells of one row say. Not here: reading the file (`reading`), whether a play is sound
(`domain.plays.plays`), or storing it (`game`).
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from uball_assets.domain import fields
from uball_assets.domain.errors import Permanent, Quarantined
from uball_assets.domain.fields import as_uuid, cleaned, text_in
from uball_assets.domain.footage.angles import side_of
from uball_assets.domain.footage.games import spellings
from uball_assets.domain.hashing import canonical_json
from uball_assets.domain.plays.labels import spelled
from uball_assets.domain.plays.periods import begins_again, period_in, start_of
from uball_assets.domain.plays.plays import TIMES, respelled_count
from uball_assets.domain.tabular.headers import Vocabulary, Written
from uball_assets.importing.reading import read_written

ALIASES: dict[str, tuple[str, ...]] = {
    "id": ("play_id", "uuid"),
    "game_id": ("game",),
    "angle": ("side", "court_side", "camera"),
    "start_timestamp": ("start", "start_s", "start_seconds", "start_time", "begin", "from"),
    "end_timestamp": ("end", "end_s", "end_seconds", "end_time", "stop", "to"),
    "timestamp_seconds": ("timestamp", "timestamp_s", "time", "time_s", "moment"),
    "classification": ("label", "class", "event", "result"),
    "note": ("notes", "description", "comment"),
    "player_a": ("player", "player_1"),
    "player_b": ("player_2",),
    "player_a_id": (),
    "player_b_id": (),
    "events": (),
    "created_at": (),
    "updated_at": (),
    "period": ("quarter", "half", "qtr", "q", "period_no", "period_number", "quarter_no", "quarter_number"),
}
"""The database's columns and the period, which times may count from, and other headers that people write."""

NEEDED = ("angle", "start_timestamp", "end_timestamp", "classification")
WORDS = Vocabulary(ALIASES, NEEDED)

_SHEET_ERRORS = ("#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!")
"""What a spreadsheet shows for a formula that fails."""
_NAMESPACE = uuid.UUID("8b0c2a57-5f0e-5d52-9a56-1f6b9f6f6c11")
"""Any constant: it makes the ids of rows that have none the platform's own."""


@dataclass(frozen=True)
class PlayTable:
    """What a file holds: rows under the database's names, the line of each, and what could not be read."""

    rows: list[dict[str, Any]]
    lines: dict[str, int]
    """Line in the file (from 1), of .json the row, by play id."""
    quarantined: list[Quarantined]
    notices: list[str]
    nameless: set[str] = field(default_factory=set)
    """The ids that the file does not give: derived ones."""


def read_play_table(
    path: Path,
    game_id: str,
    encoding: str = "",
    period_starts_s: Mapping[str, float] = MappingProxyType({}),
) -> PlayTable:
    """The rows of one game; `encoding` is that of text which is neither UTF-8 nor UTF-16.

    `period_starts_s`: game time at which each period begins, where times count from there
    (`domain.plays.periods`).

    Permanent for a file that is no table of plays, or in which no row at all can be read; else bad lines are
    losses, and the rest goes on.
    """
    written = read_written(path, WORDS, _is_row, encoding)
    table = _table(path, game_id, written, period_starts_s)
    if not written.rows and written.faults:
        whys = "; ".join(f"{entry.where}: {entry.why}" for entry in table.quarantined[:3])
        raise Permanent(f"no row of {path} can be read: {whys}")
    return table


def _table(path: Path, game_id: str, written: Written, period_starts_s: Mapping[str, float]) -> PlayTable:
    table = PlayTable(
        [], {}, [_quarantined(path, line, why) for line, why in written.faults], written.ignored()
    )
    given = [(line, cells) for line, cells in written.rows if _says_something(cells)]
    respelled = sum(respelled_count(cells) for _, cells in given)
    if respelled:
        table.notices.append(f"{respelled} labels and times are read from another spelling")
    table.notices.extend(_taken_out(given, _unit(path)))
    rows = [(line, _row(cells)) for line, cells in given]
    own = [(line, row) for line, row in rows if _is_of(game_id, row)]
    if len(own) < len(rows):
        table.notices.append(f"{len(rows) - len(own)} rows are of other games")
    twins: Counter[str] = Counter()
    for line, row in _in_game_time(path, own, period_starts_s, table):
        written_id = text_in(row.get("id"))
        play_id = (as_uuid(written_id) or written_id) if written_id else _derived_id(game_id, row, twins)
        if not written_id:
            table.nameless.add(play_id)
        row |= {"game_id": game_id, "id": play_id}
        if play_id in table.lines:
            why = f"its id {play_id} is that of {_unit(path)} {table.lines[play_id]}"
            table.quarantined.append(_quarantined(path, line, why))
        elif failed := [f"{column} is {value}" for column, value in row.items() if value in _SHEET_ERRORS]:
            table.quarantined.append(
                _quarantined(path, line, f"{', '.join(failed)}: a formula of the spreadsheet fails")
            )
        else:
            table.rows.append(row)
            table.lines[play_id] = line
    table.notices[:] = [f"{path.name}: {notice}" for notice in table.notices]
    return table


def _is_of(game_id: str, row: dict[str, Any]) -> bool:
    return (text_in(row.get("game_id")) or game_id) in spellings(game_id)


def _in_game_time(
    path: Path,
    rows: list[tuple[int, dict[str, Any]]],
    period_starts_s: Mapping[str, float],
    table: PlayTable,
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows without their period, their times moved by its start. Permanent where that is needed and not
    told; a row whose period has no start is a loss of the table."""
    periods = [period_in(row.pop("period", None)) for _, row in rows]
    starts = [row.get("start_timestamp") for _, row in rows]
    within = [
        (period, start)
        for period, start in zip(periods, starts, strict=True)
        if period and isinstance(start, float)
    ]
    if within and not period_starts_s:
        if again := begins_again(within):
            raise Permanent(_no_game_time(path, *again))
        table.notices.append("the periods are not used: times run on from one to the next")
    for (line, row), period in zip(rows, periods, strict=True):
        try:
            start_s = start_of(period, period_starts_s) if period_starts_s else 0.0
        except ValueError as error:
            table.quarantined.append(_quarantined(path, line, str(error)))
            continue
        moved = {column: row[column] + start_s for column in TIMES if isinstance(row.get(column), float)}
        yield line, row | moved


def _no_game_time(path: Path, first: str, second: str) -> str:
    return (
        f"{path}: times of period {second} go back to those of period {first}, so they count from "
        f"the period's start. Say when each begins in game time, e.g. --period-start {first}=0:00 "
        f"--period-start {second}=31:15, or write game time"
    )


def _is_row(cells: list[str]) -> bool:
    """Whether the cells look like a play wherever its columns are: a side of the court and two times."""
    times = sum(fields.seconds_in(cell) is not None for cell in cells)
    return times > 1 and any(side_of(cell) for cell in cells)


def _row(cells: dict[str, Any]) -> dict[str, Any]:
    row = {column: _tidy(value) for column, value in cells.items()}
    row |= {column: seconds_in(row[column]) for column in TIMES if column in row}
    if label := spelled(row.get("classification")):
        row["classification"] = label
    if side_of(row.get("angle")):
        row["angle"] = str(row["angle"]).strip().upper()
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


def _tidy(value: Any) -> Any:
    return text_in(value) if isinstance(value, str) else _cleaned_within(value)


def _cleaned_within(value: Any) -> Any:
    """The same without characters that no database keeps, however deep."""
    if isinstance(value, str):
        return cleaned(value)
    if isinstance(value, list):
        return [_cleaned_within(each) for each in value]
    if isinstance(value, dict):
        return {_cleaned_within(name): _cleaned_within(each) for name, each in value.items()}
    return value


def _taken_out(given: list[tuple[int, dict[str, Any]]], unit: str) -> list[str]:
    """What is not taken over of the cells as they are written, and where."""
    empty: Counter[str] = Counter()
    lines = []
    for line, cells in given:
        texts = [value for value in cells.values() if isinstance(value, str)]
        empty.update(text.strip() for text in texts if text.strip() and text_in(text) is None)
        if any(_cleaned_within(value) != value for value in cells.values()):
            lines.append(str(line))
    words = ", ".join(sorted(cleaned(word) or "unseen characters" for word in empty))
    unseen = f"control characters and halves of a character are taken out of {unit} {', '.join(lines[:20])}"
    return [
        *([f"{empty.total()} cells say {words}: read as empty"] if empty else []),
        *([unseen] if lines else []),
    ]


def _says_something(row: dict[str, Any]) -> bool:
    return any(_tidy(value) is not None for value in row.values())


def _quarantined(path: Path, line: int | None, why: str) -> Quarantined:
    if line is None:
        return Quarantined(f"rows of {path.name}", path.name, why, "correct the file and import again")
    return Quarantined(
        f"row of {path.name}", f"{path.name} {_unit(path)} {line}", why, "correct the row and import again"
    )


def _unit(path: Path) -> str:
    """What a place in the file is counted in: JSON says where a row stands among the rows only."""
    return "row" if path.suffix.lower() == ".json" else "line"


def in_file(entry: Quarantined, path: Path, lines: dict[str, int]) -> Quarantined:
    """A loss about a play, at its place in the file."""
    line = lines.get(entry.what.rpartition("play ")[2])
    return (
        entry
        if line is None
        else Quarantined(entry.what, f"{path.name} {_unit(path)} {line}", entry.why, entry.remedy)
    )
