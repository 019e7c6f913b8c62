"""Seams: the few frames of a clip that are decoded and encoded anew, so that the rest can be copied.

Belongs here: decoding from a keyframe, encoding into a stream that joins the video's own. Not here: which
frames (`smart`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import av
from av.codec.context import Flags

from uball_assets.domain.clipping.clips import Recipe
from uball_assets.domain.errors import Permanent
from uball_assets.media.bytes.fetched import Fetched
from uball_assets.media.mp4.boxes import box, children
from uball_assets.media.mp4.index import VideoTrack
from uball_assets.media.mp4.nal import (
    VISUAL_ENTRY_BYTES,
    AvcConfig,
    pictures_only,
    read_sps,
    write_avc_config,
)
from uball_assets.media.videos.joint import Joint
from uball_assets.media.videos.span import Positions


@dataclass(frozen=True)
class Encoded:
    samples: tuple[bytes, ...]
    """Length-prefixed, one a frame, in order; the first is an IDR."""
    record: bytes
    """The encoder's `avcC`."""


def decoded(
    video_track: VideoTrack, fetched: Fetched, joint: Joint, positions: Positions, wanted: Positions
) -> Iterator[Any]:
    """The `wanted` frames by time, decoded from `positions` (from a keyframe on, in decode order).

    Raises Permanent for a frame that does not decode whole.
    """
    decoder = av.CodecContext.create("h264", "r")
    decoder.extradata, decoder.thread_count = joint.record, 1
    decoder.options = {"err_detect": "explode"}
    due = sorted(int(video_track.pts[position]) for position in wanted)
    first = due[0]
    got = 0
    try:
        for position in [*positions.tolist(), None]:
            packet = None
            if position is not None:
                pts = int(video_track.pts[position])
                packet = av.Packet(
                    bytes(fetched.view(int(video_track.offset[position]), int(video_track.size[position])))
                )
                packet.pts, packet.time_base = pts, Fraction(1, video_track.timescale)
                # What no other frame needs is not decoded before the clip begins.
                decoder.skip_frame = "NONREF" if pts < first else "DEFAULT"
            for frame in decoder.decode(packet):
                if got < len(due) and frame.pts == due[got] and not frame.is_corrupt:
                    got += 1
                    yield frame
            if got == len(due):
                return
    except av.error.FFmpegError as error:
        where = (first if got == len(due) else due[got]) / video_track.timescale
        raise Permanent(
            f"pictures do not decode at {where:.3f} s ({error.strerror}); transfer it again"
        ) from error
    raise Permanent(
        f"{len(due) - got} of {len(due)} frames do not decode from {first / video_track.timescale:.3f} s on"
    )


def encode(
    frames: Iterable[Any], video_track: VideoTrack, joint: Joint, recipe: Recipe, frame_rate: Fraction
) -> Encoded:
    """Frames as a stream that the video's own can follow: H.264 with parameter sets of its own id.

    A new encoder each time: one that goes on carries its rate control over, and bytes depend on the order.
    """
    encoder: Any = None
    samples: list[bytes] = []
    for frame in frames:
        if encoder is None:
            encoder = _encoder(frame, video_track, joint, recipe, frame_rate)
        frame.pict_type = av.video.frame.PictureType.I if not samples else av.video.frame.PictureType.NONE
        frame.time_base = Fraction(1, video_track.timescale)
        samples += _samples(encoder.encode(frame), joint)
    samples += _samples(encoder.encode(None), joint)
    return Encoded(tuple(samples), bytes(encoder.extradata))


def joined_entry(video_track: VideoTrack, joint: Joint, encoded: Encoded) -> bytes:
    """The video's sample entry, with the parameter sets of both streams."""
    own = _config_of(encoded.record)
    config = replace(
        joint.config,
        profile=max(joint.config.profile, own.profile),
        compatibility=joint.config.compatibility & own.compatibility,
        level=max(joint.config.level, own.level),
        sps=(*joint.config.sps, *own.sps),
        pps=(*joint.config.pps, *own.pps),
        extension=joint.config.extension or own.extension,
    )
    head, boxes = video_track.entry[:VISUAL_ENTRY_BYTES], memoryview(video_track.entry)[VISUAL_ENTRY_BYTES:]
    parts = [
        box(kind, write_avc_config(config) if kind == b"avcC" else bytes(payload))
        for kind, payload in children(boxes)
    ]
    return head + b"".join(parts)


def _encoder(frame: Any, video_track: VideoTrack, joint: Joint, recipe: Recipe, frame_rate: Fraction) -> Any:
    encoder: Any = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = frame.width, frame.height, frame.format.name
    encoder.time_base, encoder.framerate = Fraction(1, video_track.timescale), frame_rate
    if joint.pixel_shape:
        encoder.sample_aspect_ratio = joint.pixel_shape
    encoder.color_range, encoder.colorspace = frame.color_range, frame.colorspace
    encoder.color_primaries, encoder.color_trc = frame.color_primaries, frame.color_trc
    encoder.thread_count = 1
    encoder.flags |= Flags.global_header | Flags.bitexact
    encoder.options = {
        "preset": recipe.preset,
        "crf": str(recipe.crf),
        "tune": "zerolatency",
        "profile": "high",
        "forced-idr": "1",
        "x264-params": f"sps-id={joint.set_id}:8x8dct=1:cabac=0:keyint=infinite:scenecut=0:repeat-headers=0"
        ":sliced-threads=0",
    }
    encoder.open()
    return encoder


def _samples(packets: Iterable[Any], joint: Joint) -> list[bytes]:
    return [b"".join(pictures_only(bytes(packet), joint.config.length_bytes)) for packet in packets]


def _config_of(extradata: bytes) -> AvcConfig:
    """The encoder's sets, which it gives in Annex B form."""
    units = [unit for unit in extradata.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1") if unit]
    sps = tuple(unit for unit in units if unit[0] & 31 == 7)
    pps = tuple(unit for unit in units if unit[0] & 31 == 8)
    facts = read_sps(sps[0])
    extension = bytes([0xFC | facts.chroma_format, 0xF8, 0xF8, 0]) if facts.profile >= 100 else b""
    return AvcConfig(sps[0][1], sps[0][3], sps[0][2], 4, sps, pps, extension)
