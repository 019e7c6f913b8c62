"""A video's index as arrays: where every coded frame stands, and when a player shows it.

All times are ticks of the file clock: tick 0 is a player's 0:00, edit lists are worked in. What cannot be
treated exactly raises Unsupported, and such videos are re-encoded.

Belongs here: reading the index box. Not here: finding it (`boxes`), what a clip needs of it (`span`).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from uball_assets.media.bytes.ranges import Ranged
from uball_assets.media.mp4.boxes import Moov, NotAVideo, child, children, read_moov

Ints = NDArray[np.int64]
Sizes = NDArray[np.int32]
Flags = NDArray[np.bool_]

MOST_SAMPLES = 20_000_000
"""More than 4 days at 59.94 fps: a count beyond it is damage, not a video."""
FINEST_TIMESCALE = 2**31 - 1
"""Ticks a second that codecs can count in; cameras use up to some millions."""
LONGEST_S = 400 * 24 * 3600
"""Times further from 0:00 are damage."""
FARTHEST_BYTE = 2**62
PCM_BITS = {"alaw": 8, "ulaw": 8, "in24": 24, "in32": 32, "fl32": 32, "fl64": 64}
"""Codecs of one sample size, whatever else is told of it (QuickTime File Format, sound descriptions)."""
TELL_KEYFRAMES = {"avc1", "avc3", "hvc1", "hev1"}
"""Codecs whose pictures say themselves whether decoding can begin at them."""
IDENTITY_MATRIX = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


class Unsupported(Exception):  # noqa: N818 - an answer: re-encode this video
    """Why the index cannot be treated exactly."""


@dataclass(frozen=True)
class VideoTrack:
    """The video track that players show. Arrays are in decode order, one entry a coded frame."""

    codec: str
    """The sample entry's four letters: `avc1`, `hvc1`, …"""
    entry: bytes
    """The sample entry's payload, as it stands in `stsd`."""
    width_px: int
    height_px: int
    matrix: bytes
    """The display matrix: rotation that a player applies."""
    shown_size: bytes
    """Width and height as the track header tells them (16.16): with the coded ones, the pixels' shape."""
    timescale: int
    """Ticks a second."""
    offset: Ints
    size: Sizes
    pts: Ints
    """When the frame is shown, file clock; hidden frames have a time too."""
    is_sync: Flags
    shown: Ints
    """Decode positions of the frames that a player shows and whose data is in the file, by time."""
    end_tick: int
    """Where the last frame ends by the index."""
    missing_count: int
    """Frames that the index promises beyond the end of the file."""
    undecodable_count: int = 0
    """Frames in front of the first keyframe, which lean on pictures that no file holds; not among `shown`."""

    @property
    def shown_s(self) -> NDArray[np.float64]:
        """Times of the frames that a player shows, file clock, seconds, sorted."""
        return self.pts[self.shown] / self.timescale

    @property
    def end_s(self) -> float:
        return self.end_tick / self.timescale


@dataclass(frozen=True)
class AudioTrack:
    """The first audio track that is on. Arrays have one entry a coded packet; for PCM, one a chunk."""

    codec: str
    entry: bytes
    timescale: int
    offset: Ints
    size: Sizes
    start: Ints
    """File clock, audio ticks."""
    end_tick: int
    shown_from: int
    """Sound before this tick is hidden (an encoder's lead-in)."""
    sample_bytes: int
    """Bytes of one PCM sample of all channels; 0 for compressed sound."""
    file_bytes: int = FARTHEST_BYTE
    """Packets beyond are promised by the index only."""


@dataclass(frozen=True)
class Index:
    video_track: VideoTrack
    audio: AudioTrack | None
    other_tracks: tuple[str, ...]
    """Handlers of the tracks that clips leave out: `tmcd`, `meta`, `text`, …"""
    has_chapters: bool
    created: int
    """Seconds since 1904, as the camera wrote it; 0 where it did not."""
    index_bytes: int
    is_at_end: bool
    oddities: tuple[str, ...] = ()
    """What the file tells twice or wrongly, and how it was taken."""


def read_index(source: Ranged) -> Index:
    """Reads the index by ranged reads: two, or one where it stands at the head.

    Raises NotAVideo (no MP4, or its index is not whole), Unsupported (a video that cannot be cut exactly).
    """
    return parse_index(read_moov(source), source.size_bytes)


def parse_index(moov: Moov, size_bytes: int) -> Index:
    """The index of a file of `size_bytes`; see `read_index`."""
    try:
        return _parse(moov, size_bytes)
    except (struct.error, ValueError, IndexError, OverflowError) as error:
        raise NotAVideo(
            f"the index (moov) does not add up ({error}): the file is damaged; transfer it again"
        ) from error


def _parse(moov: Moov, size_bytes: int) -> Index:
    payload = memoryview(moov.payload)
    if child(payload, b"cmov") is not None:
        raise Unsupported("its index is compressed")
    header = child(payload, b"mvhd")
    if header is None:
        raise NotAVideo("the index (moov) has no header: the file is damaged; transfer it again")
    movie_timescale = _timescale(header)
    tracks = [(_handler(track), track) for kind, track in children(payload) if kind == b"trak"]
    chapters = {number for _, track in tracks for number in _chapters_of(track)}
    video_track, oddities = _picture_track(
        [track for handler, track in tracks if handler == "vide"], chapters
    )
    if child(payload, b"mvex") is not None:
        raise Unsupported("it is fragmented")
    sounds = [track for handler, track in tracks if handler == "soun"]
    audio = next((track for track in sounds if _is_on(track)), sounds[0] if sounds else None)
    shown = _video(video_track, movie_timescale, size_bytes)
    return Index(
        video_track=shown,
        audio=None if audio is None else _audio(audio, movie_timescale, size_bytes),
        other_tracks=tuple(
            handler for handler, track in tracks if track is not video_track and track is not audio
        ),
        has_chapters=child(payload, b"udta", b"chpl") is not None
        or any(child(track, b"tref", b"chap") is not None for _, track in tracks),
        created=_created(header),
        index_bytes=moov.box_bytes,
        is_at_end=moov.is_at_end,
        oddities=(*oddities, *_oddities(video_track, shown)),
    )


def _oddities(track: memoryview, video_track: VideoTrack) -> tuple[str, ...]:
    """Where the picture track's tables contradict each other and only one of them can be right."""
    table, count = _table(track), len(video_track.pts)
    timed = int(_array(table, b"stts", ">u4", 2)[:, 0].sum())
    composed = int(_array(table, b"ctts", ">i4", 2)[:, 0].sum())
    rows = len(_array(table, b"stsc", ">u4", 3))
    left_out = rows - len(_chunk_runs(table))
    is_sync_empty = child(table, b"stss") is not None and not len(_array(table, b"stss", ">u4", 1))
    begins_s = float(video_track.shown_s[0]) if len(video_track.shown) else 0.0
    early = f"{video_track.undecodable_count} frames before {begins_s:.3f} s lean on pictures from before it"
    short = f"its index times {timed} of {count} frames: the last lasts as long as the one before"
    notes = {
        f"{early} began: no player can show them": video_track.undecodable_count > 0,
        "its sync table is empty: keyframes are looked for in the pictures": is_sync_empty,
        short: timed < count,
        f"its index times {timed} frames of {count}: what is too much is left out": timed > count,
        f"its index orders {composed} frames of {count}: what is too much is left out": composed > count,
        f"its index orders {composed} of {count} frames: the others are shown at the times left": (
            0 < composed < count
        ),
        f"{left_out} rows at the end of its chunk table go back to the beginning: left out": left_out > 0,
    }
    return tuple(words for words, is_so in notes.items() if is_so)


def _picture_track(tracks: Sequence[memoryview], chapters: set[int]) -> tuple[memoryview, tuple[str, ...]]:
    """The track that players show, and in words that there was a choice.

    One with more than one picture that shows no chapters (by their track ids), switched on; of several the
    largest, then the one with most pictures, then the first: cameras put thumbnails, proxies and
    switched-off tracks in front of the video.
    """
    if not tracks:
        raise NotAVideo("no video track: the file holds no picture")
    if len(tracks) == 1:
        return tracks[0], ()
    looks = [_Look.at(track, chapters) for track in tracks]
    place = max(range(len(tracks)), key=lambda one: (*looks[one].rank, -one))
    others = ", ".join(look.words for one, look in enumerate(looks) if one != place)
    note = f"{len(tracks)} picture tracks: clips show the one of {looks[place].words}, not {others}"
    return tracks[place], (note,)


@dataclass(frozen=True)
class _Look:
    """A picture track at a glance."""

    is_on: bool
    is_video: bool
    count: int
    width_px: int
    height_px: int

    @classmethod
    def at(cls, track: memoryview, chapters: set[int]) -> _Look:
        """Of a track that cannot be read: nothing."""
        try:
            table = _table(track)
            entry = next(inner for _, inner in children((child(table, b"stsd") or memoryview(b""))[8:]))
            width_px, height_px = struct.unpack_from(">HH", entry, 24)
            count = _constant_size(table)[1]
            is_video = count > 1 and _track_id(track) not in chapters
            return cls(_is_on(track), is_video, count, width_px, height_px)
        except (struct.error, NotAVideo, StopIteration):
            return cls(False, False, 0, 0, 0)

    @property
    def rank(self) -> tuple[bool, bool, int, int]:
        return self.is_video, self.is_on, self.width_px * self.height_px, self.count

    @property
    def words(self) -> str:
        off = "" if self.is_on else ", switched off"
        return f"{self.width_px} x {self.height_px} ({self.count} pictures{off})"


def _track_id(track: memoryview) -> int:
    header = child(track, b"tkhd")
    return 0 if header is None else int(struct.unpack_from(">I", header, 20 if header[0] == 1 else 12)[0])


def _chapters_of(track: memoryview) -> tuple[int, ...]:
    """Ids of the tracks that show this one's chapters."""
    ids = child(track, b"tref", b"chap") or b""
    return struct.unpack(f">{len(ids) // 4}I", ids[: len(ids) // 4 * 4])


def _is_on(track: memoryview) -> bool:
    """The track header's first flag; players leave out a track without it."""
    header = child(track, b"tkhd")
    return header is None or len(header) < 4 or bool(header[3] & 1)


def _video(track: memoryview, movie_timescale: int, size_bytes: int) -> VideoTrack:
    table, timescale = _table(track), _media_timescale(track)
    codec, entry = _sample_entry(table)
    if codec in ("encv", "drmi"):
        raise NotAVideo("its pictures are encrypted: export it without copy protection")
    width_px, height_px = struct.unpack_from(">HH", entry, 24)
    size = _sizes(table, size_bytes)
    count = len(size)
    if count == 0:
        raise NotAVideo("the index lists no frames: the recording did not complete")
    dts, media_end = _decode_times(table, count)
    offset = _offsets(table, size)
    edit = _edit(track, movie_timescale, timescale)
    pts = dts + _composition(table, dts) - edit.shift
    _check_times(pts, timescale)
    is_shown = pts >= edit.from_tick
    if edit.to_tick is not None:
        is_shown &= pts < edit.to_tick
    is_inside = (offset >= 0) & (offset + size <= size_bytes)
    if int(size[is_inside].sum(dtype=np.int64)) > size_bytes:
        raise ValueError("its frames claim more bytes than the file has")
    if not is_inside.all():
        is_shown &= pts < pts[~is_inside].min()
    is_sync = _sync(table, count, codec)
    undecodable = is_shown & _leans_on_what_is_not_there(pts, is_sync)
    shown = np.flatnonzero(is_shown & ~undecodable)
    shown = shown[np.argsort(pts[shown], kind="stable")]
    last = int(pts.max()) + int(np.median(np.diff(np.sort(pts)))) if count > 1 else media_end - edit.shift
    return VideoTrack(
        codec=codec,
        entry=entry,
        width_px=width_px,
        height_px=height_px,
        matrix=_matrix(track),
        shown_size=_shown_size(track, width_px, height_px),
        timescale=timescale,
        offset=offset,
        size=size,
        pts=pts,
        is_sync=is_sync,
        shown=shown,
        end_tick=last if edit.to_tick is None else min(last, edit.to_tick),
        missing_count=int(count - is_inside.sum()),
        undecodable_count=int(undecodable.sum()),
    )


def _leans_on_what_is_not_there(pts: Ints, is_sync: Flags) -> Flags:
    """Frames decoded or shown before the first keyframe, as in a recording that was split anywhere."""
    if not is_sync.any():
        return np.zeros(len(pts), np.bool_)
    first = int(np.argmax(is_sync))
    early: Flags = (np.arange(len(pts)) < first) | (pts < pts[first])
    return early


def _audio(track: memoryview, movie_timescale: int, size_bytes: int) -> AudioTrack | None:
    """The audio track, or None where it holds nothing."""
    table, timescale = _table(track), _media_timescale(track)
    codec, entry = _sample_entry(table)
    if codec in ("enca", "drms"):
        raise NotAVideo("its sound is encrypted: export it without copy protection")
    edit = _edit(track, movie_timescale, timescale)
    per_chunk = _pcm(table, entry)
    if per_chunk is not None:
        offset, size, start, media_end, sample_bytes = per_chunk
    else:
        size = _sizes(table, size_bytes)
        start, media_end = _decode_times(table, len(size))
        offset, sample_bytes = _offsets(table, size), 0
    if len(size) == 0:
        return None
    start, end_tick = start - edit.shift, media_end - edit.shift
    _check_times(start, timescale)
    return AudioTrack(
        codec=codec,
        entry=entry,
        timescale=timescale,
        offset=offset,
        size=size,
        start=start,
        end_tick=end_tick if edit.to_tick is None else min(end_tick, edit.to_tick),
        shown_from=edit.from_tick,
        sample_bytes=sample_bytes,
        file_bytes=size_bytes,
    )


@dataclass(frozen=True)
class _Edit:
    shift: int
    """File clock = media clock - shift; ticks of the track."""
    from_tick: int
    to_tick: int | None


def _edit(track: memoryview, movie_timescale: int, timescale: int) -> _Edit:
    """The edit list, where it is one stretch of the track after at most a gap."""
    raw = child(track, b"edts", b"elst")
    if raw is None:
        return _Edit(0, -(2**62), None)
    version, count = raw[0], struct.unpack_from(">I", raw, 4)[0]
    form = struct.Struct(">QqHH" if version == 1 else ">IiHH")
    if count * form.size > len(raw) - 8:
        raise Unsupported("its edit list is cut short")
    if count > 1000:
        raise Unsupported(f"its edit list has {count} parts")
    entries = [form.unpack_from(raw, 8 + form.size * place) for place in range(count)]
    gap_movie_ticks = 0
    while entries and entries[0][1] == -1:
        gap_movie_ticks += entries.pop(0)[0]
    gap = _rescaled(gap_movie_ticks, timescale, movie_timescale)
    if not entries:
        return _Edit(-gap, -(2**62), None)
    if len(entries) > 1 or entries[0][1] < 0:
        raise Unsupported(f"its edit list has {len(entries)} stretches")
    duration, media_time, rate, fraction = entries[0]
    if (rate, fraction) != (1, 0):
        raise Unsupported("its edit list changes the speed")
    to_tick = gap + _rescaled(duration, timescale, movie_timescale) if duration else None
    return _Edit(media_time - gap, gap, to_tick)


def _rescaled(ticks: int, to_timescale: int, from_timescale: int) -> int:
    """To the nearest tick, as players round."""
    return (ticks * to_timescale + from_timescale // 2) // from_timescale


def _handler(track: memoryview) -> str:
    raw = child(track, b"mdia", b"hdlr")
    return bytes(raw[8:12]).decode("latin-1") if raw is not None and len(raw) >= 12 else ""


def _table(track: memoryview) -> memoryview:
    table = child(track, b"mdia", b"minf", b"stbl")
    if table is None:
        raise NotAVideo("the index (moov) has a track without a sample table: the file is damaged")
    return table


def _timescale(header: memoryview) -> int:
    ticks = int(struct.unpack_from(">I", header, 20 if header[0] == 1 else 12)[0])
    if not 0 < ticks <= FINEST_TIMESCALE:
        raise NotAVideo(f"the index (moov) has a clock of {ticks} ticks a second: the file is damaged")
    return ticks


def _media_timescale(track: memoryview) -> int:
    header = child(track, b"mdia", b"mdhd")
    if header is None:
        raise NotAVideo("the index (moov) has a track without a clock: the file is damaged")
    return _timescale(header)


def _created(header: memoryview) -> int:
    return int(struct.unpack_from(">Q" if header[0] == 1 else ">I", header, 4)[0])


def _matrix(track: memoryview) -> bytes:
    header = child(track, b"tkhd")
    if header is None:
        return IDENTITY_MATRIX
    start = 52 if header[0] == 1 else 40
    return bytes(header[start : start + 36]) if len(header) >= start + 36 else IDENTITY_MATRIX


def _shown_size(track: memoryview, width_px: int, height_px: int) -> bytes:
    """As the track header tells it, for players work out the pixels' shape from it; the coded one without."""
    header = child(track, b"tkhd")
    start = 0 if header is None else 88 if header[0] == 1 else 76
    size_fields = b"" if header is None else bytes(header[start : start + 8])
    return (
        size_fields
        if len(size_fields) == 8 and any(size_fields)
        else struct.pack(">II", width_px << 16, height_px << 16)
    )


def _sample_entry(table: memoryview) -> tuple[str, bytes]:
    raw = child(table, b"stsd")
    if raw is None or len(raw) < 8:
        raise NotAVideo("the index (moov) has a track without a codec: the file is damaged")
    entries = list(children(raw[8:]))
    if len(entries) != 1:
        raise Unsupported(f"a track has {len(entries)} sample descriptions")
    kind, entry = entries[0]
    return kind.decode("latin-1"), bytes(entry)


def _array(table: memoryview, kind: bytes, width: str, columns: int, header_bytes: int = 8) -> Ints:
    """Rows of a table box as `(n, columns)`; its row count stands in the last word of the header."""
    raw = child(table, kind)
    if raw is None:
        return np.empty((0, columns), np.int64)
    count = struct.unpack_from(">I", raw, header_bytes - 4)[0]
    item = np.dtype(width)
    if count * columns * item.itemsize > len(raw) - header_bytes:
        raise ValueError(f"{kind.decode()} claims {count} entries")
    flat = np.frombuffer(raw, item, count * columns, header_bytes)
    return flat.astype(np.int64).reshape(count, columns)


def _constant_size(table: memoryview) -> tuple[int, int]:
    """Size of every sample, 0 where they differ, and their count."""
    raw = child(table, b"stsz")
    if raw is None:
        return 0, 0
    size, count = struct.unpack_from(">II", raw, 4)
    return size, count


def _sizes(table: memoryview, size_bytes: int) -> Sizes:
    size, count = _constant_size(table)
    if size and count:
        if count > min(MOST_SAMPLES, size_bytes // size + MOST_SAMPLES // 1000):
            raise ValueError(f"stsz claims {count} samples of {size} bytes in a file of {size_bytes}")
        return np.full(count, size, np.int32)
    if child(table, b"stz2") is not None:
        raise Unsupported("its sample sizes are packed (stz2)")
    sizes = _array(table, b"stsz", ">u4", 1, header_bytes=12)[:, 0]
    if len(sizes) and sizes.max() > 2**31 - 1:
        raise ValueError(f"stsz claims a sample of {sizes.max()} bytes")
    return sizes.astype(np.int32)


def _decode_times(table: memoryview, count: int) -> tuple[Ints, int]:
    """Each sample's decode time and the end of the last, media clock."""
    runs = _array(table, b"stts", ">u4", 2)
    timed_count = int(runs[:, 0].sum())
    if timed_count == count - 1 and timed_count:
        # One short, as some recorders write that stop within a frame: it lasts as long as the one before.
        runs[-1, 0] += 1
    elif timed_count != count:
        if timed_count < count or runs[:, 0].max() > MOST_SAMPLES:
            raise ValueError(f"stts times {timed_count} of {count} samples")
        ends = np.minimum(np.cumsum(runs[:, 0]), count)
        runs[:, 0] = np.diff(ends, prepend=0)
    deltas = np.repeat(runs[:, 1], runs[:, 0])
    ends = np.cumsum(deltas)
    return ends - deltas, int(ends[-1]) if count else 0


def _check_times(ticks: Ints, timescale: int) -> None:
    if max(int(ticks.max()), -int(ticks.min())) > LONGEST_S * timescale:
        raise ValueError(f"it tells of times from {int(ticks.min())} to {int(ticks.max())}")


def _composition(table: memoryview, dts: Ints) -> Ints:
    """How much later than it is decoded each sample is shown, media clock."""
    count = len(dts)
    runs = _array(table, b"ctts", ">i4", 2)
    if not len(runs):
        return np.zeros(count, np.int64)
    ends = np.cumsum(runs[:, 0])
    if runs[:, 0].min() >= 0 and 0 < ends[-1] < count:
        return _completed(np.repeat(runs[:, 1], runs[:, 0]), int(runs[:, 0].max()), dts)
    # Rows behind the one that ends with the last frame are of none.
    enough = np.flatnonzero(ends == count)
    if runs[:, 0].min() < 0 or not len(enough):
        raise ValueError(f"ctts times {runs[:, 0].sum()} of {count} samples")
    runs = runs[: enough[0] + 1]
    return np.repeat(runs[:, 1], runs[:, 0])


def _completed(composition: Ints, longest_row: int, dts: Ints) -> Ints:
    """With the row that the table lacks at its end, where the other frames leave but one that fits.

    Frames are shown as they are decoded, in another order and later by a constant: the last at the times that
    are left. Players take 0 for the row, and show the frames late in the same order.
    """
    known, lacking = len(composition), len(dts) - len(composition)
    shown = dts[:known] + composition
    left = np.setdiff1d(dts - dts[0] + shown.min(), shown)
    if lacking == len(left) <= longest_row and len(offsets := np.unique(left - dts[known:])) == 1:
        return np.append(composition, np.full(lacking, offsets[0]))
    raise NotAVideo(
        f"its index (moov) orders {known} of {len(dts)} frames (ctts), and does not tell when the others are "
        "shown; transfer it again, or save it anew by the program that wrote it"
    )


def _chunk_runs(table: memoryview) -> Ints:
    """Rows of first chunk, samples a chunk, description; without rows at the end that go back to chunk 1."""
    runs = _array(table, b"stsc", ">u4", 3)
    again = np.flatnonzero(runs[1:, 0] <= 1) + 1
    if len(again) and (runs[again[0] :, 0] <= 1).all():
        return runs[: again[0]]
    return runs


def _chunks(table: memoryview, sample_count: int) -> tuple[Ints, Ints]:
    """Each chunk's offset and its number of samples."""
    offsets = _array(table, b"co64", ">u8", 1)[:, 0]
    if not len(offsets):
        offsets = _array(table, b"stco", ">u4", 1)[:, 0]
    runs = _chunk_runs(table)
    if not len(runs) or not len(offsets):
        raise ValueError(f"{len(offsets)} chunks hold {sample_count} samples")
    if not 0 <= offsets.min() <= offsets.max() <= FARTHEST_BYTE:
        raise ValueError("chunks stand at impossible places")
    if (runs[:, 2] != 1).any():
        raise Unsupported("its samples have several descriptions")
    first = runs[:, 0] - 1
    if first[0] != 0 or (np.diff(first) <= 0).any() or runs[:, 1].max() > MOST_SAMPLES * 100:
        raise ValueError("stsc is out of order")
    first = first[first < len(offsets)]
    counts = np.repeat(runs[: len(first), 1], np.diff(first, append=len(offsets)))
    ends = np.minimum(np.cumsum(counts), sample_count)
    if ends[-1] < sample_count:
        raise ValueError(f"chunks hold {ends[-1]} of {sample_count} samples")
    return offsets, np.diff(ends, prepend=0)


def _offsets(table: memoryview, size: Sizes) -> Ints:
    if not len(size):
        return np.empty(0, np.int64)
    offsets, counts = _chunks(table, len(size))
    chunk_starts = np.cumsum(counts) - counts
    ends = np.cumsum(size, dtype=np.int64)
    before = ends - size
    used = counts > 0
    shift: Ints = np.repeat(offsets[used] - before[chunk_starts[used]], counts[used])
    return shift + before


def _sync(table: memoryview, count: int, codec: str) -> Flags:
    """Without the box, every sample is one. So may be any of an empty one, where the pictures can tell; of
    other codecs only the first."""
    if child(table, b"stss") is None:
        return np.ones(count, np.bool_)
    numbers = _array(table, b"stss", ">u4", 1)[:, 0] - 1
    if not len(numbers):
        return np.arange(count) < (count if codec in TELL_KEYFRAMES else 1)
    flags = np.zeros(count, np.bool_)
    flags[numbers[(numbers >= 0) & (numbers < count)]] = True
    return flags


def _pcm(table: memoryview, entry: bytes) -> tuple[Ints, Sizes, Ints, int, int] | None:
    """Chunks of uncompressed sound: offset, size, start, end of all, bytes a sample; None for other sound.

    Such a track has a sample for every tick, half a billion in a game: its chunks stand for them.
    """
    size, count = _constant_size(table)
    runs: Sequence[Sequence[int]] = _array(table, b"stts", ">u4", 2).tolist()
    if not size or not count or [run[1] for run in runs] != [1]:
        return None
    size = _pcm_bytes(_sample_entry(table)[0], entry, size)
    offsets, counts = _chunks(table, count)
    if counts.max() * size > 2**31 - 1:
        raise Unsupported("its sound stands in chunks of over 2 GB")
    return offsets, (counts * size).astype(np.int32), np.cumsum(counts) - counts, count, size


def _pcm_bytes(codec: str, entry: bytes, stated_bytes: int) -> int:
    """Bytes of one PCM sample of all channels; `told` by the sample table, which is often wrong.

    What a codec's name says holds, as in every player: cameras write 1 or one channel's bytes in the table,
    and QuickTime's first descriptions say 16 bits of G.711, which has 8.
    """
    version = struct.unpack_from(">H", entry, 8)[0]
    channels, bits = struct.unpack_from(">HH", entry, 16)
    if version == 2:
        channels = struct.unpack_from(">I", entry, 40)[0]
        packet_bytes, packet_samples = struct.unpack_from(">II", entry, 56)
        if codec == "lpcm" and packet_bytes and packet_samples == 1:
            return int(packet_bytes)
    if codec in PCM_BITS and channels:
        return int(channels * PCM_BITS[codec] // 8)
    if stated_bytes != 1:
        return stated_bytes
    return int(struct.unpack_from(">I", entry, 36)[0]) if version == 1 else int(channels * bits // 8)
