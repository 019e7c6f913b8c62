"""The video track's samples as ffmpeg's demuxer tells them, without decoding: for videos without an index.

Belongs here: times and wholeness of coded frames, by walking every packet. Not here: judging a video
(`full_scan`), videos with an index (`mp4.index`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.stream import Disposition
from numpy.typing import NDArray

from uball_assets.media.bytes.range_file import RangeFile
from uball_assets.media.bytes.ranges import Ranged
from uball_assets.media.mp4.boxes import HEAD_BYTES, NotAVideo
from uball_assets.media.mp4.nal import frames_to_entry, is_whole
from uball_assets.media.videos.shown import Ints, Shown, from_the_first_frame, seconds_of

Times = NDArray[np.float64]
Flags = NDArray[np.bool_]
VIDEO_FORMATS = {"mov", "mp4", "matroska", "webm", "mpegts", "mpeg", "avi", "asf", "flv", "mxf", "ogg"}
"""ffmpeg opens pictures, texts and subtitles too, as videos of one frame."""
KEEPS_ITS_CLOCK = {"mov", "mp4"}
"""Its time 0 is where a player begins, even if the first frame comes later; other clocks begin anywhere."""

BREAKS_OFF_ANYWHERE = {"mpegts", "mpeg"}
"""Nothing in them tells whether the last frame is all there."""
ENTERED_AMID_FRAMES = {"mpeg"}
"""Its packets are of one size and frames begin anywhere in them: a seek lands amid a frame of sound."""
ENTERED_AT_ITS_BEGIN = {"pcm_dvd"}
"""Sound whose samples stand across packets: decoded from elsewhere it may be noise."""
PICTURE_PACKET = re.compile(b"\0\0\x01[\xe0-\xef]")
"""How a packet of pictures begins in a program stream (ISO/IEC 13818-1, 2.4.3.7)."""
NO_START_CODES = (
    "no frame begins in it: its pictures stand there without start codes, as copied straight out of an MP4, "
    "and no player shows them; copy them anew: ffmpeg -i ORIGINAL -c copy video.mp4"
)
REMADE = "make it anew with times: ffmpeg -i FILE -c:v libx264 -crf 16 -c:a aac video.mp4"
STILLS = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image
LEAST_TOLD = 4
"""Of frames that tell their time, before the others' follow from theirs."""
NO_TIME = np.iinfo(np.int64).min


class Unplayable(NotAVideo):
    """A container of videos in which no player can tell the frames, or when they are shown."""


@dataclass(frozen=True)
class Samples:
    """Samples that lie inside the file, in decode order; arrays of one length. Ticks: video clock.

    Which that is, `shown` says.
    """

    tick: Ints
    """When the sample is shown. Of a container that keeps decode order only (AVI): when its place comes."""
    tick_s: Fraction
    own_tick: Ints
    """The same by the file's own clock."""
    own_zero_tick: int
    """Where the video's time 0 is in the file's own clock."""
    offset: Ints
    """Where the sample stands (`placed`), bytes; with its size what finds it again while packets are read."""
    size_bytes: Ints
    is_keyframe: Flags
    is_shown: Flags
    """False where an edit list hides the frame."""
    is_damaged: Flags
    """True where the NAL lengths do not add up to the sample, as in zeroed or overwritten data."""
    is_marked: Flags
    """True where the container's packets do not follow each other (some were lost, a recording was joined),
    and where it ends."""
    is_ordered: bool
    """The container tells when frames are shown; else only the order in which they decode tells it."""
    is_entered_whole: bool
    """A seek lands between coded frames: ffmpeg can begin there."""
    stream: int
    """Which of the container's streams they are."""
    restarts: int
    """How often the file's own clock starts anew."""
    missing_count: int
    """Samples the index promises beyond the end of the file."""
    missing_from_tick: int | None
    """No frame shown before this tick is missing (the first missing sample's decode time)."""

    @cached_property
    def shown(self) -> Shown:
        """The frames a cut may count on."""
        ticks = np.sort(self.tick[self.is_shown])
        if self.missing_from_tick is not None:
            ticks = ticks[ticks < self.missing_from_tick]
        return Shown(ticks, self.tick_s, self.own_zero_tick)

    @property
    def shown_s(self) -> Times:
        return self.shown.times_s

    @cached_property
    def place(self) -> Ints:
        """Of each sample that is shown, which of the shown frames it is. Of two at one time the one that
        decodes first is first."""
        place = np.full(len(self.tick), -1)
        shown = np.flatnonzero(self.is_shown)
        place[shown[np.argsort(self.tick[shown], kind="stable")]] = np.arange(len(shown))
        return place

    @cached_property
    def time_s(self) -> Times:
        return seconds_of(self.tick, self.tick_s)

    @property
    def missing_from_s(self) -> float | None:
        tick = self.missing_from_tick
        return None if tick is None else float(tick * self.tick_s)

    @property
    def damaged_s(self) -> Times:
        return np.sort(self.time_s[self.is_shown & self.is_damaged])


def open_container(video: Path | Ranged) -> av.container.InputContainer:
    """By path where it has one, else by ranges."""
    path = video if isinstance(video, Path) else video.local_path
    # A name with a colon is a protocol to ffmpeg, unless its folder stands before it.
    file = RangeFile(video) if path is None else str(path.absolute())  # type: ignore[arg-type]
    return av.open(file, "r", metadata_errors="replace")


def refuse_pictures(video: Path | Ranged) -> None:
    """Raises NotAVideo for what ffmpeg opens though it is no video."""
    with open_container(video) as container:
        if not VIDEO_FORMATS & set(container.format.name.split(",")):
            raise NotAVideo(f"no video: the file is {container.format.long_name}")


def picture_of(container: av.container.InputContainer) -> av.VideoStream:
    """The video stream that players show. Raises NotAVideo where there is none, or none that can be decoded.

    One that is on by default and no attached picture; of several the largest, the fastest, the first.
    """
    if not container.streams.video:
        raise NotAVideo("no video track: the file holds no picture")
    stream = max(container.streams.video, key=_rank)
    if stream.codec_context is None:
        raise NotAVideo("its pictures are of a codec that nobody knows: the file is damaged")
    return stream


def _begun_picture_of(container: av.container.InputContainer, video: Path | Ranged) -> av.VideoStream:
    """The same. Raises Unplayable where pictures stand in a program stream and none of them begins."""
    if ENTERED_AMID_FRAMES & set(container.format.name.split(",")):
        streams = container.streams.video
        is_begun = bool(streams) and any(True for _ in _packets(container, streams[0]))
        container.seek(0)
        if not is_begun and PICTURE_PACKET.search(_head(video)):
            raise Unplayable(NO_START_CODES)
    return picture_of(container)


def _head(video: Path | Ranged) -> bytes:
    if isinstance(video, Path):
        with video.open("rb") as file:
            return file.read(HEAD_BYTES)
    return video.read_range(0, HEAD_BYTES)


def _rank(stream: av.VideoStream) -> tuple[bool, bool, int, float, int]:
    context: av.VideoCodecContext | None = stream.codec_context
    area = 0 if context is None else context.width * context.height
    is_video = not stream.disposition & STILLS and stream.frames != 1
    is_on = bool(stream.disposition & Disposition.default)
    return is_video, is_on, area, float(stream.average_rate or 0), -stream.index


def own_zero_s(container: av.container.InputContainer) -> float:
    """What the file's own clock says at the video's time 0. Reads the first packets, then goes back."""
    formats = set(container.format.name.split(","))
    if KEEPS_ITS_CLOCK & formats or not container.streams.video:
        return 0.0
    stream = picture_of(container)
    packets = (packet for packet in demuxed(container, stream) if packet.size and packet.is_keyframe)
    first = next(packets, None)
    tick = None if first is None else first.dts if "avi" in formats else first.pts
    container.seek(0)
    return 0.0 if tick is None else float(tick * (stream.time_base or 0))


def read_samples(video: Path | Ranged) -> Samples:
    """Walk the packets of the first video stream.

    Raises what PyAV raises where the container cannot be opened, NotAVideo without pictures that can be
    decoded.
    """
    file_size = video.stat().st_size if isinstance(video, Path) else video.size_bytes
    with open_container(video) as container:
        stream = _begun_picture_of(container, video)
        tick_s = stream.time_base or Fraction(1)
        stream_index = stream.index
        formats = set(container.format.name.split(","))
        is_ordered = "avi" not in formats
        length_size = _nal_length_size(stream)
        rows = []
        for packet, offset_bytes in placed(_packets(container, stream)):
            is_inside = offset_bytes + packet.size <= file_size
            shown_tick = packet.pts if is_ordered else packet.dts
            if is_inside and (shown_tick is not None or is_ordered):
                damaged = length_size > 0 and not is_whole(bytes(packet), length_size)
                shown_tick = NO_TIME if shown_tick is None else shown_tick
                decode_tick = shown_tick if packet.dts is None else packet.dts
                flags = (
                    _is_entry(packet, stream, length_size),
                    not packet.is_discard,
                    damaged,
                    packet.is_corrupt,
                )
                rows.append((shown_tick, decode_tick, offset_bytes, packet.size, *flags))
        missing = [entry.timestamp for entry in stream.index_entries if entry.pos + entry.size > file_size]
    table = np.array(rows or np.empty((0, 8)), np.int64)
    if (table[:, 0] == NO_TIME).any():
        table, is_ordered = _evenly_timed(table), False
    if BREAKS_OFF_ANYWHERE & formats:
        table[-1:, 7] = 1
    own_tick, decode_tick, offset, size_bytes = table[:, :4].T
    is_keyframe, is_shown, is_damaged, is_marked = table[:, 4:8].T.astype(bool)
    if KEEPS_ITS_CLOCK & formats:
        tick, own_zero_tick, restarts = own_tick, 0, 0
    else:
        tick, own_zero_tick, restarts = from_the_first_frame(
            own_tick, decode_tick, is_keyframe, is_marked, tick_s
        )
        if is_ordered and is_keyframe.any():
            is_shown &= (tick >= 0) & (np.arange(len(tick)) >= int(np.argmax(is_keyframe)))
    return Samples(
        tick=tick,
        tick_s=tick_s,
        own_tick=own_tick,
        own_zero_tick=own_zero_tick,
        offset=offset,
        size_bytes=size_bytes,
        is_keyframe=is_keyframe,
        is_shown=is_shown,
        is_damaged=is_damaged,
        is_marked=is_marked,
        is_ordered=is_ordered,
        is_entered_whole=not ENTERED_AMID_FRAMES & formats,
        stream=stream_index,
        restarts=restarts,
        missing_count=len(missing),
        missing_from_tick=min(missing) - own_zero_tick if missing else None,
    )


def _evenly_timed(table: Ints) -> Ints:
    """The samples as in a container that keeps decode order only, where just some tell a time.

    Several coded frames may begin in one packet of a program stream, which tells the first one's times. One
    frame follows the other evenly, or none could say when: raises Unplayable where those that tell do not
    agree.
    """
    told = np.flatnonzero((table[:, 0] != NO_TIME) & (table[:, 1] != NO_TIME))
    keyframes = told[table[told, 4] != 0]
    untold = f"{len(table) - len(told)} of its {len(table)} frames tell no time"
    if len(told) < LEAST_TOLD or not len(keyframes):
        raise Unplayable(f"{untold}: {REMADE}")
    shown_tick, decode_tick = table[told, 0], table[told, 1]
    runs = [_evenly(told, decode_tick, begin, end, len(table)) for begin in (0, 1) for end in (-1, -2)]
    even = min(runs, key=lambda run: np.count_nonzero(np.abs(decode_tick - run[told]) > 1))
    is_off = np.abs(decode_tick - even[told]) > 1
    step = int(even[-1] - even[0]) // (len(table) - 1)
    is_next = np.abs(np.abs(decode_tick - even[told]) - step) <= 1
    # One that stands across two packets may be told its neighbour's time; a gap moves all that follow.
    if (is_off & ~is_next).any() or (is_off[1:] & is_off[:-1]).any() or is_off[-2:].all():
        raise Unplayable(f"{untold}, and the others no even one: {REMADE}")
    begin = int(np.searchsorted(told, keyframes[0]))
    timed = table.copy()
    timed[:, 0] = timed[:, 1] = even + shown_tick[begin] - decode_tick[begin]
    return timed


def _evenly(told: Ints, decode_tick: Ints, first: int, last: int, count: int) -> Ints:
    """Ticks of `count` samples, one as long as the other, through two of those that tell theirs."""
    ticks, apart = int(decode_tick[last] - decode_tick[first]), int(told[last] - told[first])
    from_first = range(-int(told[first]), count - int(told[first]))
    return np.array([int(decode_tick[first]) + ticks * place // apart for place in from_first], np.int64)


def demuxed(container: av.container.InputContainer, stream: Any) -> Iterator[av.Packet[Any]]:
    """A stream's packets. They end where another stream begins amid the file: PyAV does not know that one."""
    with suppress(IndexError):
        yield from container.demux(stream)


def placed(packets: Iterable[av.Packet[Any]]) -> Iterator[tuple[av.Packet[Any], int]]:
    """Packets with data, and where each stands in the file, bytes.

    Where several begin in one packet of the container only the first is told a place: the others stand there
    too.
    """
    place: int | None = None
    for packet in packets:
        place = place if packet.pos is None else packet.pos
        if packet.size and place is not None:
            yield packet, place


def _packets(container: av.container.InputContainer, stream: av.VideoStream) -> Iterator[av.Packet[Any]]:
    """Every packet with data; a file that ends early just ends early."""
    with suppress(av.error.FFmpegError):
        yield from (packet for packet in demuxed(container, stream) if packet.size)


def _is_entry(packet: av.Packet[Any], stream: av.VideoStream, length_size: int) -> bool:
    """Whether decoding can begin there: what is renewed stripe by stripe is called a keyframe too."""
    if not packet.is_keyframe or not length_size:
        return packet.is_keyframe
    return not frames_to_entry(bytes(packet), length_size, is_hevc=stream.codec_context.name == "hevc")


def _nal_length_size(stream: av.VideoStream) -> int:
    """Bytes of a NAL length in H.264 and HEVC samples (avcC, hvcC); 0 for other codecs and layouts."""
    if stream.codec_context is None:
        return 0  # a codec that ffmpeg does not know
    header = stream.codec_context.extradata or b""
    place = {"h264": 4, "hevc": 21}.get(stream.codec_context.name)
    if place is None or len(header) <= place or header[0] != 1:
        return 0
    return (header[place] & 3) + 1
