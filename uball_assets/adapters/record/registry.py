"""The record: an append-only, numbered log of each kind of decision, kept in the training store.

    record/{kind}/{number}.json                    an entry, which a person can read
    record/{kind}/segments/{first}-{last}.jsonl    a closed stretch of them, which the program reads

Belongs here: what a record does, and appending. Not here: reading objects (`log_reader`), making segments
(`folding`), what an entry means (`domain.learning.manifest`, …).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from copy import copy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from uball_assets.adapters.record.folding import fold
from uball_assets.adapters.record.log import Log, entry_name, is_ours
from uball_assets.adapters.record.log_reader import RECORD, LogReader, folder_of, is_kind, parsed
from uball_assets.adapters.record.segments import STRETCH, Segment
from uball_assets.adapters.record.segments import Entry as Entry
from uball_assets.adapters.stores.object_store import AlreadyExists, ObjectStore
from uball_assets.domain.errors import Permanent, Transient, UballError
from uball_assets.domain.hashing import content_hash
from uball_assets.domain.record import SUBJECTS, subject_of

_log = logging.getLogger(__name__)

OURS = ("number", "key", "recorded_at")
_TRIES = 100
"""Numbers lost in a row before giving up; each loss is another writer's success."""


class Registry(Protocol):
    """Entries of a kind (`manifests`, `models`, …) are numbered 1, 2, 3 … and never change.

    `append` is create-if-absent on the next number: two writers cannot both win one number. What an entry is
    about, its subject, is told by its kind (`domain.record.SUBJECTS`).

    Each question is one look at the kind, and costs no more the longer the record is, but for `entries` and
    `newest_by_subject`, which read it whole.
    """

    def append(self, kind: str, entry: Mapping[str, Any], key: str) -> Entry:
        """The entry as recorded, with `number`, `key` and `recorded_at`.

        An entry of the same kind whose key is already there is returned as it stands and nothing is written.
        """
        ...

    def append_change(self, kind: str, state: Mapping[str, Any], subject: str | None = None) -> Entry:
        """The newest entry about `state[subject]` (of the whole kind without a subject) if it says the same,
        else a new one. A subject is the field that the kind is looked up by.

        A state that comes back (A, B, A) is a new entry: the newest always tells what is so.
        """
        ...

    def entries(self, kind: str) -> list[Entry]:
        """All entries of a kind in order."""
        ...

    def since(self, kind: str, number: int) -> list[Entry]:
        """The entries behind that number, in order: what is new to whoever has seen it."""
        ...

    def find(self, kind: str, key: str) -> Entry | None: ...

    def latest(self, kind: str) -> Entry | None: ...

    def count(self, kind: str) -> int: ...

    def about(self, kind: str, subject: str) -> list[Entry]:
        """All entries about one subject, in order."""
        ...

    def newest(self, kind: str, subject: str) -> Entry | None:
        """The last entry about one subject."""
        ...

    def newest_by_subject(self, kind: str) -> dict[str, Entry]:
        """The last entry about each subject, by subject; those first told of first."""
        ...

    def at_one_look(self) -> Registry:
        """The record as one look at each kind shows it, and what is recorded through it: for a command or a
        step that asks the same kinds again and again. What others record meanwhile is not seen."""
        ...

    def strangers(self) -> list[str]:
        """Addresses of what lies in the record's place and is no part of it."""
        ...


class StoreRegistry:
    """The record in any object store.

    Other files in its place are passed over: systems and people leave some in any folder. Permanent for what
    is damaged, missing or another record's, naming it and what rests on that kind: an entry never disappears
    by itself. Safe to share between threads.
    """

    def __init__(self, store: ObjectStore, now: Callable[[], datetime], cache: Path | None = None) -> None:
        """`cache`: a folder of this machine for what is fetched; None where the store is on it anyway."""
        self._store = store
        self._now = now
        self._reader = LogReader(store, cache)

    def at_one_look(self) -> StoreRegistry:
        view = copy(self)
        view._reader = self._reader.at_one_look()
        return view

    def entries(self, kind: str) -> list[Entry]:
        return self.since(kind, 0)

    def since(self, kind: str, number: int) -> list[Entry]:
        def ask(log: Log) -> list[Entry]:
            wanted = [pair for pair in log.segments if pair[0].last > number]
            folded = [
                (segment, line)
                for segment in self._reader.segments(log, wanted)
                for line in range(max(0, number + 1 - segment.stretch.first), segment.stretch.width)
            ]
            since = [one for one in log.tail if one > number]
            return [*self._reader.lines(folded), *self._reader.tail(log, since)]

        return self._reader.asked(kind, ask)

    def find(self, kind: str, key: str) -> Entry | None:
        return self._reader.asked(kind, lambda log: self._found(log, key))

    def latest(self, kind: str) -> Entry | None:
        return self._reader.asked(kind, self._latest)

    def count(self, kind: str) -> int:
        return self._reader.asked(kind, lambda log: log.count)

    def about(self, kind: str, subject: str) -> list[Entry]:
        def ask(log: Log) -> list[Entry]:
            folded = [
                (segment, line)
                for segment in self._reader.segments(log)
                for line in self._reader.lines_about(segment).get(subject, [])
            ]
            return [
                *self._reader.lines(folded),
                *(entry for entry in self._reader.tail(log) if is_about(entry)),
            ]

        def is_about(entry: Entry) -> bool:
            return subject_of(SUBJECTS.get(kind, ()), entry) == subject

        return self._reader.asked(kind, ask)

    def newest(self, kind: str, subject: str) -> Entry | None:
        return self._reader.asked(kind, lambda log: self._newest(log, subject))

    def newest_by_subject(self, kind: str) -> dict[str, Entry]:
        def ask(log: Log) -> dict[str, Entry]:
            places: dict[str, tuple[Segment, int]] = {}
            for segment in self._reader.segments(log):
                for subject, lines in self._reader.lines_about(segment).items():
                    places[subject] = (segment, lines[-1])
            newest = dict(zip(places, self._reader.lines(list(places.values())), strict=True))
            for entry in self._reader.tail(log):
                newest[subject_of(SUBJECTS.get(kind, ()), entry)] = entry
            return newest

        return self._reader.asked(kind, ask)

    def strangers(self) -> list[str]:
        listed = self._store.names(RECORD, self._reader.marks())
        return [self._store.uri(name) for name in listed if not _is_ours(name.removeprefix(RECORD))]

    def append(self, kind: str, entry: Mapping[str, Any], key: str) -> Entry:
        for tried in range(_TRIES):
            earlier, number = self._reader.asked(
                kind, lambda log: (self._found(log, key), log.count + 1), of_the_last=not tried
            )
            if earlier:
                return earlier
            if created := self._created(kind, number, entry, key):
                self._reader.forget_look(kind)
                return created
        raise _outrun(kind)

    def append_change(self, kind: str, state: Mapping[str, Any], subject: str | None = None) -> Entry:
        def ask(log: Log) -> tuple[Entry | None, int]:
            found = self._newest(log, str(state[subject])) if subject else self._latest(log)
            return found, log.count + 1

        looks_anew = not self._reader.has_looked(kind)
        for _ in range(_TRIES):
            newest, number = self._reader.asked(kind, ask, of_the_last=not looks_anew)
            if newest and all(newest.get(name) == value for name, value in state.items()):
                if looks_anew:  # since a look before, another may have said otherwise
                    return newest
            else:
                key = f"{content_hash(state)}:after-{newest['number'] if newest else 0}"
                if created := self._created(kind, number, state, key):
                    return created
            looks_anew = True
        raise _outrun(kind)

    def _created(self, kind: str, number: int, entry: Mapping[str, Any], key: str) -> Entry | None:
        """None where others have recorded since the look that gave the number: it is taken then."""
        taken = [name for name in OURS if name in entry]
        if taken or not key:
            raise Permanent(
                f"cannot record in {kind}: it needs a key and must leave {', '.join(OURS)} to the record"
            )
        stamp = self._now().astimezone(UTC).isoformat(timespec="seconds")
        data = _to_bytes(kind, {**entry, "number": number, "key": key, "recorded_at": stamp})
        try:
            version = self._store.create(f"{folder_of(kind)}{entry_name(number)}", data)
        except AlreadyExists:
            return None
        self._reader.has_written(kind, number, data, version)
        if number >= self._reader.folded(kind) + STRETCH:
            self.fold(kind)
        return parsed(data)

    def fold(self, kind: str) -> None:
        """Into segments, what is not in them yet; `append` does it when there is enough.

        An entry stands whatever becomes of this: the next one folds what was not folded now.
        """
        try:
            self._reader.asked(kind, lambda log: fold(self._reader, log))
        except UballError as error:
            _log.warning("the record's %s are not folded: %s", kind, error)

    def _latest(self, log: Log) -> Entry | None:
        if log.tail:
            return self._reader.tail(log, [log.count])[0]
        if not log.segments:
            return None
        (last,) = self._reader.segments(log, log.segments[-1:])
        return self._reader.lines([(last, last.stretch.width - 1)])[0]

    def _newest(self, log: Log, subject: str) -> Entry | None:
        for entry in reversed(self._reader.tail(log)):
            if subject_of(SUBJECTS.get(log.kind, ()), entry) == subject:
                return entry
        for segment in reversed(self._reader.segments(log)):
            if lines := self._reader.lines_about(segment).get(subject):
                return self._reader.lines([(segment, lines[-1])])[0]
        return None

    def _found(self, log: Log, key: str) -> Entry | None:
        for entry in self._reader.tail(log):
            if entry["key"] == key:
                return entry
        for segment in reversed(self._reader.segments(log)):
            if (line := segment.line_by_key.get(key)) is not None:
                return self._reader.lines([(segment, line)])[0]
        return None


def _outrun(kind: str) -> Transient:
    return Transient(f"{_TRIES} writers in a row were quicker to record in {kind}: run it again")


def _is_ours(name: str) -> bool:
    kind, _, rest = name.partition("/")
    return is_kind(kind) and is_ours(rest)


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
