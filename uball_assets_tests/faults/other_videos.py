"""Sound videos of every other kind: other encoders' settings, other sound, the same video told by other
boxes.

Belongs here: how each is made, and why frames of it cannot be copied where they cannot. Not here: videos that
the league's cameras make, broken ones (`videos`), changes that a seed draws (`mutations`).
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av

from uball_assets_tests.faults.box_tree import Box, data_places, find, settled, taken_apart
from uball_assets_tests.videos import SOUND_RATE_HZ, SyntheticVideo, make_video

B_FRAMES = SyntheticVideo(b_frames=2)
Retold = Callable[[bytes], bytes]
Packet = Callable[[bytes], bytes]


@dataclass(frozen=True)
class OtherVideo:
    spec: SyntheticVideo = B_FRAMES
    retold: Retold | None = None
    """From the video as it was made to the same video in other words."""
    not_smart: str = ""
    """Pattern of the reason why `smart` makes every frame anew; '' where it copies."""
    not_copied: str = ""
    """The same of `edit` and `keyframe`."""

    def make(self, path: Path) -> Path:
        make_video(path, self.spec)
        if self.retold is not None:
            path.write_bytes(self.retold(path.read_bytes()))
        return path


def changed(change: Callable[[list[Box]], None]) -> Retold:
    """The video with its boxes changed, chunks found where they stand then."""

    def retold(data: bytes) -> bytes:
        boxes = taken_apart(data)
        before = data_places(boxes)
        change(boxes)
        return settled(boxes, before)

    return retold


def _remuxed(record: Packet, frame: Callable[[list[bytes]], Packet], **options: str) -> Retold:
    """The video written anew with another decoder record and other frames; `frame` first sees all frames."""

    def retold(data: bytes) -> bytes:
        target_file = BytesIO()
        settings = {"avoid_negative_ts": "disabled", "fflags": "+bitexact", **options}
        with (
            av.open(BytesIO(data), "r") as source,
            av.open(target_file, "w", format="mp4", options=settings) as target,
        ):
            streams = [target.add_stream_from_template(stream) for stream in source.streams]
            context = streams[0].codec_context
            assert context is not None
            context.extradata = record(context.extradata or b"")
            packets = [packet for packet in source.demux() if packet.size]
            new = frame([bytes(packet) for packet in packets if packet.stream.index == 0])
            for packet in packets:
                place = packet.stream.index
                moved = av.Packet(new(bytes(packet)) if place == 0 else bytes(packet))
                moved.pts, moved.dts, moved.time_base = packet.pts, packet.dts, packet.time_base
                moved.is_keyframe, moved.duration = packet.is_keyframe, packet.duration
                moved.stream = streams[place]
                target.mux(moved)
        return target_file.getvalue()

    return retold


def _units(frame: bytes) -> list[bytes]:
    units, offset = [], 0
    while offset < len(frame):
        length = int.from_bytes(frame[offset : offset + 4], "big")
        units.append(frame[offset + 4 : offset + 4 + length])
        offset += 4 + length
    return units


def _short_lengths(_: list[bytes]) -> Packet:
    return lambda frame: b"".join(len(unit).to_bytes(2, "big") + unit for unit in _units(frame))


def _filled_up(frames: list[bytes]) -> Packet:
    """Filler units (NAL type 12) that make every frame as large as the largest."""
    size = max(map(len, frames)) + 6

    def filled(frame: bytes) -> bytes:
        count = size - len(frame) - 4
        return frame + count.to_bytes(4, "big") + b"\x0c" + b"\xff" * (count - 2) + b"\x80"

    return filled


def _as_it_is(_: list[bytes]) -> Packet:
    return lambda frame: frame


def _tables(boxes: list[Box], kind: bytes) -> list[Box]:
    found = find(boxes, kind)
    assert found, kind
    return found


def retell_edits(boxes: list[Box], change: Callable[[list[tuple[int, int]]], list[tuple[int, int]]]) -> None:
    """Each track's edit list, as (duration, media time), in version 1."""
    for table in _tables(boxes, b"elst"):
        count = struct.unpack_from(">I", table.payload, 4)[0]
        rows = [struct.unpack_from(">Ii", table.payload, 8 + 12 * place) for place in range(count)]
        new = change([(int(duration), int(start)) for duration, start in rows])
        body = b"".join(struct.pack(">QqHH", *row, 1, 0) for row in new)
        table.payload = bytearray(struct.pack(">II", 1 << 24, len(new)) + body)


def _in_two_gaps(rows: list[tuple[int, int]]) -> list[tuple[int, int]]:
    if rows[0][1] != -1:
        return rows
    gap = rows[0][0]
    return [(gap // 3, -1), (gap - gap // 3, -1), *rows[1:]]


def _jumping(rows: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Movie ticks are milliseconds, those of a picture 1/90000 s: 0-2 s, then 4-6 s."""
    (_, start), scale = rows[-1], 90 if rows[-1][1] % 90 == 0 else SOUND_RATE_HZ // 1000
    return [(2000, start), (2000, start + 4000 * scale)]


def _two_at_one_time(boxes: list[Box]) -> None:
    """The 20th and the 21st picture, and the 31st to the 33rd."""
    table = find(find(boxes, b"trak")[:1], b"stts")[0]
    count, step = struct.unpack_from(">II", table.payload, 8)
    rows = [(19, step), (1, 0), (10, step), (2, 0), (count - 32, step)]
    body = b"".join(struct.pack(">II", *row) for row in rows)
    table.payload = bytearray(struct.pack(">II", 0, len(rows)) + body)


def keyframe_at_one_time(boxes: list[Box]) -> None:
    """The 30th picture and the 31st, a keyframe."""
    table = find(find(boxes, b"trak")[:1], b"stts")[0]
    count, step = struct.unpack_from(">II", table.payload, 8)
    rows = [(29, step), (1, 0), (count - 30, step)]
    body = b"".join(struct.pack(">II", *row) for row in rows)
    table.payload = bytearray(struct.pack(">II", 0, len(rows)) + body)


def _wide_offsets(boxes: list[Box]) -> None:
    for table in _tables(boxes, b"stco"):
        count = struct.unpack_from(">I", table.payload, 4)[0]
        offsets = struct.unpack_from(f">{count}I", table.payload, 8)
        table.kind, table.payload = b"co64", table.payload[:8] + struct.pack(f">{count}Q", *offsets)


def _second_track(handler: bytes, first: bool = False) -> Callable[[list[Box]], None]:
    """The picture track once more, under another name."""

    def change(boxes: list[Box]) -> None:
        moov = _tables(boxes, b"moov")[0]
        assert moov.children is not None
        track = next(one for one in moov.children if one.kind == b"trak")
        copy = taken_apart(track.written())[0]
        name = _tables([copy], b"hdlr")[0]
        name.payload[8:12] = handler
        _tables([copy], b"tkhd")[0].payload[12:16] = struct.pack(">I", 77)
        moov.children.insert(moov.children.index(track) if first else len(moov.children), copy)

    return change


def _sound_told(codec: bytes, channels: int, bits: int, rate_hz: int, told_bytes: int) -> Retold:
    """PCM by QuickTime's first sound description, which names no channels, and a table of one sample size."""

    def change(boxes: list[Box]) -> None:
        track = next(one for one in _tables(boxes, b"trak") if find([one], b"smhd") or find([one], b"gmhd"))
        described = struct.pack(">6xHHHIHHHHI", 1, 0, 0, 0, channels, bits, 0, 0, rate_hz << 16)
        entry = struct.pack(">I4s", len(described) + 8, codec) + described
        _tables([track], b"stsd")[0].payload = bytearray(struct.pack(">II", 0, 1) + entry)
        _tables([track], b"stsz")[0].payload[4:8] = struct.pack(">I", told_bytes)

    return changed(change)


def _four_channels_told_as_one(boxes: list[Box]) -> None:
    """As field recorders write 24 bits: the table tells one channel's bytes."""
    track = next(one for one in _tables(boxes, b"trak") if find([one], b"smhd") or find([one], b"gmhd"))
    _tables([track], b"stsz")[0].payload[4:8] = struct.pack(">I", 3)


def described_twice(boxes: list[Box]) -> None:
    table = _tables(boxes, b"stsd")[0]
    table.payload = bytearray(struct.pack(">II", 0, 2)) + table.payload[8:] * 2


def encrypted(data: bytes, was: bytes = b"avc1", now: bytes = b"encv") -> bytes:
    """Named so in its sample description, as ISO/IEC 23001-7 does."""
    place = data.index(was, data.index(b"stsd"))
    return data[:place] + now + data[place + 4 :]


HIGH = "cabac=1:8x8dct=1:ref=3:weightp=2:b-pyramid=normal"
OTHER_VIDEOS: dict[str, OtherVideo] = {
    "high-profile": OtherVideo(SyntheticVideo(b_frames=3, x264_params=HIGH)),
    "several-slices": OtherVideo(SyntheticVideo(b_frames=2, x264_params="slices=4")),
    "sets-in-every-keyframe": OtherVideo(SyntheticVideo(b_frames=2, x264_params="repeat-headers=1")),
    "set-id-3": OtherVideo(SyntheticVideo(b_frames=2, x264_params="sps-id=3")),
    "keyframes-only": OtherVideo(SyntheticVideo(gop_frames=1)),
    "gop-of-4": OtherVideo(SyntheticVideo(gop_frames=4, b_frames=2)),
    "23.976-fps-quicktime": OtherVideo(
        SyntheticVideo(frame_rate=Fraction(24000, 1001), b_frames=2, container="mov")
    ),
    "ten-bit": OtherVideo(SyntheticVideo(b_frames=2, pixel_format="yuv420p10le"), not_smart="10 bits"),
    "4:2:2": OtherVideo(SyntheticVideo(b_frames=2, pixel_format="yuv422p"), not_smart="chroma format 2"),
    "interlaced": OtherVideo(SyntheticVideo(height_px=96, x264_params="tff=1"), not_smart="it is interlaced"),
    "lossless": OtherVideo(SyntheticVideo(x264_params="qp=0"), not_smart="lossless"),
    "44.1-khz": OtherVideo(SyntheticVideo(b_frames=2, sound_rate_hz=44_100)),
    "48-khz-stereo": OtherVideo(SyntheticVideo(b_frames=2, sound_rate_hz=48_000, sound_layout="stereo")),
    "22.05-khz-begins-late": OtherVideo(SyntheticVideo(first_frame_s=0.5, b_frames=2, sound_rate_hz=22_050)),
    "quicktime-aac": OtherVideo(SyntheticVideo(b_frames=2, container="mov", sound_rate_hz=48_000)),
    "pcm-16": OtherVideo(SyntheticVideo(b_frames=2, container="mov", sound_codec="pcm_s16le")),
    "pcm-24-stereo": OtherVideo(
        SyntheticVideo(
            b_frames=2,
            container="mov",
            sound_codec="pcm_s24be",
            sound_rate_hz=48_000,
            sound_layout="stereo",
        )
    ),
    "pcm-float": OtherVideo(
        SyntheticVideo(b_frames=2, container="mov", sound_codec="pcm_f32le", sound_rate_hz=44_100)
    ),
    "g711-a": OtherVideo(
        SyntheticVideo(b_frames=2, container="mov", sound_codec="pcm_alaw", sound_rate_hz=8000)
    ),
    "g711-u": OtherVideo(
        SyntheticVideo(b_frames=2, container="mov", sound_codec="pcm_mulaw", sound_rate_hz=8000)
    ),
    "g711-told-as-16-bit": OtherVideo(
        SyntheticVideo(b_frames=2, container="mov", sound_codec="pcm_alaw", sound_rate_hz=8000),
        _sound_told(b"alaw", 1, 16, 8000, 1),
    ),
    "pcm-without-layout": OtherVideo(
        SyntheticVideo(b_frames=2, container="mov", sound_codec="pcm_s16le", sound_rate_hz=48_000),
        _sound_told(b"sowt", 1, 16, 48_000, 1),
    ),
    "pcm-stereo-without-layout": OtherVideo(
        SyntheticVideo(
            b_frames=2,
            container="mov",
            sound_codec="pcm_s16be",
            sound_rate_hz=48_000,
            sound_layout="stereo",
        ),
        _sound_told(b"twos", 2, 16, 48_000, 4),
    ),
    "pcm-in-mp4": OtherVideo(SyntheticVideo(b_frames=2, sound_codec="pcm_s16le", sound_rate_hz=48_000)),
    "pcm-24-of-4-told-as-1": OtherVideo(
        SyntheticVideo(
            b_frames=2, container="mov", sound_codec="pcm_s24le", sound_rate_hz=48_000, sound_layout="4.0"
        ),
        changed(_four_channels_told_as_one),
    ),
    "opus": OtherVideo(SyntheticVideo(b_frames=2, sound_codec="libopus", sound_rate_hz=48_000)),
    "nal-lengths-of-2-bytes": OtherVideo(
        retold=_remuxed(lambda record: record[:4] + b"\xfd" + record[5:], _short_lengths)
    ),
    "frames-of-one-size": OtherVideo(retold=_remuxed(lambda record: record, _filled_up)),
    "negative-composition": OtherVideo(
        retold=_remuxed(lambda record: record, _as_it_is, movflags="negative_cts_offsets")
    ),
    "wide-offsets": OtherVideo(retold=changed(_wide_offsets)),
    "edit-list-of-version-1": OtherVideo(
        retold=changed(lambda boxes: retell_edits(boxes, lambda rows: rows))
    ),
    "gap-in-two-edits": OtherVideo(
        SyntheticVideo(first_frame_s=0.5, b_frames=2),
        changed(lambda boxes: retell_edits(boxes, _in_two_gaps)),
    ),
    "second-picture-track": OtherVideo(retold=changed(_second_track(b"vide"))),
    "time-code-track": OtherVideo(retold=changed(_second_track(b"tmcd"))),
    "time-code-track-first": OtherVideo(retold=changed(_second_track(b"tmcd", first=True))),
    "jumping-edit-list": OtherVideo(
        SyntheticVideo(has_audio=False),
        changed(lambda boxes: retell_edits(boxes, _jumping)),
        not_smart="its edit list has 2 stretches",
        not_copied="its edit list has 2 stretches",
    ),
    "two-pictures-at-one-time": OtherVideo(SyntheticVideo(), changed(_two_at_one_time)),
    "keyframe-at-one-time": OtherVideo(SyntheticVideo(), changed(keyframe_at_one_time)),
    "described-twice": OtherVideo(
        SyntheticVideo(),
        changed(described_twice),
        not_smart="a track has 2 sample descriptions",
        not_copied="a track has 2 sample descriptions",
    ),
}
"""Every one must be cut exactly, in whatever way."""
