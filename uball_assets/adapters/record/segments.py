"""Segments: closed stretches of the record's entries, each in one object: a long record is few objects.

    record/games/segments/000001-008192.jsonl      a header, the keys, the subjects, then an entry a line
    record/games/segments/008193-009216.jsonl
    record/games/segments/009217-009224.jsonl
    record/games/009225.json                       what came since, an object an entry

A segment is as wide as 8 entries doubled some times, and begins where one of its width may: n entries are as
many segments as n / 8 has ones in binary, 13 at most for 60,000. When two of a width stand side by side, one
of twice the width takes their place, so that an entry is written again only as often as its record doubles.
Which segments there are, and every byte of them, follows from the entries alone: two writers fold alike.

The entries stay beside their segments, for people to read. A segment holds no address: it may be copied.

Belongs here: names, form and proof. Not here: when it is folded (`folding`) or read (`registry`).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Entry = dict[str, Any]

STRETCH = 8
"""Entries of the narrowest segment. Fewer would fold oftener; more would leave more to read one by one."""
LARGE_BYTES = 64 * 1024
"""An entry from this size on stands in its segment by its hash alone, and is read from its own object."""
START = ""
"""The chain before the first entry."""

_NAME = re.compile(r"segments/(\d{6,})-(\d{6,})\.jsonl")


class Damaged(Exception):  # noqa: N818 - an answer, not an error: whoever reads names the object
    """Why bytes are no segment, or not the one that they are taken for."""


@dataclass(frozen=True, order=True)
class Stretch:
    """Entries by their numbers, first and last included."""

    first: int
    last: int

    @property
    def name(self) -> str:
        """Within the kind's folder."""
        return f"segments/{self.first:06d}-{self.last:06d}.jsonl"

    @property
    def width(self) -> int:
        return self.last - self.first + 1

    def holds(self, other: Stretch) -> bool:
        return self.first <= other.first and other.last <= self.last


def stretch_named(name: str) -> Stretch | None:
    """The stretch of a segment's name within the kind's folder; None for what is none."""
    found = _NAME.fullmatch(name)
    if not found:
        return None
    stretch = Stretch(int(found[1]), int(found[2]))
    steps, rest = divmod(stretch.width, STRETCH)
    is_power = rest == 0 and steps > 0 and steps & (steps - 1) == 0
    return stretch if is_power and stretch.last % stretch.width == 0 and stretch.name == name else None


def stretches(count: int) -> list[Stretch]:
    """What `count` entries are folded into, in order; the last few may be left over."""
    found, begin = [], 0
    for power in reversed(range((count // STRETCH).bit_length())):
        width = STRETCH << power
        if begin + width <= count:
            found.append(Stretch(begin + 1, begin + width))
            begin += width
    return found


def line_of(entry: Mapping[str, Any]) -> bytes:
    """An entry on one line, the same for the same entry."""
    return json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def hash_of(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


@dataclass(frozen=True)
class Line:
    """An entry as a segment keeps it."""

    key: str
    subject: str
    kept: bytes
    """The entry, or its hash as JSON text where it is large."""

    @classmethod
    def of(cls, entry: Mapping[str, Any], subject: str) -> Line:
        line = line_of(entry)
        kept = line if len(line) < LARGE_BYTES else json.dumps(hash_of(line)).encode()
        return cls(entry["key"], subject, kept)


@dataclass(frozen=True)
class Segment:
    kind: str
    stretch: Stretch
    before: str
    """The chain of hashes up to the entry before the first; `START` at the record's beginning."""
    after: str
    """The chain up to its last entry: the next segment's `before`."""
    fields: tuple[str, ...]
    """By which its subjects were told (`domain.record.SUBJECTS`, as it was then)."""
    index: tuple[bytes, bytes]
    """Keys and subjects, as JSON lists."""
    lines: tuple[bytes, ...]
    """An entry each, in order (`Line.kept`)."""

    @cached_property
    def keys(self) -> list[str]:
        keys: list[str] = json.loads(self.index[0])
        return keys

    @cached_property
    def line_by_key(self) -> dict[str, int]:
        """Which line it is, from 0."""
        return {key: line for line, key in enumerate(self.keys)}

    @cached_property
    def subjects(self) -> list[str]:
        subjects: list[str] = json.loads(self.index[1])
        return subjects

    @cached_property
    def lines_about(self) -> dict[str, list[int]]:
        about: dict[str, list[int]] = {}
        for line, subject in enumerate(self.subjects):
            about.setdefault(subject, []).append(line)
        return about

    def told(self) -> Iterator[Line]:
        for key, subject, kept in zip(self.keys, self.subjects, self.lines, strict=True):
            yield Line(key, subject, kept)

    def to_bytes(self) -> bytes:
        body = b"\n".join([*self.index, *self.lines]) + b"\n"
        header = {
            "kind": self.kind,
            "first": self.stretch.first,
            "last": self.stretch.last,
            "before": self.before,
            "after": self.after,
            "by": list(self.fields),
            "sha256": hash_of(body),
        }
        return line_of(header) + b"\n" + body

    @classmethod
    def from_bytes(cls, data: bytes, kind: str, stretch: Stretch) -> Segment:
        """Raises Damaged where a byte is not as it was written, or it is another segment's."""
        head, _, body = data.partition(b"\n")
        try:
            header = json.loads(head)
            told = (header["kind"], header["first"], header["last"])
            before, after, fields = str(header["before"]), str(header["after"]), tuple(header["by"])
            whole = header["sha256"] == hash_of(body)
        except (ValueError, KeyError, TypeError) as error:
            raise Damaged("it has no header") from error
        if not whole:
            raise Damaged("its content is not what was written")
        if told != (kind, stretch.first, stretch.last):
            raise Damaged(f"it holds {told[0]} {told[1]} to {told[2]}")
        keys, subjects, *lines = body.split(b"\n")[:-1]
        if len(lines) != stretch.width:
            raise Damaged(f"it holds {len(lines)} entries")
        return cls(kind, stretch, before, after, fields, (keys, subjects), tuple(lines))


def joined(
    kind: str,
    stretch: Stretch,
    before: str,
    fields: tuple[str, ...],
    parts: Sequence[Segment | Line],
    subjects: Mapping[Stretch, Sequence[str]],
) -> Segment:
    """One segment in the place of narrower ones and single entries, in order; equal to them, or Damaged.

    `subjects`: by stretch, of segments whose own were told by other fields.
    """
    told: list[Line] = []
    link = before
    for part in parts:
        if isinstance(part, Line):
            told.append(part)
            link = linked(link, part.kept)
            continue
        if part.before != link:
            raise Damaged(f"{part.stretch.name} does not follow on what stands before it")
        lines = list(part.told())
        anew = subjects.get(part.stretch, part.subjects)
        told += [Line(line.key, subject, line.kept) for line, subject in zip(lines, anew, strict=True)]
        for line in lines:
            link = linked(link, line.kept)
        if part.after != link:
            raise Damaged(f"{part.stretch.name} does not hold the entries that it was folded from")
    index = (_list([line.key for line in told]), _list([line.subject for line in told]))
    return Segment(kind, stretch, before, link, fields, index, tuple(line.kept for line in told))


def linked(link: str, kept: bytes) -> str:
    """The chain one entry on."""
    return hashlib.sha256(link.encode() + hashlib.sha256(kept).digest()).hexdigest()


def _list(values: Iterable[str]) -> bytes:
    return json.dumps(list(values), ensure_ascii=False, separators=(",", ":")).encode()


def missing_before(folded: int, beyond: Stretch) -> Stretch:
    """The segment that must stand behind the first `folded` entries, where one stands further on."""
    width = STRETCH
    while folded % (2 * width) == 0 and folded + 2 * width < beyond.first:
        width *= 2
    return Stretch(folded + 1, folded + width)


def cover(found: Iterable[Stretch]) -> list[Stretch]:
    """The widest that stand side by side from the first entry on."""
    by_first: dict[int, Stretch] = {}
    for stretch in sorted(found):
        by_first[stretch.first] = stretch  # the widest comes last
    covering: list[Stretch] = []
    while stretch_next := by_first.get(covering[-1].last + 1 if covering else 1):
        covering.append(stretch_next)
    return covering
