"""What a backup is made of, read from where a living league has it.

The order makes it one state although work goes on: what refers to something is read before what it refers
to, as that was written in the other order. Dagster's tables and the record are cut together (`cut_together`),
then come objects and rows. So a restored league is in a state that a kill of all its processes could have
left, and goes on from there as from that.

Belongs here: looking and reading. Not here: what a backup holds (`domain.backup.coverage`), writing it
(`taking`).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Protocol

from uball_assets.adapters.machine.file_errors import translated
from uball_assets.adapters.machine.sqlite_copy import SIDE_FILES, copy_database, is_database, version_of
from uball_assets.adapters.record.log import entry_name
from uball_assets.adapters.record.log_reader import RECORD, is_kind, side_by_side
from uball_assets.adapters.record.registry import Registry
from uball_assets.adapters.stores.object_store import ObjectInfo, ObjectStore
from uball_assets.adapters.warehouse.months import MonthFiles
from uball_assets.domain.backup.bundles import Member, head
from uball_assets.domain.backup.coverage import GROUPED, group_of, is_clip, is_left_out
from uball_assets.domain.backup.manifest import BUNDLE, FILE, HOME, TRAINING, WAREHOUSE
from uball_assets.domain.footage import object_names
from uball_assets.domain.hashing import content_hash

PIECE_BYTES = 8 * 1024 * 1024
ENTRIES_TOGETHER = 512
"""Of the record: so many entries are one item. A whole one never changes, and is read once in its life."""
_CUTS = 5


@dataclass(frozen=True)
class Source:
    """One item of a backup, before it is read."""

    part: str
    name: str
    form: str
    version: str
    pieces: Callable[[], Iterator[bytes]]
    """Its content; raises where it is replaced or gone meanwhile."""
    again: Callable[[], Source | None]
    """As it is now; None where there is none any more."""


class Snapshots(Protocol):
    """Databases that are cut together with the record."""

    def taken(self, scratch: Path) -> list[Source]:
        """As this moment shows them; `scratch` is theirs until all were read."""
        ...


# The record


def cut_together(
    registry: Registry, kinds: Sequence[str], snapshots: Snapshots, scratch: Path
) -> tuple[dict[str, int], list[Source]]:
    """How many entries each kind has, and Dagster's tables as they were just before, best at the same moment.

    Where more is recorded again and again meanwhile, the tables are a moment older than the record: as if
    Dagster had been killed before it was told.
    """
    before: dict[str, int] = {}
    for tried in range(_CUTS):
        folder = scratch / str(tried)
        folder.mkdir()
        before = before or {kind: registry.count(kind) for kind in kinds}
        taken = snapshots.taken(folder)
        after = {kind: registry.count(kind) for kind in kinds}
        if after == before or tried == _CUTS - 1:
            return after, taken
        shutil.rmtree(folder)
        before = after
    raise AssertionError("the last cut is taken")


def kinds_in(store: ObjectStore, marks: Iterable[str] = ()) -> list[str]:
    names = store.names(RECORD, marks)
    found = {name.removeprefix(RECORD).partition("/")[0] for name in names}
    return sorted(kind for kind in found if is_kind(kind))


def record_sources(store: ObjectStore, counts: Mapping[str, int]) -> Iterator[Source]:
    """A kind's entries, so many at a time; which never change once they are there."""
    for kind, count in sorted(counts.items()):
        for first in range(1, count + 1, ENTRIES_TOGETHER):
            last = min(first + ENTRIES_TOGETHER - 1, count)
            names = [f"{RECORD}{kind}/{entry_name(number)}" for number in range(first, last + 1)]
            yield _entries(store, f"{RECORD}{kind}/{first:06d}", names, f"{first}-{last}")


def _entries(store: ObjectStore, name: str, names: Sequence[str], version: str) -> Source:
    def pieces() -> Iterator[bytes]:
        contents = _read_all(store, names)
        yield head([Member(name, len(data)) for name, data in zip(names, contents, strict=True)])
        yield from contents

    source = Source(TRAINING, name, BUNDLE, version, pieces, lambda: source)
    return source


# The training store


def game_sources(
    store: ObjectStore, game_ids: Iterable[str], is_wanted: Callable[[str], bool]
) -> Iterator[Source]:
    """A game's documents together, and each of its clips that is wanted."""
    for found in side_by_side(lambda game: list(_of_game(store, game, is_wanted)), sorted(game_ids)):
        yield from found


def _of_game(store: ObjectStore, game_id: str, is_wanted: Callable[[str], bool]) -> Iterator[Source]:
    folder = object_names.game(game_id)

    def look(name: str) -> Source | None:
        return next((one for one in _of_game(store, game_id, is_wanted) if one.name == name), None)

    listed = store.list(folder)
    documents = [info for info in listed if not is_clip(info.name)]
    if documents:
        yield _objects(store, folder, documents, look)
    for info in listed:
        if is_clip(info.name) and is_wanted(info.name):
            yield _objects(store, info.name, [info], look)


def grouped_sources(store: ObjectStore) -> Iterator[Source]:
    """Models, their scores, what they were trained on: what was made together, together."""
    for folder in GROUPED:
        for name, infos in groupby(store.list(folder), lambda info: group_of(folder, info.name)):  # noqa: B023
            yield _group(store, name, list(infos))


def _group(store: ObjectStore, name: str, infos: Sequence[ObjectInfo]) -> Source:
    def look(name: str) -> Source | None:
        now = [info for info in store.list(name) if name.endswith("/") or info.name == name]
        return _group(store, name, now) if now else None

    return _objects(store, name, infos, look)


def _objects(
    store: ObjectStore, name: str, infos: Sequence[ObjectInfo], look: Callable[[str], Source | None]
) -> Source:
    version = content_hash([[info.name, info.version] for info in infos])

    def pieces() -> Iterator[bytes]:
        yield head([Member(info.name, info.size_bytes, info.metadata) for info in infos])
        small = [info.name for info in infos if info.size_bytes <= PIECE_BYTES]
        contents = dict(zip(small, _read_all(store, small), strict=True))
        for info in infos:
            whole = contents.pop(info.name, None)
            yield from [whole] if whole is not None else _ranges(store, info)

    return Source(TRAINING, name, BUNDLE, version, pieces, lambda: look(name))


def _ranges(store: ObjectStore, info: ObjectInfo) -> Iterator[bytes]:
    for begin in range(0, info.size_bytes, PIECE_BYTES):
        yield store.read_range(info.name, begin, min(PIECE_BYTES, info.size_bytes - begin))


# Files


def warehouse_sources(folder: Path) -> Iterator[Source]:
    """A table's list and the files that it names, whole: nobody writes the table while it is read."""
    for table in sorted(folder.iterdir()) if folder.is_dir() else []:
        if (table / "table.json").is_file():
            yield _table(table)


def _table(table: Path) -> Source:
    def pieces() -> Iterator[bytes]:
        with MonthFiles(table).writing(), translated(f"read {table}"):
            files = [path for path in sorted(table.iterdir()) if path.name != "lock"]
            yield head([Member(f"{table.name}/{path.name}", path.stat().st_size) for path in files])
            for path in files:
                yield from _pieces_of(path)

    return Source(
        WAREHOUSE, f"{table.name}/", BUNDLE, MonthFiles(table).stamp(), pieces, lambda: _table(table)
    )


def home_sources(
    part: str, folder: Path, left_out: Iterable[str], elsewhere: Sequence[Path], scratch: Path
) -> Iterator[Source]:
    """Every file of a folder but what is left out of it, or is a store or database of its own.

    What is left out is not looked into: where leagues share the folder it may be closed to this one.
    """
    leaving = set(left_out)
    for path in _walk(folder, [*elsewhere, *(folder / name for name in leaving)]):
        relative = PurePosixPath(path.relative_to(folder).as_posix())
        if not is_left_out(relative, leaving):
            with suppress(FileNotFoundError):
                yield file_source(part, relative.as_posix(), path, scratch)


def _walk(folder: Path, elsewhere: Sequence[Path]) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return
    for path in entries:
        if path in elsewhere:
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path, elsewhere)
        elif path.is_file() and not path.name.endswith(SIDE_FILES):
            yield path


def file_source(part: str, name: str, path: Path, scratch: Path) -> Source:
    """A database is copied at the moment when it is read."""

    def pieces() -> Iterator[bytes]:
        if not is_database(path):
            yield from _pieces_of(path)
            return
        copy = scratch / f"{content_hash([part, name])}.db"
        try:
            copy_database(path, copy)
            yield from _pieces_of(copy)
        finally:
            copy.unlink(missing_ok=True)

    def again() -> Source | None:
        return file_source(part, name, path, scratch) if path.is_file() else None

    with translated(f"read {path}"):
        is_steady = is_database(path)
        source = Source(part, name, FILE, version_of(path), pieces, lambda: source if is_steady else again())
    return source


@dataclass(frozen=True)
class DatabaseFiles:
    """SQLite files that are cut together with the record: `Snapshots`."""

    part: str
    folder: Path
    names: Sequence[str]

    def taken(self, scratch: Path) -> list[Source]:
        found = []
        for name in self.names:
            path = self.folder / name
            if path.is_file():
                copy = scratch / f"{content_hash(name)}.db"
                version = version_of(path)
                copy_database(path, copy)
                found.append(steady_source(self.part, name, FILE, copy, version))
        return found


def steady_source(part: str, name: str, form: str, copy: Path, version: str = "") -> Source:
    """Of a copy that nobody else knows; without a `version` it is read each time."""
    source = Source(part, name, form, version, lambda: _pieces_of(copy), lambda: source)
    return source


def text_source(name: str, data: bytes) -> Source:
    """What is told of the league, and is no file."""
    source = Source(HOME, name, FILE, content_hash(data.decode()), lambda: iter([data]), lambda: source)
    return source


def _pieces_of(path: Path) -> Iterator[bytes]:
    with translated(f"read {path}"), path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece


def _read_all(store: ObjectStore, names: Sequence[str]) -> list[bytes]:
    return side_by_side(store.read, names)
