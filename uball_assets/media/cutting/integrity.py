"""Are a clip's copied frames whole? Told from their bytes, at the speed of reading them.

Belongs here: the walk over copied samples. Not here: what a whole sample is (`mp4.nal`), decoding (`verify`).
"""

from __future__ import annotations

import numpy as np

from uball_assets.media.bytes.fetched import Fetched
from uball_assets.media.mp4.index import VideoTrack
from uball_assets.media.mp4.nal import is_whole, nal_length_bytes
from uball_assets.media.videos.span import Positions

LOOK_EVERY_BYTES = 512


def damage(video_track: VideoTrack, positions: Positions, fetched: Fetched) -> str:
    """Which of the coded frames at `positions` are damaged, in words; '' where all are whole."""
    length_bytes = nal_length_bytes(video_track.codec, video_track.entry)
    if not length_bytes:
        return ""
    has_hole = any(_may_have_hole(block) for block in fetched.blocks)
    places = zip(video_track.offset[positions].tolist(), video_track.size[positions].tolist(), strict=True)
    whole = [_is_whole(fetched, offset, size, length_bytes, has_hole) for offset, size in places]
    if all(whole):
        return ""
    bad = positions[~np.array(whole)]
    times_s = sorted(video_track.pts[bad] / video_track.timescale)
    return (
        f"{len(bad)} of {len(positions)} frames are damaged, between {times_s[0]:.1f} s and "
        f"{times_s[-1]:.1f} s: zeroed or overwritten data; transfer it again"
    )


def _may_have_hole(block: bytes) -> bool:
    """A look every 512 bytes, a disk's smallest block: eight zeros there are worth a closer one."""
    words = np.frombuffer(block, np.uint64, len(block) // 8)
    return bool((words[:: LOOK_EVERY_BYTES // 8] == 0).any())


def _is_whole(fetched: Fetched, offset: int, size: int, length_bytes: int, may_have_hole: bool) -> bool:
    block, begin = fetched.find(offset, size)
    place, end = begin, begin + size
    while place + length_bytes < end:
        length = int.from_bytes(block[place : place + length_bytes], "big")
        if length == 0:
            break
        place += length_bytes + length
    if place == end and not may_have_hole:
        return True
    return is_whole(block[begin:end], length_bytes)
