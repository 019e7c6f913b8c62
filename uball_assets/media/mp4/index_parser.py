"""Reading a video's index: the box as arrays, by the tracks that players show and play.

Belongs here: from the index box to an `Index`. Not here: finding the box (`boxes`), which of several picture
tracks is shown (`picture_track`), one table (`sample_table`) or header (`track_header`).
"""

from __future__ import annotations

import struct

import numpy as np

from uball_assets.media.bytes.ranges import Ranged
from uball_assets.media.mp4.boxes import Moov, NotAVideo, child, children, read_moov
from uball_assets.media.mp4.index import AudioTrack, Flags, Index, Ints, Unsupported, VideoTrack
from uball_assets.media.mp4.picture_track import chapters_of, is_on, picture_track
from uball_assets.media.mp4.sample_table import (
    array_of,
    check_times,
    chunk_runs,
    composition_of,
    decode_times,
    offsets_of,
    pcm_chunks,
    sample_entry,
    sizes_of,
    sync_of,
)
from uball_assets.media.mp4.track_header import (
    created_s,
    edit_of,
    handler_of,
    matrix_of,
    media_timescale,
    sample_table_of,
    shown_size_of,
    timescale_of,
)


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
    movie_timescale = timescale_of(header)
    tracks = [(handler_of(track), track) for kind, track in children(payload) if kind == b"trak"]
    chapters = {number for _, track in tracks for number in chapters_of(track)}
    video_track, oddities = picture_track([track for handler, track in tracks if handler == "vide"], chapters)
    if child(payload, b"mvex") is not None:
        raise Unsupported("it is fragmented")
    sounds = [track for handler, track in tracks if handler == "soun"]
    audio = next((track for track in sounds if is_on(track)), sounds[0] if sounds else None)
    shown = _video(video_track, movie_timescale, size_bytes)
    return Index(
        video_track=shown,
        audio=None if audio is None else _audio(audio, movie_timescale, size_bytes),
        other_tracks=tuple(
            handler for handler, track in tracks if track is not video_track and track is not audio
        ),
        has_chapters=child(payload, b"udta", b"chpl") is not None
        or any(child(track, b"tref", b"chap") is not None for _, track in tracks),
        created=created_s(header),
        index_bytes=moov.box_bytes,
        is_at_end=moov.is_at_end,
        oddities=(*oddities, *_oddities(video_track, shown)),
    )


def _video(track: memoryview, movie_timescale: int, size_bytes: int) -> VideoTrack:
    table, timescale = sample_table_of(track), media_timescale(track)
    codec, entry = sample_entry(table)
    if codec in ("encv", "drmi"):
        raise NotAVideo("its pictures are encrypted: export it without copy protection")
    width_px, height_px = struct.unpack_from(">HH", entry, 24)
    size = sizes_of(table, size_bytes)
    count = len(size)
    if count == 0:
        raise NotAVideo("the index lists no frames: the recording did not complete")
    dts, media_end = decode_times(table, count)
    offset = offsets_of(table, size)
    edit = edit_of(track, movie_timescale, timescale)
    pts = dts + composition_of(table, dts) - edit.shift
    check_times(pts, timescale)
    is_shown = pts >= edit.from_tick
    if edit.to_tick is not None:
        is_shown &= pts < edit.to_tick
    is_inside = (offset >= 0) & (offset + size <= size_bytes)
    if int(size[is_inside].sum(dtype=np.int64)) > size_bytes:
        raise ValueError("its frames claim more bytes than the file has")
    if not is_inside.all():
        is_shown &= pts < pts[~is_inside].min()
    is_sync = sync_of(table, count, codec)
    undecodable = is_shown & _leans_on_what_is_not_there(pts, is_sync)
    shown = np.flatnonzero(is_shown & ~undecodable)
    shown = shown[np.argsort(pts[shown], kind="stable")]
    last = int(pts.max()) + _typical_step(pts) if count > 1 else media_end - edit.shift
    return VideoTrack(
        codec=codec,
        entry=entry,
        width_px=width_px,
        height_px=height_px,
        matrix=matrix_of(track),
        shown_size=shown_size_of(track, width_px, height_px),
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


def _typical_step(pts: Ints) -> int:
    """The median distance of two neighbours in time, in whole ticks; numpy's own takes longer than a clip's
    whole sync table."""
    steps = np.sort(np.diff(np.sort(pts)))
    return int(steps[(len(steps) - 1) // 2] + steps[len(steps) // 2]) // 2


def _leans_on_what_is_not_there(pts: Ints, is_sync: Flags) -> Flags:
    """Frames decoded or shown before the first keyframe, as in a recording that was split anywhere."""
    if not is_sync.any():
        return np.zeros(len(pts), np.bool_)
    first = int(np.argmax(is_sync))
    early: Flags = (np.arange(len(pts)) < first) | (pts < pts[first])
    return early


def _audio(track: memoryview, movie_timescale: int, size_bytes: int) -> AudioTrack | None:
    """The audio track, or None where it holds nothing."""
    table, timescale = sample_table_of(track), media_timescale(track)
    codec, entry = sample_entry(table)
    if codec in ("enca", "drms"):
        raise NotAVideo("its sound is encrypted: export it without copy protection")
    edit = edit_of(track, movie_timescale, timescale)
    per_chunk = pcm_chunks(table, entry)
    if per_chunk is not None:
        offset, size, start, media_end, sample_bytes = per_chunk
    else:
        size = sizes_of(table, size_bytes)
        start, media_end = decode_times(table, len(size))
        offset, sample_bytes = offsets_of(table, size), 0
    if len(size) == 0:
        return None
    start, end_tick = start - edit.shift, media_end - edit.shift
    check_times(start, timescale)
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


def _oddities(track: memoryview, video_track: VideoTrack) -> tuple[str, ...]:
    """Where the picture track's tables contradict each other and only one of them can be right."""
    table, count = sample_table_of(track), len(video_track.pts)
    timed = int(array_of(table, b"stts", ">u4", 2)[:, 0].sum())
    composed = int(array_of(table, b"ctts", ">i4", 2)[:, 0].sum())
    rows = len(array_of(table, b"stsc", ">u4", 3))
    left_out = rows - len(chunk_runs(table))
    is_sync_empty = b"stss" in table and not len(array_of(table, b"stss", ">u4", 1))
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
