"""What was sent and what is kept, on the record: quantities, so that a price can be corrected afterwards.

Belongs here: when an entry is made. Not here: what it costs (`domain.spending.usage`).
"""

from __future__ import annotations

from datetime import datetime

from uball_assets.adapters.record.registry import Registry
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.spending.usage import STORAGE, USAGE
from uball_assets.domain.store_addresses import SCHEMES


def service_of(store: ObjectStore) -> str:
    """Who bills for a store: its scheme; '' for a folder of this machine, and for one that nobody bills for.

    Never an error: what is entered here is told beside a game's work, which must not fail for it.
    """
    scheme = store.uri("x").partition("://")[0]
    return scheme if scheme in SCHEMES else ""


def enter_egress(
    registry: Registry,
    source: ObjectStore,
    target: ObjectStore,
    size_bytes: int,
    *,
    game_id: str,
    batch: str,
    key: str,
    now: datetime,
) -> None:
    """What left a bucket for another service, once for each `key`; within one service nothing leaves."""
    service = service_of(source)
    if size_bytes and service not in ("", service_of(target)):
        entry = {
            "what": "egress",
            "service": service,
            "game_id": game_id,
            "batch": batch,
            "day": f"{now:%Y-%m-%d}",
            "bytes": size_bytes,
        }
        registry.append(USAGE, entry, key=f"egress:{game_id}:{key}")


def enter_storage(registry: Registry, store: ObjectStore, folder: str, game_id: str) -> None:
    """What stands in a game's folder of a bucket, where that changed; one listing."""
    service = service_of(store)
    if not service:
        return
    size_bytes = sum(info.size_bytes for info in store.list(folder))
    if size_bytes or registry.newest(STORAGE, folder):
        entry = {"folder": folder, "game_id": game_id, "service": service, "bytes": size_bytes}
        registry.append_change(STORAGE, entry, subject="folder")
