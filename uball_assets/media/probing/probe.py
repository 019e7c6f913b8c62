"""What a camera's file is and whether it can be trusted: the proof at ingest.

By its index and a few hundred frames, read by ranges: a video of 10 GB takes some 70 requests, 8 at once.
Belongs here: the verdict, from the index and what was found. Not here: what is read (`spot_check`), videos
that have no index to cut by (`full_scan`), cutting (`cut`), proving a clip (`verify`).
"""

from __future__ import annotations

import math
import struct
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from uball_assets.domain.errors import Permanent
from uball_assets.media.bytes.ranges import FileRanges, Ranged
from uball_assets.media.mp4.boxes import NotAVideo, NotMp4
from uball_assets.media.mp4.index import AudioTrack, Index, Unsupported, VideoTrack
from uball_assets.media.mp4.index_parser import read_index
from uball_assets.media.probing.full_scan import probe_by_walking
from uball_assets.media.probing.proof import Probe, Soundness, noted
from uball_assets.media.probing.spot_check import Findings, look
from uball_assets.media.videos.joint import joint_of
from uball_assets.media.videos.rhythm import rhythm_of
from uball_assets.media.videos.samples import Unplayable

__all__ = ["Probe", "Soundness", "probe"]

CODEC_NAMES = {
    "avc1": "h264",
    "avc3": "h264",
    "hvc1": "hevc",
    "hev1": "hevc",
    "mp4v": "mpeg4",
    "av01": "av1",
    "vp09": "vp9",
    "mp4a": "aac",
    "ac-3": "ac3",
}
"""A sample entry's four letters by the name people use; others go by their letters."""
EPOCH = datetime(1904, 1, 1, tzinfo=UTC)
"""Where an MP4's clock starts (ISO/IEC 14496-12)."""
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""An earlier recording is a camera without a clock."""
INTERLEAVE_LOOKS = 1000


def probe(source: Ranged | Path) -> Probe:
    """Judges a video by what it holds; never raises for bad content.

    A video without an index to cut by is read whole, wherever it stands. Raises Permanent where there is no
    file, and what the source raises where it cannot be read.
    """
    if isinstance(source, Path):
        if not source.is_file():
            raise Permanent(f"no video at {source}: transfer it, or correct the path")
        with FileRanges(source) as file:
            return probe(file)
    try:
        return _by_index(source, read_index(source))
    except Unsupported as unsupported:
        return _by_walking(source, str(unsupported), None)
    except NotMp4 as error:
        return _by_walking(source, "it is not an MP4", error)
    except NotAVideo as error:
        return _unusable(source, error)


def _by_walking(source: Ranged, why: str, error: NotAVideo | None) -> Probe:
    """`error` says better what the file is, where it turns out to be no video at all."""
    try:
        return probe_by_walking(source, why)
    except Unplayable as unplayable:
        return _unusable(source, unplayable)
    except NotAVideo as not_a_video:
        return _unusable(source, error or not_a_video)


def _unusable(source: Ranged, why: NotAVideo) -> Probe:
    return Probe(Soundness.UNUSABLE, (str(why),), size_bytes=source.size_bytes)


def _by_index(source: Ranged, index: Index) -> Probe:
    facts = _facts(source, index)
    if not len(index.video_track.shown):
        return noted(
            replace(facts, verdict=Soundness.UNUSABLE, reasons=(_nothing_shown(source, index.video_track),))
        )
    found = look(source, index)
    facts = replace(facts, last_usable_s=min(facts.last_usable_s, found.whole_until_s))
    facts = replace(facts, looked_at=found.looked_at, open_gop_s=found.open_gop_s)
    if found.no_entry_s is not None:
        lie = f"its index names frames as keyframes that are none (at {found.no_entry_s:.1f} s, for one)"
        note = f"{lie}: clips begin to decode at true ones, found in the pictures"
        facts = replace(facts, oddities=(*facts.oddities, note))
    reasons = tuple(reason for reason in _losses(source, index, facts, found) if reason)
    if not reasons:
        return noted(facts)
    is_hopeless = len(found.undecodable_s) == found.gop_count
    verdict = Soundness.UNUSABLE if is_hopeless else Soundness.USABLE_WITH_LOSS
    return noted(replace(facts, verdict=verdict, reasons=reasons))


def _facts(source: Ranged, index: Index) -> Probe:
    video_track, audio = index.video_track, index.audio
    joint = joint_of(video_track)
    facts = Probe(
        verdict=Soundness.SOUND,
        size_bytes=source.size_bytes,
        end_s=video_track.end_s,
        codec=CODEC_NAMES.get(video_track.codec, video_track.codec),
        width_px=video_track.width_px,
        height_px=video_track.height_px,
        rotation_deg=_rotation_deg(video_track.matrix),
        has_audio=audio is not None,
        audio_codec=_audio_codec(audio),
        sound_from_s=max(int(audio.start[0]), audio.shown_from) / audio.timescale if audio else 0.0,
        sound_until_s=_sound_until_s(audio, source.size_bytes),
        index_at_end=index.is_at_end,
        index_bytes=index.index_bytes,
        interleave_bytes=_interleave_bytes(index),
        created=_created(index.created),
        has_chapters=index.has_chapters,
        other_tracks=index.other_tracks,
        oddities=index.oddities,
        reencode_reason=joint if isinstance(joint, str) else "",
    )
    return _timed(facts, source, video_track) if len(video_track.shown) else facts


def _timed(facts: Probe, source: Ranged, video_track: VideoTrack) -> Probe:
    shown_s, is_there = video_track.shown_s, video_track.offset + video_track.size <= source.size_bytes
    reach_s = (
        video_track.end_s
        if is_there.all()
        else float(video_track.pts[~is_there].min()) / video_track.timescale
    )
    keyframes_s = np.sort(video_track.pts[video_track.is_sync & is_there]) / video_track.timescale
    first_s, whole_s = float(shown_s[0]), float(np.ptp(video_track.pts)) / video_track.timescale
    return replace(
        facts,
        **vars(rhythm_of(shown_s, keyframes_s, reach_s)),
        duration_s=video_track.end_s - first_s,
        first_frame_s=first_s,
        last_usable_s=reach_s,
        frame_count=len(shown_s),
        bits_per_s=round(8 * int(video_track.size.sum(dtype=np.int64)) / whole_s) if whole_s else 0,
    )


def _rotation_deg(matrix: bytes) -> int:
    """Counter-clockwise, as a display matrix of 16.16 numbers says it."""
    across, down = struct.unpack_from(">2i", matrix)
    turn = -round(math.degrees(math.atan2(down, across)))
    return 180 if turn == -180 else turn


def _audio_codec(audio: AudioTrack | None) -> str:
    if audio is None:
        return ""
    return f"PCM ({audio.codec.strip()})" if audio.sample_bytes else CODEC_NAMES.get(audio.codec, audio.codec)


def _sound_until_s(audio: AudioTrack | None, size_bytes: int) -> float:
    """Where the sound ends whose data is in the file."""
    if audio is None:
        return 0.0
    missing = np.flatnonzero(audio.offset + audio.size > size_bytes)
    return (int(audio.start[missing].min()) if len(missing) else audio.end_tick) / audio.timescale


def _interleave_bytes(index: Index) -> int:
    """How far the sound of a moment stands from its picture, at most, at moments all over the video."""
    video_track, audio = index.video_track, index.audio
    if audio is None or not len(video_track.shown):
        return 0
    looks = video_track.shown[np.linspace(0, len(video_track.shown) - 1, INTERLEAVE_LOOKS).astype(int)]
    ticks = video_track.pts[looks] * (audio.timescale / video_track.timescale)
    is_heard = (ticks >= audio.start[0]) & (ticks < audio.end_tick)
    packets = np.searchsorted(audio.start, ticks[is_heard], "right") - 1
    apart = np.abs(audio.offset[packets] - video_track.offset[looks[is_heard]])
    return int(apart.max()) if len(apart) else 0


def _created(seconds: int) -> str:
    try:
        created = EPOCH + timedelta(seconds=seconds)
    except OverflowError:
        return ""
    return created.strftime("%Y-%m-%dT%H:%M:%SZ") if created >= EARLIEST else ""


def _nothing_shown(source: Ranged, video_track: VideoTrack) -> str:
    if not video_track.missing_count:
        return "the index hides every frame: the file is damaged; transfer it again"
    return (
        f"the file is cut short at byte {source.size_bytes}: the index promises {len(video_track.pts)} "
        "frames, none is in the file; transfer it again"
    )


def _losses(source: Ranged, index: Index, facts: Probe, found: Findings) -> list[str]:
    return [
        _missing(source, index, facts),
        found.damage,
        _undecodable(facts, found),
        ""
        if facts.keyframe_count
        else "the index names no keyframe: nothing can be decoded; transfer it again",
    ]


def _missing(source: Ranged, index: Index, facts: Probe) -> str:
    cut_short = f"the file is cut short at byte {source.size_bytes}: the index promises "
    if index.video_track.missing_count:
        return (
            f"{cut_short}{facts.end_s:.1f} s, the picture data ends at {facts.last_usable_s:.1f} s "
            f"({index.video_track.missing_count} frames missing); transfer it again"
        )
    audio = index.audio
    if audio is not None and (audio.offset + audio.size > source.size_bytes).any():
        promised = f"{audio.end_tick / audio.timescale:.1f} s of sound"
        return f"{cut_short}{promised}, it ends at {facts.sound_until_s:.1f} s; transfer it again"
    return ""


def _undecodable(facts: Probe, found: Findings) -> str:
    """Where pictures do not decode though their frames look whole."""
    from_s, until_s = found.damaged_s
    unexplained = [
        time_s for time_s in found.undecodable_s if not from_s - facts.longest_gop_s <= time_s <= until_s
    ]
    if not unexplained:
        return ""
    places = ", ".join(f"{time_s:.1f} s" for time_s in unexplained)
    return f"pictures do not decode from {places} on: the data is damaged; transfer it again"
