"""A camera's video, opened where it stands: in a folder or a bucket, in one file or in chapters.

Belongs here: from a `Camera` or its files to a `Video`. Not here: reading or cutting it (`media`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from uball_assets.adapters.stores.object_ranges import ObjectRanges
from uball_assets.adapters.stores.object_store import ObjectInfo, ObjectStore
from uball_assets.adapters.videos.index_cache import cached_moov
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage.rig import Camera
from uball_assets.media.bytes.ranges import Ranged
from uball_assets.media.mp4.boxes import Moov, read_moov
from uball_assets.media.videos.joined_video import open_joined
from uball_assets.media.videos.video import Piece, Video, open_video


def open_camera(store: ObjectStore, camera: Camera, work_folder: Path) -> Video:
    """The camera's video. Raises Permanent where a file is gone or no video any more."""
    return open_files(store, [_info(store, name) for name in (camera.name, *camera.more_names)], work_folder)


def open_files(store: ObjectStore, files: Sequence[ObjectInfo], work_folder: Path) -> Video:
    """The video that these files hold, in order. Raises Permanent (NotAVideo) where they hold none."""
    sources = [ObjectRanges(store, info) for info in files]
    moovs = {source.name: _finder(store, source, work_folder) for source in sources}

    def find(source: Ranged) -> Moov:
        return moovs[source.name](source)

    return open_video(sources[0], work_folder, find) if len(sources) == 1 else open_joined(sources, find)


def camera_pieces(store: ObjectStore, camera: Camera) -> tuple[Piece, ...]:
    """The camera's files and how far each one's clock is behind the recording's. Raises Permanent."""
    sources = [ObjectRanges(store, _info(store, name)) for name in (camera.name, *camera.more_names)]
    if len(sources) == 1:
        return (Piece(sources[0], 0.0),)
    with open_joined(sources, read_moov) as video:
        return video.pieces


def _info(store: ObjectStore, name: str) -> ObjectInfo:
    found = next((info for info in store.list(name) if info.name == name), None)
    if found is None:
        raise Permanent(f"there is no {name} any more; upload it again, or inspect the game again")
    return found


def _finder(store: ObjectStore, source: ObjectRanges, work_folder: Path) -> Callable[[Ranged], Moov]:
    """Reads an index; one that has to be fetched is kept on this machine."""
    if source.local_path is not None:
        return read_moov
    return cached_moov(work_folder / "indexes", store.fingerprint(source.info))
