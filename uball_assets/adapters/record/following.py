"""A kind of entry followed by a process that asks again and again: each look reads only what is new.

Entries never change, so what was read stands. Belongs here: keeping it. Not here: reading (`registry`), or
what a process that asks once needs.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from weakref import WeakKeyDictionary

from uball_assets.adapters.record.family import FamilyRegistry
from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.domain.record import SUBJECTS, subject_of

_kept: WeakKeyDictionary[Registry, dict[str, list[Entry]]] = WeakKeyDictionary()
_reading = threading.Lock()


def followed(registry: Registry, kind: str) -> list[Entry]:
    """All entries of a kind in order, as `Registry.entries`. The caller changes none.

    A family's record is made anew for each question; what was read is kept with the whole one.
    """
    if isinstance(registry, FamilyRegistry):
        return followed(registry.whole, registry.named(kind))
    with _reading:
        entries = _kept.setdefault(registry, defaultdict(list))[kind]
        entries += registry.since(kind, len(entries))
        return list(entries)


def newest_followed(registry: Registry, kind: str) -> dict[str, Entry]:
    """The last entry about each subject, by subject, as `Registry.newest_by_subject`."""
    fields = SUBJECTS[kind]
    return {subject_of(fields, entry): entry for entry in followed(registry, kind)}
