"""The files of one table: a Parquet file a month, and the list of those that count.

    {table}/table.json             the table, its columns, and for every month the file that counts
    {table}/2026-03.7.parquet      the month as the seventh write left it
    {table}/lock                   held by who writes

The list is replaced in one rename, so a write of several months is there wholly or not at all, whenever its
writer is killed. What a killed writer left is deleted by the next one.

Belongs here: files. Not here: what stands in them (`duckdb_warehouse`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from uball_assets.adapters.machine.file_errors import translated
from uball_assets.adapters.machine.file_lock import file_lock
from uball_assets.domain.errors import Permanent
from uball_assets.domain.tables import Column, Form, Table

_LIST = "table.json"


@dataclass(frozen=True)
class Month:
    """One file of a table."""

    file: str
    rows: int
    since: date
    until: date
    """Its first and last day that have rows."""


@dataclass(frozen=True)
class Listed:
    """A table as it lies in its folder."""

    table: Table
    """With every column that is stored, lineage aside."""
    generation: int = 0
    """How many writes changed it."""
    newest: str | None = None
    """When the last of them was, ISO, UTC."""
    months: dict[str, Month] = field(default_factory=dict)
    """By `YYYY-MM`."""

    def between(self, since: date | None, until: date | None) -> list[str]:
        """The files that hold rows of these days, both included."""
        return [
            month.file
            for _, month in sorted(self.months.items())
            if (since is None or month.until >= since) and (until is None or month.since <= until)
        ]

    def without(self, month: str) -> Listed:
        """The table without a month."""
        months = {name: each for name, each in self.months.items() if name != month}
        return replace(self, months=months, generation=self.generation + 1)


class MonthFiles:
    """Of one table. Its folder is made by the first write."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def listed(self) -> Listed | None:
        """None before the first write. Raises Permanent for a list that cannot be read."""
        path = self.folder / _LIST
        try:
            text = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError:
            with translated(f"read {path}"):
                raise
        try:
            return _listed(json.loads(text))
        except (ValueError, KeyError, TypeError) as error:
            raise Permanent(
                f"{path} is damaged; put it back from a copy, or move the folder {self.folder} away and "
                "materialize again what writes the table"
            ) from error

    def stamp(self) -> str:
        """Another after each write that changed the table; '' before the first."""
        try:
            status = (self.folder / _LIST).stat()
        except FileNotFoundError:
            return ""
        return f"{status.st_ino}-{status.st_mtime_ns}"

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Waits until nobody else writes the table."""
        with translated(f"write {self.folder}"):
            self.folder.mkdir(parents=True, exist_ok=True)
            with file_lock(self.folder / "lock"):
                yield

    def path(self, file: str) -> Path:
        return self.folder / file

    def commit(self, listed: Listed) -> None:
        """The files it names are complete; from now on they count, and what it does not name is deleted."""
        for month in listed.months.values():
            if month.file.endswith(f".{listed.generation}.parquet"):
                _to_disc(self.path(month.file))
        scratch = self.folder / f"{_LIST}.tmp"
        scratch.write_text(json.dumps(_as_json(listed), indent=1))
        _to_disc(scratch)
        scratch.replace(self.folder / _LIST)
        _to_disc(self.folder)
        self._delete_all_but(month.file for month in listed.months.values())

    def _delete_all_but(self, kept: Iterable[str]) -> None:
        """A reader that has the list of before asks for the list again when its file is gone."""
        counting = {_LIST, "lock", *kept}
        for file in self.folder.iterdir():
            if file.name not in counting:
                with suppress(OSError):
                    file.unlink()


def _to_disc(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _as_json(listed: Listed) -> dict[str, Any]:
    said = asdict(listed)
    for month in said["months"].values():
        month |= {"since": month["since"].isoformat(), "until": month["until"].isoformat()}
    return said


def _listed(said: dict[str, Any]) -> Listed:
    table = said["table"]
    columns = {name: Column(Form(each["form"]), each["says"]) for name, each in table["columns"].items()}
    months = {
        name: Month(
            each["file"],
            int(each["rows"]),
            date.fromisoformat(each["since"]),
            date.fromisoformat(each["until"]),
        )
        for name, each in said["months"].items()
    }
    of_table = Table(**{**table, "columns": columns, "key": tuple(table["key"])})
    return Listed(of_table, int(said["generation"]), said["newest"], months)
