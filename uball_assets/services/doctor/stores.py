"""Whether an object store does what the platform builds on: by doing it, with small objects under `doctor/`.

Belongs here: what holds for every store. Not here: addresses and accounts (`object_store`).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import suppress

from uball_assets.adapters.stores.object_store import AlreadyExists, ObjectInfo, ObjectStore
from uball_assets.domain.errors import UballError
from uball_assets.domain.footage import object_names
from uball_assets.services.doctor.findings import Finding, fault, ok, skipped

FOLDER = "doctor/"
"""Where the doctor writes. deploy/terraform empties it daily, should a doctor be killed."""


def look_at_store(name: str, store: ObjectStore) -> Iterator[Finding]:
    """Lists, creates, reads, replaces and deletes one object. Raises as the store does."""
    store.list(FOLDER)
    yield ok(f"{name}: list", store.uri(FOLDER.rstrip("/")))
    mark = f"{FOLDER}{uuid.uuid4().hex}.txt"
    try:
        yield from _write(name, store, mark)
    finally:
        with suppress(UballError):
            store.delete(mark)
    yield from _delete(name, store, mark)


def look_at_videos(name: str, store: ObjectStore, game_count: int) -> Iterator[Finding]:
    """As `look_at_store`; but where no video stands and games had some (`game_count`), nothing is written: a
    folder made anew where a disk is not mounted would look like an empty league."""
    if game_count and not any(info.size_bytes for info in store.list(object_names.VIDEOS)):
        place = store.uri(f"{object_names.VIDEOS}x").removesuffix("x")
        games = f"{game_count} games" if game_count > 1 else "a game"
        yield fault(
            f"{name}: list",
            f"no video stands at {place}, and {games} had videos there; nothing was written",
            "mount the disk, or correct UBALL_VIDEOS_URL; archived on purpose: `uball archive GAME_ID`",
        )
        return
    yield from look_at_store(name, store)


def look_at_source(name: str, store: ObjectStore | None) -> Iterator[Finding]:
    """As `look_at_store`, for a store that is only read from; None: there is none."""
    if store is None:
        return
    store.list(FOLDER)
    yield ok(f"{name}: list", store.uri(object_names.VIDEOS.rstrip("/")))
    videos = [info for info in store.list(object_names.VIDEOS) if info.size_bytes]
    if not videos:
        yield skipped(f"{name}: read", f"nothing stands under {object_names.VIDEOS} to try it on")
        return
    store.read_range(videos[0].name, 0, 1)
    yield ok(f"{name}: read", f"the first byte of {store.uri(videos[0].name)}")


def _write(name: str, store: ObjectStore, mark: str) -> Iterator[Finding]:
    store.create(mark, b"first")
    yield _came_back(f"{name}: write and read", store, mark, b"first")
    yield _is_create_if_absent(name, store, mark)
    before = _listed(store, mark)
    store.write(mark, b"second")
    after = _listed(store, mark)
    yield _came_back(f"{name}: replace", store, mark, b"second")
    check = f"{name}: versions"
    if before and after and before.version != after.version:
        yield ok(check, "another version once replaced")
    else:
        seen = "a replaced object cannot be told from the one before"
        yield fault(
            check, seen, "use a store whose listings tell a version at once: GCS, S3 or a local folder"
        )


def _came_back(check: str, store: ObjectStore, mark: str, written: bytes) -> Finding:
    if store.read(mark) == written:
        return ok(check, f"{len(written)} bytes came back")
    return fault(check, "other bytes came back than were written", "do not use this store; tell who runs it")


def _is_create_if_absent(name: str, store: ObjectStore, mark: str) -> Finding:
    check = f"{name}: create if absent"
    try:
        store.create(mark, b"other")
    except AlreadyExists:
        return ok(check, "the second of two writers is told so")
    return fault(
        check,
        "the second of two writers wins, and nobody is told: models and routes would be lost",
        "use a service that keeps preconditions (GCS, S3), or a newer version of this one",
    )


def _delete(name: str, store: ObjectStore, mark: str) -> Iterator[Finding]:
    store.delete(mark)
    if _listed(store, mark) is None:
        yield ok(f"{name}: delete", "gone")
    else:
        yield fault(f"{name}: delete", f"{store.uri(mark)} is still listed", "check the bucket's retention")


def _listed(store: ObjectStore, mark: str) -> ObjectInfo | None:
    return next((info for info in store.list(FOLDER) if info.name == mark), None)
