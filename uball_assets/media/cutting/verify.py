"""Proof of a clip: what it really decodes to, whatever its header or an exit code says.

Belongs here: decoding every frame and comparing. Not here: what is expected of a clip
(`domain.clipping.clips`).
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import av

from uball_assets.domain.clipping.clips import Frames, verdict


def decoded_frames(clip: Path | bytes) -> Frames:
    """Count and times (clip clock) of the frames that decode whole; `Frames(0, 0, 0)` where nothing does."""
    return _frames(_times_s(clip))


def check_clip(clip: Path | bytes, expected: Frames, frame_duration_s: float) -> str | None:
    """None where the clip decodes to what is expected, else the reason to refuse it."""
    times = _times_s(clip)
    if times != sorted(times):
        return "its frames decode in another order than that of their times"
    return verdict(expected, _frames(times), frame_duration_s)


def _frames(times: list[float]) -> Frames:
    return Frames(len(times), min(times), max(times)) if times else Frames(0, 0.0, 0.0)


def _times_s(clip: Path | bytes) -> list[float]:
    """Times of the frames up to the first that does not decode without any error."""
    times: list[float] = []
    try:
        with av.open(BytesIO(clip) if isinstance(clip, bytes) else str(clip), "r") as container:
            stream = container.streams.video[0]
            stream.codec_context.options = {"err_detect": "explode"}
            for frame in container.decode(stream):
                if frame.time is not None and not frame.is_corrupt:
                    times.append(float(frame.time))
    except (OSError, av.error.FFmpegError, IndexError, AttributeError):
        pass
    return times
