"""Which documents of a source were taken whole, and in which version: they are not read again.

Belongs here: remembering. Not here: what a version is (each source), when all is read anew
(`services.league.collecting`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.league.intake.letters import slug_of


@dataclass(frozen=True)
class _Seen:
    versions: dict[str, str]


class SeenDocuments:
    def __init__(self, store: ObjectStore, source: str) -> None:
        self._store, self._name = store, f"results/seen/{slug_of(source)}.json"

    def read(self) -> dict[str, str]:
        """By name; empty for a source of which none was remembered."""
        found = documents.find(self._store, self._name, _Seen)
        return found.versions if found else {}

    def remember(self, versions: Mapping[str, str]) -> None:
        """These, and no others; called once what they tell is kept."""
        documents.save(self._store, self._name, _Seen(dict(versions)))
