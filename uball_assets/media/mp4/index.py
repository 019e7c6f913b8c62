"""A video's index as arrays: where every coded frame stands, and when a player shows it.

All times are ticks of the file clock: tick 0 is a player's 0:00, edit lists are worked in. What cannot be
treated exactly is Unsupported, and such videos are re-encoded.

Belongs here: what an index holds. Not here: reading one (`index_parser`), what a clip needs of it (`span`).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Sizes = NDArray[np.int32]
Flags = NDArray[np.bool_]

FARTHEST_BYTE = 2**62
IDENTITY_MATRIX = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


class Unsupported(Exception):  # noqa: N818 - an answer: re-encode this video
    """Why the index cannot be treated exactly."""


@dataclass(frozen=True)
class VideoTrack:
    """The video track that players show. Arrays are in decode order, one entry a coded frame."""

    codec: str
    """The sample entry's four letters: `avc1`, `hvc1`, …"""
    entry: bytes
    """The sample entry's payload, as it stands in `stsd`."""
    width_px: int
    height_px: int
    matrix: bytes
    """The display matrix: rotation that a player applies."""
    shown_size: bytes
    """Width and height as the track header tells them (16.16): with the coded ones, the pixels' shape."""
    timescale: int
    """Ticks a second."""
    offset: Ints
    size: Sizes
    pts: Ints
    """When the frame is shown, file clock; hidden frames have a time too."""
    is_sync: Flags
    shown: Ints
    """Decode positions of the frames that a player shows and whose data is in the file, by time."""
    end_tick: int
    """Where the last frame ends by the index."""
    missing_count: int
    """Frames that the index promises beyond the end of the file."""
    undecodable_count: int = 0
    """Frames in front of the first keyframe, which lean on pictures that no file holds; not among `shown`."""

    @property
    def shown_s(self) -> NDArray[np.float64]:
        """Times of the frames that a player shows, file clock, seconds, sorted."""
        return self.pts[self.shown] / self.timescale

    @property
    def end_s(self) -> float:
        return self.end_tick / self.timescale


@dataclass(frozen=True)
class AudioTrack:
    """The first audio track that is on. Arrays have one entry a coded packet; for PCM, one a chunk."""

    codec: str
    entry: bytes
    timescale: int
    offset: Ints
    size: Sizes
    start: Ints
    """File clock, audio ticks."""
    end_tick: int
    shown_from: int
    """Sound before this tick is hidden (an encoder's lead-in)."""
    sample_bytes: int
    """Bytes of one PCM sample of all channels; 0 for compressed sound."""
    file_bytes: int = FARTHEST_BYTE
    """Packets beyond are promised by the index only."""


@dataclass(frozen=True)
class Index:
    video_track: VideoTrack
    audio: AudioTrack | None
    other_tracks: tuple[str, ...]
    """Handlers of the tracks that clips leave out: `tmcd`, `meta`, `text`, …"""
    has_chapters: bool
    created: int
    """Seconds since 1904, as the camera wrote it; 0 where it did not."""
    index_bytes: int
    is_at_end: bool
    oddities: tuple[str, ...] = ()
    """What the file tells twice or wrongly, and how it was taken."""
