"""The events of a home's SQLite files in one order, as one table holds them.

SQLite keeps the events of each run in a file of its own, numbered from 1, and those of assets, checks and
runs' states a second time in an index that numbers them across runs; whatever refers to an event means that
number. In one table each event stands once: those of the index keep their order, and the others of a run go
between them where they were. So numbers grow, and `EventOrder.moved` says from which to which.

Belongs here: reading and numbering. Not here: writing them anywhere (`moving`).
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Any

from dagster._core.events import ASSET_CHECK_EVENTS, ASSET_EVENTS, EVENT_TYPE_TO_PIPELINE_RUN_STATUS

Row = tuple[Any, ...]
"""run_id, event, dagster_event_type, timestamp, step_key, asset_key, partition."""
_COLUMNS = "run_id, event, dagster_event_type, timestamp, step_key, asset_key, partition"
_TYPE = 2
_OF_ASSETS = frozenset(kind.value for kind in ASSET_EVENTS | ASSET_CHECK_EVENTS)
_INDEXED = _OF_ASSETS | frozenset(kind.value for kind in EVENT_TYPE_TO_PIPELINE_RUN_STATUS)


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A SQLite file that nobody writes to, without a trace of it having been read."""
    log = path.with_name(path.name + "-wal")
    how = "" if log.exists() and log.stat().st_size else "&immutable=1"
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro{how}", uri=True)) as database:
        yield database


@dataclass
class _Block:
    """An event of the index, with those of its run that stand right before it, and behind the last one."""

    index_id: int
    row: Row
    before: list[Row] = field(default_factory=list)
    after: list[Row] = field(default_factory=list)


class HomeEvents:
    """Of the folder of a home's instance; `index` is its history/runs/index.db, open."""

    def __init__(self, folder: Path, index: sqlite3.Connection, run_ids: list[str]) -> None:
        """`run_ids`: of Dagster's table of runs. Reads every run's file once."""
        self._folder, self._index = folder / "history" / "runs", index
        indexed = {run_id for (run_id,) in index.execute("SELECT DISTINCT run_id FROM event_logs")}
        self.run_ids = sorted({*run_ids, *indexed, ""})
        """The runs with events, and '' for events of no run."""
        self.order = self._ordered()

    def of_run(self, run_id: str) -> Iterator[tuple[int, Row]]:
        """Each with its number."""
        blocks, loose = self._read(run_id)
        for block in blocks:
            number = self.order.moved(block.index_id)
            rows = [*block.before, block.row, *block.after]
            yield from enumerate(rows, start=number - len(block.before))
        yield from enumerate(loose, start=self.order.loose_from.get(run_id, 0))

    def _ordered(self) -> EventOrder:
        [last] = self._index.execute("SELECT coalesce(max(id), 0) FROM event_logs").fetchone()
        before, after = (array("q", bytes(8 * (last + 1))) for _ in range(2))
        loose: dict[str, int] = {}
        for run_id in self.run_ids:
            blocks, without = self._read(run_id)
            for block in blocks:
                before[block.index_id], after[block.index_id] = len(block.before), len(block.after)
            if without:
                loose[run_id] = len(without)
        return EventOrder(before, after, loose)

    def _read(self, run_id: str) -> tuple[list[_Block], list[Row]]:
        """Its events in the order of the index; and all that it has, where the index has none of it.

        An asset's event that the index has no more was wiped, and is left out.
        """
        query = f"SELECT id, {_COLUMNS} FROM event_logs WHERE run_id = ? ORDER BY id"  # noqa: S608 - ours
        blocks = [_Block(index_id, tuple(row)) for index_id, *row in self._index.execute(query, [run_id])]
        by_row: dict[Row, deque[_Block]] = defaultdict(deque)
        for block in blocks:
            by_row[block.row].append(block)
        waiting: list[Row] = []
        last: _Block | None = None
        for row in self._of_file(run_id):
            if row[_TYPE] in _INDEXED and by_row[row]:
                last = by_row[row].popleft()
                last.before, waiting = waiting, []
            elif row[_TYPE] not in _OF_ASSETS:
                waiting.append(row)
        last = last or (blocks[-1] if blocks else None)
        if last:
            last.after, waiting = waiting, []
        return blocks, waiting

    def _of_file(self, run_id: str) -> list[Row]:
        path = self._folder / f"{run_id}.db"
        if not path.exists() or path.stat().st_size == 0:
            return []
        with reading(path) as database:
            if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'event_logs'").fetchone():
                return []
            query = f"SELECT {_COLUMNS} FROM event_logs ORDER BY id"  # noqa: S608 - ours
            return database.execute(query).fetchall()


class EventOrder:
    """From the index's numbers to those in one table; it keeps their order."""

    def __init__(self, before: array[int], after: array[int], loose: dict[str, int]) -> None:
        """How many events stand right before and behind each of the index, by its number; of runs of which it
        has none, how many there are."""
        self._before, self._pushed = before, array("q", [0])
        self._pushed.extend(accumulate(map(sum, zip(before, after, strict=True))))
        total = len(before) - 1 + self._pushed[-1]
        ends = accumulate(loose.values(), initial=total)
        self.loose_from = {run_id: end + 1 for run_id, end in zip(loose, ends, strict=False)}

    def moved(self, index_id: int) -> int:
        """Also of a number that no event has (any more), as a cursor may hold it."""
        if index_id < 0:
            return index_id
        if index_id >= len(self._before):
            return index_id + self._pushed[-1]
        return index_id + self._pushed[index_id] + self._before[index_id]

    @property
    def fingerprint(self) -> bytes:
        return self._before.tobytes() + self._pushed.tobytes() + repr(self.loose_from).encode()
