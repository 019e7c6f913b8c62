"""Writing rows of which a database may refuse some: each stands for itself.

Belongs here: finding the refused ones. Not here: which values a column can hold, as far as we know it
(`domain.plays.plays`, `domain.fields`): the league's own database may have rules that nobody told us.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from uball_assets.domain.errors import Permanent

Row = Mapping[str, Any]


def write_what_is_taken(
    write: Callable[[Sequence[Row]], None], rows: Sequence[Row]
) -> tuple[list[Row], list[tuple[Row, Permanent]]]:
    """The rows that are written, and those that the database refuses, each with its reason.

    `write` replaces what it wrote before, whole or not at all. All at once, as a rule; a refusal is narrowed
    down by halves. Raises Permanent where not even one row is taken: that is no matter of rows.
    """
    try:
        write(rows)
    except Permanent as error:
        taken, refused = _tried(write, rows, error)
        if not taken:
            raise
        write(taken)
        return taken, refused
    return [*rows], []


def _tried(
    write: Callable[[Sequence[Row]], None], rows: Sequence[Row], error: Permanent
) -> tuple[list[Row], list[tuple[Row, Permanent]]]:
    """Of rows that were refused together."""
    if len(rows) <= 1:
        return [], [(row, error) for row in rows]
    taken: list[Row] = []
    refused: list[tuple[Row, Permanent]] = []
    for half in (rows[: len(rows) // 2], rows[len(rows) // 2 :]):
        try:
            write(half)
            taken += half
        except Permanent as why:
            good, bad = _tried(write, half, why)
            taken, refused = taken + good, refused + bad
    return taken, refused
