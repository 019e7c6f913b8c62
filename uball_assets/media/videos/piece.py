"""A stretch of a walked video as a small video of its own, in which every frame has its exact time.

For videos whose own times do not tell one frame from another: a container that keeps the order of decoding
only (AVI), recordings joined with a clock that starts anew; and where a seek lands amid frames. Times are
given here; packets stay as they are.
Belongs here: which packets, their times, writing them. Not here: making the clip out of it (`reencode`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

import av
import numpy as np

from uball_assets.domain.errors import Permanent
from uball_assets.media.bytes.ranges import Ranged
from uball_assets.media.videos.samples import (
    ENTERED_AT_ITS_BEGIN,
    Samples,
    demuxed,
    open_container,
    picture_of,
    placed,
)
from uball_assets.media.videos.sequence import (
    MOST_REORDERED,
    decoded_from,
    first_rank,
    keyframe_before,
    packets_from,
    stretch_of,
)
from uball_assets.media.videos.shown import Ints, Shown
from uball_assets.media.videos.span import Frames
from uball_assets.media.videos.steady_clock import SteadyClock

SOUND_AROUND_S = 1
"""Sound is taken along from so much before the first frame to so much after the last."""
Packet: TypeAlias = "av.Packet[Any]"


def piece_of(source: Ranged, samples: Samples, frames: Frames, path: Path) -> Shown:
    """Writes the stretch that shows `frames` to `path`; what is returned are just these, from 0 on.

    Raises Permanent where they do not decode or cannot be written.
    """
    try:
        begin, ticks = _ticks(source, samples, frames)
        packets = [packet for _, packet in islice(packets_from(source, samples, begin), len(ticks))]
        _timed(packets, ticks)
        base = min(packet.dts or 0 for packet in packets)
        wanted = samples.shown.ticks[frames.first : frames.last + 1]
        tick_s = _write(source, samples, packets, _sound(source, samples, wanted), base, path)
    except (av.error.FFmpegError, ValueError) as error:
        raise Permanent(
            f"its packets cannot be put together ({error}); probe the video for damage"
        ) from error
    finer = samples.tick_s / tick_s
    own = (wanted - base) * finer.numerator // finer.denominator
    return Shown(own - own[0], tick_s, int(own[0]))


def _ticks(source: Ranged, samples: Samples, frames: Frames) -> tuple[int, Ints]:
    """The decode position that the stretch begins at, and the video tick of every sample from there on."""
    shown = samples.shown.ticks
    if samples.is_ordered:
        begin, end = stretch_of(samples, frames.first, frames.last)
        return begin, samples.tick[begin:end]
    begin = keyframe_before(samples, frames.first)
    end = min(frames.last + MOST_REORDERED, len(samples.tick))
    order = [position for position, _ in decoded_from(source, samples, begin, end)]
    rank = first_rank(order, samples, begin)
    ranks = {position: rank + place for place, position in enumerate(order)}
    if not {frames.first, frames.last} <= set(ranks.values()):
        raise ValueError(f"frames do not decode from {shown[frames.first] * float(samples.tick_s):.3f} s on")
    last = max(position for position, rank in ranks.items() if rank <= frames.last)
    # What is decoded and never shown leans on what stands before the stretch.
    earlier = iter(range(-1, -len(shown) - MOST_REORDERED, -1))
    tick = [
        int(shown[ranks[position]]) if ranks.get(position, len(shown)) < len(shown) else next(earlier)
        for position in range(begin, last + 1)
    ]
    return begin, np.array(tick, np.int64)


def _timed(packets: list[Packet], ticks: Ints) -> None:
    """Every packet with its video tick, and decoded in time for it."""
    ordered = np.sort(ticks)
    delay = max(0, int((ordered - ticks).max()))
    for packet, tick, decode_tick in zip(packets, ticks.tolist(), ordered.tolist(), strict=True):
        packet.pts, packet.dts = tick, decode_tick - delay


def _sound(source: Ranged, samples: Samples, wanted: Ints) -> Iterator[tuple[Packet, Fraction]]:
    """Sound packets around the wanted ticks, and when each is heard by the video clock, seconds."""
    from_s = wanted[0] * samples.tick_s - SOUND_AROUND_S
    until_s = wanted[-1] * samples.tick_s + SOUND_AROUND_S
    with open_container(source) as container:
        if not container.streams.audio:
            return
        stream = container.streams.audio[0]
        is_entered = stream.codec_context.name not in ENTERED_AT_ITS_BEGIN
        if samples.restarts == 0 and is_entered:
            own_s = from_s + samples.own_zero_tick * samples.tick_s
            with suppress(av.error.FFmpegError):
                container.seek(max(0, int(own_s * av.time_base)))
        packets = demuxed(container, stream)
        begun = placed(_begun(stream, packets)) if is_entered else _plain_pcm(placed(packets), stream)
        by_place = np.argsort(samples.offset, kind="stable")
        for packet, place in begun:
            if packet.pts is None:
                continue
            # By the clock of the pictures that it stands among.
            among = int(np.searchsorted(samples.offset[by_place], place, "right")) - 1
            sample = int(by_place[max(0, among)])
            shift = int(samples.own_tick[sample] - samples.tick[sample]) * samples.tick_s
            heard_s = packet.pts * (stream.time_base or Fraction(1)) - shift
            if from_s <= heard_s <= until_s:
                yield packet, heard_s
            elif heard_s > until_s and samples.restarts == 0:
                return


def _begun(stream: av.AudioStream, packets: Iterator[Packet]) -> Iterator[Packet]:
    """From the first that decodes on: a seek may land amid a frame."""
    is_begun = False
    for packet in packets:
        if not is_begun:
            with suppress(av.error.InvalidDataError):
                stream.codec_context.decode(packet)
                is_begun = True
        if is_begun:
            yield packet


def _plain_pcm(packets: Iterable[tuple[Packet, int]], stream: av.AudioStream) -> Iterator[tuple[Packet, int]]:
    """DVD's PCM, which stands in no other container, as PCM that does; at the same places."""
    tick_s, clock = stream.time_base or Fraction(1), SteadyClock()
    resampler = av.AudioResampler("s32", stream.layout, stream.rate)
    for packet, place in packets:
        for decoded in _frames_of(packet):
            begin_s = clock.begin_s(decoded)
            for frame in resampler.resample(decoded) if begin_s is not None else ():
                plain = av.Packet(frame.to_ndarray().tobytes())
                plain.pts = round((begin_s or 0) / tick_s)
                plain.duration, plain.time_base = frame.samples, Fraction(1, stream.rate)
                yield plain, place


def _frames_of(packet: Packet) -> Iterator[av.AudioFrame]:
    """Nothing of a packet that does not decode."""
    with suppress(av.error.InvalidDataError):
        for frame in packet.decode():
            assert isinstance(frame, av.AudioFrame)
            yield frame


def _write(
    source: Ranged,
    samples: Samples,
    pictures: list[Packet],
    sound: Iterator[tuple[Packet, Fraction]],
    base: int,
    path: Path,
) -> Fraction:
    """In NUT, which takes nearly any codec and any clock; returns the ticks' length that it chose."""
    with open_container(source) as container, av.open(str(path), "w", format="nut") as target:
        video_stream = target.add_stream_from_template(picture_of(container))
        video_stream.time_base = samples.tick_s
        timed: list[tuple[Fraction, Packet]] = []
        for packet in pictures:
            packet.pts, packet.dts = (packet.pts or 0) - base, (packet.dts or 0) - base
            packet.time_base, packet.stream = samples.tick_s, video_stream
            timed.append((packet.dts * samples.tick_s, packet))
        if container.streams.audio:
            own, latest = container.streams.audio[0], -1
            if own.codec_context.name in ENTERED_AT_ITS_BEGIN:
                heard = target.add_stream("pcm_s32le", rate=own.rate, layout=own.layout.name)
            else:
                heard = target.add_stream_from_template(own)
            # An AVI's sound ticks once a frame of sound: too coarse for a place among pictures.
            heard.time_base = sample_s = Fraction(1, own.rate)
            for packet, heard_s in sound:
                from_base_s = heard_s - base * samples.tick_s
                packet.duration = round((packet.duration or 0) * packet.time_base / sample_s)
                packet.pts = packet.dts = round(from_base_s / sample_s)
                packet.time_base, packet.stream = sample_s, heard
                # Where recordings were joined, the sound of the first may reach into the second.
                if packet.pts > latest:
                    latest = packet.pts
                    timed.append((from_base_s, packet))
        for _, packet in sorted(timed, key=lambda one: one[0]):
            target.mux(packet)
    with av.open(str(path), "r") as written:
        return written.streams.video[0].time_base or samples.tick_s
