"""Proof of a clip: what it really decodes to, whatever its header or an exit code says.

Belongs here: decoding every frame, once, and comparing their times. Not here: what is expected of a clip
(`domain.clipping.clips`), comparing pictures (`videos.likeness`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import av
from av.video.reformatter import VideoReformatter

from uball_assets.domain.clipping.clips import Frames, verdict
from uball_assets.media.videos.likeness import Small, small


@dataclass(frozen=True)
class Decoded:
    """What a clip decodes to, up to the first frame that does not without any error."""

    times_s: list[float] = field(default_factory=list)
    """Of the frames that decode whole; clip clock, in the order in which they come."""
    pictures: dict[int, Small] = field(default_factory=dict, compare=False, repr=False)
    """Of the frames that were wanted, by their place among all."""

    @property
    def frames(self) -> Frames:
        """`Frames(0, 0, 0)` where nothing decodes."""
        times_s = self.times_s
        return Frames(len(times_s), min(times_s), max(times_s)) if times_s else Frames(0, 0.0, 0.0)

    def refusal(self, expected: Frames, frame_duration_s: float) -> str | None:
        """None where that is what is expected, else the reason to refuse the clip."""
        if self.times_s != sorted(self.times_s):
            return "its frames decode in another order than that of their times"
        return verdict(expected, self.frames, frame_duration_s)


def decoded(clip: Path | bytes, wanted: Collection[int] = ()) -> Decoded:
    """Every frame of a clip decoded, with the pictures of those at the `wanted` places."""
    found, scaler = Decoded(), VideoReformatter()
    try:
        with av.open(BytesIO(clip) if isinstance(clip, bytes) else str(clip), "r") as container:
            stream = container.streams.video[0]
            stream.thread_count = 1
            stream.codec_context.options = {"err_detect": "explode"}
            for place, frame in enumerate(container.decode(stream)):
                if frame.time is not None and not frame.is_corrupt:
                    found.times_s.append(float(frame.time))
                if place in wanted:
                    found.pictures[place] = small(frame, scaler)
    except (OSError, ValueError, av.error.FFmpegError, IndexError, AttributeError):
        pass
    return found


def check_clip(clip: Path | bytes, expected: Frames, frame_duration_s: float) -> str | None:
    """None where the clip decodes to what is expected, else the reason to refuse it."""
    return decoded(clip).refusal(expected, frame_duration_s)
