"""The videos that benchmarks cut: generated, seeded, kept under the work folder by what they are.

Belongs here: which videos there are and encoding them. Not here: their pictures (`picture`). No video is in
the repository; making those of a first run takes a few minutes.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import wave
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import imageio_ffmpeg  # type: ignore[import-untyped]
import numpy as np

from benchmarks.picture import pictures

SOUND_RATE_HZ = 48_000
CAMERA = "-preset veryfast -refs 3 -bf 3 -g 60 -keyint_min 60 -sc_threshold 0"
"""As facts of the league's cameras go: GOP 2 s, B-frames, three references."""


@dataclass(frozen=True)
class VideoSpec:
    """What to video; the same spec gives the same video."""

    name: str
    duration_s: float
    """A multiple of 0.32 s holds whole AAC and video frames, so that copies join without a gap."""
    width_px: int = 640
    height_px: int = 360
    frame_rate: str = "30"
    coding: str = CAMERA
    codec: str = "libx264"
    bitrate_kbps: int = 1200
    sound: str = "-c:a aac -b:a 128k"
    """'' is a silent video."""
    steps: str = ""
    """A setpts expression: presentation times of a variable rate."""
    front: bool = True
    """The index before the media."""
    turned_deg: int = 0
    suffix: str = ".mp4"

    @property
    def frame_count(self) -> int:
        top, _, bottom = self.frame_rate.partition("/")
        return round(self.duration_s * int(top) / int(bottom or 1))


def variants(duration_s: float) -> list[VideoSpec]:
    """The kinds of video a camera or an editor may hand over, small."""
    base = VideoSpec("GOP 2 s, B-frames", duration_s)
    plain = "-preset veryfast -refs 1 -bf 0 -g 15 -keyint_min 15 -sc_threshold 0"
    return [
        base,
        replace(base, name="GOP 0.5 s, no B", coding=plain),
        replace(
            base,
            name="59.94 fps",
            frame_rate="60000/1001",
            coding=CAMERA.replace("-g 60 -keyint_min 60", "-g 120 -keyint_min 120"),
        ),
        replace(base, name="GOP 250, scene cuts", coding="-preset veryfast"),
        replace(base, name="variable rate", steps="(N+0.8*mod(N*N\\,7)/7)/30/TB"),
        replace(base, name="silent", sound=""),
        replace(base, name="index at the end", front=False),
        replace(base, name="open GOP", coding=CAMERA + " -x264-params open-gop=1"),
        replace(
            base,
            name="HEVC",
            codec="libx265",
            coding="-preset ultrafast -g 60 -tag:v hvc1 -x265-params open-gop=0:log-level=error",
        ),
        replace(base, name="turned 90°", turned_deg=90),
        replace(base, name="PCM in MOV", sound="-c:a pcm_s16le", suffix=".mov"),
        *_a_tick_a_frame(base),
    ]


def _a_tick_a_frame(base: VideoSpec) -> list[VideoSpec]:
    """Videos without an index whose clock ticks once a frame: any rounding of a time shows another frame."""
    fragments = "-preset veryfast -bf 0 -g 60 -movflags frag_keyframe+empty_moov -video_track_timescale 30"
    pcm = replace(base, sound="-c:a pcm_s16le -ar 48000", front=False)
    return [
        replace(base, name="fragments, a tick a frame", coding=fragments, front=False),
        replace(pcm, name="AVI, a tick a frame", codec="mjpeg", coding="-pix_fmt yuvj420p", suffix=".avi"),
        replace(
            pcm,
            name="MXF, a tick a frame",
            frame_rate="30000/1001",
            codec="mpeg2video",
            coding="-g 12 -bf 0 -pix_fmt yuv420p",
            suffix=".mxf",
        ),
    ]


def full_hd(name: str, duration_s: float, **changes: str) -> VideoSpec:
    """A video as the league's cameras make them: 1080p, 5.4 Mbit/s."""
    return replace(VideoSpec(name, duration_s, 1920, 1080, bitrate_kbps=5400), **changes)  # type: ignore[arg-type]


class Videos:
    """A folder of videos; each is made once."""

    def __init__(self, folder: Path, say: Callable[[str], None]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.ffmpeg: str = imageio_ffmpeg.get_ffmpeg_exe()
        self._say = say

    def made(self, spec: VideoSpec) -> Path:
        return self._kept(repr(spec), spec.name, spec.suffix, lambda path: self._video(spec, path))

    def repeated(self, video: Path, times: int) -> Path:
        """The video `times` over, joined by stream copy, the index in front."""

        def join(path: Path) -> None:
            names = path.with_suffix(".txt")
            names.write_text(f"file '{video.resolve()}'\n" * times)
            self._run("-f concat -safe 0 -i {} -c copy -movflags +faststart", names, path)
            names.unlink()

        return self._kept(f"{video.name} {times}", f"{video.stem} x{times}", video.suffix, join)

    def _kept(self, what: str, name: str, suffix: str, make: Callable[[Path], None]) -> Path:
        plain = "".join(letter if letter.isalnum() else "-" for letter in name)
        path = self.folder / f"{plain}-{hashlib.sha256(what.encode()).hexdigest()[:8]}{suffix}"
        if not path.exists():
            self._say(f"making the video {name}")
            half_made = path.with_name(f"unfinished-{path.name}")
            make(half_made)
            half_made.rename(path)
        return path

    def _video(self, spec: VideoSpec, path: Path) -> None:
        sound = path.with_suffix(".wav")
        _write_sound(sound, spec.frame_count, spec)
        rate = f"-b:v {spec.bitrate_kbps}k -maxrate {spec.bitrate_kbps * 13 // 10}k -bufsize 11000k"
        size = f"{spec.width_px}x{spec.height_px}"
        words = [f"-f rawvideo -pix_fmt yuv420p -s {size} -r {spec.frame_rate} -i - -i {{}}"]
        words += [f"-map 0 -map 1 {spec.sound}" if spec.sound else "-map 0"]
        if spec.steps:
            times = f"settb=1/90000,setpts={spec.steps}"
            words += [f"-vf {times} -fps_mode passthrough -enc_time_base 1:90000"]
        words += [f"-c:v {spec.codec} {spec.coding} {rate} {'-movflags +faststart' if spec.front else ''}"]
        frames = pictures(spec.frame_count, spec.width_px, spec.height_px, seed=4)
        self._run(" ".join(words), sound, path, frames)
        sound.unlink()
        if spec.turned_deg:
            upright = path.with_name(f"upright-{path.name}")
            shutil.move(path, upright)
            turn = f"-display_rotation {spec.turned_deg} -i {{}} -c copy -movflags +faststart"
            self._run(turn, upright, path)
            upright.unlink()

    def _run(self, words: str, source: Path, path: Path, pictures: Iterable[bytes] = ()) -> None:
        """`{}` in the words stands for the source."""
        options = [word.format(source) for word in words.split()]
        command = [self.ffmpeg, "-y", "-hide_banner", "-loglevel", "error", *options, str(path)]
        with subprocess.Popen(command, stdin=subprocess.PIPE) as ffmpeg:
            assert ffmpeg.stdin is not None
            for picture in pictures:
                ffmpeg.stdin.write(picture)
        if ffmpeg.returncode:
            raise subprocess.CalledProcessError(ffmpeg.returncode, command)


def _write_sound(path: Path, frame_count: int, spec: VideoSpec) -> None:
    """Noise without a repeat, dulled so that AAC keeps it: any two stretches of it can be told apart."""
    top, _, bottom = spec.frame_rate.partition("/")
    count = round(frame_count * int(bottom or 1) / int(top) * SOUND_RATE_HZ)
    noise = np.random.default_rng(5).normal(0, 1, count + 11)
    dulled = np.convolve(noise, np.ones(12) / 12, mode="valid")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SOUND_RATE_HZ)
        file.writeframes((np.clip(dulled * 0.4, -1, 1) * 32_000).astype("<i2").tobytes())
