"""The metadata of the objects in a listing of S3, which does not tell it.

Metadata belongs to the object and is kept there, nowhere else: a
second object or an index beside it could not change in the same instant. Most listings are made for names,
sizes and checksums, and cost one listing. The first look at any metadata of a listing asks for all of that
listing's, `CONNECTIONS` at a time; at 30 ms an answer that is 0.2 s per hundred objects, once.

Belongs here: when it is asked for. Not here: the asking (`s3_store`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

from uball_assets.adapters.stores.buckets import CONNECTIONS, for_readers
from uball_assets.domain.errors import UballError

Ask = Callable[[str, str], dict[str, str]]
"""All that is kept with the object of a name, if it still has the ETag; raises Permanent or Transient."""


class KeptWithListing:
    """The metadata of a listing's objects, asked for together when the first is looked at."""

    def __init__(self, ask: Ask, etags: Mapping[str, str]) -> None:
        self._ask = ask
        self._etags = etags
        self._asking = threading.Lock()
        self._found: dict[str, dict[str, str] | UballError] | None = None

    def of(self, name: str) -> dict[str, str]:
        with self._asking:
            if self._found is None:
                with ThreadPoolExecutor(min(CONNECTIONS, len(self._etags))) as pool:
                    self._found = dict(zip(self._etags, pool.map(self._asked, self._etags), strict=True))
            found = self._found[name]
        if isinstance(found, UballError):
            raise found
        return found

    def _asked(self, name: str) -> dict[str, str] | UballError:
        try:
            return for_readers(self._ask(name, self._etags[name]))
        except UballError as error:
            return error


class KeptWithObject(Mapping[str, str]):
    """Raises Transient where the object was replaced since it was listed, Permanent where it is gone."""

    def __init__(self, name: str, listing: KeptWithListing) -> None:
        self._name = name
        self._listing = listing

    def __getitem__(self, key: str) -> str:
        return self._listing.of(self._name)[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._listing.of(self._name))

    def __len__(self) -> int:
        return len(self._listing.of(self._name))

    def __repr__(self) -> str:
        return f"<metadata of {self._name}>"
