"""Revisions: what a new table of a game's plays changes in the rows that are stored.

A table without ids says which play a row is about by its side, its label and its times. Those may all have
been corrected, one at a time; so rows are recognised in three rounds, the surest first, each by nearness:

    same side, label and times
    same side and label, and the windows overlap, or both ends are within NEAR_S
    same side, and the windows are nearly the same (SAME_WINDOW): a corrected label

Belongs here: recognising rows and comparing them. Not here: whether a row is sound (`plays`), or two plays
of a game that are one (`twins`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from uball_assets.domain.fields import number_in, seconds_in, text_in
from uball_assets.domain.footage.angles import Side, side_of
from uball_assets.domain.footage.timeline import Window, shared_part
from uball_assets.domain.hashing import canonical_json
from uball_assets.domain.plays import labels

NEAR_S = 3.0
"""A hand on the keyboard marks an event within some 2 s (`matching`); a corrected mark may move further."""
SAME_WINDOW = 0.8
"""Share of their common length that two windows must share to be one play whatever its label."""
_BOOKKEEPING = ("created_at", "updated_at")

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """One stored row and what a table says in its place."""

    play_id: str
    row: Row
    """As the table has it."""
    columns: tuple[tuple[str, object, object], ...]
    """Column, stored value, new value."""


@dataclass(frozen=True)
class Revision:
    added: tuple[Row, ...]
    changed: tuple[Change, ...]
    gone: tuple[Row, ...]
    """Stored rows that the table does not have."""
    same_count: int


def recognise(stored: Sequence[Row], given: Sequence[Row]) -> dict[int, int]:
    """Which stored row each given one is about, by their places; one that is about none is absent.

    No row is used twice. Rows whose side or times cannot be read are about none.
    """
    then, now = [_Mark.of(row) for row in stored], [_Mark.of(row) for row in given]
    pairs = [
        (*rank, i, j)
        for i, new in enumerate(now)
        for j, old in enumerate(then)
        if new and old and (rank := _rank(new, old)) is not None
    ]
    found: dict[int, int] = {}
    used: set[int] = set()
    for _, _, i, j in sorted(pairs):
        if i not in found and j not in used:
            found[i] = j
            used.add(j)
    return found


def revise(stored: Iterable[Row], given: Iterable[Row]) -> Revision:
    """What a table changes; both have an `id` in every row. Columns that the table does not have stay, and do
    not count, nor does when a row was written."""
    before = {str(row["id"]): row for row in stored}
    after = {str(row["id"]): row for row in given}
    both = [(before[play_id], row) for play_id, row in after.items() if play_id in before]
    changes = [Change(str(row["id"]), row, columns) for old, row in both if (columns := _differing(old, row))]
    return Revision(
        added=tuple(row for play_id, row in after.items() if play_id not in before),
        changed=tuple(changes),
        gone=tuple(row for play_id, row in before.items() if play_id not in after),
        same_count=len(both) - len(changes),
    )


@dataclass(frozen=True)
class _Mark:
    """What a row says of where and when, and what."""

    side: Side
    label: str
    window: Window

    @classmethod
    def of(cls, row: Row) -> _Mark | None:
        side = side_of(row.get("angle"))
        start_s, end_s = seconds_in(row.get("start_timestamp")), seconds_in(row.get("end_timestamp"))
        if side is None or start_s is None or end_s is None:
            return None
        word = row.get("classification")
        return cls(side, labels.canonical(word) or str(text_in(word)), Window(start_s, end_s))


def _rank(new: _Mark, old: _Mark) -> tuple[int, float] | None:
    """The round in which the two are one play, and how far apart they are; None if in none."""
    if new.side is not old.side:
        return None
    start_s = abs(new.window.start_s - old.window.start_s)
    end_s = abs(new.window.end_s - old.window.end_s)
    shared = shared_part(new.window, old.window)
    if new.label == old.label:
        if not start_s + end_s:
            return 1, 0.0
        if shared > 0 or max(start_s, end_s) <= NEAR_S:
            return 2, start_s + end_s
    return (3, start_s + end_s) if shared >= SAME_WINDOW else None


def _differing(old: Row, new: Row) -> tuple[tuple[str, object, object], ...]:
    return tuple(
        (column, old.get(column), value)
        for column, value in new.items()
        if column not in (*_BOOKKEEPING, "id", "game_id") and _plain(old.get(column)) != _plain(value)
    )


def _plain(value: object) -> str:
    """Equal for what a database may keep as the same: 3, 3.0 and `3`, nothing and an empty text."""
    if isinstance(value, list | dict):
        return canonical_json(value)
    number = number_in(value)
    return repr(number) if number is not None else (text_in(value) or "")
