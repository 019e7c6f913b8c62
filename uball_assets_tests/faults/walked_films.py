"""Films that have no index to cut by, as recorders and broadcasters write them: remade by ffmpeg from an MP4.

Belongs here: how each is made. Not here: films with an index (`other_films`), broken ones (`films`).
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from pathlib import Path

import imageio_ffmpeg  # type: ignore[import-untyped]

from uball_assets_tests.videos import Video, make_video

B_FRAMES = Video(b_frames=2, sound_rate_hz=48_000, duration_s=4.0)
Make = Callable[[Path, Path], None]


@dataclass(frozen=True)
class WalkedFilm:
    suffix: str
    remade: Make
    """From the MP4 of `video` to the film."""
    video: Video = B_FRAMES
    is_as_plain: bool = True
    """Its frames are at the times of the MP4; else where ffmpeg put them."""

    def make(self, folder: Path) -> tuple[Path, Path]:
        """The film, and the MP4 that it was made from: the same frames at the same times from 0 on."""
        plain, film = folder / "plain.mp4", folder / f"film.{self.suffix}"
        make_video(plain, self.video)
        self.remade(plain, film)
        return film, plain


def ffmpeg(words: str, plain: Path, film: Path) -> None:
    """Remade with these options; what is coded anew keeps the barcode."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error", "-i", str(plain)]
    command += [*words.split(), "-threads", "1", "-fflags", "+bitexact", str(film)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


def _by(words: str) -> Make:
    return partial(ffmpeg, words)


def _joined(plain: Path, film: Path) -> None:
    """Two recordings of a recorder whose clock starts anew with each."""
    ffmpeg("-t 2 -c:v libx264 -preset ultrafast -g 15 -bf 2", plain, film.with_name("one.ts"))
    ffmpeg("-ss 2 -c:v libx264 -preset ultrafast -g 15 -bf 2", plain, film.with_name("two.ts"))
    film.write_bytes(film.with_name("one.ts").read_bytes() + film.with_name("two.ts").read_bytes())


def make_of_two_sizes(folder: Path, suffix: str) -> tuple[Path, Path]:
    """A film that is 160 x 90 up to 2 s and 320 x 180 from there on, and the plain one it was made from."""
    plain, film = (
        make_video(folder / "plain.mp4", replace(B_FRAMES, has_audio=False)),
        folder / f"film.{suffix}",
    )
    for name, words in (("one", "-t 2"), ("two", "-ss 2 -s 320x180 -output_ts_offset 2")):
        settings = "-c:v libx264 -preset ultrafast -g 15 -muxdelay 0"
        ffmpeg(f"{words} {settings}", plain, folder / f"{name}.ts")
    joined = folder / "joined.ts"
    joined.write_bytes((folder / "one.ts").read_bytes() + (folder / "two.ts").read_bytes())
    ffmpeg("-c copy", joined, film)
    return film, plain


MPEG2 = "-c:v mpeg2video -q:v 2 -g 12 -bf 2 -c:a pcm_s16le -ar 48000"
NTSC = replace(B_FRAMES, frame_rate=Fraction(30000, 1001))
WALKED_FILMS = {
    "avi-mjpeg": WalkedFilm("avi", _by("-c:v mjpeg -q:v 2 -pix_fmt yuvj420p -c:a pcm_s16le")),
    "avi-h264": WalkedFilm("avi", _by("-c:v copy -c:a pcm_s16le")),
    "avi-h264-without-b": WalkedFilm("avi", _by("-c:v copy -c:a pcm_s16le"), replace(B_FRAMES, b_frames=0)),
    "avi-xvid": WalkedFilm("avi", _by("-c:v mpeg4 -q:v 2 -g 12 -bf 2 -vtag XVID -c:a libmp3lame")),
    "mxf-29.97": WalkedFilm("mxf", _by(MPEG2), NTSC),
    "mxf-59.94": WalkedFilm("mxf", _by(MPEG2), replace(NTSC, frame_rate=Fraction(60000, 1001))),
    "fragments-a-tick-a-frame": WalkedFilm(
        "mp4",
        _by("-c copy -movflags frag_keyframe+empty_moov -video_track_timescale 30"),
        replace(B_FRAMES, frame_rate=Fraction(30), b_frames=0),
        is_as_plain=False,
    ),
    "matroska": WalkedFilm("mkv", _by("-c copy")),
    "matroska-begins-at-1000": WalkedFilm("mkv", _by("-c copy -output_ts_offset 1000")),
    "flash": WalkedFilm("flv", _by("-c copy")),
    "windows-media": WalkedFilm("wmv", _by("-c:v wmv2 -q:v 2 -g 12 -c:a wmav2")),
    "webm-opus": WalkedFilm("webm", _by("-c:v libvpx-vp9 -cpu-used 8 -deadline realtime -g 12 -c:a libopus")),
    "transport-stream": WalkedFilm("ts", _by("-c copy")),
    "transport-stream-at-24548": WalkedFilm("ts", _by("-c copy -output_ts_offset 24548.4 -muxdelay 0")),
    "transport-stream-clock-wraps": WalkedFilm(
        "ts", _by(f"-c copy -output_ts_offset {2**33 / 90000 - 2} -muxdelay 0")
    ),
    "transport-streams-joined": WalkedFilm("ts", _joined),
    "mpeg-2-stream": WalkedFilm("ts", _by("-c:v mpeg2video -q:v 2 -g 12 -bf 2 -c:a mp2")),
    "program-stream": WalkedFilm("mpg", _by("-c:v mpeg2video -q:v 2 -g 12 -bf 2 -c:a mp2 -f vob")),
    "program-stream-dolby": WalkedFilm("mpg", _by("-c:v mpeg2video -q:v 2 -g 12 -bf 2 -c:a ac3 -f dvd")),
}
"""Every one must be cut exactly, its frames made anew."""
