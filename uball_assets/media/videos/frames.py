"""Frames of a video, few and small: what features are computed from.

Belongs here: decoding, sampling, shrinking. Not here: proof that a file is whole (`probe`, `verify`).
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO

import av
import numpy as np
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage.timeline import Window
from uball_assets.media.videos.samples import own_zero_s, picture_of

Pixels = NDArray[np.uint8]
Times = NDArray[np.float64]
Source = bytes | Path | IO[bytes] | io.RawIOBase

WIDTH_PX, HEIGHT_PX = 128, 72
CLIP_FPS = 15.0
MOST_FRAMES = 240
"""A 60 s clip is sampled at 4 fps: 6.6 MB of pixels at most, whatever the clip."""
FRAMES_TO_SPARE = 5
"""With so many frames for each wanted one, enough are left when those that no other refers to are skipped."""


def name_of(source: Source) -> str:
    if isinstance(source, bytes):
        return f"a clip of {len(source)} bytes"
    return str(source if isinstance(source, Path) else getattr(source, "name", source))


def clip_frames(clip: Source) -> tuple[Pixels, Times, float]:
    """A clip's pixels `(n, 3, 72, 128)`, Y, Cb, Cr; their times `(n,)`, clip time, s; its duration, s.

    At most 15 frames a second and 240 in all. Raises Permanent for fewer than two readable frames.
    """
    scaler = VideoReformatter()
    planes, times = [], []
    for time_file_s, frame in islice(sampled(clip, CLIP_FPS, MOST_FRAMES), MOST_FRAMES):
        planes.append(upright(frame, WIDTH_PX, HEIGHT_PX, "yuv444p", scaler))
        times.append(time_file_s)
    if len(planes) < 2:
        raise Permanent(f"{name_of(clip)} has {len(planes)} readable frames and needs 2: cut it again")
    times_clip_s = np.array(times) - times[0]
    step_s = times_clip_s[-1] / (len(times) - 1)
    return np.stack(planes), times_clip_s, float(times_clip_s[-1] + step_s)


def gray_frames(
    video: Source, fps: float, within: Sequence[Window] | None = None
) -> Iterator[tuple[float, Pixels]]:
    """A video's frames as gray thumbnails, `(36, 64)`, with their file time in seconds; `within`: of these
    stretches of file time alone, in order, from the keyframe before each."""
    scaler = VideoReformatter()
    for time_file_s, frame in sampled(video, fps, within=within):
        yield time_file_s, upright(frame, 64, 36, "gray", scaler)


def upright(
    frame: av.VideoFrame, width_px: int, height_px: int, form: str, scaler: VideoReformatter
) -> Pixels:
    """The frame as people see it, turned as its video says and scaled: `(h, w)` gray, `(h, w, 3)` rgb24,
    `(3, h, w)` yuv444p."""
    turns = frame.rotation // 90 % 4
    size = (height_px, width_px) if turns % 2 else (width_px, height_px)
    pixels = scaler.reformat(frame, *size, form, interpolation="AREA").to_ndarray()
    turned = np.rot90(pixels, turns, axes=(1, 2) if form == "yuv444p" else (0, 1))
    return np.ascontiguousarray(turned, dtype=np.uint8)


def sampled(
    source: Source,
    fps: float,
    frame_limit: int | None = None,
    within: Sequence[Window] | None = None,
) -> Iterator[tuple[float, av.VideoFrame]]:
    """Frames about `1 / fps` apart with their file time in seconds.

    With a limit, a clip: long ones are sampled more thinly. Without, a whole video, or the stretches `within`
    it: one with frames to spare is not decoded where no other frame needs it. Raises Permanent for what
    cannot be decoded.
    """
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    try:
        with av.open(file, "r", metadata_errors="replace") as container:
            stream = picture_of(container)
            stream.thread_type = "SLICE" if frame_limit else "AUTO"
            if frame_limit and container.duration:
                fps = min(fps, frame_limit * av.time_base / container.duration)
            elif (stream.average_rate or 0) >= FRAMES_TO_SPARE * fps:
                stream.codec_context.skip_frame = "NONREF"
            due_file_s, zero_s = -np.inf, own_zero_s(container)
            for frame in _decoded(container, stream, zero_s, within):
                if frame.time is not None and (time_file_s := frame.time - zero_s) >= due_file_s:
                    yield time_file_s, frame
                    due_file_s = max(due_file_s + 1 / fps, time_file_s + 0.5 / fps)
    except (av.error.FFmpegError, IndexError) as error:
        raise Permanent(f"{name_of(source)} cannot be decoded ({error}): cut or upload it again") from error


def _decoded(
    container: av.container.InputContainer,
    stream: av.VideoStream,
    zero_s: float,
    within: Sequence[Window] | None,
) -> Iterator[av.VideoFrame]:
    if within is None:
        yield from container.decode(stream)
        return
    for stretch in within:
        container.seek(max(0, int((stretch.start_s + zero_s) * av.time_base)))
        for frame in container.decode(stream):
            if frame.time is not None and frame.time - zero_s >= stretch.end_s:
                break
            yield frame
