"""The record: an append-only, numbered log of each kind of decision, kept in the training store.

Belongs here: appending and reading entries. Not here: what an entry means (`domain.learning.manifest`, …).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from uball_assets.adapters.stores.object_store import AlreadyExists, ObjectInfo, ObjectStore
from uball_assets.domain.errors import Permanent, Transient
from uball_assets.domain.record import stopped_by

Entry = dict[str, Any]

RECORD = "record/"
_KIND = re.compile(r"[a-z][a-z0-9_]{0,49}")
_NUMBERED = re.compile(r"(\d{6})\.json")
_ENTRY = re.compile(rf"{_KIND.pattern}/{_NUMBERED.pattern}")
_OURS = ("number", "key", "recorded_at")
_TRIES = 100
"""Numbers lost in a row before giving up; each loss is another writer's success."""


class Registry(Protocol):
    """Entries of a kind (`manifests`, `models`, …) are numbered 1, 2, 3 … and never change.

    `append` is create-if-absent on the next number: two writers cannot both win one number.
    """

    def append(self, kind: str, entry: Mapping[str, Any], key: str) -> Entry:
        """The entry as recorded, with `number`, `key` and `recorded_at`.

        An entry of the same kind whose key is already there is returned as it stands and nothing is written.
        """
        ...

    def entries(self, kind: str) -> list[Entry]:
        """All entries of a kind in order, one listing."""
        ...

    def find(self, kind: str, key: str) -> Entry | None: ...

    def latest(self, kind: str) -> Entry | None: ...

    def strangers(self) -> list[str]:
        """Addresses of what lies in the record's place and is no entry of it; one listing."""
        ...


class StoreRegistry:
    """The record as objects `record/{kind}/{number}.json` in any object store; a person can read them.

    Other files are passed over: systems and people leave some in any folder. Permanent for a damaged entry
    and for a gap, which says what rests on that kind: an entry never disappears by itself.
    """

    def __init__(self, store: ObjectStore, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._read: dict[tuple[str, str], bytes] = {}

    def append(self, kind: str, entry: Mapping[str, Any], key: str) -> Entry:
        taken = [name for name in _OURS if name in entry]
        if taken or not key:
            raise Permanent(
                f"cannot record in {kind}: it needs a key and must leave {', '.join(_OURS)} to the record"
            )
        for _ in range(_TRIES):
            recorded = self.entries(kind)
            for earlier in recorded:
                if earlier["key"] == key:
                    return earlier
            number = len(recorded) + 1
            stamp = self._now().astimezone(UTC).isoformat(timespec="seconds")
            data = _to_bytes(kind, {**entry, "number": number, "key": key, "recorded_at": stamp})
            try:
                self._store.create(f"{RECORD}{kind}/{number:06d}.json", data)
            except AlreadyExists:
                continue
            return _parsed(data)
        raise Transient(f"{_TRIES} writers in a row were quicker to record in {kind}: run it again")

    def entries(self, kind: str) -> list[Entry]:
        folder = f"{RECORD}{_valid_kind(kind)}/"
        listed = self._listed(folder)
        if _gap(listed):
            listed = self._listed(folder)  # a listing may miss an entry that was born while it ran
        if gap := _gap(listed):
            lost = f"{folder}{gap:06d}.json"
            raise Permanent(
                f"the record has lost {self._store.uri(lost)}: restore it from a backup; {stopped_by(kind)}"
            )
        return [self._entry(kind, number, info) for number, info in listed.items()]

    def find(self, kind: str, key: str) -> Entry | None:
        return next((entry for entry in self.entries(kind) if entry["key"] == key), None)

    def latest(self, kind: str) -> Entry | None:
        return next(reversed(self.entries(kind)), None)

    def strangers(self) -> list[str]:
        listed = [info.name for info in self._store.list(RECORD)]
        return [self._store.uri(name) for name in listed if not _ENTRY.fullmatch(name.removeprefix(RECORD))]

    def _listed(self, folder: str) -> dict[int, ObjectInfo]:
        """Every entry by its number, in order."""
        named = (
            (_NUMBERED.fullmatch(info.name.removeprefix(folder)), info) for info in self._store.list(folder)
        )
        return {int(name[1]): info for name, info in named if name}

    def _entry(self, kind: str, number: int, info: ObjectInfo) -> Entry:
        data = self._bytes(info)
        try:
            entry = _parsed(data)
            whole = entry["number"] == number and isinstance(entry["key"], str) and entry["recorded_at"]
        except (ValueError, KeyError, TypeError):
            whole = False
        if not whole:
            place = self._store.uri(info.name)
            raise Permanent(
                f"{place} is damaged: restore it from a backup, entries never change once recorded; "
                f"{stopped_by(kind)}"
            )
        return entry

    def _bytes(self, info: ObjectInfo) -> bytes:
        """The content, kept in memory: a version of an object never changes."""
        known = (info.name, info.version)
        if known not in self._read:
            self._read[known] = self._store.read(info.name)
        return self._read[known]


def _gap(numbers: Iterable[int]) -> int | None:
    """The first number missing from 1, 2, 3 …; None if none is."""
    return next((due for due, number in enumerate(numbers, start=1) if due != number), None)


def _valid_kind(kind: str) -> str:
    if not _KIND.fullmatch(kind):
        raise Permanent(
            f"{kind!r} is no kind of entry: use lower-case letters, digits and '_', such as 'manifests'"
        )
    return kind


def _to_bytes(kind: str, entry: Entry) -> bytes:
    """Canonical JSON: sorted keys, one line end."""
    try:
        return (
            json.dumps(entry, sort_keys=True, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
        ).encode()
    except (TypeError, ValueError) as error:
        raise Permanent(
            f"cannot record in {kind}: {error}; use text, finite numbers, lists and mappings"
        ) from error


def _parsed(data: bytes) -> Entry:
    entry: Entry = json.loads(data)
    return entry
