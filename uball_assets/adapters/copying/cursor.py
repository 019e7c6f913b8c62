"""Where a copy stands, so that a killed one goes on: a small object beside the videos, while it runs.

    migrations/{hash}.json    one video: the upload's address, and checksums at an offset that had arrived

An upload's address is a secret, since it alone allows the upload to go on: it stands in the private bucket
that the upload is for, and is never part of a message.

Belongs here: keeping the cursor. Not here: following it (`stream`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.errors import Permanent
from uball_assets.domain.hashing import content_hash

FOLDER = "migrations/"


@dataclass(frozen=True)
class Cursor:
    upload_address: str = field(repr=False)
    source_fingerprint: str
    state: dict[str, Any]
    """Of `proof.Checks`."""


class CursorShelf:
    """One video's cursor. A cursor that cannot be read is none: the video is copied from its start."""

    def __init__(self, store: ObjectStore, source_uri: str, target_uri: str) -> None:
        self._store = store
        self._name = f"{FOLDER}{content_hash([source_uri, target_uri])}.json"

    def load(self, source_fingerprint: str) -> Cursor | None:
        """None where there is none, or one of another version of the source."""
        try:
            stored = json.loads(self._store.read(self._name))
            cursor = Cursor(
                str(stored["upload_address"]), str(stored["source_fingerprint"]), dict(stored["state"])
            )
        except (Permanent, ValueError, KeyError, TypeError):
            return None
        return cursor if cursor.source_fingerprint == source_fingerprint else None

    def save(self, cursor: Cursor) -> None:
        self._store.write(self._name, json.dumps(vars(cursor), sort_keys=True).encode())

    def clear(self) -> None:
        self._store.delete(self._name)
