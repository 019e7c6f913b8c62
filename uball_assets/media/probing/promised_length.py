"""What a video's header promises, held against what is there: an upload that was cut off opens and plays.

Belongs here: videos without an index, whose packets are read until there are no more. Not here: an index,
which says of every frame where it stands (`mp4.index`).
"""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction

import av
import numpy as np

from uball_assets.media.bytes.ranges import Ranged
from uball_assets.media.videos.samples import Samples, picture_of

TELL_LENGTH = {"matroska", "webm", "flv", "mxf"}
"""Their header tells how long the video is; that of others is what ffmpeg makes of the data that it finds."""
SHORT_BY_S = 0.5
"""Headers tell the length of the longest track, rounded: less than this is none missing."""
ASF_PROPERTIES = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
"""The object that tells a Windows Media file's size, how long it plays and how much of that is waiting (ASF
Specification, 3.2)."""
ASF_PROPERTIES_BYTES = 88
ASF_HEAD_BYTES = 64 * 1024


def promised_end_s(container: av.container.InputContainer, source: Ranged, samples: Samples) -> float | None:
    """Where the video should end, video clock; None where it is all there, or nobody says.

    Reads the other streams to their end where the pictures end too early: sound may be longer than they.
    """
    if samples.restarts or not len(samples.tick):
        return None
    formats = set(container.format.name.split(","))
    video_stream = picture_of(container)
    tick_s = video_stream.time_base or Fraction(1)
    step = int(np.median(np.diff(samples.shown.ticks))) if len(samples.shown) > 1 else 1
    there_s = float((int(samples.own_tick.max()) + step) * tick_s)
    if "asf" in formats:
        promised_s = _by_head(source, there_s)
    elif "avi" in formats:
        promised_s = float(video_stream.frames * tick_s)
    elif TELL_LENGTH & formats and container.duration:
        promised_s = container.duration / av.time_base
        # Some count from their first frame, others from their clock's 0.
        promised_s += samples.shown.own_zero_s if promised_s < samples.shown.own_zero_s else 0
    else:
        return None
    if promised_s - there_s <= SHORT_BY_S or promised_s - _last_s(container) <= SHORT_BY_S:
        return None
    return promised_s - samples.shown.own_zero_s


def _by_head(source: Ranged, there_s: float) -> float:
    """The length that an ASF's head tells, where it also tells more bytes than there are."""
    head = source.read_range(0, ASF_HEAD_BYTES)
    place = head.find(ASF_PROPERTIES)
    if place < 0 or len(head) < place + ASF_PROPERTIES_BYTES:
        return 0.0
    told_bytes, played, preroll_ms = (
        int.from_bytes(head[place + at : place + at + 8], "little") for at in (40, 64, 80)
    )
    if told_bytes <= source.size_bytes:
        return 0.0
    promised_s = played / 1e7 - preroll_ms / 1000
    return promised_s if promised_s > there_s else there_s * told_bytes / source.size_bytes


def _last_s(container: av.container.InputContainer) -> float:
    """Where the last packet of any stream ends, by the file's own clock."""
    container.seek(0)
    last_s = 0.0
    with suppress(av.error.FFmpegError, IndexError):
        for packet in container.demux():
            if packet.pts is not None and packet.size:
                last_s = max(last_s, float((packet.pts + (packet.duration or 0)) * packet.time_base))
    return last_s
