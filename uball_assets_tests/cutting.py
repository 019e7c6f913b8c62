"""Cutting clips of test videos, and looking into what came out: pictures, coded frames, sound.

Belongs here: what several tests of the engine need. Not here: what must hold (the tests), making videos
(`videos`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

import av
import numpy as np
from av.video.plane import VideoPlane
from numpy.typing import NDArray

from uball_assets.domain.clipping.clips import Recipe
from uball_assets.media.bytes.ranges import FileRanges
from uball_assets.media.cutting.cut import cut_clip
from uball_assets.media.cutting.plan import CutClip, Tools
from uball_assets.media.mp4.boxes import Moov, children
from uball_assets.media.mp4.index import Index
from uball_assets.media.mp4.index_parser import parse_index
from uball_assets.media.videos.video import Video, open_video
from uball_assets_tests.videos import number_in, sound_of

MODES = ("smart", "edit", "keyframe", "reencode")
SAME_SOUND = 0.5
"""Correlation: sound of any codec and rate that is used stays above it, another moment's below 0.2."""
COPYING = ("smart", "edit", "keyframe")


@dataclass(frozen=True)
class Picture:
    """A frame as a player shows it."""

    number: int
    """Its barcode."""
    time_s: float
    digest: str
    """Of its decoded planes."""


@contextmanager
def opened(path: Path, work: Path) -> Iterator[Video]:
    with FileRanges(path) as source, open_video(source, work) as video:
        yield video


def cut(path: Path, start_s: float, end_s: float, mode: str, work: Path) -> CutClip:
    with opened(path, work) as video:
        return cut_clip(video, start_s, end_s, Recipe(mode=mode), Tools(work))


def pictures_of(clip: bytes, rotation_deg: int = 0, options: dict[str, str] | None = None) -> list[Picture]:
    """Every frame that decodes; `options` are the reader's."""
    with av.open(BytesIO(clip), "r", options=options) as container:
        container.streams.video[0].codec_context.thread_count = 1
        return [_picture(frame, rotation_deg) for frame in container.decode(video=0)]


def _picture(frame: av.VideoFrame, rotation_deg: int) -> Picture:
    sample_bytes = (frame.format.components[0].bits + 7) // 8
    planes = [_rows(plane)[:, : plane.width * sample_bytes] for plane in frame.planes]
    luma = planes[0] if sample_bytes == 1 else frame.to_ndarray(format="gray").astype(np.uint8)
    digest = hashlib.sha256(b"".join(rows.tobytes() for rows in planes)).hexdigest()
    return Picture(number_in(luma, rotation_deg), float(frame.time or 0), digest)


def _rows(plane: VideoPlane) -> NDArray[np.uint8]:
    return np.frombuffer(bytes(plane), np.uint8).reshape(plane.height, plane.line_size)


@cache
def pictures_in(video: Path) -> list[Picture]:
    """The whole video's, as PyAV shows them: what every clip is held against."""
    return pictures_of(video.read_bytes())


def wanted(video: Path, start_s: float, end_s: float) -> list[Picture]:
    """The frames that the rule asks for."""
    return [picture for picture in pictures_in(video) if start_s <= picture.time_s < end_s]


def numbers(pictures: list[Picture]) -> list[int]:
    return [picture.number for picture in pictures]


def clip_times_s(pictures: list[Picture]) -> NDArray[np.float64]:
    """From the first frame on."""
    return np.array([picture.time_s - pictures[0].time_s for picture in pictures])


def coded_frames(video: bytes) -> list[tuple[float, bytes]]:
    """Time and data of every coded frame, hidden ones too, in the order in which they stand."""
    with av.open(BytesIO(video), "r") as container:
        return [
            (float((packet.pts or 0) * packet.time_base), bytes(packet))
            for packet in container.demux(video=0)
            if packet.size
        ]


def sound_offset_s(clip: CutClip, folder: Path, video: Path, rate_hz: int) -> float:
    """How much later the clip's sound is than the video's, by their likeness over half a second."""
    heard, whole = sound_of(written(clip, folder), rate_hz), sound_of(video, rate_hz)
    offset_s, likeness = sound_lag(heard, whole, clip.first_s, rate_hz)
    assert likeness > SAME_SOUND, f"another sound: {likeness:.2f}"
    return offset_s


def sound_lag(
    heard: NDArray[np.float32], whole: NDArray[np.float32], first_s: float, rate_hz: int
) -> tuple[float, float]:
    """By how much `heard`, from `first_s` of `whole` on, is late, and how like it is then (correlation)."""
    skip, length, reach = rate_hz // 16, rate_hz // 2, rate_hz // 200
    at, clip = round(first_s * rate_hz) + skip, heard[skip : skip + length]
    pieces = [whole[at + shift : at + shift + length] for shift in range(-reach, reach + 1)]
    likeness = [float(clip @ piece) for piece in pieces]
    best = int(np.argmax(likeness))
    norm = float(np.linalg.norm(clip) * np.linalg.norm(pieces[best]))
    return (reach - best) / rate_hz, likeness[best] / norm if norm else 0.0


def written(clip: CutClip, folder: Path) -> Path:
    path = folder / "clip.mp4"
    path.write_bytes(clip.data)
    return path


def index_of(clip: CutClip) -> Index:
    """As the package's own reader finds it."""
    moov = dict(children(memoryview(clip.data)))[b"moov"]
    return parse_index(Moov(bytes(moov), 0, 0, is_at_end=False), clip.size_bytes)
