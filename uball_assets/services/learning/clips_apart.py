"""Proof that no clip which measures shows what is learned from, for more clips than memory holds.

What `domain.plays.splits.on_both_sides` tells of clips in memory is told here of clips that come one after
another, by a database in a file that lives as long as the question.

Belongs here: that file. Not here: which marks tell a clip's content (`domain.clipping.reports`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from uball_assets.domain.clipping.reports import ExampleLine
from uball_assets.domain.errors import Transient

_FORM = """
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    CREATE TABLE train (mark TEXT, clip TEXT);
    CREATE TABLE validation (mark TEXT, clip TEXT);
"""
_FIRST_SHARED = """
    SELECT train.clip, validation.clip FROM validation CROSS JOIN train USING (mark)
    ORDER BY validation.rowid, train.rowid DESC LIMIT 1
"""


class ClipsApart:
    """Raises Transient where the file cannot be written."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def add(self, lines: Iterable[ExampleLine]) -> None:
        marks = [(line.split, mark, line.clip.name) for line in lines for mark in sorted(line.clip.marks)]
        with _translated():
            for split in ("train", "validation"):
                self._database.executemany(
                    f"INSERT INTO {split} VALUES (?, ?)",  # noqa: S608 - ours
                    (row for side, *row in marks if side == split),
                )

    def first_shared(self) -> tuple[str, str] | None:
        """The first clip that measures and is learned from too, after the clip that is learned from; once
        all are added."""
        with _translated():
            self._database.execute("CREATE INDEX by_mark ON train (mark)")
            found: tuple[str, str] | None = self._database.execute(_FIRST_SHARED).fetchone()
        return found


@contextmanager
def clips_apart(path: Path) -> Iterator[ClipsApart]:
    """`path`: of a file that is not there yet."""
    with _translated():
        database = sqlite3.connect(path)
    with closing(database):
        with _translated():
            database.executescript(_FORM)
        yield ClipsApart(database)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise Transient(
            f"the clips of both sides cannot be compared ({error}): free space for temporary files, and run "
            "it again"
        ) from error
