"""Are a clip's copied frames whole? Told from their bytes, at the speed of reading them.

Belongs here: the walk over copied samples. Not here: what a whole sample is (`mp4.nal`), decoding (`verify`).
"""

from __future__ import annotations

import numpy as np

from uball_assets.media.bytes.fetched import Fetched
from uball_assets.media.mp4.index import Flags, VideoTrack
from uball_assets.media.mp4.nal import is_whole, nal_length_bytes
from uball_assets.media.videos.span import Positions

LOOK_EVERY_BYTES = 512
MOST_UNITS = 32
"""Of a coded frame, in the walk over all at once; one a slice, and few cameras write more than eight."""


def damage(video_track: VideoTrack, positions: Positions, fetched: Fetched) -> str:
    """Which of the coded frames at `positions` are damaged, in words; '' where all are whole."""
    length_bytes = nal_length_bytes(video_track.codec, video_track.entry)
    if not length_bytes:
        return ""
    if any(_may_have_hole(block) for block in fetched.blocks):
        is_surely_whole = np.zeros(len(positions), np.bool_)
    else:
        is_surely_whole = _ends_with_a_unit(video_track, positions, fetched, length_bytes)
    whole = is_surely_whole.copy()
    for place in np.flatnonzero(~is_surely_whole).tolist():
        offset, size = int(video_track.offset[positions[place]]), int(video_track.size[positions[place]])
        whole[place] = is_whole(fetched.view(offset, size), length_bytes)
    if whole.all():
        return ""
    bad = positions[~whole]
    times_s = sorted(video_track.pts[bad] / video_track.timescale)
    return (
        f"{len(bad)} of {len(positions)} frames are damaged, between {times_s[0]:.1f} s and "
        f"{times_s[-1]:.1f} s: zeroed or overwritten data; transfer it again"
    )


def _may_have_hole(block: bytes) -> bool:
    """A look every 512 bytes, a disk's smallest block: eight zeros there are worth a closer one."""
    words = np.frombuffer(block, np.uint64, len(block) // 8)
    return bool((words[:: LOOK_EVERY_BYTES // 8] == 0).any())


def _ends_with_a_unit(
    video_track: VideoTrack, positions: Positions, fetched: Fetched, length_bytes: int
) -> Flags:
    """Whether each sample's units, walked by their lengths, end just where it ends; all samples a step at
    once. False where the walk is long: those are looked at alone."""
    is_ended = np.zeros(len(positions), np.bool_)
    blocks = np.searchsorted(fetched.starts, video_track.offset[positions], "right") - 1
    for number in np.unique(blocks).tolist():
        within = np.flatnonzero(blocks == number)
        data = np.frombuffer(fetched.blocks[number], np.uint8) if number >= 0 else np.empty(0, np.uint8)
        place = video_track.offset[positions[within]] - fetched.starts[number]
        end = place + video_track.size[positions[within]]
        if number < 0 or int(end.max()) > len(data):
            continue  # told with its place by `Fetched.view`
        for _ in range(MOST_UNITS):
            is_going = np.flatnonzero(place + length_bytes < end)
            if not len(is_going):
                break
            length = np.zeros(len(is_going), np.int64)
            for byte in range(length_bytes):
                length = length << 8 | data[place[is_going] + byte]
            # A unit of no bytes is damage: the walk stops before its sample's end.
            place[is_going] += np.where(length > 0, length_bytes + length, end[is_going] + 1)
        is_ended[within] = place == end
    return is_ended
