"""Videos that have no index to cut by, as recorders and broadcasters write them: remade by ffmpeg from an
MP4.

Belongs here: how each is made. Not here: videos with an index (`other_videos`), broken ones (`videos`).
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from pathlib import Path

import imageio_ffmpeg  # type: ignore[import-untyped]

from uball_assets_tests.videos import SyntheticVideo, make_video

B_FRAMES = SyntheticVideo(b_frames=2, sound_rate_hz=48_000, duration_s=4.0)
Make = Callable[[Path, Path], None]


@dataclass(frozen=True)
class WalkedVideo:
    suffix: str
    remade: Make
    """From the MP4 of `spec` to the video."""
    spec: SyntheticVideo = B_FRAMES
    is_as_plain: bool = True
    """Its frames are at the times of the MP4; else where ffmpeg put them."""
    is_sound_as_plain: bool = True
    """Else it is later by what an encoder holds back, which the container does not tell."""

    def make(self, folder: Path) -> tuple[Path, Path]:
        """The video, and the MP4 that it was made from: the same frames at the same times from 0 on."""
        plain, video = folder / "plain.mp4", folder / f"video.{self.suffix}"
        make_video(plain, self.spec)
        self.remade(plain, video)
        return video, plain


def ffmpeg(words: str, plain: Path, video: Path) -> None:
    """Remade with these options; what is coded anew keeps the barcode."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error", "-i", str(plain)]
    command += [*words.split(), "-threads", "1", "-fflags", "+bitexact", str(video)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


def _by(words: str) -> Make:
    return partial(ffmpeg, words)


def _joined(plain: Path, video: Path) -> None:
    """Two recordings of a recorder whose clock starts anew with each."""
    ffmpeg("-t 2 -c:v libx264 -preset ultrafast -g 15 -bf 2", plain, video.with_name("one.ts"))
    ffmpeg("-ss 2 -c:v libx264 -preset ultrafast -g 15 -bf 2", plain, video.with_name("two.ts"))
    video.write_bytes(video.with_name("one.ts").read_bytes() + video.with_name("two.ts").read_bytes())


def _joined_on(plain: Path, video: Path) -> None:
    """Two recordings in one file whose clock goes on; packets are numbered anew in the second."""
    coding = "-c:v libx264 -preset ultrafast -g 15 -bf 2 -muxdelay 0"
    ffmpeg(f"-t 2 {coding}", plain, video.with_name("one.ts"))
    ffmpeg(f"-ss 2 -output_ts_offset 2 {coding}", plain, video.with_name("two.ts"))
    video.write_bytes(video.with_name("one.ts").read_bytes() + video.with_name("two.ts").read_bytes())


TS_PACKET_BYTES, PICTURES_ID = 188, 256


def packets_of_pictures(data: bytes) -> list[int]:
    """Where a transport stream's packets begin that hold pictures (ISO/IEC 13818-1, 2.4.3.2)."""
    places = range(0, len(data), TS_PACKET_BYTES)
    return [
        place
        for place in places
        if int.from_bytes(data[place + 1 : place + 3], "big") & 0x1FFF == PICTURES_ID
    ]


def _behind_imkh(plain: Path, video: Path) -> None:
    """As a surveillance recorder writes it: a head of its own, whatever the name says."""
    ffmpeg("-c:v copy -bsf:v h264_mp4toannexb -c:a mp2 -f vob", plain, video.with_name("stream.mpg"))
    head = b"IMKH" + bytes.fromhex("0101000002000100") + bytes(28)
    video.write_bytes(head + video.with_name("stream.mpg").read_bytes())


def without_start_codes(plain: Path, video: Path) -> None:
    """H.264 as it stands in an MP4, where no start codes part it, in a program stream."""
    ffmpeg("-an -c:v copy -f vob", plain, video)


def make_of_two_sizes(folder: Path, suffix: str) -> tuple[Path, Path]:
    """A video that is 160 x 90 up to 2 s and 320 x 180 from there on, and the plain one it was made from."""
    plain, video = (
        make_video(folder / "plain.mp4", replace(B_FRAMES, has_audio=False)),
        folder / f"video.{suffix}",
    )
    for name, words in (("one", "-t 2"), ("two", "-ss 2 -s 320x180 -output_ts_offset 2")):
        settings = "-c:v libx264 -preset ultrafast -g 15 -muxdelay 0"
        ffmpeg(f"{words} {settings}", plain, folder / f"{name}.ts")
    joined = folder / "joined.ts"
    joined.write_bytes((folder / "one.ts").read_bytes() + (folder / "two.ts").read_bytes())
    ffmpeg("-c copy", joined, video)
    return video, plain


MPEG2 = "-c:v mpeg2video -q:v 2 -g 12 -bf 2 -c:a pcm_s16le -ar 48000"
NTSC = replace(B_FRAMES, frame_rate=Fraction(30000, 1001))
WALKED_VIDEOS = {
    "avi-mjpeg": WalkedVideo("avi", _by("-c:v mjpeg -q:v 2 -pix_fmt yuvj420p -c:a pcm_s16le")),
    "avi-h264": WalkedVideo("avi", _by("-c:v copy -c:a pcm_s16le")),
    "avi-h264-without-b": WalkedVideo("avi", _by("-c:v copy -c:a pcm_s16le"), replace(B_FRAMES, b_frames=0)),
    "avi-xvid": WalkedVideo(
        "avi",
        _by("-c:v mpeg4 -q:v 2 -g 12 -bf 2 -vtag XVID -c:a libmp3lame"),
        is_sound_as_plain=False,
    ),
    "mxf-29.97": WalkedVideo("mxf", _by(MPEG2), NTSC),
    "mxf-59.94": WalkedVideo("mxf", _by(MPEG2), replace(NTSC, frame_rate=Fraction(60000, 1001))),
    "fragments-a-tick-a-frame": WalkedVideo(
        "mp4",
        _by("-c copy -movflags frag_keyframe+empty_moov -video_track_timescale 30"),
        replace(B_FRAMES, frame_rate=Fraction(30), b_frames=0),
        is_as_plain=False,
    ),
    "matroska": WalkedVideo("mkv", _by("-c copy")),
    "matroska-begins-at-1000": WalkedVideo("mkv", _by("-c copy -output_ts_offset 1000")),
    "flash": WalkedVideo("flv", _by("-c copy")),
    "windows-media": WalkedVideo("wmv", _by("-c:v wmv2 -q:v 2 -g 12 -c:a wmav2")),
    "webm-opus": WalkedVideo(
        "webm", _by("-c:v libvpx-vp9 -cpu-used 8 -deadline realtime -g 12 -c:a libopus")
    ),
    "transport-stream": WalkedVideo("ts", _by("-c copy")),
    "transport-stream-at-24548": WalkedVideo("ts", _by("-c copy -output_ts_offset 24548.4 -muxdelay 0")),
    "transport-stream-clock-wraps": WalkedVideo(
        "ts", _by(f"-c copy -output_ts_offset {2**33 / 90000 - 2} -muxdelay 0")
    ),
    "transport-streams-joined": WalkedVideo("ts", _joined),
    "transport-streams-joined-on": WalkedVideo("ts", _joined_on),
    "mpeg-2-stream": WalkedVideo("ts", _by("-c:v mpeg2video -q:v 2 -g 12 -bf 2 -c:a mp2")),
    "program-stream": WalkedVideo("mpg", _by("-c:v mpeg2video -q:v 2 -g 12 -bf 2 -c:a mp2 -f vob")),
    "program-stream-h264": WalkedVideo(
        "mpg", _by("-c:v copy -bsf:v h264_mp4toannexb -c:a mp2 -f vob"), replace(B_FRAMES, width_px=320)
    ),
    "program-stream-h264-behind-imkh": WalkedVideo("mp4", _behind_imkh),
    "program-stream-hevc": WalkedVideo(
        "mpg", _by("-c:v libx265 -preset ultrafast -x265-params log-level=error -g 15 -c:a mp2 -f vob")
    ),
    "program-stream-dolby": WalkedVideo("mpg", _by("-c:v mpeg2video -q:v 2 -g 12 -bf 2 -c:a ac3 -f dvd")),
    "program-stream-dvd-pcm": WalkedVideo(
        "mpg", _by("-c:v mpeg2video -q:v 2 -g 12 -bf 2 -c:a pcm_dvd -ar 48000 -f dvd")
    ),
    "program-stream-dvd-pcm-16-bit": WalkedVideo(
        "mpg",
        _by("-c:v mpeg2video -q:v 2 -g 12 -bf 2 -c:a pcm_dvd -sample_fmt s16 -ac 2 -ar 48000 -f dvd"),
    ),
}
"""Every one must be cut exactly, its frames made anew."""
