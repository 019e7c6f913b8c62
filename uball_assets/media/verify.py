"""Proof of a clip: what it really decodes to, whatever its header or an exit code says.

Belongs here: decoding every frame and comparing. Not here: what is expected of a clip (`domain.clips`).
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import av

from uball_assets.domain.clips import Frames, verdict


def decoded_frames(clip: Path | bytes) -> Frames:
    """Count and times (clip clock) of the frames that decode whole; `Frames(0, 0, 0)` where nothing does."""
    times: list[float] = []
    try:
        with av.open(BytesIO(clip) if isinstance(clip, bytes) else str(clip), "r") as container:
            for frame in container.decode(video=0):
                if frame.time is not None and not frame.is_corrupt:
                    times.append(float(frame.time))
    except (OSError, av.error.FFmpegError, IndexError):
        pass
    return Frames(len(times), min(times), max(times)) if times else Frames(0, 0.0, 0.0)


def check_clip(clip: Path | bytes, expected: Frames, frame_duration_s: float) -> str | None:
    """None where the clip decodes to what is expected, else the reason to refuse it."""
    return verdict(expected, decoded_frames(clip), frame_duration_s)
