"""Indexes of videos in buckets, kept on this machine by the video's fingerprint: each is fetched once.

Belongs here: an index as bytes and back. Not here: keeping them (`stores.kept_objects`), reading one from a
video (`media.mp4`).
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

from uball_assets.adapters.stores.kept_objects import KeptObjects
from uball_assets.media.bytes.ranges import Ranged
from uball_assets.media.mp4.boxes import Moov, read_moov

HEAD = struct.Struct(">QQ?")


def cached_moov(folder: Path, fingerprint: str) -> Callable[[Ranged], Moov]:
    """Reads the index of the video of that fingerprint, from `folder` where it is kept there."""

    def find(source: Ranged) -> Moov:
        data = KeptObjects(folder).read(fingerprint, lambda: _packed(read_moov(source)))
        offset, box_bytes, is_at_end = HEAD.unpack_from(data)
        return Moov(data[HEAD.size :], offset, box_bytes, is_at_end)

    return find


def _packed(moov: Moov) -> bytes:
    return HEAD.pack(moov.offset, moov.box_bytes, moov.is_at_end) + moov.payload
