"""Putting a league back together from a backup, into places where nothing is.

What lies in the home is put together in a folder of it that nobody looks at, and moved into its place when
all of it is there; a bucket's objects are written where they belong, the record behind all that it refers to.
Killed at any moment, the same restore goes on where it was.

Belongs here: the way from items to places. Not here: which backup (`domain.backup.moments`), whether it is
sound (`proving`).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from uball_assets.adapters.machine.file_errors import translated
from uball_assets.adapters.record.log_reader import RECORD, side_by_side
from uball_assets.adapters.record.registry import StoreRegistry
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.stores.sealing import Spoilt
from uball_assets.domain.backup.bundles import unbundled
from uball_assets.domain.backup.coverage import HOME_LEFT_OUT
from uball_assets.domain.backup.manifest import (
    BUNDLE,
    DAGSTER,
    HOME,
    PARTS,
    PLAYS,
    ROWS,
    TRAINING,
    WAREHOUSE,
    Item,
)
from uball_assets.domain.errors import Permanent
from uball_assets.services.backup.places import Places
from uball_assets.services.backup.target import Target, digest_of

SCRATCH = ".restoring"
_PLAN, _MOVING = "plan.json", "moving"
_ROWS = "rows"
"""In a home that is put together aside: tables of databases, as files."""
_AT_ONCE = 64
_TELLING = (RECORD, "games/", "models/")
"""Of a bucket: where a league is, one of these holds something."""
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Plan:
    """What is restored, chosen from one backup or more."""

    place: str
    """`Owner.place`."""
    backups: Mapping[str, int]
    """By part, from which."""
    items: Sequence[Item]
    record: Mapping[str, int]
    """So many entries of each kind."""

    @property
    def parts(self) -> list[str]:
        return sorted(self.backups)

    def told(self) -> dict[str, object]:
        return {"place": self.place, "backups": dict(self.backups), "record": dict(self.record)}


class Tables(Protocol):
    """A database that is no file of this machine."""

    def in_the_way(self) -> str:
        """What it holds already; '' where it is empty."""
        ...

    def put(self, tables: Iterable[tuple[str, Iterator[bytes]]]) -> None:
        """By the items' names: all of them or none, in the place of what stands there."""
        ...


class Restoring:
    def __init__(
        self,
        target: Target,
        places: Places,
        plan: Plan,
        databases: Mapping[str, Tables] = MappingProxyType({}),
    ) -> None:
        """`databases`: by part, where its rows are put; where there is none they are kept as files."""
        self._target, self._places, self._plan, self._databases = target, places, plan, databases
        self._scratch = places.home / SCRATCH
        self._staged = _staged(places, self._scratch)

    def restore(self, watch: Tell = lambda *_: None) -> None:
        """Raises Permanent, before anything is written, where something stands in one of the places."""
        self._begin()
        if not (self._scratch / _MOVING).exists():
            self._fill(watch)
            (self._scratch / _MOVING).touch()
        self._move()

    def _begin(self) -> None:
        note = self._scratch / _PLAN
        told = json.dumps(self._plan.told(), sort_keys=True)
        if note.exists():
            if note.read_text() != told:
                backups = json.loads(note.read_text())["backups"]
                raise Permanent(
                    f"{self._scratch} is of another restore that did not end, of {backups}: run that one "
                    "again (--backup NUMBER), or delete the folder"
                )
            return
        refuse_full(self._places, self._plan)
        for part in self._parts_of_rows():
            if found := self._databases[part].in_the_way():
                raise _in_the_way(found)
        with translated(f"write {note}"):
            note.parent.mkdir(parents=True, exist_ok=True)
            scratch = note.with_suffix(".new")
            scratch.write_text(told)
            scratch.replace(note)

    def _fill(self, watch: Tell) -> None:
        """The record behind what it tells of."""
        parts = self._parts_of_rows()
        items = [item for item in self._plan.items if not (item.form == ROWS and item.part in parts)]
        others = [item for item in items if not is_record(item)]
        done = 0
        for some in (others, [item for item in items if is_record(item)]):
            for begin in range(0, len(some), _AT_ONCE):
                side_by_side(self._put, some[begin : begin + _AT_ONCE])
                done += len(some[begin : begin + _AT_ONCE])
                watch(done, len(items))
        for part in parts:
            rows = [item for item in self._plan.items if item.form == ROWS and item.part == part]
            self._databases[part].put((item.name, content(self._target, item)) for item in rows)
        registry = StoreRegistry(self._staged.training, now=lambda: datetime.now(UTC))
        for kind in self._plan.record if TRAINING in self._plan.backups else ():
            registry.fold(kind)

    def _parts_of_rows(self) -> list[str]:
        found = {item.part for item in self._plan.items if item.form == ROWS}
        return sorted(found & set(self._databases))

    def _put(self, item: Item) -> None:
        pieces = content(self._target, item)
        if item.part == TRAINING:
            put_objects(self._staged.training, pieces, self._plan.record)
        elif item.form == BUNDLE:
            for member, contents in unbundled(pieces):
                _write(_inside(self._staged.folder_of(item.part), member.name), contents)
        elif item.form == ROWS:
            _write(_inside(self._staged.home / _ROWS, item.name), pieces)
        else:
            place = self._staged.folder_of(item.part)
            alone = place if item.part == PLAYS else None
            _write(alone or _inside(place, item.name), pieces)

    def _move(self) -> None:
        """What tells of the others comes last; each is moved in one rename."""
        own = [place for part in PARTS if part != HOME and (place := self._staged.folder_of(part))]
        for part in (TRAINING, PLAYS, WAREHOUSE, HOME, DAGSTER):
            staged, place = self._staged.folder_of(part), self._places.folder_of(part)
            if staged is None or place is None or staged == place or not staged.exists():
                continue
            if part != HOME:
                _moved(staged, place)
                continue
            for path in sorted(staged.iterdir()):
                if path not in own and path.name not in (_PLAN, _MOVING):
                    _moved(path, place / path.name)
        shutil.rmtree(self._scratch)


def refuse_full(places: Places, plan: Plan) -> None:
    """Raises Permanent, naming it, for what stands where a part would be put, or a part that has no place."""
    of_files = {item.part for item in plan.items if item.form != ROWS}
    for part in plan.parts:
        if part != TRAINING and part in of_files and places.folder_of(part) is None:
            raise Permanent(
                f"the backup's {part} are files, and the settings name a service for them: restore them "
                "aside (--aside FOLDER), or name a file or folder"
            )
        found = _found_in(places, part)
        if found:
            raise _in_the_way(found)


def _in_the_way(found: str) -> Permanent:
    return Permanent(
        f"{found} is there already: a backup is restored where nothing is. Name an empty home with "
        "UBALL_HOME (and empty stores), or move it away first"
    )


def _found_in(places: Places, part: str) -> str:
    if part == TRAINING and places.training_folder is None:
        names = (name for folder in _TELLING for name in places.training.names(folder, []))
        found = next(names, "")
        return places.training.uri(found) if found else ""
    place = places.folder_of(part)
    if place is None:
        return ""
    if part != HOME:
        has = place.is_file() or (place.is_dir() and any(place.iterdir()))
        return str(place) if has else ""
    allowed = {*HOME_LEFT_OUT, SCRATCH}
    within = sorted(place.iterdir()) if place.is_dir() else []
    others = [path for path in within if path.name not in allowed and path not in places.own_places]
    return str(others[0]) if others else ""


def content(target: Target, item: Item) -> Iterator[bytes]:
    """An item's, proved blob by blob and as a whole. Raises Spoilt, naming what is wrong."""
    whole = hashlib.sha256()
    for blob in item.blobs:
        piece = opened(target, blob)
        whole.update(piece)
        yield piece
    if whole.hexdigest() != item.hash:
        raise Spoilt(f"{item.part} {item.name} is not what was backed up")


def opened(target: Target, blob: str) -> bytes:
    """A blob's content. Raises Spoilt where it is missing, cut off, or other than its name says."""
    try:
        sealed = target.get(blob)
    except Permanent as error:
        raise Spoilt(f"blob {blob} is missing: {error}") from error
    try:
        piece = target.sealer.opened(sealed)
    except Spoilt as error:
        raise Spoilt(f"blob {blob} is damaged: {error}") from error
    if hashlib.sha256(piece).hexdigest() != digest_of(blob):
        raise Spoilt(f"blob {blob} is damaged: it holds other bytes than its name says")
    return piece


def put_objects(store: ObjectStore, pieces: Iterator[bytes], record: Mapping[str, int]) -> None:
    """A bundle's objects; of the record's entries those up to `record`, by kind."""
    for member, contents in unbundled(pieces):
        if is_beyond(member.name, record):
            for _ in contents:
                pass
        elif isinstance(store, FolderStore):
            store.write_blocks(member.name, contents, member.metadata)
        else:
            store.write(member.name, b"".join(contents), member.metadata)


def is_beyond(name: str, record: Mapping[str, int]) -> bool:
    """Whether it is an entry of later than the record is restored to."""
    if not name.startswith(RECORD):
        return False
    kind, _, number = name.removeprefix(RECORD).partition("/")
    return int(number.removesuffix(".json")) > record.get(kind, 0)


def is_record(item: Item) -> bool:
    return item.part == TRAINING and item.name.startswith(RECORD)


def _staged(places: Places, scratch: Path) -> Places:
    """The same, with what lies in the home put into the scratch folder instead."""

    def aside(path: Path | None) -> Path | None:
        inside = path is not None and path.is_relative_to(places.home)
        return scratch / path.relative_to(places.home) if path is not None and inside else path

    folder = aside(places.training_folder)
    return replace(
        places,
        home=scratch,
        training=FolderStore(folder) if folder else places.training,
        training_folder=folder,
        plays=aside(places.plays),
        warehouse=aside(places.warehouse),
        dagster=aside(places.dagster) or places.dagster,
    )


def _inside(folder: Path | None, name: str) -> Path:
    """Raises Permanent for a name that leads out of the folder: a backup may be anybody's."""
    if folder is None:
        raise Permanent("this part of the backup has no place here")
    if name.startswith("/") or ".." in name.split("/"):
        raise Permanent(f"the backup names a file outside its place: {name!r}")
    return folder / name


def _write(path: Path, pieces: Iterator[bytes]) -> None:
    with translated(f"write {path}"):
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.writelines(pieces)


def _moved(path: Path, aim: Path) -> None:
    with translated(f"write {aim}"):
        if path.is_dir() and aim.is_dir():
            for within in sorted(path.iterdir()):
                _moved(within, aim / within.name)
            return
        aim.parent.mkdir(parents=True, exist_ok=True)
        path.rename(aim)
