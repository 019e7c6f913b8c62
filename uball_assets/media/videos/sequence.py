"""Decoding a walked video in sequence from one of its keyframes, each frame told by the packet that it is of.

No time of the container decides which frame is which: packets are found by where they stand in the file, and
go through the decoder with their number.
Belongs here: finding a packet again, decoding from it. Not here: walking the whole video (`samples`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from itertools import pairwise
from typing import Any

import av
import numpy as np
from av.video.reformatter import VideoReformatter

from uball_assets.media.bytes.ranges import Ranged
from uball_assets.media.videos.likeness import Small, small, unlike, with_neighbours
from uball_assets.media.videos.samples import Samples, demuxed, open_container, picture_of, placed
from uball_assets.media.videos.shown import Ints

MOST_REORDERED = 32
"""Packets after a frame's own that a decoder may want before it gives the frame: twice what codecs allow."""
_FAR_FRAMES = 90
"""Frames further apart are decoded each from a keyframe of its own."""


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
            for packet, place in placed(demuxed(container, stream)):
                if expected >= len(samples.tick):
                    return
                if not is_found and place > samples.offset[begin]:
                    break
                if (place, packet.size) == (samples.offset[expected], samples.size_bytes[expected]):
                    is_found = True
                    # Before a seam, where that mark is no finding: a decoder would pass it on to the frame.
                    yield expected, av.Packet(bytes(packet)) if packet.is_corrupt else packet
                    expected += 1
            if is_found:
                return


def decoded_from(
    source: Ranged,
    samples: Samples,
    begin: int,
    end: int,
    *,
    first_tick: int | None = None,
    is_strict: bool = False,
) -> Iterator[tuple[int, av.VideoFrame]]:
    """Frames of the samples from `begin` up to `end` and those that decode along, as a player shows them.

    Each with the decode position of its sample. Damaged frames are left out, and of those shown before
    `first_tick` such that no other frame needs. Raises FFmpegError where decoding fails; `is_strict`: at the
    first error of any kind.
    """
    with open_container(source) as container:
        decoder = picture_of(container).codec_context
        decoder.thread_count = 1
        if is_strict:
            decoder.options = {"err_detect": "explode"}
        packets = packets_from(source, samples, begin)
        for position, packet in packets:
            if position >= end + MOST_REORDERED:
                break
            is_early = first_tick is not None and samples.tick[position] < first_tick
            decoder.skip_frame = "NONREF" if is_early else "DEFAULT"
            packet.pts = packet.dts = position
            for frame in decoder.decode(packet):
                if frame.pts is not None and not frame.is_corrupt:
                    yield frame.pts, frame
        for frame in decoder.decode(None):
            if frame.pts is not None and not frame.is_corrupt:
                yield frame.pts, frame


def stretch_of(samples: Samples, first: int, last: int) -> tuple[int, int]:
    """Decode positions, the second excluded, that the frames `first` to `last` of an ordered video need."""
    ticks = samples.shown.ticks
    is_wanted = samples.is_shown & (samples.tick >= ticks[first]) & (samples.tick <= ticks[last])
    wanted = np.flatnonzero(is_wanted)
    earliest = int(wanted[np.argmin(samples.tick[wanted])])
    return keyframe_before(samples, earliest), int(wanted.max()) + 1


def first_rank(order: list[int], samples: Samples, begin: int) -> int:
    """Which of the video's frames the first one is that decodes from `begin` on.

    All samples before a keyframe are shown before it, and so are those after it that the decoder gives first.
    """
    if begin == 0:
        return 0
    for place, position in enumerate(order):
        if position > begin and samples.is_keyframe[position]:
            leading = sum(other > position for other in order[:place])
            return position + leading - place
    raise ValueError("no keyframe tells which frames decode")


def small_pictures(source: Ranged, samples: Samples, wanted: Collection[int]) -> dict[int, Small]:
    """Pictures of the video's frames by their place among those shown, of those that decode. Raises
    ValueError where none tells which is which."""
    scaler, found = VideoReformatter(), {}
    with suppress(av.error.FFmpegError):
        for run in _runs(samples, sorted(wanted)):
            first_tick = int(samples.shown.ticks[run[0]]) if samples.is_ordered else None
            if samples.is_ordered:
                begin, end = stretch_of(samples, run[0], run[-1])
            else:
                begin = keyframe_before(samples, run[0])
                end = min(run[-1] + MOST_REORDERED, len(samples.tick))
            order: list[int] = []
            seen: dict[int, Small] = {}
            for position, frame in decoded_from(source, samples, begin, end, first_tick=first_tick):
                order.append(position)
                if samples.is_ordered and samples.is_shown[position]:
                    if (place := int(samples.place[position])) in run:
                        found[place] = small(frame, scaler)
                elif not samples.is_ordered and position >= run[0] - MOST_REORDERED:
                    seen[len(order) - 1] = small(frame, scaler)
            if not samples.is_ordered:
                rank = first_rank(order, samples, begin)
                found |= {rank + place: picture for place, picture in seen.items() if rank + place in run}
    return found


def unlike_video(
    shown: Mapping[int, Small], source: Ranged, samples: Samples, planned: Mapping[int, int]
) -> str | None:
    """Why a clip does not show the video's frames, by their pictures; None where it does.

    `shown` are the clip's by their place, `planned` the places that are looked at, and the video's frames
    that belong there.
    """
    try:
        own = small_pictures(source, samples, with_neighbours(planned.values(), len(samples.shown)))
        return unlike(shown, own, planned)
    except (av.error.FFmpegError, ValueError) as error:
        return f"its pictures cannot be compared with the video's ({error})"


def size_change(source: Ranged, samples: Samples, first: int, last: int) -> str | None:
    """Where the pictures of an ordered video change their size between two of its frames, and how; None where
    they do not, or do not decode."""
    begin, end = stretch_of(samples, first, last)
    sizes: dict[int, tuple[int, int]] = {}
    with suppress(av.error.FFmpegError):
        for position, frame in decoded_from(source, samples, begin, end):
            if first <= samples.place[position] <= last:
                sizes[int(samples.place[position])] = (frame.width, frame.height)
    shown = sorted(sizes.items())
    for (_, (width, height)), (place, (new_width, new_height)) in pairwise(shown):
        if (width, height) != (new_width, new_height):
            at_s = samples.shown_s[place] - samples.shown_s[first]
            return f"{at_s:.3f} s after its begin, from {width} x {height} to {new_width} x {new_height}"
    return None


def _runs(samples: Samples, wanted: list[int]) -> Iterator[list[int]]:
    """Frames that are decoded in one go: those with no keyframe to begin at between them."""
    run: list[int] = []
    for place in wanted:
        if run and place - run[-1] > _FAR_FRAMES and samples.is_keyframe.sum() > 1:
            yield run
            run = []
        run.append(place)
    if run:
        yield run


def _seeks(samples: Samples, begin: int) -> Iterator[int | None]:
    """Where to seek to, by the file's own clock, so as to land before a keyframe; None: read from the start.

    A container's clock may be coarse and its seek late (MPEG-TS has no index): then a keyframe earlier.
    """
    if samples.restarts == 0:
        keyframes = np.flatnonzero(samples.is_keyframe[: begin + 1])
        tries: Ints = keyframes[[-1, -4]] if len(keyframes) > 3 else keyframes[-1:]
        yield from (int(samples.own_tick[position]) for position in tries)
    yield None
