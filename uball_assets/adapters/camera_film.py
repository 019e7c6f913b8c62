"""A camera's film, opened where it stands: in a folder or a bucket, in one file or several.

Belongs here: from a `Camera` to a `Film`. Not here: reading or cutting it (`media`).
"""

from __future__ import annotations

from pathlib import Path

from uball_assets.adapters.index_cache import cached_moov
from uball_assets.adapters.object_ranges import ObjectRanges
from uball_assets.adapters.object_store import ObjectStore
from uball_assets.domain.errors import Permanent
from uball_assets.domain.rig import Camera
from uball_assets.media.film import Film, open_film
from uball_assets.media.mp4.boxes import read_moov


def open_camera(store: ObjectStore, camera: Camera, work_folder: Path) -> Film:
    """The camera's film. Raises Permanent where the file is gone or no film any more."""
    found = [info for info in store.list(camera.name) if info.name == camera.name]
    if not found:
        raise Permanent(f"there is no {camera.name} any more; upload it again, or inspect the game again")
    source = ObjectRanges(store, found[0])
    if source.local_path is not None:
        return open_film(source, work_folder, read_moov)
    return open_film(source, work_folder, cached_moov(work_folder / "indexes", camera.fingerprint))
