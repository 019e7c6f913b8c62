"""A feed of files in a folder or a bucket: `fixtures*.csv`, `player_lines*.json`, …, several of a kind.

Belongs here: which files are a feed's. Not here: reading one (`domain.league.intake.documents`).
"""

from __future__ import annotations

from dataclasses import replace

from uball_assets.adapters.results.results_source import Fetched, Wanted
from uball_assets.adapters.results.retrying import Asking
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.errors import Permanent
from uball_assets.domain.league.intake.documents import Broken, read_document
from uball_assets.domain.league.intake.reading import Kind

ENDINGS = (".csv", ".tsv", ".json", ".jsonl")
MOST_BYTES = 256 * 1024 * 1024


class FileFeed:
    def __init__(self, name: str, store: ObjectStore, encoding: str = "", ask: Asking | None = None) -> None:
        """`encoding`: of text that is neither UTF-8 nor UTF-16."""
        self.name, self._store, self._encoding, self._ask = name, store, encoding, ask or Asking()

    def fetch(self, wanted: Wanted) -> Fetched:
        """Every file whole, but those that are seen."""
        listed = self._ask(lambda: self._store.list(""))
        found = [(kind, info) for info in listed if (kind := kind_of(info.name))]
        if not found:
            raise Permanent(
                f"{self._store.uri('fixtures.csv')} is not there, nor another file of a feed: put "
                "fixtures.csv there (docs/results.md), or take the folder out of UBALL_RESULTS_SOURCES"
            )
        new = [(kind, info) for kind, info in found if wanted.seen.get(info.name) != info.version]
        read = Fetched.together(self._read(kind, info.name, info.size_bytes) for kind, info in new)
        return replace(read, seen={info.name: info.version for _, info in found})

    def _read(self, kind: Kind, name: str, size_bytes: int) -> Fetched:
        if size_bytes > MOST_BYTES:
            why = f"it has {size_bytes} bytes, more than {MOST_BYTES}"
            return Fetched(broken=(Broken(kind, name, why, "split it by season"),))
        read = read_document(kind, name, self._ask(lambda: self._store.read(name)), self._encoding)
        return Fetched(read.rows, (read.broken,) if read.broken else (), notices=read.notices)


def kind_of(name: str) -> Kind | None:
    """Of a file by its name: `fixtures-2024.csv` holds fixtures."""
    file = name.rpartition("/")[2].lower()
    if not file.endswith(ENDINGS):
        return None
    return next((kind for kind in Kind if file.startswith(kind)), None)
