"""What a clip looks like: how bright and sharp it is, and whether it shows too little to learn from: black,
frozen, or badly blurred.

Told from the keyframes of a clip that has just been cut, in memory and small: a few pictures a clip. Where
it has but one, as when every frame was made anew, the next `APART_S` are decoded too.

Belongs here: measuring. Not here: what becomes of such a clip (`services.clip_library`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import av
import numpy as np
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

Gray = NDArray[np.float32]
WIDTH_PX, HEIGHT_PX = 480, 270
APART_S = 1.0
"""What stands still for less may be a picture of people who stand."""
MOST_PICTURES = 16
BLACK_LEVEL, BLACK_SHARE = 0.10 * 255, 0.98
"""ffmpeg's blackdetect: a picture is black where so many pixels are no brighter."""
FROZEN_LEVELS = 0.001 * 255
"""ffmpeg's freezedetect (-60 dB): mean difference of two pictures that are the same."""
SHARPEST_BLUR = 10.0
"""Variance of the Laplacian (Pech-Pacheco and others, 2000); 100 is usual at full size. Small as pictures are
here, sharp ones have hundreds, and this is where a player is a smear."""


_MEASURED = 3
"""Pictures whose brightness and sharpness are enough for a clip's."""


@dataclass(frozen=True)
class Seen:
    """Of a clip's pictures, small as they are looked at."""

    flaws: tuple[str, ...] = ()
    """Of `black`, `frozen`, `blurred` those that hold for every one."""
    brightness: float | None = None
    """Mean level, 0 to 255."""
    sharpness: float | None = None
    """Mean variance of the Laplacian."""


UNSEEN = Seen()


def look_at(clip: bytes) -> Seen:
    """`UNSEEN` for what does not decode, for that is for the proof to tell."""
    try:
        times_s, pictures = _pictures(clip)
    except (OSError, av.error.FFmpegError, IndexError):
        return UNSEEN
    if not pictures:
        return UNSEEN
    some = pictures[:: max(1, len(pictures) // _MEASURED)][:_MEASURED]
    return Seen(
        _flaws(times_s, pictures),
        round(float(np.mean([picture.mean() for picture in some])), 1),
        round(float(np.mean([_sharpness(picture) for picture in some])), 1),
    )


def _flaws(times_s: Sequence[float], pictures: Sequence[Gray]) -> tuple[str, ...]:
    if all((picture <= BLACK_LEVEL).mean() >= BLACK_SHARE for picture in pictures):
        return ("black",)
    is_told = times_s[-1] - times_s[0] >= APART_S
    is_frozen = is_told and all(
        float(np.abs(picture - pictures[0]).mean()) < FROZEN_LEVELS for picture in pictures[1:]
    )
    is_blurred = all(_sharpness(picture) < SHARPEST_BLUR for picture in pictures)
    return (*(["frozen"] if is_frozen else []), *(["blurred"] if is_blurred else []))


def _pictures(clip: bytes) -> tuple[Sequence[float], Sequence[Gray]]:
    with av.open(BytesIO(clip), "r") as container:
        stream = container.streams.video[0]
        stream.codec_context.skip_frame = "NONKEY"
        found = _small(container, stream, until_s=None)
    if len(found) > 1 and found[-1][0] - found[0][0] >= APART_S:
        return [time_s for time_s, _ in found], [picture for _, picture in found]
    with av.open(BytesIO(clip), "r") as container:
        found = _small(container, container.streams.video[0], until_s=APART_S)
    return [time_s for time_s, _ in found], [picture for _, picture in found]


def _small(
    container: av.container.InputContainer, stream: av.VideoStream, until_s: float | None
) -> list[tuple[float, Gray]]:
    """Every picture up to so many; with `until_s` the first, and the first that is so much later."""
    scaler = VideoReformatter()
    found: list[tuple[float, Gray]] = []
    stream.thread_count = 1
    for frame in container.decode(stream):
        time_s = float(frame.time or 0.0)
        if not found or until_s is None or time_s - found[0][0] >= until_s:
            gray = scaler.reformat(frame, WIDTH_PX, HEIGHT_PX, "gray").to_ndarray().astype(np.float32)
            found.append((time_s, gray))
        if len(found) == (MOST_PICTURES if until_s is None else 2):
            break
    return found


def _sharpness(picture: Gray) -> float:
    middle = picture[1:-1, 1:-1]
    around = picture[:-2, 1:-1] + picture[2:, 1:-1] + picture[1:-1, :-2] + picture[1:-1, 2:]
    return float((around - 4 * middle).var())
