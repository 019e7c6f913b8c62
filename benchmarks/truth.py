"""What a clip should show, read by PyAV from the video itself: nothing here uses the clip engine.

Belongs here: the frames of a window, their numbers and pictures, the sound, and the bytes that hold them.
Not here: judging a clip by it (`exactness`).
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO

import av
import numpy as np
from numpy.typing import NDArray

from benchmarks.picture import number_in
from benchmarks.plays import Window

LEAD_S = 9.0
"""Decoding begins this much earlier: longer than any video's GOP, so that open GOPs decode whole."""
Sound = NDArray[np.float32]


@dataclass(frozen=True)
class Shown:
    time_s: float
    number: int | None
    """As drawn in the picture."""
    digest: str
    """Of the decoded planes."""


@cache
def shown_in(video: Path, start_s: float, end_s: float) -> list[Shown]:
    """The frames with `start <= time < end`, as a player would show them; read once, asked for often."""
    return _shown(str(video), start_s, end_s)


def shown_by(clip: bytes) -> list[Shown]:
    """All frames of a clip, in the order of their times."""
    return _shown(io.BytesIO(clip), -np.inf, np.inf)


def _shown(video: str | IO[bytes], start_s: float, end_s: float) -> list[Shown]:
    found: list[Shown] = []
    with av.open(video, "r") as container:
        container.streams.video[0].thread_type = "AUTO"
        if start_s > LEAD_S:
            container.seek(int((start_s - LEAD_S) * av.time_base))
        for frame in container.decode(video=0):
            time_s = float(frame.time)
            if time_s >= end_s + 1:
                break
            if start_s <= time_s < end_s:
                planes = np.ascontiguousarray(frame.to_ndarray())
                luma = planes[: frame.height].astype(np.uint8)
                digest = hashlib.sha256(planes.data).hexdigest()
                found.append(Shown(time_s, number_in(luma), digest))
    return sorted(found, key=lambda shown: shown.time_s)


def sound_in(video: Path | IO[bytes], start_s: float, end_s: float) -> tuple[Sound, int] | None:
    """The first channel from `start` to `end`, silence where there is none, and its rate (Hz)."""
    with av.open(video if not isinstance(video, Path) else str(video), "r") as container:
        if not container.streams.audio:
            return None
        stream = container.streams.audio[0]
        rate_hz = stream.rate
        sound = np.zeros(round((end_s - start_s) * rate_hz), np.float32)
        if start_s > 1:
            container.seek(int((start_s - 1) * av.time_base))
        for frame in container.decode(stream):
            at = round((float(frame.time or 0) - start_s) * rate_hz)
            if at >= len(sound):
                break
            samples = _mono(frame)[max(0, -at) :]
            at = max(0, at)
            sound[at : at + len(samples)] = samples[: len(sound) - at]
        return sound, rate_hz


def clip_bytes(video: Path, windows: Sequence[Window]) -> int:
    """How much of the video the clips of these windows need, each from its keyframe on; overlaps once."""
    with av.open(str(video), "r") as container:
        places = sorted(_place(container, window.start_s, window.end_s) for window in windows)
    found, reached = 0, 0
    for offset, end in places:
        found += max(0, end - max(offset, reached))
        reached = max(reached, end)
    return found


def index_bytes(video: Path) -> int:
    """The size of the index and of the box headers on the way to it."""
    size_bytes, found = video.stat().st_size, 0
    with video.open("rb") as file:
        offset = 0
        while offset + 8 <= size_bytes:
            file.seek(offset)
            head = file.read(16)
            length = int.from_bytes(head[:4], "big")
            if length == 1:
                length = int.from_bytes(head[8:], "big")
            found += length if head[4:8] in (b"moov", b"ftyp") else 16
            offset += length or size_bytes
    return found


@dataclass(frozen=True)
class _Packet:
    is_video: bool
    is_key: bool
    time_s: float
    offset: int
    end: int


def _place(container: av.container.InputContainer, start_s: float, end_s: float) -> tuple[int, int]:
    """Offset and end of the stretch of the file that holds all of one clip's samples."""
    container.seek(int(max(0.0, start_s - 0.5) * av.time_base))
    packets = list(_packets(container, end_s + 1.0))
    video = [packet for packet in packets if packet.is_video]
    wanted = [place for place, packet in enumerate(video) if start_s <= packet.time_s < end_s]
    first_s = min(video[place].time_s for place in wanted)
    key = max(place for place, packet in enumerate(video) if packet.is_key and packet.time_s <= first_s)
    needed = video[key : max(wanted) + 1]
    needed += [packet for packet in packets if not packet.is_video and first_s <= packet.time_s < end_s]
    return min(packet.offset for packet in needed), max(packet.end for packet in needed)


def _packets(container: av.container.InputContainer, end_s: float) -> Iterator[_Packet]:
    for packet in container.demux():
        if packet.pts is None or packet.pos is None or packet.stream.type not in ("video", "audio"):
            continue
        time_s = float(packet.pts * packet.time_base)
        if packet.dts is not None and float(packet.dts * packet.time_base) > end_s:
            return
        is_video = packet.stream.type == "video"
        yield _Packet(is_video, packet.is_keyframe, time_s, packet.pos, packet.pos + packet.size)


def _mono(frame: av.AudioFrame) -> Sound:
    samples = frame.to_ndarray()
    channel = samples[0] if frame.format.is_planar else samples[0, :: len(frame.layout.channels)]
    scale = 1.0 if samples.dtype.kind == "f" else float(np.iinfo(np.int16).max)
    return (channel / scale).astype(np.float32)
