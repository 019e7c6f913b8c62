"""Reading a kind's log: what a listing names, side by side, each object once.

A look at a kind is one listing, from the last folded entry on (the first in a process: two). What it names is
kept by its version: in memory, and on this machine where the store is elsewhere.

Belongs here: objects to entries, and telling what is damaged. Not here: questions (`registry`), which objects
count (`log`), folding (`folding`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from copy import copy
from pathlib import Path
from typing import TypeVar

from uball_assets.adapters.record.log import Log, entry_name, log_of
from uball_assets.adapters.record.segments import (
    START,
    Damaged,
    Entry,
    Line,
    Segment,
    Stretch,
    hash_of,
    line_of,
    stretch_named,
)
from uball_assets.adapters.stores.kept_objects import KeptObjects
from uball_assets.adapters.stores.object_store import ObjectInfo, ObjectStore
from uball_assets.domain.errors import Permanent, Transient
from uball_assets.domain.record import SUBJECTS, stopped_by, subject_of

T = TypeVar("T")
S = TypeVar("S")

RECORD = "record/"
_KIND = re.compile(r"[a-z][a-z0-9_]{0,49}")
_LOOKS = 5
"""A listing may miss what was born, or name what was superseded, while it ran."""
_AT_ONCE = 16
_ENTRIES_A_STRETCH = 900
"""Of a long listing: a little less than the 1,000 objects of a bucket's page."""
_OWN = "own"
"""The version of what this process has recorded and no listing has told of yet."""


class LogReader:
    """Safe to share between threads."""

    def __init__(self, store: ObjectStore, cache: Path | None) -> None:
        """`cache`: a folder of this machine for what is fetched; None where the store is on it anyway."""
        self.store = store
        self._kept = KeptObjects(cache)
        self._cache = cache
        self._last: dict[str, Log] = {}
        self._looks_once = False
        self._folded: dict[str, int] = {}
        self._entries_read: dict[tuple[str, str], bytes] = {}
        self._written: dict[str, bytes] = {}
        self._segments_read: dict[tuple[str, str], Segment] = {}

    def at_one_look(self) -> LogReader:
        """One that looks at each kind once; what was read is common to both."""
        other = copy(self)
        other._last, other._looks_once = {}, True
        return other

    def asked(self, kind: str, ask: Callable[[Log], T], *, of_the_last: bool | None = None) -> T:
        """The answer of a look at the kind; anew where a segment was superseded before it was read.

        `of_the_last`: the look before will do, with what this process has recorded since. It misses what
        others recorded: whoever then takes the next number finds it taken, and looks anew.
        """
        last = self._last.get(kind) if (self._looks_once if of_the_last is None else of_the_last) else None
        for _ in range(_LOOKS):
            try:
                log, last = last or self.look(kind), None
                return ask(log)
            except _SupersededError:
                continue
        raise Transient(f"the record's {kind} are being folded over and over: run it again")

    def has_looked(self, kind: str) -> bool:
        return kind in self._last

    def marks(self) -> list[str]:
        """Names of entries within the kinds that were looked at, for a long listing."""
        return [
            f"{folder_of(kind)}{entry_name(number)}"
            for kind, log in list(self._last.items())
            for number in range(_ENTRIES_A_STRETCH, log.count, _ENTRIES_A_STRETCH)
        ]

    def forget_look(self, kind: str) -> None:
        if not self._looks_once:
            self._last.pop(kind, None)

    def look(self, kind: str) -> Log:
        folder = folder_of(kind)
        for look in range(_LOOKS):
            begin = self._begin(kind, folder, told=not look)
            found = log_of(kind, folder, self.store.list(folder, begin))
            if not found.missing:
                self._keep_what_counts(found)
                self._last[kind] = found
                return found
            self._folded.pop(kind, None)
        lost = self.store.uri(folder + found.missing)
        if stretch_named(found.missing):
            raise Permanent(f"the record has lost {lost}: {self._remedy(kind)}; {stopped_by(kind)}")
        raise Permanent(f"the record has lost {lost}: restore it from a backup; {stopped_by(kind)}")

    def _folded_by_then(self, folder: str) -> int | None:
        """What `_tell_folded` kept: a guess that any look corrects; None where nothing is kept."""
        try:
            return int(self._place_to_tell(folder).read_text()) if self._cache else None
        except (OSError, ValueError):
            return None

    def _tell_folded(self, folder: str, folded: int) -> None:
        if self._cache and folded != self._folded_by_then(folder):
            with suppress(OSError):
                place = self._place_to_tell(folder)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(str(folded))

    def _place_to_tell(self, folder: str) -> Path:
        name = hash_of(self.store.uri(folder.rstrip("/")).encode())
        return (self._cache or Path()) / f"folded-{name[:32]}"

    def folded(self, kind: str) -> int:
        """How many entries were in segments at the last look."""
        return self._folded.get(kind, 0)

    def _keep_what_counts(self, log: Log) -> None:
        """In memory; what was folded meanwhile, or superseded, goes."""
        if self._folded.get(log.kind) == log.folded:
            return
        self._folded[log.kind] = log.folded
        self._tell_folded(folder_of(log.kind), log.folded)
        folder, counting = folder_of(log.kind), {info.name for _, info in log.segments}
        for known in [known for known in self._entries_read if known[0].startswith(folder)]:
            if known[0] < folder + entry_name(log.folded):
                self._entries_read.pop(known, None)
        for name in [name for name in self._written if name.startswith(folder)]:
            if name < folder + entry_name(log.folded):
                self._written.pop(name, None)
        for known in [known for known in self._segments_read if known[0].startswith(folder)]:
            if known[0] not in counting:
                self._segments_read.pop(known, None)

    def _begin(self, kind: str, folder: str, *, told: bool) -> str:
        """The name behind which to list: that before the last folded entry, which is compared.

        `told`: how many were folded may be told by an earlier process of this machine.
        """
        folded = self._folded.get(kind)
        if folded is None and told:
            folded = self._folded_by_then(folder)
        if folded is None:
            folded = log_of(kind, folder, self.store.list(f"{folder}segments/")).folded
        return f"{folder}{entry_name(folded - 1)}" if folded > 1 else ""

    def tail(self, log: Log, numbers: Iterable[int] | None = None) -> list[Entry]:
        """Entries that are not folded yet: all, or those of these numbers."""
        wanted = log.tail if numbers is None else {number: log.tail[number] for number in numbers}
        return side_by_side(lambda pair: self._entry(log.kind, *pair), list(wanted.items()))

    def _entry(self, kind: str, number: int, info: ObjectInfo) -> Entry:
        data = self._bytes(info)
        try:
            entry = parsed(data)
            whole = entry["number"] == number and isinstance(entry["key"], str) and entry["recorded_at"]
        except (ValueError, KeyError, TypeError):
            whole = False
        if not whole:
            place = self.store.uri(info.name)
            raise Permanent(
                f"{place} is damaged: restore it from a backup, entries never change once recorded; "
                f"{stopped_by(kind)}"
            )
        return entry

    def _bytes(self, info: ObjectInfo) -> bytes:
        """The content, kept: a version of an object never changes."""
        known = (info.name, info.version)
        if known not in self._entries_read:
            self._entries_read[known] = self._fetched(info)
        return self._entries_read[known]

    def has_written(self, kind: str, number: int, data: bytes, version: str) -> None:
        """An entry that this process has just created: the last look goes on to it, the next need not fetch
        it, nor need the next process where the store has told its version."""
        own = ObjectInfo(f"{folder_of(kind)}{entry_name(number)}", len(data), version or _OWN)
        self._written[own.name] = self._entries_read[own.name, own.version] = data
        if version:
            self._fetched(own)
        if (last := self._last.get(kind)) and last.count == number - 1:
            self._last[kind] = last.and_then(number, own)

    def _fetched(self, info: ObjectInfo) -> bytes:
        key, own = f"{self.store.uri(info.name)}@{info.version}", self._written.pop(info.name, b"")
        is_own = len(own) == info.size_bytes > 0
        return self._kept.read(key, lambda: own if is_own else self.store.read(info.name))

    def segments(self, log: Log, wanted: Sequence[tuple[Stretch, ObjectInfo]] | None = None) -> list[Segment]:
        """Those wanted, or all, read side by side. Permanent where one does not follow on the one before, or
        the last does not end with the entry that stands beside it."""
        pairs = log.segments if wanted is None else wanted
        segments = side_by_side(lambda pair: self._segment(log, *pair), pairs)
        link = START if pairs and pairs[0][0].first == 1 else None
        for segment in segments:
            if link is not None and segment.before != link:
                raise self._foreign(segment, "it does not go on from where the one before ends")
            link = segment.after
        return segments

    def _segment(self, log: Log, stretch: Stretch, info: ObjectInfo) -> Segment:
        known = (info.name, info.version)
        if known not in self._segments_read:
            segment = self._read_segment(log.kind, stretch, info)
            if stretch.last == log.folded and log.anchor:
                entry = self._entry(log.kind, stretch.last, log.anchor)
                if Line.of(entry, "").kept != segment.lines[-1]:
                    raise self._foreign(segment, f"it does not end with {self.store.uri(log.anchor.name)}")
            self._segments_read[known] = segment
        return self._segments_read[known]

    def _read_segment(self, kind: str, stretch: Stretch, info: ObjectInfo) -> Segment:
        try:
            return Segment.from_bytes(self._fetched(info), kind, stretch)
        except Damaged as error:
            raise self.damaged(info.name, error) from error
        except Permanent as error:
            if any(stands.name == info.name for stands in self.store.list(info.name)):
                raise
            raise _SupersededError from error

    def _foreign(self, segment: Segment, why: str) -> Permanent:
        return self.damaged(f"{folder_of(segment.kind)}{segment.stretch.name}", Damaged(why))

    def damaged(self, name: str, why: Damaged) -> Permanent:
        kind = name.removeprefix(RECORD).partition("/")[0]
        return Permanent(
            f"{self.store.uri(name.rstrip('/'))} is damaged, or of another record ({why}): "
            f"{self._remedy(kind)}; {stopped_by(kind)}"
        )

    def _remedy(self, kind: str) -> str:
        folder = self.store.uri(f"{folder_of(kind)}segments")
        return f"delete all of {folder}: the entries stand beside it, and are folded anew"

    def lines(self, places: Sequence[tuple[Segment, int]]) -> list[Entry]:
        """The entries at these lines; large ones are fetched, side by side."""
        large = [place for place in places if _is_hash(place[0].lines[place[1]])]
        fetched = dict(
            zip(
                ((id(segment), line) for segment, line in large),
                side_by_side(self._large, large),
                strict=True,
            )
        )
        told = _all_parsed([segment.lines[line] for segment, line in places])
        if not fetched:
            return told
        return [
            fetched.get((id(segment), line), entry)
            for (segment, line), entry in zip(places, told, strict=True)
        ]

    def _large(self, place: tuple[Segment, int]) -> Entry:
        segment, line = place
        name = f"{folder_of(segment.kind)}{entry_name(segment.stretch.first + line)}"
        wanted = json.loads(segment.lines[line])
        data = self._kept.read(f"{self.store.uri(name)}#{wanted}", lambda: self.store.read(name))
        try:
            entry = parsed(data)
            whole = hash_of(line_of(entry)) == wanted
        except ValueError:
            whole = False
        if not whole:
            raise Permanent(
                f"{self.store.uri(name)} is not what was recorded: restore it from a backup, entries never "
                f"change; {stopped_by(segment.kind)}"
            )
        return entry

    def lines_about(self, segment: Segment) -> Mapping[str, Sequence[int]]:
        if segment.fields == SUBJECTS.get(segment.kind, ()):
            return segment.lines_about
        about: dict[str, list[int]] = {}
        for line, subject in enumerate(self.subjects(segment)):
            about.setdefault(subject, []).append(line)
        return about

    def subjects(self, segment: Segment) -> Sequence[str]:
        """As its kind tells them now, which may be otherwise than when it was folded."""
        fields = SUBJECTS.get(segment.kind, ())
        if segment.fields == fields:
            return segment.subjects
        places = [(segment, line) for line in range(segment.stretch.width)]
        return [subject_of(fields, entry) for entry in self.lines(places)]


class _SupersededError(Exception):
    """A segment went between the listing and the reading, for a wider one stands in its place."""


def side_by_side(read: Callable[[S], T], wanted: Iterable[S]) -> list[T]:
    """Of each, in order; many at once, for each may wait for an answer."""
    items = list(wanted)
    if len(items) < 2:
        return [read(item) for item in items]
    with ThreadPoolExecutor(min(_AT_ONCE, len(items))) as pool:
        return list(pool.map(read, items))


def folder_of(kind: str) -> str:
    if not _KIND.fullmatch(kind):
        raise Permanent(
            f"{kind!r} is no kind of entry: use lower-case letters, digits and '_', such as 'manifests'"
        )
    return f"{RECORD}{kind}/"


def is_kind(word: str) -> bool:
    return bool(_KIND.fullmatch(word))


def _is_hash(line: bytes) -> bool:
    return line.startswith(b'"')


def parsed(data: bytes) -> Entry:
    entry: Entry = json.loads(data)
    return entry


def _all_parsed(lines: Sequence[bytes]) -> list[Entry]:
    """At once: one by one, ten thousand take twice as long. Segments are proved: each line is a value."""
    entries: list[Entry] = json.loads((b"[" + b",".join(lines) + b"]").decode())
    return entries
