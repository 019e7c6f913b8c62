"""The events of a home's SQLite files in one order, as one table holds them.

SQLite keeps the events of each run in a file of its own, numbered from 1, and those of assets, checks and
runs' states a second time in an index that numbers them across runs; whatever refers to an event means that
number. In one table each event stands once: those of the index keep their order, and the others of a run go
between them where they were. So numbers grow, and `EventOrder.moved` says from which to which.

Belongs here: reading runs' files and the index, one run at a time. Not here: the numbers (`event_order`),
writing them anywhere (`target`).
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dagster._core.events import ASSET_CHECK_EVENTS, ASSET_EVENTS, EVENT_TYPE_TO_PIPELINE_RUN_STATUS

from uball_assets.automation.moving.event_order import EventOrder, no_counts
from uball_assets.automation.moving.sqlite_file import Damaged, Row, SqliteFile, reading

_COLUMNS = "run_id, event, dagster_event_type, timestamp, step_key, asset_key, partition"
_TYPE = 2
_OF_INDEX = f"SELECT id, {_COLUMNS} FROM event_logs WHERE run_id = ? ORDER BY id"  # noqa: S608 - ours
_OF_FILE = f"SELECT {_COLUMNS} FROM event_logs ORDER BY id"  # noqa: S608 - ours
_FIRST = "SELECT run_id, min(id) FROM event_logs GROUP BY run_id"
_LAST = "SELECT coalesce(max(id), 0) FROM event_logs"
_OF_ASSETS = frozenset(kind.value for kind in ASSET_EVENTS | ASSET_CHECK_EVENTS)
_INDEXED = _OF_ASSETS | frozenset(kind.value for kind in EVENT_TYPE_TO_PIPELINE_RUN_STATUS)


@dataclass
class _Block:
    """An event of the index, with those of its run that stand right before it, and behind the last one."""

    index_id: int
    row: Row
    before: list[Row] = field(default_factory=list)
    after: list[Row] = field(default_factory=list)


@dataclass
class _Events:
    """Of one run."""

    blocks: list[_Block]
    """In the order of the index."""
    loose: list[Row]
    """All that it has, where the index has none of it."""
    damage: str
    """Why its file cannot be read to its end; '' where it can."""


class HomeEvents:
    """Of the folder of a home's instance; `index` is its history/runs/index.db."""

    def __init__(self, folder: Path, index: SqliteFile, run_ids: Sequence[str]) -> None:
        """`run_ids`: of Dagster's table of runs."""
        self._folder, self._index = folder / "history" / "runs", index
        first_ids = {run_id: float(first) for run_id, first in index.rows(_FIRST)}
        self.run_ids = sorted(
            {*run_ids, *first_ids, ""}, key=lambda run_id: (first_ids.get(run_id, math.inf), run_id)
        )
        """The runs with events, and '' for events of no run. In the order in which they began: what is read
        and written stands together."""

    def ordered(self) -> tuple[EventOrder, dict[str, str]]:
        """Reads every run's file. By run id besides, whose cannot be read to its end, and why."""
        [(last,)] = self._index.rows(_LAST)
        before, after = no_counts(last), no_counts(last)
        loose, damage = {}, {}
        for run_id in self.run_ids:
            found = self._read(run_id)
            for block in found.blocks:
                before[block.index_id], after[block.index_id] = len(block.before), len(block.after)
            if found.loose:
                loose[run_id] = len(found.loose)
            if found.damage:
                damage[run_id] = found.damage
        return EventOrder(before, after, loose), damage

    def of_run(self, run_id: str, order: EventOrder) -> Iterator[tuple[int, Row]]:
        """Each with its number; of a damaged file those before the damage, and all of the index."""
        found = self._read(run_id)
        for block in found.blocks:
            number = order.moved(block.index_id)
            rows = [*block.before, block.row, *block.after]
            yield from enumerate(rows, start=number - len(block.before))
        yield from enumerate(found.loose, start=order.loose_from.get(run_id, 0))

    def _read(self, run_id: str) -> _Events:
        """An asset's event that the index has no more was wiped, and is left out."""
        blocks = [_Block(index_id, tuple(row)) for index_id, *row in self._index.rows(_OF_INDEX, [run_id])]
        by_row: dict[Row, deque[_Block]] = defaultdict(deque)
        for block in blocks:
            by_row[block.row].append(block)
        waiting: list[Row] = []
        last: _Block | None = None
        rows, damage = self._of_file(run_id, is_needed=bool(blocks))
        for row in rows:
            if row[_TYPE] in _INDEXED and by_row[row]:
                last = by_row[row].popleft()
                last.before, waiting = waiting, []
            elif row[_TYPE] not in _OF_ASSETS:
                waiting.append(row)
        last = last or (blocks[-1] if blocks else None)
        if last:
            last.after, waiting = waiting, []
        return _Events(blocks, waiting, damage)

    def _of_file(self, run_id: str, *, is_needed: bool) -> tuple[list[Row], str]:
        """`is_needed`: whether there were events, so that there has to be a file."""
        path = self._folder / f"{run_id}.db"
        if not path.exists() or path.stat().st_size == 0:
            return [], str(Damaged(path, "it is missing or empty")) if is_needed else ""
        rows: list[Row] = []
        try:
            with reading(path) as file:
                if is_needed or file.has("event_logs"):
                    rows.extend(file.rows(_OF_FILE))
        except Damaged as error:
            return rows, str(error)
        return rows, ""
