"""When each frame of a clip is shown: what a page needs to step from frame to frame.

A browser tells no frame rate, and n / fps is another frame on clips whose clock is not even: so the clip's
own table, and a seek to the middle of a frame. Belongs here: reading it, without decoding. Not here: a whole
video's clock (`samples`).
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import av

from uball_assets.domain.errors import Permanent
from uball_assets.media.videos.frames import name_of
from uball_assets.media.videos.samples import picture_of


@dataclass(frozen=True)
class FrameTimes:
    """Clip clock, seconds, as a player shows it."""

    times_s: tuple[float, ...]
    """Of each frame, sorted; those before 0 are cut off by the clip's edit list, and left out."""
    duration_s: float
    """To the end of the last frame."""


def frame_times(clip: bytes | Path) -> FrameTimes:
    """Raises Permanent for what is no clip."""
    source = io.BytesIO(clip) if isinstance(clip, bytes) else str(clip)
    try:
        with av.open(source, "r") as container:
            stream = picture_of(container)
            shown = [
                (float(packet.pts * packet.time_base), float((packet.duration or 0) * packet.time_base))
                for packet in container.demux(stream)
                if packet.pts is not None and packet.time_base is not None and packet.pts >= 0
            ]
    except (av.FFmpegError, OSError) as error:
        raise Permanent(f"{name_of(clip)} cannot be read: cut it again") from error
    if not shown:
        raise Permanent(f"{name_of(clip)} shows no frame: cut it again")
    shown.sort()
    return FrameTimes(tuple(time_s for time_s, _ in shown), sum(shown[-1]))
