"""An object of a store, read by ranges: how the clip engine sees a video in a folder or a bucket.

Belongs here: the bridge from `ObjectStore` to `media.bytes.ranges.Ranged`. Not here: URLs (`http_ranges`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from uball_assets.adapters.stores.object_store import ObjectInfo, ObjectStore


@dataclass(frozen=True)
class ObjectRanges:
    """As safe to read from many threads as its store. An object that is replaced meanwhile goes unnoticed:
    fingerprint it before."""

    store: ObjectStore
    info: ObjectInfo

    @property
    def name(self) -> str:
        return self.info.name

    @property
    def size_bytes(self) -> int:
        """As it was listed."""
        return self.info.size_bytes

    @property
    def local_path(self) -> Path | None:
        return self.store.local_path(self.info.name)

    def read_range(self, offset: int, length: int) -> bytes:
        wanted = max(0, min(length, self.info.size_bytes - offset))
        return self.store.read_range(self.info.name, offset, wanted) if wanted else b""
