"""Indexes of videos in buckets, kept on this machine by the video's fingerprint: each is fetched once.

Belongs here: keeping and finding. Not here: reading an index (`media.mp4`).
"""

from __future__ import annotations

import hashlib
import os
import struct
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from uball_assets.media.bytes.ranges import Ranged
from uball_assets.media.mp4.boxes import Moov, read_moov

MOST_BYTES = 1024 * 1024 * 1024
"""Fifty videos of 4 hours; the longest unused go first."""
HEAD = struct.Struct(">QQ?")


def cached_moov(folder: Path, fingerprint: str) -> Callable[[Ranged], Moov]:
    """Reads the index of the video of that fingerprint, from `folder` where it is kept there."""

    def find(source: Ranged) -> Moov:
        place = folder / f"{hashlib.sha256(fingerprint.encode()).hexdigest()[:32]}.moov"
        if kept := _kept(place):
            return kept
        moov = read_moov(source)
        _keep(place, moov)
        return moov

    return find


def _kept(place: Path) -> Moov | None:
    try:
        data = place.read_bytes()
        os.utime(place)
    except OSError:
        return None
    offset, box_bytes, is_at_end = HEAD.unpack_from(data)
    return Moov(data[HEAD.size :], offset, box_bytes, is_at_end)


def _keep(place: Path, moov: Moov) -> None:
    """Whole or not at all; a full or read-only disc only costs the next reader a request."""
    with suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        _make_room(place.parent, len(moov.payload))
        with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as file:
            file.write(HEAD.pack(moov.offset, moov.box_bytes, moov.is_at_end) + moov.payload)
        Path(file.name).replace(place)


def _make_room(folder: Path, size_bytes: int) -> None:
    kept = sorted((entry.stat().st_mtime, entry.stat().st_size, entry) for entry in folder.iterdir())
    held_bytes = sum(size for _, size, _ in kept) + size_bytes
    for _, size, entry in kept:
        if held_bytes <= MOST_BYTES:
            return
        entry.unlink(missing_ok=True)
        held_bytes -= size
