"""A kind's log as one listing shows it: the segments that count, and the entries since.

Belongs here: which objects of a listing make up the log, and what is missing of it. Not here: reading them
(`registry`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from uball_assets.adapters.record.segments import Stretch, cover, missing_before, stretch_named
from uball_assets.adapters.stores.object_store import ObjectInfo

_NUMBERED = re.compile(r"(\d{6,})\.json")


def entry_name(number: int) -> str:
    """Within the kind's folder."""
    return f"{number:06d}.json"


def is_ours(name: str) -> bool:
    """Whether a name within a kind's folder is an entry's or a segment's."""
    return _number_in(name) is not None or stretch_named(name) is not None


def _number_in(name: str) -> int | None:
    found = _NUMBERED.fullmatch(name)
    return int(found[1]) if found and entry_name(int(found[1])) == name else None


@dataclass(frozen=True)
class Log:
    kind: str
    segments: tuple[tuple[Stretch, ObjectInfo], ...]
    """In order, side by side, from the first entry on."""
    tail: dict[int, ObjectInfo]
    """The entries behind the segments, in order."""
    anchor: ObjectInfo | None
    """The entry that the last segment ends with: as itself, to compare; None where nothing is folded."""
    superseded: tuple[str, ...]
    """Segments in whose place a wider one stands."""
    missing: str
    """The name, within the folder, of the first object that must be there and is not; '' if none is."""

    @property
    def folded(self) -> int:
        """How many entries are in segments."""
        return self.segments[-1][0].last if self.segments else 0

    @property
    def count(self) -> int:
        return next(reversed(self.tail), self.folded)

    def and_then(self, number: int, info: ObjectInfo) -> Log:
        """With an entry that was recorded behind it since."""
        return replace(self, tail={**self.tail, number: info})


def log_of(kind: str, folder: str, listed: Iterable[ObjectInfo]) -> Log:
    """From a listing of the folder, whole or from the last folded entry on."""
    numbers: dict[int, ObjectInfo] = {}
    found: dict[Stretch, ObjectInfo] = {}
    for info in listed:
        name = info.name.removeprefix(folder)
        if (number := _number_in(name)) is not None:
            numbers[number] = info
        elif stretch := stretch_named(name):
            found[stretch] = info
    covering = cover(found)
    folded = covering[-1].last if covering else 0
    tail = {number: numbers[number] for number in sorted(numbers) if number > folded}
    beyond = [stretch for stretch in sorted(found) if stretch.first > folded]
    superseded = sorted(stretch for stretch in found if stretch.last <= folded and stretch not in covering)
    return Log(
        kind,
        tuple((stretch, found[stretch]) for stretch in covering),
        tail,
        numbers.get(folded),
        tuple(found[stretch].name for stretch in superseded),
        _missing(folded, numbers, list(tail), beyond),
    )


def _missing(folded: int, numbers: dict[int, ObjectInfo], tail: list[int], beyond: list[Stretch]) -> str:
    if beyond:
        return missing_before(folded, beyond[0]).name
    if folded and folded not in numbers:
        return entry_name(folded)
    gap = next((due for due, number in enumerate(tail, start=folded + 1) if due != number), None)
    return entry_name(gap) if gap else ""
