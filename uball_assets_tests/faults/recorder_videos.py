"""Sound videos whose files say something twice, wrongly or in an odd place, as cameras and recorders do.

Belongs here: how each is made out of a plain video, whose frames a clip of it must show, and what must be
said of it. Not here: other codecs and boxes that say the same (`other_videos`), broken videos (`videos`).
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import av

from uball_assets_tests.faults.box_tree import Box, find
from uball_assets_tests.faults.other_videos import changed
from uball_assets_tests.videos import SyntheticVideo, make_video

PLAIN = SyntheticVideo(b_frames=2, sound_rate_hz=48_000)
Made = Callable[[bytes], bytes]


@dataclass(frozen=True)
class RecorderVideo:
    made: Made
    """From the plain video to the one that is odd; its frames and sound are the same."""
    note: str = ""
    """Pattern of what a probe notes of it."""
    spec: SyntheticVideo = PLAIN

    def make(self, folder: Path) -> tuple[Path, Path]:
        """The video, and the plain one that it was made from."""
        plain, video = make_video(folder / "plain.mp4", self.spec), folder / "video.mp4"
        video.write_bytes(self.made(plain.read_bytes()))
        return video, plain


def tracks_of(boxes: list[Box], handler: bytes = b"vide") -> list[Box]:
    return [one for one in find(boxes, b"trak") if find([one], b"hdlr")[0].payload[8:12] == handler]


def set_flags(track: Box, flags: int) -> None:
    find([track], b"tkhd")[0].payload[1:4] = flags.to_bytes(3, "big")


def _behind(other: SyntheticVideo, codec: str = "", flags: int = 3) -> Made:
    """Another picture track in front of the video's own."""

    def made(data: bytes) -> bytes:
        out = BytesIO()
        with (
            av.open(BytesIO(data), "r") as video,
            av.open(BytesIO(_in_memory(other)), "r") as odd,
            av.open(out, "w", format="mov", options={"fflags": "+bitexact"}) as target,
        ):
            packets = _in_front(target, codec, odd)
            streams = [target.add_stream_from_template(stream) for stream in video.streams]
            for packet in video.demux():
                if packet.size:
                    packet.stream = streams[packet.stream.index]
                    packets.append(packet)
            target.mux(sorted(packets, key=lambda one: (one.dts or 0) * one.time_base))
        return changed(lambda boxes: _switched(tracks_of(boxes), flags))(out.getvalue())

    return made


def _in_memory(spec: SyntheticVideo) -> bytes:
    with TemporaryDirectory() as folder:
        return make_video(Path(folder) / "other.mp4", spec).read_bytes()


def _in_front(
    target: av.container.OutputContainer, codec: str, odd: av.container.InputContainer
) -> list[av.Packet[Any]]:
    """The first stream's packets: the other video's own, or of its pictures coded anew."""
    source = odd.streams.video[0]
    packets: list[av.Packet[Any]] = []
    if not codec:
        copied = target.add_stream_from_template(source)
        for packet in odd.demux(source):
            if packet.size:
                packet.stream = copied
                packets.append(packet)
        return packets
    stream = target.add_stream(codec, rate=source.average_rate)
    assert isinstance(stream, av.VideoStream)
    stream.width, stream.height, stream.pix_fmt = source.width, source.height, "yuvj420p"
    stream.codec_context.time_base = source.time_base or Fraction(1)
    for frame in odd.decode(source):
        packets += stream.encode(frame.reformat(format="yuvj420p"))
    return packets + stream.encode(None)


def _switched(tracks: list[Box], first_flags: int) -> None:
    set_flags(tracks[0], first_flags)
    set_flags(tracks[1], 3)


def _shown_wider(boxes: list[Box]) -> None:
    """The track header alone tells that pixels are not square: 160 x 90 shown as 213 x 90."""
    header = find(tracks_of(boxes), b"tkhd")[0]
    header.payload[-8:] = struct.pack(">II", 213 << 16, 90 << 16)


def _table(boxes: list[Box], kind: bytes) -> Box:
    return find(tracks_of(boxes), kind)[0]


def _count(table: Box) -> int:
    return int(struct.unpack_from(">I", table.payload, 4)[0])


def _chunks_begin_again(boxes: list[Box]) -> None:
    table = _table(boxes, b"stsc")
    struct.pack_into(">I", table.payload, 4, _count(table) + 2)
    table.payload += struct.pack(">III", 1, 1, 1) * 2


def _one_row_too_many(boxes: list[Box]) -> None:
    table = _table(boxes, b"ctts")
    struct.pack_into(">I", table.payload, 4, _count(table) + 1)
    table.payload += struct.pack(">Ii", 3, 512)


def one_row_too_few(boxes: list[Box]) -> None:
    table = _table(boxes, b"ctts")
    struct.pack_into(">I", table.payload, 4, _count(table) - 1)
    del table.payload[-8:]


def _one_time_too_few(boxes: list[Box]) -> None:
    table = _table(boxes, b"stts")
    assert _count(table) == 1
    struct.pack_into(">I", table.payload, 8, PLAIN.frame_count - 1)


def _begins_late(boxes: list[Box]) -> None:
    """The first keyframe is none any more: the frames of the first second lean on nothing."""
    table = _table(boxes, b"stss")
    struct.pack_into(">I", table.payload, 4, _count(table) - 1)
    del table.payload[8:12]


def _named(*numbers: int) -> Callable[[list[Box]], None]:
    """The sync table names these frames as keyframes, from 1 on."""

    def change(boxes: list[Box]) -> None:
        body = struct.pack(f">II{len(numbers)}I", 0, len(numbers), *numbers)
        _table(boxes, b"stss").payload = bytearray(body)

    return change


def _without_sync_table(boxes: list[Box]) -> None:
    for table in find(tracks_of(boxes), b"stbl"):
        table.children = [one for one in table.children or () if one.kind != b"stss"]


def _box_with_a_blank(boxes: list[Box]) -> None:
    boxes.insert(1, Box(b"GPS ", bytearray(16)))


KEYFRAMES = "names frames as keyframes that are none"
PROXY = SyntheticVideo(width_px=80, height_px=48, has_audio=False)
OTHER_GAME = SyntheticVideo(gop_frames=90, has_audio=False, b_frames=0, first_frame_s=1.0)
TRACK_VIDEOS: dict[str, RecorderVideo] = {
    "thumbnail-first": RecorderVideo(
        _behind(SyntheticVideo(duration_s=1 / 15, width_px=320, height_px=180, has_audio=False), "mjpeg"),
        r"2 picture tracks: clips show the one of 160 x 90 \(90 pictures\), not 320 x 180 \(1 pictures\)",
    ),
    "proxy-first": RecorderVideo(_behind(PROXY), "not 80 x 48"),
    "switched-off-track-first": RecorderVideo(_behind(OTHER_GAME, flags=2), "switched off"),
}
SHAPE_VIDEOS: dict[str, RecorderVideo] = {
    "told-by-the-track-header": RecorderVideo(changed(_shown_wider)),
    "told-by-the-stream": RecorderVideo(
        lambda data: data.replace(b"pasp", b"free"),
        spec=SyntheticVideo(b_frames=2, sound_rate_hz=48_000, x264_params="sar=4/3"),
    ),
}
LYING_VIDEOS: dict[str, RecorderVideo] = {
    "chunk-table-begins-again": RecorderVideo(changed(_chunks_begin_again), "2 rows at the end of its chunk"),
    "order-of-a-frame-too-many": RecorderVideo(changed(_one_row_too_many), "orders 93 frames of 90"),
    "order-of-a-frame-too-few": RecorderVideo(changed(one_row_too_few), "orders 89 of 90 frames"),
    "time-of-a-frame-too-few": RecorderVideo(changed(_one_time_too_few), "times 89 of 90 frames"),
    "box-with-a-blank": RecorderVideo(changed(_box_with_a_blank)),
    "all-frames-named": RecorderVideo(changed(_named(*range(1, 91))), KEYFRAMES),
    "no-sync-table": RecorderVideo(changed(_without_sync_table), KEYFRAMES),
    "empty-sync-table": RecorderVideo(changed(_named()), KEYFRAMES),
    "every-third-frame-named": RecorderVideo(changed(_named(*range(1, 91, 3))), KEYFRAMES),
    "no-true-keyframe-for-long": RecorderVideo(
        changed(_named(*range(1, 90))),
        KEYFRAMES,
        spec=SyntheticVideo(b_frames=2, gop_frames=90, sound_rate_hz=48_000),
    ),
    "intra-refresh": RecorderVideo(
        changed(_named(*range(1, 91, 15))),
        spec=SyntheticVideo(sound_rate_hz=48_000, x264_params="intra-refresh=1:keyint=15"),
    ),
    "first-keyframe-lost": RecorderVideo(changed(_begins_late), "15 frames before 1.000 s lean on pictures"),
}
RECORDER_VIDEOS = TRACK_VIDEOS | SHAPE_VIDEOS | LYING_VIDEOS
