"""The joint of a video: what re-encoded frames need to know of it, so that they can stand beside its own.

Belongs here: whether seams can join a video at all. Not here: encoding them (`seam`).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from uball_assets.media.mp4.index import VideoTrack
from uball_assets.media.mp4.nal import (
    AvcConfig,
    config_record,
    free_set_id,
    read_avc_config,
    read_sps,
)

JOINED_PROFILES = (66, 77, 100)
"""Baseline, main, high: decoders of any of them decode a seam, which is high."""


@dataclass(frozen=True)
class Joint:
    """What seams need to know of a video: its decoder's set-up and the id that is free for theirs."""

    config: AvcConfig
    record: bytes
    set_id: int
    pixel_shape: Fraction | None = None
    """Width to height of a pixel, where the stream itself tells it: a seam must tell the same."""


def joint_of(video_track: VideoTrack) -> Joint | str:
    """The video's joint, or why re-encoded frames cannot join it."""
    if video_track.codec != "avc1":
        return f"its codec is {video_track.codec}, not H.264 (avc1)"
    record = config_record(video_track.entry, b"avcC")
    try:
        config = read_avc_config(record or b"")
        sets = [read_sps(unit) for unit in config.sps]
        set_id = free_set_id(config)
    except (ValueError, IndexError) as error:
        return f"its parameter sets cannot be read ({error})"
    if len(sets) != 1:
        return f"it has {len(sets)} sequence parameter sets"
    if sets[0].chroma_format != 1 or sets[0].bit_depth != 8:
        found = f"{sets[0].bit_depth} bits, chroma format {sets[0].chroma_format}"
        return f"its pictures are not 8-bit 4:2:0 ({found})"
    if sets[0].profile not in JOINED_PROFILES:
        return f"its pictures are coded in profile {sets[0].profile} (lossless, scalable or the like)"
    if not sets[0].is_progressive:
        return "it is interlaced"
    if set_id is None:
        return "it leaves no parameter set id free"
    return Joint(config, record or b"", set_id, sets[0].pixel_shape)
