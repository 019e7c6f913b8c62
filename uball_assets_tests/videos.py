"""Tiny MP4 files that say which frame they show: the frame number is a luma barcode in the picture.

Belongs here: making such files (deterministic, by PyAV) and reading the barcode and the sound back.
Not here: broken files, which `faults` makes out of these.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

BARCODE_BITS = 16
SOUND_RATE_HZ = 16_000
TICKS_PER_S = 90_000
DARK, BRIGHT = 40, 210


@dataclass(frozen=True)
class SyntheticVideo:
    """What to film. The defaults are a camera as it should be."""

    duration_s: float = 6.0
    frame_rate: Fraction = Fraction(15)
    gop_frames: int = 15
    b_frames: int = 0
    is_variable_rate: bool = False
    has_picture: bool = True
    has_audio: bool = True
    sound_s: tuple[float, float] | None = None
    """The stretch of the file that has sound; None: all of it."""
    first_frame_s: float = 0.0
    """Above 0 the file opens with an empty edit; below 0 an edit list hides the frames before 0."""
    rotation_deg: int = 0
    """Counter-clockwise turn that a player must apply."""
    index_at_end: bool = False
    codec: str = "libx264"
    width_px: int = 160
    height_px: int = 90
    open_gop: bool = False
    is_fragmented: bool = False
    container: str = "mp4"
    """Or `mov`, which QuickTime's cameras write."""
    pixel_format: str = "yuv420p"
    x264_params: str = ""
    """Added to x264's, as `name=value:name=value`."""
    sound_codec: str = "aac"
    sound_rate_hz: int = SOUND_RATE_HZ
    sound_layout: str = "mono"

    @property
    def frame_count(self) -> int:
        return round(self.duration_s * self.frame_rate)

    @property
    def ticks(self) -> NDArray[np.int64]:
        """Presentation ticks (1/90000 s) of every frame in the file clock, hidden ones included."""
        steps = np.full(self.frame_count, TICKS_PER_S / float(self.frame_rate))
        if self.is_variable_rate:
            steps *= np.random.default_rng(7).uniform(0.5, 1.9, self.frame_count)
        starts = np.concatenate([[0.0], np.cumsum(steps)[:-1]])
        return np.round(starts + self.first_frame_s * TICKS_PER_S).astype(np.int64)

    @property
    def times_file_s(self) -> NDArray[np.float64]:
        """Frame `n` of the barcode is shown at `times_file_s[n]`."""
        return self.ticks / TICKS_PER_S


def make_video(path: Path, video: SyntheticVideo = SyntheticVideo()) -> Path:
    """Write the file; the same `Video` gives the same bytes."""
    options = {"avoid_negative_ts": "disabled", "fflags": "+bitexact"}
    if video.is_fragmented:
        options["movflags"] = "+frag_keyframe+empty_moov"
    elif not video.index_at_end:
        options["movflags"] = "+faststart"
    with av.open(str(path), "w", format=video.container, options=options) as container:
        packets = _video_packets(_video_stream(container, video), video) if video.has_picture else []
        packets += _sound_packets(container, video) if video.has_audio else []
        for packet in sorted(packets, key=_decode_time_s):
            container.mux(packet)
    return path


def number_in(luma: NDArray[np.uint8], rotation_deg: int = 0) -> int:
    """The frame number drawn in a decoded picture, which a player turned by `rotation_deg`."""
    upright = np.rot90(luma, -rotation_deg // 90)
    height, width = upright.shape
    row = upright[height // 12 : height // 4].mean(axis=0)
    centres = ((np.arange(BARCODE_BITS) + 0.5) * width / BARCODE_BITS).astype(int)
    bits = row[centres] > (DARK + BRIGHT) / 2
    return int(bits @ (1 << np.arange(BARCODE_BITS)))


def numbers_and_times(path: Path, rotation_deg: int = 0) -> tuple[list[int], list[float]]:
    """Barcode and presentation time (s) of every decoded frame."""
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
    numbers = [number_in(frame.to_ndarray(format="gray").astype(np.uint8), rotation_deg) for frame in frames]
    return numbers, [float(frame.time) for frame in frames]


def sound_of(path: Path, rate_hz: int = SOUND_RATE_HZ) -> NDArray[np.float32]:
    """The decoded sound of the first channel from time 0 on; times before 0 are left out."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        assert stream.rate == rate_hz
        frames = [
            (round((frame.time or 0) * rate_hz), _first_channel(frame)) for frame in container.decode(stream)
        ]
    length = max(pts + len(samples) for pts, samples in frames)
    sound = np.zeros(length, np.float32)
    for pts, samples in frames:
        begin = max(0, -pts)
        sound[max(0, pts) : pts + len(samples)] = samples[begin:]
    return sound


def _first_channel(frame: av.AudioFrame) -> NDArray[np.float32]:
    samples = frame.to_ndarray()[0]
    if not frame.format.is_planar:
        samples = samples[:: frame.layout.nb_channels]
    is_float = frame.format.name.startswith("flt")
    loudest = 1.0 if is_float else 2.0 ** (8 * frame.format.bytes - 1)
    sound: NDArray[np.float32] = samples.astype(np.float32) / np.float32(loudest)
    return sound


def drawn_sound(duration_s: float) -> NDArray[np.float32]:
    """Seeded noise that AAC keeps well: low tones whose strength never repeats."""
    count = int(duration_s * SOUND_RATE_HZ)
    noise = np.random.default_rng(3).normal(0, 1, count + 15)
    smooth = np.convolve(noise, np.ones(16) / 4, mode="valid")
    return (0.1 * smooth).astype(np.float32)


def _picture(number: int, video: SyntheticVideo) -> av.VideoFrame:
    width, height = video.width_px, video.height_px
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    planes = np.full((height * 3 // 2, width), 128, np.uint8)
    planes[:height] = 60 + ((x * 2 + y + number * 3) % 120)
    bits = (number >> (np.arange(width) * BARCODE_BITS // width)) & 1
    planes[: height // 3] = np.where(bits, BRIGHT, DARK)
    return av.VideoFrame.from_ndarray(planes, format="yuv420p")


def _video_stream(container: av.container.OutputContainer, video: SyntheticVideo) -> av.VideoStream:
    stream = container.add_stream(video.codec, rate=video.frame_rate)
    assert isinstance(stream, av.VideoStream)
    stream.width, stream.height, stream.pix_fmt = video.width_px, video.height_px, video.pixel_format
    stream.time_base = stream.codec_context.time_base = Fraction(1, TICKS_PER_S)
    stream.codec_context.thread_count = 1
    if video.rotation_deg:
        stream.set_display_rotation(video.rotation_deg)
    open_gop = f":open-gop={int(video.open_gop)}"
    own_params = f":{video.x264_params}" if video.x264_params else ""
    own: dict[str, dict[str, str]] = {
        "libx264": {"x264-params": f"scenecut=0:keyint_min={video.gop_frames}" + open_gop + own_params},
        "libx265": {"x265-params": f"log-level=error:pools=none:frame-threads=1:scenecut=0{open_gop}"},
    }
    options = {"preset": "ultrafast", "crf": "20", "g": str(video.gop_frames), "bf": str(video.b_frames)}
    stream.options = {**options, **own[video.codec]}
    if video.codec == "libx265":
        stream.codec_context.codec_tag = "hvc1"
    return stream


def _video_packets(stream: av.VideoStream, video: SyntheticVideo) -> list[av.Packet[Any]]:
    packets: list[av.Packet[Any]] = []
    for number, tick in enumerate(video.ticks):
        picture = _picture(number, video)
        if video.pixel_format != picture.format.name:
            picture = picture.reformat(format=video.pixel_format)
        picture.pts, picture.time_base = int(tick), Fraction(1, TICKS_PER_S)
        packets += stream.encode(picture)
    return packets + stream.encode(None)


def _sound_packets(container: av.container.OutputContainer, video: SyntheticVideo) -> list[av.Packet[Any]]:
    rate_hz = video.sound_rate_hz
    stream = container.add_stream(
        video.sound_codec, rate=rate_hz, layout=video.sound_layout, bit_rate=64_000 * rate_hz // SOUND_RATE_HZ
    )
    assert isinstance(stream, av.AudioStream)
    to_codec = av.AudioResampler(format=stream.format.name, layout=video.sound_layout, rate=rate_hz)
    packets: list[av.Packet[Any]] = []
    sound = _at_rate(drawn_sound(video.times_file_s[-1] + 1 / float(video.frame_rate)), rate_hz)
    from_s, to_s = video.sound_s or (0.0, len(sound) / rate_hz)
    channels = len(stream.layout.channels)
    for begin in range(round(from_s * rate_hz), round(to_s * rate_hz), 1024):
        samples = np.repeat(sound[None, begin : begin + 1024], channels, axis=0)
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout=video.sound_layout)
        frame.sample_rate, frame.pts, frame.time_base = rate_hz, begin, Fraction(1, rate_hz)
        for converted in to_codec.resample(frame):
            packets += stream.encode(converted)
    return packets + stream.encode(None)


def _at_rate(sound: NDArray[np.float32], rate_hz: int) -> NDArray[np.float32]:
    """Sample `n` is what sounds at `n / rate_hz`, at any rate."""
    if rate_hz == SOUND_RATE_HZ:
        return sound
    times = np.arange(len(sound) * rate_hz // SOUND_RATE_HZ) * (SOUND_RATE_HZ / rate_hz)
    drawn: NDArray[np.float32] = np.interp(times, np.arange(len(sound)), sound).astype(np.float32)
    return drawn


def _decode_time_s(packet: av.Packet[Any]) -> Fraction:
    assert packet.dts is not None
    return packet.dts * packet.time_base
