"""Proving a backup: put together aside, every byte of it, and held against the living league.

All that is wrong is told, not only the first. What the league has changed since cannot be compared; what is
as it was then must have the same bytes, and the record goes on from where the backup has cut it.

Belongs here: looking. Not here: what is done about it (docs/backup.md).
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from uball_assets.adapters.machine.sqlite_copy import is_database
from uball_assets.adapters.record.registry import StoreRegistry
from uball_assets.adapters.stores.sealing import Spoilt
from uball_assets.domain.backup.manifest import Manifest
from uball_assets.domain.errors import UballError
from uball_assets.services.backup.places import Places
from uball_assets.services.backup.restoring import opened
from uball_assets.services.backup.sources import Source
from uball_assets.services.backup.target import Target

Tell = Callable[[int, int], None]


@dataclass
class Proof:
    number: int
    taken_at: str
    items: int = 0
    size_bytes: int = 0
    compared: int = 0
    """Items that the living league has as they were, byte for byte."""
    changed_since: int = 0
    wrong: list[str] = field(default_factory=list)
    remarks: tuple[str, ...] = ()


def spoilt_blobs(target: Target, manifest: Manifest, watch: Tell = lambda *_: None) -> dict[str, str]:
    """Why, by blob, of each that is missing, cut off or changed. Raises Permanent without the key."""
    found: dict[str, str] = {}
    blobs = sorted(manifest.stored_bytes)
    for done, blob in enumerate(blobs, start=1):
        try:
            opened(target, blob)
        except Spoilt as error:
            found[blob] = str(error)
        watch(done, len(blobs))
    return found


def wrong_items(manifest: Manifest, spoilt: dict[str, str]) -> list[str]:
    """In words: each item that cannot be put together, and the first reason."""
    return [
        f"{item.part} {item.name}: {spoilt[bad[0]]}"
        for item in manifest.items
        if (bad := [blob for blob in item.blobs if blob in spoilt])
    ]


def prove_restored(places: Places, manifest: Manifest) -> Iterator[str]:
    """What is wrong with a league that was put together from the manifest, aside."""
    registry = StoreRegistry(places.training, now=lambda: datetime.now(UTC))
    for kind, count in manifest.record.items():
        try:
            found = len(registry.entries(kind))
        except UballError as error:
            yield f"the record's {kind}: {error}"
        else:
            if found != count:
                yield f"the record has {found} {kind}, and {count} were backed up"
    for path in sorted(places.home.rglob("*")):
        if path.is_file() and is_database(path) and (fault := _fault_of(path)):
            yield f"{path.relative_to(places.home)}: {fault}"


def compare(manifest: Manifest, living: Iterable[Source], proof: Proof) -> None:
    """Adds what differs although it is as old as in the backup; what tells no version may have changed."""
    items = {(item.part, item.name): item for item in manifest.items}
    for source in living:
        item = items.get((source.part, source.name))
        if item is None or item.version != source.version:
            proof.changed_since += 1
            continue
        try:
            is_same = _hash_of(source) == item.hash
        except UballError:
            is_same = _is_gone(source)
        if is_same:
            proof.compared += 1
        elif not source.version:
            proof.changed_since += 1
        else:
            proof.wrong.append(f"{item.part} {item.name}: the league has other bytes than the backup")


def _is_gone(source: Source) -> bool:
    now = source.again()
    return now is None or now.version != source.version


def _hash_of(source: Source) -> str:
    digest = hashlib.sha256()
    for piece in source.pieces():
        digest.update(piece)
    return digest.hexdigest()


def _fault_of(path: Path) -> str:
    try:
        with closing(sqlite3.connect(path)) as database:
            said = database.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.Error as error:
        return str(error)
    return "" if said == "ok" else str(said)
