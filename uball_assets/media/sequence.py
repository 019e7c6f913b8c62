"""Decoding a walked film in sequence from one of its keyframes, each frame told by the packet that it is of.

No time of the container decides which frame is which: packets are found by where they stand in the file, and
go through the decoder with their number.
Belongs here: finding a packet again, decoding from it. Not here: walking the whole film (`samples`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import av
import numpy as np

from uball_assets.media.ranges import Ranged
from uball_assets.media.samples import Samples, open_container, picture_of
from uball_assets.media.shown import Ints

MOST_REORDERED = 32
"""Packets after a frame's own that a decoder may want before it gives the frame: twice what codecs allow."""


def keyframe_before(samples: Samples, position: int) -> int:
    """The keyframe that decoding begins at for a sample; the first sample where none stands before.

    Where the container tells when frames are shown, the last one that is not shown after it. Where it does
    not, the last but one: a frame that stands behind a keyframe may be shown before it.
    """
    keyframes = np.flatnonzero(samples.is_keyframe[: position + 1])
    if samples.is_ordered:
        keyframes = keyframes[samples.tick[keyframes] <= samples.tick[position]]
        return int(keyframes[-1]) if len(keyframes) else 0
    earlier = keyframes[keyframes <= position - MOST_REORDERED]
    return int(earlier[-2]) if len(earlier) > 1 else 0


def packets_from(source: Ranged, samples: Samples, begin: int) -> Iterator[tuple[int, av.Packet[Any]]]:
    """The samples from decode position `begin` on, with their positions. Raises FFmpegError."""
    for seek in _seeks(samples, begin):
        with open_container(source) as container:
            stream = picture_of(container)
            if seek is not None:
                with suppress(av.error.FFmpegError):
                    container.seek(seek, stream=stream)
            is_found = False
            expected = begin
            for packet in container.demux(stream):
                if expected >= len(samples.tick):
                    return
                if not packet.size or packet.pos is None:
                    continue
                if not is_found and packet.pos > samples.offset[begin]:
                    break
                if (packet.pos, packet.size) == (samples.offset[expected], samples.size_bytes[expected]):
                    is_found = True
                    # Before a seam, where that mark is no finding: a decoder would pass it on to the frame.
                    yield expected, av.Packet(bytes(packet)) if packet.is_corrupt else packet
                    expected += 1
            if is_found:
                return


def decoded_from(
    source: Ranged, samples: Samples, begin: int, end: int
) -> Iterator[tuple[int, av.VideoFrame]]:
    """Frames of the samples from `begin` up to `end` and those that decode along, as a player shows them.

    Each with the decode position of its sample. Damaged frames are left out. Raises FFmpegError where
    decoding fails.
    """
    with open_container(source) as container:
        decoder = picture_of(container).codec_context
        decoder.thread_count = 1
        packets = packets_from(source, samples, begin)
        for position, packet in packets:
            if position >= end + MOST_REORDERED:
                break
            packet.pts = packet.dts = position
            for frame in decoder.decode(packet):
                if frame.pts is not None and not frame.is_corrupt:
                    yield frame.pts, frame
        for frame in decoder.decode(None):
            if frame.pts is not None and not frame.is_corrupt:
                yield frame.pts, frame


def _seeks(samples: Samples, begin: int) -> Iterator[int | None]:
    """Where to seek to, by the file's own clock, so as to land before a keyframe; None: read from the start.

    A container's clock may be coarse and its seek late (MPEG-TS has no index): then a keyframe earlier.
    """
    if samples.restarts == 0:
        keyframes = np.flatnonzero(samples.is_keyframe[: begin + 1])
        tries: Ints = keyframes[[-1, -4]] if len(keyframes) > 3 else keyframes[-1:]
        yield from (int(samples.own_tick[position]) for position in tries)
    yield None
