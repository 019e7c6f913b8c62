"""The plays database's columns: the kind of value that each holds, and which values any database can keep.

One set of rules for every database, so that what a laptop takes, the cloud takes; they are PostgreSQL's, the
stricter one's, and the same on SQLite, but for ids: whether they must be UUIDs the database says.

Belongs here: one value, one row. Not here: SQL (`adapters.plays.plays_tables`), or whether a play is sound
(`plays`).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from uball_assets.domain.errors import Quarantined
from uball_assets.domain.fields import NOTHING_WORDS, as_uuid, cleaned, number_in, says_nothing, text_in
from uball_assets.domain.plays.plays import Fault

Row = dict[str, Any]


class Kind(StrEnum):
    ID = "id"
    TEXT = "text"
    NUMBER = "number"
    """A double; infinite ones too, for the quarantine."""
    WHOLE = "whole number"
    """Of 63 bits and a sign."""
    TRUTH = "true or false"
    JSON = "JSON"
    DATE = "date"
    MOMENT = "moment"
    """A day and a time; without a zone it is UTC, on every machine."""


COLUMNS: dict[str, dict[str, Kind]] = {
    "games": {
        "id": Kind.ID,
        "date": Kind.DATE,
        "team1_display_name": Kind.TEXT,
        "team2_display_name": Kind.TEXT,
        "team1_color": Kind.TEXT,
        "team2_color": Kind.TEXT,
        "roster_team1": Kind.JSON,
        "roster_team2": Kind.JSON,
        "team_a_id": Kind.ID,
        "team_b_id": Kind.ID,
        "scores": Kind.JSON,
        "video_name": Kind.TEXT,
    },
    "plays": {
        "id": Kind.ID,
        "game_id": Kind.ID,
        "angle": Kind.TEXT,
        "start_timestamp": Kind.NUMBER,
        "end_timestamp": Kind.NUMBER,
        "timestamp_seconds": Kind.NUMBER,
        "classification": Kind.TEXT,
        "note": Kind.TEXT,
        "player_a": Kind.TEXT,
        "player_b": Kind.TEXT,
        "player_a_id": Kind.ID,
        "player_b_id": Kind.ID,
        "events": Kind.JSON,
        "created_at": Kind.MOMENT,
        "updated_at": Kind.MOMENT,
    },
    "video_metadata": {
        "game_id": Kind.ID,
        "angle": Kind.TEXT,
        "filename": Kind.TEXT,
        "s3_key": Kind.TEXT,
        "s3_url": Kind.TEXT,
        "duration": Kind.NUMBER,
        "file_size": Kind.WHOLE,
        "sync_offset_seconds": Kind.NUMBER,
    },
    "players": {
        "id": Kind.ID,
        "team_id": Kind.ID,
        "name": Kind.TEXT,
        "jersey_number": Kind.WHOLE,
        "jersey_color": Kind.TEXT,
    },
    "annotations": {
        "game_id": Kind.ID,
        "model": Kind.TEXT,
        "play_key": Kind.TEXT,
        "angle": Kind.TEXT,
        "start_timestamp": Kind.NUMBER,
        "end_timestamp": Kind.NUMBER,
        "timestamp_seconds": Kind.NUMBER,
        "classification": Kind.TEXT,
        "note": Kind.TEXT,
        "player_a": Kind.TEXT,
        "player_b": Kind.TEXT,
        "events": Kind.JSON,
        "confidence": Kind.NUMBER,
        "agreed": Kind.TRUTH,
        "needs_review": Kind.TRUTH,
    },
    "model_versions": {
        "name": Kind.TEXT,
        "label": Kind.TEXT,
        "version": Kind.WHOLE,
        "game_count": Kind.WHOLE,
        "parent": Kind.TEXT,
        "base": Kind.TEXT,
        "base_retires_on": Kind.DATE,
        "trained_at": Kind.MOMENT,
        "train_count": Kind.WHOLE,
        "play_accuracy": Kind.NUMBER,
        "three_four_accuracy": Kind.NUMBER,
        "serves": Kind.TRUTH,
        "weight_percent": Kind.NUMBER,
        "endpoint": Kind.TEXT,
        "cost_usd": Kind.NUMBER,
        "status": Kind.TEXT,
        "deployed_at": Kind.MOMENT,
        "retired_at": Kind.MOMENT,
        "reason": Kind.TEXT,
    },
    "job_runs": {
        "run_id": Kind.TEXT,
        "job": Kind.TEXT,
        "game_id": Kind.TEXT,
        "outcome": Kind.TEXT,
        "started_by": Kind.TEXT,
        "attempt": Kind.WHOLE,
        "started_at": Kind.MOMENT,
        "ended_at": Kind.MOMENT,
        "duration_s": Kind.NUMBER,
        "peak_memory_mb": Kind.NUMBER,
        "failed_steps": Kind.JSON,
    },
    "review_decisions": {
        "decision_id": Kind.ID,
        "game_id": Kind.ID,
        "play_id": Kind.ID,
        "chain": Kind.TEXT,
        "number": Kind.WHOLE,
        "kind": Kind.TEXT,
        "action": Kind.TEXT,
        "reviewer": Kind.TEXT,
        "decided_at": Kind.MOMENT,
        "undoes": Kind.ID,
        "shown": Kind.JSON,
        "rows_before": Kind.JSON,
        "rows_after": Kind.JSON,
        "request": Kind.TEXT,
        "game_review": Kind.TEXT,
        "settled_by": Kind.TEXT,
        "agreed": Kind.TRUTH,
    },
}
"""As in DOMAIN: 'Plays'; an annotation's as in `annotate.annotation_row`, a decision's
as in `review.ledger`."""

BESIDE_THE_PLAY = frozenset({"player_a_id", "player_b_id", "created_at", "updated_at"})
"""No play is made of these: one that cannot be kept costs itself, not its row."""

_BIGGEST = 2**63
_DEEPEST = 64
"""Lists within lists: an event needs two."""
_REMEDIES = {
    Kind.ID: "write a UUID, or leave it empty",
    Kind.NUMBER: "write it as a number",
    Kind.MOMENT: "write it as 2026-03-18T20:00:00Z, or leave it empty",
    Kind.DATE: "write it as 2026-03-18",
}


def keepable(kind: Kind, value: object, *, uuids: bool) -> Any:
    """The value as every database keeps it; None for what says nothing. `uuids`: ids must be UUIDs.

    Texts are cleaned (`fields.cleaned`), within JSON too, and NaN there is null. Raises ValueError, saying
    what the value is not, for what a column of this kind cannot hold.
    """
    if not isinstance(value, list | tuple | Mapping) and says_nothing(value):
        return "" if kind is Kind.TEXT and value == "" else None
    if kind is Kind.ID:
        return _id(value, uuids=uuids)
    if kind is Kind.JSON:
        return _json(value)
    if isinstance(value, list | tuple | Mapping):
        raise ValueError("a list or an object")
    return _SCALARS[kind](value)


def keepable_row(table: str, row: Mapping[str, Any], *, uuids: bool) -> tuple[Row, dict[str, Fault]]:
    """What of a row any database can keep, and by column the fault of each value that none can.

    Columns that the table does not have stay as they are: the database names them.
    """
    kept: Row = {}
    faults: dict[str, Fault] = {}
    for column, value in row.items():
        kind = COLUMNS[table].get(column)
        try:
            kept[column] = value if kind is None else keepable(kind, value, uuids=uuids)
        except ValueError as error:
            why = f"{column} is {str(value)[:80]!r}: {error}"
            faults[column] = Fault(why, _REMEDIES.get(kind or Kind.TEXT, f"correct {column}"))
    return kept, faults


@dataclass(frozen=True)
class KeptPlays:
    """A table's rows of `plays`, as any database keeps them."""

    rows: list[Row]
    """All, those that cannot be kept as they stand."""
    faults: dict[str, list[Fault]]
    """By play id: why a row cannot be kept."""
    quarantined: list[Quarantined]
    """Values beside the play that are left out."""
    notes: list[str]
    """What was read as nothing or cleaned, in sentences."""

    def without_those_of(self, others: Mapping[str, str]) -> KeptPlays:
        """Rows whose id another game's play has cannot be kept; `others`: how a person knows that game, by
        play id."""
        remedy = "give the row an id of its own, or none; or import it into that game"
        faults = dict(self.faults)
        for play_id, game in others.items():
            why = f"a play of another game has its id: {game}"
            faults[play_id] = [*faults.get(play_id, ()), Fault(why, remedy)]
        return replace(self, faults=faults)

    @property
    def keepable(self) -> list[Row]:
        return [row for row in self.rows if row["id"] not in self.faults]


def kept_plays(rows: Sequence[Mapping[str, Any]], *, uuids: bool) -> KeptPlays:
    """Judges each row by itself; every row has an id."""
    made: list[Row] = []
    faults: dict[str, list[Fault]] = {}
    quarantined: list[Quarantined] = []
    read: list[Row] = []
    for given in rows:
        play_id = str(given["id"])
        row, broken = keepable_row("plays", given, uuids=uuids)
        read.append({column: given[column] for column in row})
        beside = {column: fault for column, fault in broken.items() if column in BESIDE_THE_PLAY}
        where = f"plays row {play_id}"
        quarantined += [
            Quarantined(f"{column} of play {play_id}", where, f"{fault.why}; the play stays", fault.remedy)
            for column, fault in beside.items()
        ]
        if refused := [fault for column, fault in broken.items() if column not in beside]:
            faults[play_id] = refused
            row = dict(given)
        made.append(row)
    return KeptPlays(made, faults, quarantined, reading_notes(read))


def reading_notes(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """How rows of `plays` are read otherwise than they are written, in sentences: as nothing, or cleaned."""
    words: Counter[str] = Counter()
    dirty: list[str] = []
    for row in rows:
        for column, value in row.items():
            texts = [text for text in _texts(value) if text.strip()]
            words.update(word for text in texts if (word := cleaned(text).strip()) in NOTHING_WORDS)
            if any(cleaned(text) != text for text in texts):
                dirty.append(f"{column} of play {text_in(row.get('id'))}")
    notes = []
    if words:
        listed = ", ".join(f"{word!r}" for word in sorted(words))
        notes.append(f"{words.total()} cells are read as empty, for they say {listed}")
    if dirty:
        more = f" and {len(dirty) - 3} more" if len(dirty) > 3 else ""
        notes.append(
            "control characters or halves of characters, which no database keeps, are taken out of "
            f"{', '.join(dirty[:3])}{more}"
        )
    return notes


def _texts(value: object) -> Iterable[str]:
    """Every text in a value, NaN by its name."""
    if isinstance(value, str) or (isinstance(value, float) and math.isnan(value)):
        yield str(value)
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)


def moment_in(value: object) -> datetime:
    """In UTC, which a time without a zone is too. Raises ValueError for what is none."""
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("no date and time") from None


def _id(value: object, *, uuids: bool) -> str | None:
    text = _text(value)
    if uuids and as_uuid(text) is None:
        raise ValueError("no UUID, which ids are in this database")
    return text


def _text(value: object) -> str | None:
    return text_in(value.isoformat() if isinstance(value, date | datetime) else value)


def _number(value: object) -> float:
    if isinstance(value, float) and math.isinf(value):
        return value
    number = number_in(value)
    if number is None:
        raise ValueError("not a finite number of seconds")
    return number + 0.0  # -0.0 is 0.0 once a database had it


def _whole(value: object) -> int:
    number = number_in(value)
    if number is None or not number.is_integer():
        raise ValueError("not a whole number")
    whole = value if isinstance(value, int) else int(number)
    _assert_within_63_bits(whole)
    return whole


def _truth(value: object) -> bool:
    if value not in (0, 1):
        raise ValueError("neither true nor false")
    return bool(value)


def _date(value: object) -> str:
    try:
        return date.fromisoformat(str(value).strip()[:10]).isoformat()
    except ValueError:
        raise ValueError("no date") from None


def _moment(value: object) -> str:
    """As it was written: a version of the row must not change because it was read."""
    moment_in(value)
    return value.isoformat() if isinstance(value, datetime) else str(value).strip()


def _json(value: Any, depth: int = 0) -> Any:
    if depth > _DEEPEST:
        raise ValueError("nested too deep")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return cleaned(value)
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, int | float):
        _assert_within_63_bits(value)
        return value
    if isinstance(value, Mapping):
        return {cleaned(str(name)): _json(part, depth + 1) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_json(part, depth + 1) for part in value]
    return cleaned(str(value))


def _assert_within_63_bits(number: float) -> None:
    if not -_BIGGEST <= number < _BIGGEST:
        raise ValueError("it holds a number beyond 63 bits")


_SCALARS = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.WHOLE: _whole,
    Kind.TRUTH: _truth,
    Kind.DATE: _date,
    Kind.MOMENT: _moment,
}
