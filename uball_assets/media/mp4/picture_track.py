"""Which of a file's picture tracks players show: cameras put thumbnails, proxies and others in front of it.

Belongs here: choosing, and saying that there was a choice. Not here: reading the track (`index_parser`).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from uball_assets.media.mp4.boxes import NotAVideo, child, children
from uball_assets.media.mp4.sample_table import constant_size
from uball_assets.media.mp4.track_header import sample_table_of


def picture_track(tracks: Sequence[memoryview], chapters: set[int]) -> tuple[memoryview, tuple[str, ...]]:
    """The track that players show, and in words that there was a choice.

    One with more than one picture that shows no chapters (by their track ids), switched on; of several the
    largest, then the one with most pictures, then the first: cameras put thumbnails, proxies and
    switched-off tracks in front of the video.
    """
    if not tracks:
        raise NotAVideo("no video track: the file holds no picture")
    if len(tracks) == 1:
        return tracks[0], ()
    looks = [_Look.at(track, chapters) for track in tracks]
    place = max(range(len(tracks)), key=lambda one: (*looks[one].rank, -one))
    others = ", ".join(look.words for one, look in enumerate(looks) if one != place)
    note = f"{len(tracks)} picture tracks: clips show the one of {looks[place].words}, not {others}"
    return tracks[place], (note,)


@dataclass(frozen=True)
class _Look:
    """A picture track at a glance."""

    is_on: bool
    is_video: bool
    count: int
    width_px: int
    height_px: int

    @classmethod
    def at(cls, track: memoryview, chapters: set[int]) -> _Look:
        """Of a track that cannot be read: nothing."""
        try:
            table = sample_table_of(track)
            entry = next(inner for _, inner in children(table.get(b"stsd", memoryview(b""))[8:]))
            width_px, height_px = struct.unpack_from(">HH", entry, 24)
            count = constant_size(table)[1]
            is_video = count > 1 and _track_id(track) not in chapters
            return cls(is_on(track), is_video, count, width_px, height_px)
        except (struct.error, NotAVideo, StopIteration):
            return cls(False, False, 0, 0, 0)

    @property
    def rank(self) -> tuple[bool, bool, int, int]:
        return self.is_video, self.is_on, self.width_px * self.height_px, self.count

    @property
    def words(self) -> str:
        off = "" if self.is_on else ", switched off"
        return f"{self.width_px} x {self.height_px} ({self.count} pictures{off})"


def chapters_of(track: memoryview) -> tuple[int, ...]:
    """Ids of the tracks that show this one's chapters."""
    ids = child(track, b"tref", b"chap") or b""
    return struct.unpack(f">{len(ids) // 4}I", ids[: len(ids) // 4 * 4])


def is_on(track: memoryview) -> bool:
    """The track header's first flag; players leave out a track without it."""
    header = child(track, b"tkhd")
    return header is None or len(header) < 4 or bool(header[3] & 1)


def _track_id(track: memoryview) -> int:
    header = child(track, b"tkhd")
    return 0 if header is None else int(struct.unpack_from(">I", header, 20 if header[0] == 1 else 12)[0])
