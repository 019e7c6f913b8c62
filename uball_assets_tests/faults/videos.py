"""The corpus of videos: sound ones of every kind a camera makes, broken ones, and windows that make no clip.

Belongs here: how each is made and what must be said of it. Not here: the saying (`test_probe`, `test_cut`).
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from uball_assets_tests.videos import SOUND_RATE_HZ, SyntheticVideo, drawn_sound, make_video

PLAIN = SyntheticVideo()
B_FRAMES = SyntheticVideo(b_frames=3)

SOUND_VIDEOS: dict[str, SyntheticVideo] = {
    "plain": PLAIN,
    "b-frames": B_FRAMES,
    "29.97-fps": SyntheticVideo(frame_rate=Fraction(30000, 1001), gop_frames=30, b_frames=2),
    "59.94-fps": SyntheticVideo(frame_rate=Fraction(60000, 1001), gop_frames=60, b_frames=2),
    "variable-rate": SyntheticVideo(is_variable_rate=True, b_frames=2),
    "one-gop-of-250": SyntheticVideo(gop_frames=250, b_frames=2),
    "open-gop": SyntheticVideo(open_gop=True, b_frames=3),
    "no-sound": SyntheticVideo(has_audio=False, b_frames=2),
    "sound-begins-late": SyntheticVideo(sound_s=(3.0, 6.0)),
    "sound-ends-early": SyntheticVideo(sound_s=(0.0, 2.5)),
    "turned-90": SyntheticVideo(rotation_deg=90),
    "turned-180": SyntheticVideo(rotation_deg=180),
    "begins-late": SyntheticVideo(first_frame_s=0.5, b_frames=2),
    "begins-late-without-sound": SyntheticVideo(first_frame_s=0.5, has_audio=False),
    "hidden-lead-in": SyntheticVideo(first_frame_s=-2 / 3, b_frames=2),
    "index-at-end": SyntheticVideo(index_at_end=True),
    "fragmented": SyntheticVideo(is_fragmented=True, b_frames=2),
    "hevc": SyntheticVideo(codec="libx265", b_frames=2),
}
"""Every one must be cut exactly."""


NOTES: dict[str, str] = {
    "variable-rate": "variable frame rate",
    "one-gop-of-250": r"keyframes stand up to 6\.0 s apart",
    "open-gop": r"open GOP: no player can begin at the keyframe at 2\.0 s",
    "no-sound": "no sound: clips are silent",
    "sound-begins-late": r"its sound runs only from 2\.9 s to 6\.0 s",
    "sound-ends-early": r"its sound runs only from 0\.0 s to 2\.6 s",
    "turned-90": "players turn the picture by 90 degrees",
    "turned-180": "players turn the picture by 180 degrees",
    "begins-late": r"late start: the first frame is shown at 0\.500 s",
    "index-at-end": "the index stands at the end",
    "fragmented": "clips will be re-encoded: it is fragmented",
    "hevc": r"clips will be re-encoded: its codec is hvc1, not H\.264",
}
"""What a probe notes of a sound video, beside its facts."""


@dataclass(frozen=True)
class OddVideo:
    """A sound video of a kind that the league's cameras do not make, and what must be noted of it."""

    make: Callable[[Path], None]
    notes: str
    """Pattern of one of its notes."""
    suffix: str = ".mp4"


@dataclass(frozen=True)
class BrokenVideo:
    """A file that cannot be trusted, and what must be said of it."""

    make: Callable[[Path], None]
    verdict: str
    probe_says: str
    """Pattern of the first reason."""
    cut_says: str
    """Pattern of the refusal when 4.0-5.0 s is asked for."""
    still_good_s: tuple[float, float] | None = None
    """A window that must be cut exactly all the same."""
    last_usable_s: float = 0.0


@dataclass(frozen=True)
class BadWindow:
    """A window of the plain six-second video that makes no clip."""

    start_file_s: float
    end_file_s: float
    says: str


BAD_WINDOWS: dict[str, BadWindow] = {
    "begins-after-the-end": BadWindow(7.0, 9.0, r"7\.000-9\.000 s lies outside the video: .* to 6\.000 s"),
    "ends-before-the-first-frame": BadWindow(-3.0, -1.0, "lies outside the video: .* from 0.000 s"),
    "shorter-than-a-frame": BadWindow(2.01, 2.03, r"holds no frame: frames are 0\.067 s apart"),
    "empty": BadWindow(2.0, 2.0, "holds no frame"),
    "backwards": BadWindow(3.0, 2.0, "holds no frame"),
}


def make_64_bit(path: Path) -> Path:
    """A plain video whose data box has a 64-bit size, as recorders write that expect more than 4 GB."""
    data = bytearray(make_video(path, SyntheticVideo(index_at_end=True)).read_bytes())
    place = data.index(b"mdat") - 4
    (size,) = struct.unpack_from(">I", data, place)
    assert data[place - 8 : place] == b"\0\0\0\x08free"
    struct.pack_into(">I4sQ", data, place - 8, 1, b"mdat", size + 8)
    path.write_bytes(data)
    return path


def _plain_bytes(path: Path, video: SyntheticVideo = B_FRAMES) -> bytearray:
    return bytearray(make_video(path, video).read_bytes())


def _cut_short(video: SyntheticVideo, share: float) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        data = _plain_bytes(path, video)
        path.write_bytes(data[: int(len(data) * share)])

    return make


def _overwritten(begin: float, end: float, noise: bool = False) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        data = _plain_bytes(path)
        span = slice(int(len(data) * begin), int(len(data) * end))
        length = span.stop - span.start
        data[span] = np.random.default_rng(5).bytes(length) if noise else bytes(length)
        path.write_bytes(data)

    return make


def _holding(content: bytes) -> Callable[[Path], None]:
    return lambda path: _ignore(path.write_bytes(content))


def _ignore(_: int) -> None:
    return None


def _sound_only(path: Path) -> None:
    make_video(path, SyntheticVideo(has_picture=False))


def _picture(path: Path) -> None:
    with av.open(str(path), "w", format="image2") as container:
        stream = container.add_stream("png", rate=1)
        stream.width, stream.height, stream.pix_fmt = 16, 16, "rgb24"
        frame = av.VideoFrame.from_ndarray(np.zeros((16, 16, 3), np.uint8), format="rgb24")
        container.mux([*stream.encode(frame), *stream.encode(None)])


def _copied(video: SyntheticVideo, chapter: str = "") -> Callable[[Path], None]:
    """The video in the container that the file's name asks for."""

    def make(path: Path) -> None:
        plain = make_video(path.with_name("plain.mp4"), video)
        with av.open(str(plain)) as source, av.open(str(path), "w") as target:
            streams = [target.add_stream_from_template(stream) for stream in source.streams]
            if chapter:
                title, tick_s = {"title": chapter}, Fraction(1, 1000)
                target.set_chapters(
                    [{"id": 1, "start": 0, "end": 3000, "time_base": tick_s, "metadata": title}]
                )
            for packet in source.demux():
                if packet.dts is not None:
                    packet.stream = streams[packet.stream.index]
                    target.mux(packet)
        plain.unlink()

    return make


def _with_telemetry(path: Path) -> None:
    path.write_bytes(_plain_bytes(path).replace(b"soun", b"meta"))


def _with_pcm(path: Path) -> None:
    plain = make_video(path.with_name("plain.mp4"), SyntheticVideo(has_audio=False, b_frames=2))
    with av.open(str(plain)) as source, av.open(str(path), "w") as target:
        picture = target.add_stream_from_template(source.streams[0])
        sound = target.add_stream("pcm_s16le", rate=SOUND_RATE_HZ, layout="mono")
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = picture
                target.mux(packet)
        samples = (drawn_sound(6.0)[None] * 32767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        frame.sample_rate, frame.pts = SOUND_RATE_HZ, 0
        target.mux([*sound.encode(frame), *sound.encode(None)])
    plain.unlink()


def _encoded(pix_fmt: str, **params: str) -> Callable[[Path], None]:
    """Two seconds of grey, as x264 makes it with `params`."""

    def make(path: Path) -> None:
        with av.open(str(path), "w") as container:
            stream = container.add_stream("libx264", rate=15)
            stream.width, stream.height, stream.pix_fmt = 160, 96, pix_fmt
            stream.options = {"preset": "ultrafast", "g": "15", "x264-params": _joined(params)}
            for number in range(30):
                pixels = np.full((96 * 3 // 2, 160), 60 + number, np.uint8)
                frame = av.VideoFrame.from_ndarray(pixels, format="yuv420p").reformat(format=pix_fmt)
                frame.pts = number
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))

    return make


def _joined(params: dict[str, str]) -> str:
    return ":".join(f"{name}={value}" for name, value in params.items())


ODD_VIDEOS: dict[str, OddVideo] = {
    "pcm-sound": OddVideo(_with_pcm, r"its sound is PCM \(sowt\): clips turn it into AAC", ".mov"),
    "chapters": OddVideo(_copied(B_FRAMES, chapter="first half"), "chapter marks: clips leave them out"),
    "telemetry": OddVideo(_with_telemetry, r"other tracks \(meta\): clips leave them out"),
    "ten-bit": OddVideo(_encoded("yuv420p10le"), r"clips will be re-encoded: .* not 8-bit 4:2:0 \(10 bits"),
    "full-colour": OddVideo(_encoded("yuv444p"), r"clips will be re-encoded: .* chroma format 3"),
    "interlaced": OddVideo(_encoded("yuv420p", tff="1"), "clips will be re-encoded: it is interlaced"),
    "matroska": OddVideo(_copied(B_FRAMES), "clips will be re-encoded: it is not an MP4", ".mkv"),
    "mpeg-ts": OddVideo(_copied(B_FRAMES), "clips will be re-encoded: it is not an MP4", ".ts"),
}
"""No source of these is refused."""


HTML = b"<!DOCTYPE html><html><body>403 Forbidden</body></html>"

BROKEN_VIDEOS: dict[str, BrokenVideo] = {
    "cut-short": BrokenVideo(
        _cut_short(B_FRAMES, 0.5),
        "usable-with-loss",
        r"cut short at byte \d+: .* promises 6\.0 s, the picture data ends at 2\.9 s \(46 frames missing\)",
        r"outside the video: the video's usable frames run from 0\.000 s to 2\.8",
        still_good_s=(1.5, 2.8),
        last_usable_s=2.867,
    ),
    "cut-short-before-any-picture": BrokenVideo(
        _cut_short(B_FRAMES, 0.05), "unusable", "promises 90 frames, none is in the file", "no usable frames"
    ),
    "cut-short-within-the-index": BrokenVideo(
        _cut_short(B_FRAMES, 0.02), "unusable", r"index \(moov\) is cut short", "no video can be read"
    ),
    "cut-short-before-the-index": BrokenVideo(
        _cut_short(SyntheticVideo(index_at_end=True), 0.5),
        "unusable",
        r"no index \(moov\)",
        "no video can be read",
    ),
    "zeroed-middle": BrokenVideo(
        _overwritten(0.65, 0.85),
        "usable-with-loss",
        r"\d+ of 90 frames are damaged, between 3\.\d s and \d\.\d s",
        "cannot be cut at 4.000-5.000 s of video.mp4: ffmpeg gave up",
        still_good_s=(1.0, 2.5),
        last_usable_s=6.0,
    ),
    "zeroed-end": BrokenVideo(
        _overwritten(0.5, 1.0),
        "usable-with-loss",
        r"\d+ of 90 frames are damaged, between \d\.\d s and 5\.9 s",
        "cannot be cut at 4.000-5.000 s of video.mp4: ffmpeg gave up",
        still_good_s=(0.0, 1.9),
        last_usable_s=3.0,
    ),
    "overwritten-middle": BrokenVideo(
        _overwritten(0.7, 0.8, noise=True),
        "usable-with-loss",
        "frames are damaged, between",
        "cannot be cut at 4.000-5.000 s of video.mp4: ffmpeg gave up",
        still_good_s=(1.0, 2.5),
        last_usable_s=6.0,
    ),
    "all-overwritten": BrokenVideo(
        _overwritten(0.06, 1.0, noise=True),
        "unusable",
        "(89|90) of 90 frames are damaged, between 0.[01] s and 5.9 s",
        "cannot be cut at 4.000-5.000 s of video.mp4",
    ),
    "picture": BrokenVideo(
        _picture, "unusable", "not an MP4: begins with bytes 89 50 4e 47", "lies outside the video|not an MP4"
    ),
    "no-picture-track": BrokenVideo(_sound_only, "unusable", "no video track", "no video can be read"),
    "empty": BrokenVideo(_holding(b""), "unusable", "not an MP4: the file is empty", "no video can be read"),
    "all-zero": BrokenVideo(
        _holding(bytes(9000)), "unusable", "zero bytes; it was reserved", "no video can be read"
    ),
    "html-page": BrokenVideo(_holding(HTML), "unusable", "not an MP4: an HTML page", "no video can be read"),
    "text": BrokenVideo(
        _holding(b"id,game_id\n1,2\n"),
        "unusable",
        "not an MP4: text, beginning with 'id,",
        "no video can be read",
    ),
    "other-bytes": BrokenVideo(
        _holding(b"\x1aE\xdf\xa3" * 50),
        "unusable",
        "not an MP4: begins with bytes 1a 45 df a3",
        "no video can be read",
    ),
}
