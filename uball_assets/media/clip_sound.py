"""A clip's sound: AAC packets as they stand in the film, or other sound turned into AAC.

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

from uball_assets.media.fetched import Fetched
from uball_assets.media.mp4.boxes import box, child
from uball_assets.media.mp4.index import AudioTrack, Index, Ints
from uball_assets.media.mp4.writer import Track, header
from uball_assets.media.span import Positions, Span

AAC_OBJECT_TYPE = 0x40
AAC_BIT_RATE = 128_000
AAC_FRAME = 1024
DESCRIPTION_BYTES = {0: 28, 1: 44, 2: 64}
"""Where the boxes begin in a sound sample entry, by its version."""


@dataclass(frozen=True)
class ClipSound:
    entry: bytes
    """An `mp4a` sample entry's payload."""
    timescale: int
    copied: Positions
    """Packets of the film, or none where the sound is `encoded`."""
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
    begin = round(Fraction(from_tick * audio.timescale, index.video.timescale))
    end = round(Fraction(span.end_tick * audio.timescale, index.video.timescale))
    end_tick = min(end, audio.end_tick) - begin
    if end_tick <= 0:
        return None
    entry = _aac_entry(audio)
    if entry is None:
        return _as_aac(audio, span, fetched, begin, end_tick)
    start = audio.start[span.audio] - begin
    last = int(span.audio[-1])
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
    """Other sound, decoded from a film of its own and encoded; its first sample keeps its place."""
    film = _film_of(audio, span.audio, fetched)
    resampler = av.AudioResampler(format="fltp", rate=audio.timescale)
    encoder = av.CodecContext.create("aac", "w")
    packets: list[bytes] = []
    first: int | None = None
    with av.open(BytesIO(film), "r") as container:
        stream = container.streams.audio[0]
        encoder.sample_rate, encoder.format = audio.timescale, "fltp"
        encoder.layout = stream.layout
        encoder.bit_rate = AAC_BIT_RATE
        encoder.time_base = Fraction(1, audio.timescale)
        encoder.flags |= av.codec.context.Flags.global_header | av.codec.context.Flags.bitexact
        samples = 0
        fifo = av.AudioFifo()
        for frame in container.decode(stream):
            if first is None:
                first = int(audio.start[span.audio[0]])
            for piece in resampler.resample(frame):
                piece.pts = None
                fifo.write(piece)
        while (block := fifo.read(AAC_FRAME, partial=True)) is not None:
            block.pts, block.time_base = samples, Fraction(1, audio.timescale)
            samples += block.samples
            packets += [bytes(packet) for packet in encoder.encode(block)]
        packets += [bytes(packet) for packet in encoder.encode(None)]
    if first is None or not packets:
        return None
    channels = encoder.layout.nb_channels
    start = first - begin - AAC_FRAME + np.arange(len(packets), dtype=np.int64) * AAC_FRAME
    return ClipSound(
        entry=_entry(channels, audio.timescale, _descriptor(encoder.extradata or b"")),
        timescale=audio.timescale,
        copied=np.empty(0, np.int64),
        encoded=packets,
        start=start,
        last_ticks=AAC_FRAME,
        end_tick=min(end_tick, first - begin + samples),
    )


def _film_of(audio: AudioTrack, packets: Positions, fetched: Fetched) -> bytes:
    """A film of nothing but these packets, for a decoder."""
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
        entry=audio.entry,
        timescale=audio.timescale,
        pts=start,
        last_ticks=last_ticks,
        end_tick=int(start[-1]) + last_ticks,
        offset=np.cumsum(size, dtype=np.int64) - size,
        size=size,
    )
    return b"".join([header([track], int(size.sum())), *data])


def _descriptor(config: bytes) -> bytes:
    """An `esds` payload for an AAC decoder configuration."""
    specific = bytes([5, len(config)]) + config
    rates = struct.pack(">II", AAC_BIT_RATE, AAC_BIT_RATE)
    decoder = bytes([AAC_OBJECT_TYPE, 0x15]) + bytes(3) + rates + specific
    stream = bytes(3) + bytes([4, len(decoder)]) + decoder + bytes([6, 1, 2])
    return bytes(4) + bytes([3, len(stream)]) + stream
