"""Where decoding can really begin: an index names keyframes that are none, and the pictures tell.

All frames named or none, intra refresh (pictures are renewed stripe by stripe), I pictures that later ones
lean across: what an index calls a keyframe is held against its bytes, and where that is no entry an earlier
one is looked for.
Belongs here: looking. Not here: what the bytes of an entry are (`mp4.nal`), cutting (`cut`).
"""

from __future__ import annotations

import numpy as np

from uball_assets.domain.errors import Permanent
from uball_assets.media.bytes.fetched import Fetched, fetch
from uball_assets.media.bytes.ranges import Ranged
from uball_assets.media.mp4.index import Flags, VideoTrack
from uball_assets.media.mp4.nal import frames_to_entry, nal_length_bytes
from uball_assets.media.videos.span import byte_ranges

MOST_NAMED = 12
"""Named keyframes looked at before one that is none. Where none says that it is an entry, decoding begins
at the farthest: few encoders' pictures lean, one by one, across so many I pictures."""
MOST_FRAMES = 3000
"""The same where every frame is named (over a minute and a half), and where pictures do lean farther."""
LOOK_FRAMES = 64
"""Read in one go while looking."""


def true_syncs(
    source: Ranged,
    video_track: VideoTrack,
    begin: int,
    first: int,
    last: int,
    fetched: Fetched,
    most_named: int = MOST_NAMED,
) -> Flags | None:
    """The keyframes that decoding can begin at; None where the named ones from `begin` to `last` all can.

    `begin` is a named one, `first` the first frame by decode position that must be right; `fetched` holds
    all that are looked at. Earlier ones are read, as far as one is found. Raises Permanent where none is.
    """
    length_bytes = nal_length_bytes(video_track.codec, video_track.entry)
    if not length_bytes:
        return None
    is_hevc = video_track.codec in ("hvc1", "hev1")

    def is_entry(position: int, held: Fetched) -> bool:
        sample = held.view(int(video_track.offset[position]), int(video_track.size[position]))
        wait = frames_to_entry(sample, length_bytes, is_hevc)
        # Frames that no other leans on do not count for it: allow for one between any two.
        return wait is not None and (wait == 0 or first - position >= 2 * wait)

    looked_at = (begin + np.flatnonzero(video_track.is_sync[begin : last + 1])).tolist()
    right = [position for position in looked_at if is_entry(position, fetched)]
    if len(right) == len(looked_at):
        return None
    is_there = (video_track.offset >= 0) & (video_track.offset + video_track.size <= source.size_bytes)
    named = np.flatnonzero(video_track.is_sync[:begin])
    earlier = named[is_there[named]][::-1][
        : MOST_FRAMES if video_track.is_sync.all() else most_named
    ].tolist()
    flags = video_track.is_sync.copy()
    flags[[*looked_at, *earlier]] = False
    flags[right] = True
    if begin in right:
        return flags
    for place in range(0, len(earlier), LOOK_FRAMES):
        block = np.array(earlier[place : place + LOOK_FRAMES])
        held = fetch(source, byte_ranges(video_track.offset[block], video_track.size[block]))
        found = next((position for position in block.tolist() if is_entry(position, held)), None)
        if found is not None:
            flags[found] = True
            return flags
    if len(earlier) == MOST_FRAMES:
        at_s = int(video_track.pts[first]) / video_track.timescale
        raise Permanent(
            f"no picture that decoding can begin at stands within {MOST_FRAMES} before {at_s:.3f} s"
        )
    flags[earlier[-1] if earlier else begin] = True
    return flags
