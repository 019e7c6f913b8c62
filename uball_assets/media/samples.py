"""The video track's samples as ffmpeg's demuxer tells them, without decoding: for films without an index.

Belongs here: times and wholeness of coded frames, by walking every packet. Not here: judging a film
(`walked`), films with an index (`mp4.index`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from uball_assets.media.mp4.boxes import NoFilm
from uball_assets.media.mp4.nal import is_whole
from uball_assets.media.range_file import RangeFile
from uball_assets.media.ranges import Ranged

Times = NDArray[np.float64]
Flags = NDArray[np.bool_]
FILM_FORMATS = {"mov", "mp4", "matroska", "webm", "mpegts", "mpeg", "avi", "asf", "flv", "mxf", "ogg"}
"""ffmpeg opens pictures, texts and subtitles too, as films of one frame."""


@dataclass(frozen=True)
class Samples:
    """Samples that lie inside the file, in decode order; arrays of one length. Times: file clock."""

    time_s: Times
    is_keyframe: Flags
    is_shown: Flags
    """False where an edit list hides the frame."""
    is_damaged: Flags
    """True where the NAL lengths do not add up to the sample, as in zeroed or overwritten data."""
    size_bytes: NDArray[np.int64]
    missing_count: int
    """Samples the index promises beyond the end of the file."""
    missing_from_s: float | None
    """No frame shown before this time is missing (the first missing sample's decode time)."""

    @property
    def shown_s(self) -> Times:
        """Presentation times of the frames a cut may count on, sorted."""
        shown = np.sort(self.time_s[self.is_shown])
        return shown if self.missing_from_s is None else shown[shown < self.missing_from_s]

    @property
    def damaged_s(self) -> Times:
        return np.sort(self.time_s[self.is_shown & self.is_damaged])


def open_container(film: Path | Ranged) -> av.container.InputContainer:
    """By path where it has one, else by ranges."""
    path = film if isinstance(film, Path) else film.local_path
    file = RangeFile(film) if path is None else str(path)  # type: ignore[arg-type]
    return av.open(file, "r", metadata_errors="replace")


def refuse_pictures(film: Path | Ranged) -> None:
    """Raises NoFilm for what ffmpeg opens though it is no film."""
    with open_container(film) as container:
        if not FILM_FORMATS & set(container.format.name.split(",")):
            raise NoFilm(f"no film: the file is {container.format.long_name}")


def picture_of(container: av.container.InputContainer) -> av.VideoStream:
    """The first video stream. Raises NoFilm where there is none, or none that can be decoded."""
    if not container.streams.video:
        raise NoFilm("no video track: the file holds no picture")
    stream = container.streams.video[0]
    if stream.codec_context is None:
        raise NoFilm("its pictures are of a codec that nobody knows: the file is damaged")
    return stream


def read_samples(film: Path | Ranged) -> Samples:
    """Walk the packets of the first video stream.

    Raises what PyAV raises where the container cannot be opened, NoFilm without pictures that can be decoded.
    """
    file_size = film.stat().st_size if isinstance(film, Path) else film.size_bytes
    with open_container(film) as container:
        stream = picture_of(container)
        tick_s = float(stream.time_base or 0)
        length_size = _nal_length_size(stream)
        rows = []
        for packet in _packets(container, stream):
            is_inside = packet.pos is not None and packet.pos + packet.size <= file_size
            if packet.pts is not None and is_inside and not packet.is_corrupt:
                damaged = length_size > 0 and not is_whole(bytes(packet), length_size)
                rows.append(
                    (packet.pts * tick_s, packet.is_keyframe, not packet.is_discard, damaged, packet.size)
                )
        missing = [entry.timestamp for entry in stream.index_entries if entry.pos + entry.size > file_size]
    times, keyframes, shown, damaged_flags, sizes = np.array(rows or np.empty((0, 5)), dtype=np.float64).T
    return Samples(
        time_s=times,
        is_keyframe=keyframes.astype(bool),
        is_shown=shown.astype(bool),
        is_damaged=damaged_flags.astype(bool),
        size_bytes=sizes.astype(np.int64),
        missing_count=len(missing),
        missing_from_s=min(missing) * tick_s if missing else None,
    )


def _packets(container: av.container.InputContainer, stream: av.VideoStream) -> Iterator[av.Packet[Any]]:
    """Every packet with data; a file that ends early just ends early."""
    with suppress(av.error.FFmpegError):
        yield from (packet for packet in container.demux(stream) if packet.size)


def _nal_length_size(stream: av.VideoStream) -> int:
    """Bytes of a NAL length in H.264 and HEVC samples (avcC, hvcC); 0 for other codecs and layouts."""
    if stream.codec_context is None:
        return 0  # a codec that ffmpeg does not know
    header = stream.codec_context.extradata or b""
    place = {"h264": 4, "hevc": 21}.get(stream.codec_context.name)
    if place is None or len(header) <= place or header[0] != 1:
        return 0
    return (header[place] & 3) + 1
