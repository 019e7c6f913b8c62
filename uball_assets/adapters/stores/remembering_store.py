"""A store as one run sees it: documents that it has read or written, and videos that it has listed, it does
not ask for again.

A run's steps leave each other documents, and each would fetch them anew: at 30 ms a request that is most of
what a game's run waits for. The memory lives as long as the run. What somebody else replaces meanwhile is
seen by the next run; within one, all steps see the same.

Belongs here: remembering. Not here: which store (`opening`), or what the documents are (`documents`).
"""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeGuard

from uball_assets.adapters.stores.object_store import ObjectInfo, ObjectStore
from uball_assets.domain.footage import object_names

MOST_BYTES = 32 * 1024 * 1024
"""Of all games' documents: a training reads those of every game, once each, and needs no memory of them."""
_FOLDER, _SUFFIXES = object_names.game("x").removesuffix("x/"), (".json", ".jsonl")


def is_store(value: object) -> TypeGuard[ObjectStore]:
    """Whether it is an object store of whatever kind: no other adapter has ranges of objects."""
    return all(hasattr(value, name) for name in ("read_range", "name_of", "fingerprint"))


class RememberingStore:
    """As the store that it stands before; documents alone are remembered, never clips or pictures."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self._known: dict[str, bytes] = {}
        self._held_bytes = 0
        self._listed: dict[str, list[ObjectInfo]] = {}

    def __repr__(self) -> str:
        return f"RememberingStore({self._store!r})"

    def read(self, name: str) -> bytes:
        if name in self._known:
            return self._known[name]
        return self._remembered(name, self._store.read(name))

    def write(self, name: str, data: bytes, metadata: Mapping[str, str] | None = None) -> None:
        self._forget(name)
        self._store.write(name, data, metadata)
        self._remembered(name, data)

    def create(self, name: str, data: bytes, metadata: Mapping[str, str] | None = None) -> str:
        self._forget(name)
        version = self._store.create(name, data, metadata)
        self._remembered(name, data)
        return version

    def upload(self, name: str, source: Path, metadata: Mapping[str, str] | None = None) -> None:
        self._forget(name)
        self._store.upload(name, source, metadata)

    def delete(self, name: str) -> None:
        self._forget(name)
        self._store.delete(name)

    def uri(self, name: str) -> str:
        return self._store.uri(name)

    def name_of(self, uri: str) -> str:
        return self._store.name_of(uri)

    def list(self, prefix: str, after: str = "") -> list[ObjectInfo]:
        """What stands in a game's folder of videos is looked at once; all else each time."""
        for known, infos in self._listed.items():
            if prefix.startswith(known) and not after:
                return [info for info in infos if info.name.startswith(prefix)]
        found = self._store.list(prefix, after)
        game_id, slash, rest = prefix.removeprefix(object_names.VIDEOS).partition("/")
        if prefix == object_names.videos(game_id) and slash and not rest and not after:
            self._listed[prefix] = found
        return found

    def list_long(self, prefix: str, marks: Iterable[str]) -> builtins.list[ObjectInfo]:
        return self._store.list_long(prefix, marks)

    def names(self, prefix: str, marks: Iterable[str]) -> builtins.list[str]:
        return self._store.names(prefix, marks)

    def read_range(self, name: str, offset: int, length: int) -> bytes:
        return self._store.read_range(name, offset, length)

    def local_path(self, name: str) -> Path | None:
        return self._store.local_path(name)

    def fingerprint(self, info: ObjectInfo) -> str:
        return self._store.fingerprint(info)

    def _remembered(self, name: str, data: bytes) -> bytes:
        is_document = name.startswith(_FOLDER) and name.endswith(_SUFFIXES)
        if is_document and self._held_bytes + len(data) <= MOST_BYTES:
            self._known[name] = data
            self._held_bytes += len(data)
        return data

    def _forget(self, name: str) -> None:
        self._listed = {
            folder: infos for folder, infos in self._listed.items() if not name.startswith(folder)
        }
        self._held_bytes -= len(self._known.pop(name, b""))
