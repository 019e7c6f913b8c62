"""A clip's sound: AAC packets as they stand in the video, or other sound turned into AAC.

Belongs here: which packets, and how their times become the clip's. Not here: pictures.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO

import av
import numpy as np

from uball_assets.domain.errors import Permanent
from uball_assets.media.bytes.fetched import Fetched
from uball_assets.media.mp4.boxes import box, child
from uball_assets.media.mp4.index import AudioTrack, Index, Ints
from uball_assets.media.mp4.writer import Track, header
from uball_assets.media.videos.span import Positions, Span

AAC_OBJECT_TYPE = 0x40
AAC_BIT_RATE = 128_000
AAC_FRAME = 1024
AAC_RATES_HZ = {7350, 8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000}
COMMON_RATE_HZ = 48_000
"""For sound whose own rate AAC does not know."""
LARGEST_RATE_CHANGE = 12
"""Sound of fewer samples a second than 4000 is damage."""
DESCRIPTION_BYTES = {0: 28, 1: 44, 2: 64}
"""Where the boxes begin in a sound sample entry, by its version."""


LAYOUTS = {1: "mono", 2: "stereo", 3: "3.0", 4: "4.0", 5: "5.0", 6: "5.1", 8: "7.1"}
"""By the number of channels, as players assume it and AAC knows it."""


@dataclass(frozen=True)
class ClipSound:
    entry: bytes
    """An `mp4a` sample entry's payload."""
    timescale: int
    copied: Positions
    """Packets of the video, or none where the sound is `encoded`."""
    encoded: Sequence[bytes]
    start: Ints
    """Of every packet; clip clock, audio ticks; below 0 for what warms the decoder up."""
    last_ticks: int
    end_tick: int
    """Clip clock: sound from here on is not heard."""


def clip_sound(index: Index, span: Span, fetched: Fetched, from_tick: int) -> ClipSound | None:
    """The sound of a clip whose clock starts at video tick `from_tick`; None where there is none."""
    audio = index.audio
    if audio is None or not len(span.audio):
        return None
    # Rounded once: all packets keep their distances.
    begin = round(Fraction(from_tick * audio.timescale, index.video_track.timescale))
    end = round(Fraction(span.end_tick * audio.timescale, index.video_track.timescale))
    last = int(span.audio[-1])
    if last + 1 < len(audio.start):
        end = min(end, int(audio.start[last + 1]))
    end_tick = min(end, audio.end_tick) - begin
    if end_tick <= 0:
        return None
    entry = _aac_entry(audio)
    if entry is None:
        return _as_aac(audio, span, fetched, begin, end_tick)
    start = audio.start[span.audio] - begin
    after = (
        audio.start[last + 1]
        if last + 1 < len(audio.start)
        else 2 * audio.start[last] - audio.start[last - 1]
    )
    return ClipSound(
        entry=entry,
        timescale=audio.timescale,
        copied=span.audio,
        encoded=(),
        start=start,
        last_ticks=max(1, int(after - audio.start[last])),
        end_tick=end_tick,
    )


def _aac_entry(audio: AudioTrack) -> bytes | None:
    """The track's sample entry as ISO writes it, without QuickTime's extensions; None if it is not AAC."""
    if audio.codec != "mp4a":
        return None
    version = struct.unpack_from(">H", audio.entry, 8)[0]
    boxes = memoryview(audio.entry)[DESCRIPTION_BYTES.get(version, 28) :]
    descriptor = child(boxes, b"esds") or child(boxes, b"wave", b"esds")
    if descriptor is None or _object_type(bytes(descriptor)) != AAC_OBJECT_TYPE:
        return None
    channels = struct.unpack_from(">H", audio.entry, 16)[0]
    return _entry(channels, audio.timescale, bytes(descriptor))


def _entry(channels: int, rate_hz: int, descriptor: bytes) -> bytes:
    shown_rate = rate_hz << 16 if rate_hz < 2**16 else 0
    sizes = struct.pack(">6xH8xHHHHI", 1, channels, 16, 0, 0, shown_rate)
    return sizes + box(b"esds", descriptor)


def _object_type(descriptor: bytes) -> int | None:
    """`objectTypeIndication` of an elementary stream descriptor (ISO/IEC 14496-1)."""
    offset = 4
    for tag, fixed_bytes in ((3, 3), (4, 0)):
        if offset >= len(descriptor) or descriptor[offset] != tag:
            return None
        offset += 1
        while offset < len(descriptor) and descriptor[offset] & 0x80:
            offset += 1
        offset += 1 + fixed_bytes
    return descriptor[offset] if offset < len(descriptor) else None


def _as_aac(audio: AudioTrack, span: Span, fetched: Fetched, begin: int, end_tick: int) -> ClipSound | None:
    """Other sound, decoded from a video of its own and encoded; its first sample keeps its place."""
    first = int(audio.start[span.audio[0]]) - begin
    try:
        decoded, rate_hz, layout = _decoded(audio, span.audio, fetched, end_tick - first)
        packets, config = _encoded(decoded, rate_hz, layout)
    except (av.error.FFmpegError, ValueError) as error:
        raise Permanent(f"its sound ({audio.codec}) does not decode ({error}); transfer it again") from error
    if not packets:
        return None
    begins = round(Fraction(first * rate_hz, audio.timescale))
    ends = round(Fraction(end_tick * rate_hz, audio.timescale))
    start = begins - AAC_FRAME + np.arange(len(packets), dtype=np.int64) * AAC_FRAME
    return ClipSound(
        entry=_entry(layout.nb_channels, rate_hz, _descriptor(config)),
        timescale=rate_hz,
        copied=np.empty(0, np.int64),
        encoded=packets,
        start=start,
        last_ticks=AAC_FRAME,
        end_tick=min(ends, begins + decoded.samples_written),
    )


def _decoded(
    audio: AudioTrack, packets: Positions, fetched: Fetched, ticks: int
) -> tuple[av.AudioFifo, int, av.AudioLayout]:
    """The first `ticks` of some packets' sound, its rate and layout. Raises ValueError, FFmpegError."""
    fifo = av.AudioFifo()
    with av.open(BytesIO(_mp4_of(audio, packets, fetched)), "r") as container:
        stream = next(iter(container.streams.audio), None)
        if stream is None or stream.codec_context is None:
            raise ValueError("an unknown codec")
        rate_hz = stream.rate if stream.rate in AAC_RATES_HZ else COMMON_RATE_HZ
        if not rate_hz <= stream.rate * LARGEST_RATE_CHANGE:
            raise ValueError(f"{stream.rate} samples a second")
        resampler = av.AudioResampler(format="fltp", rate=rate_hz)
        layout = stream.layout
        for frame in container.decode(stream):
            named = _with_layout(frame)
            layout = named.layout
            for piece in resampler.resample(named):
                piece.pts = None
                fifo.write(piece)
            # More than its packets' times tell is damage, and could be more than there is memory.
            if fifo.samples * audio.timescale >= ticks * rate_hz:
                break
        return fifo, rate_hz, layout


def _with_layout(frame: av.AudioFrame) -> av.AudioFrame:
    """The frame, its channels named where the video does not: cameras write PCM without. ValueError."""
    count = frame.layout.nb_channels
    if all(channel.name != "NONE" and not channel.name.startswith("?") for channel in frame.layout.channels):
        return frame
    if count not in LAYOUTS:
        raise ValueError(f"{count} channels without a layout")
    samples = frame.to_ndarray()
    named = av.AudioFrame.from_ndarray(samples, format=frame.format.name, layout=LAYOUTS[count])
    named.sample_rate, named.pts, named.time_base = frame.sample_rate, frame.pts, frame.time_base
    return named


def _encoded(sound: av.AudioFifo, rate_hz: int, layout: av.AudioLayout) -> tuple[list[bytes], bytes]:
    """AAC packets and the encoder's configuration. Raises FFmpegError."""
    encoder = av.CodecContext.create("aac", "w")
    encoder.sample_rate, encoder.format, encoder.layout = rate_hz, "fltp", layout
    encoder.bit_rate = AAC_BIT_RATE
    encoder.time_base = Fraction(1, rate_hz)
    encoder.flags |= av.codec.context.Flags.global_header | av.codec.context.Flags.bitexact
    packets: list[bytes] = []
    samples = 0
    while (block := sound.read(AAC_FRAME, partial=True)) is not None:
        block.pts, block.time_base = samples, Fraction(1, rate_hz)
        samples += block.samples
        packets += [bytes(packet) for packet in encoder.encode(block)]
    if samples:
        packets += [bytes(packet) for packet in encoder.encode(None)]
    return packets, encoder.extradata or b""


def _mp4_of(audio: AudioTrack, packets: Positions, fetched: Fetched) -> bytes:
    """A video of nothing but these packets, for a decoder."""
    data = [
        fetched.view(int(offset), int(size))
        for offset, size in zip(audio.offset[packets], audio.size[packets], strict=True)
    ]
    size = audio.size[packets]
    start = audio.start[packets] - audio.start[packets[0]]
    after = audio.start[packets[-1] + 1] if packets[-1] + 1 < len(audio.start) else audio.end_tick
    last_ticks = max(1, int(after - audio.start[packets[-1]]))
    track = Track(
        handler=b"soun",
        codec=audio.codec.encode("latin-1"),
        entry=_without_pre_skip(audio.entry),
        timescale=audio.timescale,
        pts=start,
        last_ticks=last_ticks,
        end_tick=int(start[-1]) + last_ticks,
        offset=np.cumsum(size, dtype=np.int64) - size,
        size=size,
    )
    return b"".join([header([track], int(size.sum())), *data])


def _without_pre_skip(entry: bytes) -> bytes:
    """An Opus decoder drops the first samples it gives: right at a video's begin, and nowhere else."""
    place = entry.find(b"dOps")
    return entry if place < 0 else entry[: place + 6] + bytes(2) + entry[place + 8 :]


def _descriptor(config: bytes) -> bytes:
    """An `esds` payload for an AAC decoder configuration."""
    specific = bytes([5, len(config)]) + config
    rates = struct.pack(">II", AAC_BIT_RATE, AAC_BIT_RATE)
    decoder = bytes([AAC_OBJECT_TYPE, 0x15]) + bytes(3) + rates + specific
    stream = bytes(3) + bytes([4, len(decoder)]) + decoder + bytes([6, 1, 2])
    return bytes(4) + bytes([3, len(stream)]) + stream
