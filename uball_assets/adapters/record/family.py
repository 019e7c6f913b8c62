"""The record as one family of models has it: its own models, routes, scores, trials and attempts, and what is
common to all families.

Whoever is given it works on that family without knowing which: routing, trials, requests, retirement. Belongs
here: the family's names for its kinds. Not here: which kinds a family has for itself (`domain.record`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.domain.record import Family, kind_of


def of_family(registry: Registry, family: Family) -> Registry:
    """The video family's is the record itself: it was there first."""
    return registry if family is Family.VIDEO else FamilyRegistry(registry, family)


def family_of(registry: Registry) -> Family:
    """Whose record this is."""
    return registry.family if isinstance(registry, FamilyRegistry) else Family.VIDEO


@dataclass(frozen=True)
class FamilyRegistry:
    """A `Registry`. `strangers` are those of the whole record."""

    whole: Registry
    family: Family

    def named(self, kind: str) -> str:
        return kind_of(self.family, kind)

    def append(self, kind: str, entry: Mapping[str, Any], key: str) -> Entry:
        return self.whole.append(self.named(kind), entry, key)

    def append_change(self, kind: str, state: Mapping[str, Any], subject: str | None = None) -> Entry:
        return self.whole.append_change(self.named(kind), state, subject)

    def entries(self, kind: str) -> list[Entry]:
        return self.whole.entries(self.named(kind))

    def since(self, kind: str, number: int) -> list[Entry]:
        return self.whole.since(self.named(kind), number)

    def find(self, kind: str, key: str) -> Entry | None:
        return self.whole.find(self.named(kind), key)

    def latest(self, kind: str) -> Entry | None:
        return self.whole.latest(self.named(kind))

    def count(self, kind: str) -> int:
        return self.whole.count(self.named(kind))

    def about(self, kind: str, subject: str) -> list[Entry]:
        return self.whole.about(self.named(kind), subject)

    def newest(self, kind: str, subject: str) -> Entry | None:
        return self.whole.newest(self.named(kind), subject)

    def newest_by_subject(self, kind: str) -> dict[str, Entry]:
        return self.whole.newest_by_subject(self.named(kind))

    def at_one_look(self) -> Registry:
        return FamilyRegistry(self.whole.at_one_look(), self.family)

    def strangers(self) -> list[str]:
        return self.whole.strangers()
