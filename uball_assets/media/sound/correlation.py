"""Does a clip sound as the video does at these moments? Told by correlation with the video's own decoded
sound.

The video's sound is read by `sound`, or packet by packet where the file has no index: neither has a part in
cutting. What is silent, or cannot be read that way, proves nothing and is let pass.
Belongs here: the comparison. Not here: when it is asked for (`cut`, `batch`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage.cross_correlation import RATE_HZ, Samples
from uball_assets.domain.footage.sync import Heard
from uball_assets.media.bytes.ranges import FileRanges, Ranged
from uball_assets.media.sound.sound import Sound
from uball_assets.media.videos.samples import ENTERED_AT_ITS_BEGIN, demuxed, open_container, own_zero_s
from uball_assets.media.videos.steady_clock import SteadyClock

LONGEST_S = 3.0
SHORTEST_S = 0.4
FARTHEST_S = 0.05
"""Sound further off than this is not the video's, whatever it is."""
NEAR_S = 0.002
HOLE_S = 0.01
"""Frames of sound further apart have a hole between them; a mixer holds less back."""
SILENT = 1e-3
"""Of full scale: what is no louder is not compared."""
OTHER_LIKENESS = 0.3
"""Correlation of sound that was never the same; after AAC of any rate that is used it stays above 0.8."""
SHIFTED_SHARE = 0.9
LONGEST_WAY_S = 600.0
"""Of sound that is decoded from the beginning of a video: seconds of work."""
LEAD_IN_S = 1.0
"""A seek lands so much earlier: the decoder is warm, and no seek is that coarse in sound."""


def unlike_sound(
    clip: Path, source: Ranged, first_file_s: float, duration_s: float, *, is_walked: bool = False
) -> str | None:
    """Why the sound of a clip, whose time 0 is `first_file_s`, is not the video's there; None where it is."""
    length_s = min(LONGEST_S, duration_s)
    if length_s < SHORTEST_S:
        return None
    try:
        if is_walked:
            stretch = _walked(source, first_file_s, length_s)
        else:
            with Sound(source) as video:
                stretch = video(first_file_s, length_s)
    except (Permanent, av.error.FFmpegError, ValueError):
        return None
    own, begin_s = stretch.samples, stretch.start_file_s
    if not len(own) or float(np.sqrt(np.mean(own**2))) < SILENT:
        return None
    try:
        with FileRanges(clip) as file, Sound(file) as cut:
            heard = cut(0.0, length_s)
    except Permanent as error:
        return f"its sound cannot be heard ({error})"
    return _unlike(own, heard.samples, round((heard.start_file_s - (begin_s - first_file_s)) * RATE_HZ))


def _walked(source: Ranged, start_file_s: float, length_s: float) -> Heard:
    """A stretch of a video without an index. Raises ValueError where none is there, FFmpegError."""
    with open_container(source) as container:
        start_s = start_file_s + own_zero_s(container)
    with open_container(source) as container:
        if not container.streams.audio:
            raise ValueError("it has no sound track")
        stream = container.streams.audio[0]
        # An AVI tells no time of coded sound that is entered in mid-stream.
        codec = stream.codec_context.name
        is_entered = (
            container.format.name != "avi" or codec.startswith("pcm_")
        ) and codec not in ENTERED_AT_ITS_BEGIN
        if not is_entered and start_file_s > LONGEST_WAY_S:
            raise ValueError("the way there from its beginning is long")
        if is_entered and start_file_s > LEAD_IN_S:
            container.seek(int((start_s - LEAD_IN_S) * av.time_base))
        stretch, begin = _Stretch(), None
        clock = SteadyClock() if codec in ENTERED_AT_ITS_BEGIN else None
        for frame in _decodable(container, stream):
            frame_s = frame.time if clock is None else _seconds(clock.begin_s(frame))
            if frame_s is None or frame_s < start_s:
                continue
            if frame_s >= start_s + length_s:
                break
            if frame.samples > LONGEST_S * frame.sample_rate:
                raise ValueError("its packets hold more sound than is ever compared")
            begin = frame_s if begin is None else begin
            stretch.add(frame, frame_s - begin)
    if begin is None:
        raise ValueError("no sound is there")
    return Heard(begin - (start_s - start_file_s), stretch.joined())


def _seconds(exact_s: Fraction | None) -> float | None:
    return None if exact_s is None else float(exact_s)


class _Stretch:
    """Frames of sound as one, each at its own time: where packets were lost there is silence."""

    def __init__(self) -> None:
        self._pieces: list[Samples] = []
        self._count = 0
        self._mixer = av.AudioResampler("fltp", "mono", RATE_HZ)

    def add(self, frame: av.AudioFrame, from_s: float) -> None:
        gap = round(from_s * RATE_HZ) - self._count
        if gap > HOLE_S * RATE_HZ:
            self._take(None)
            self._mixer = av.AudioResampler("fltp", "mono", RATE_HZ)
            self._put(np.zeros(max(0, round(from_s * RATE_HZ) - self._count), np.float32))
        frame.pts = None
        self._take(frame)

    def joined(self) -> Samples:
        return np.concatenate(self._pieces).astype(np.float32)

    def _take(self, frame: av.AudioFrame | None) -> None:
        for piece in self._mixer.resample(frame):
            self._put(piece.to_ndarray()[0])

    def _put(self, piece: Samples) -> None:
        self._pieces.append(piece)
        self._count += len(piece)


def _decodable(container: av.container.InputContainer, stream: av.AudioStream) -> Iterator[av.AudioFrame]:
    """Without what a seek left of a frame that it landed in."""
    for packet in demuxed(container, stream):
        with suppress(av.error.InvalidDataError):
            yield from stream.codec_context.decode(packet)


def _unlike(own: Samples, heard: Samples, later: int) -> str | None:
    """`later`: samples by which `heard` begins after `own`, both by the clip's clock."""
    reach = round(FARTHEST_S * RATE_HZ)
    begin = max(0, later) + reach
    end = min(len(own), later + len(heard)) - reach
    if end - begin < SHORTEST_S * RATE_HZ / 2:
        return None
    video = own[begin:end] - own[begin:end].mean()
    if float(np.sqrt(np.mean(video**2))) < SILENT:
        return None
    likeness = []
    for shift in range(-reach, reach + 1):
        piece = heard[begin - later + shift : end - later + shift]
        norm = float(np.linalg.norm(video) * np.linalg.norm(piece))
        likeness.append(float(video @ piece) / norm if norm > 0 else 0.0)
    best = int(np.argmax(likeness))
    if likeness[best] < OTHER_LIKENESS:
        return "its sound is not that of the video"
    near = round(NEAR_S * RATE_HZ)
    if max(likeness[reach - near : reach + near + 1]) < SHIFTED_SHARE * likeness[best]:
        off_ms = (best - reach) * 1000 / RATE_HZ
        return f"its sound is {abs(off_ms):.1f} ms {'late' if off_ms > 0 else 'early'}"
    return None
