"""A clip before a byte of it is read, and after it is cut: the plan and the proved result.

Belongs here: which frames and bytes a clip needs. Not here: cutting (`cut`), how frames are made anew
(`anew`).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from uball_assets.domain.clipping.clips import Recipe
from uball_assets.media.bytes.fetched import Ranges
from uball_assets.media.cutting.assemble import Buffer
from uball_assets.media.cutting.edit import keyframe_span
from uball_assets.media.mp4.index import Index, Unsupported
from uball_assets.media.videos.span import Frames, Span, frames_of, ranges_of, span_of
from uball_assets.media.videos.video import Video

LARGEST_LEAD_IN_BYTES = 128 * 1024 * 1024
"""Between a keyframe and START: minutes of any camera. A video with one keyframe is decoded as it is read,
not held in memory."""


@dataclass(frozen=True)
class Tools:
    work_folder: Path
    """For files that live as long as one cut."""
    ffmpeg: str = ""
    """An ffmpeg by path; '' for the one that is installed with the package."""
    limit_s: float = 600.0
    """A clip that takes longer to cut is given up (`time_limit`)."""


@dataclass(frozen=True)
class Planned:
    """A clip before a byte of it is read."""

    video: Video
    start_file_s: float
    end_file_s: float
    frames: Frames
    span: Span | None
    """None where the video has no index that can be used, or too much stands between keyframe and START."""
    ranges: Ranges
    """Offset and length of each read."""

    @property
    def size_bytes(self) -> int:
        return sum(length for _, length in self.ranges)

    @property
    def sync(self) -> int | None:
        """The keyframe that decoding begins at, by decode position."""
        return None if self.span is None else self.span.sync

    @property
    def window(self) -> str:
        return f"{self.start_file_s:.3f}-{self.end_file_s:.3f} s of {Path(self.video.name).name}"


@dataclass(frozen=True)
class CutClip:
    """A proved clip."""

    parts: Sequence[Buffer]
    """The MP4, in order."""
    frame_count: int
    first_s: float
    """File time of the first frame shown: the clip's time 0."""
    duration_s: float
    """Clip clock; in slow motion longer than the video's seconds."""
    mode_used: str
    reason: str
    """Why another mode than the recipe's was used, or frames were not copied; '' where all went as asked."""
    copied_count: int
    """Frames that are the video's own, bit for bit."""
    clamped: bool
    """The video holds only a part of the window."""

    @property
    def data(self) -> bytes:
        return b"".join(self.parts)

    @cached_property
    def size_bytes(self) -> int:
        return sum(map(len, self.parts))

    @property
    def is_joined(self) -> bool:
        """Some of its frames are copied, some made anew."""
        return 0 < self.copied_count < self.frame_count


def plan_clip(video: Video, start_file_s: float, end_file_s: float, recipe: Recipe) -> Planned:
    """Which frames and bytes a clip needs. Raises Permanent where the window holds no frame."""
    frames = frames_of(video.shown_s, video.end_s, start_file_s, end_file_s)
    if video.index is None:
        return Planned(video, start_file_s, end_file_s, frames, None, ())
    span = span_of(video.index, frames)
    if not is_held(video, span):
        return Planned(video, start_file_s, end_file_s, frames, None, ())
    return Planned(video, start_file_s, end_file_s, frames, span, ranges_for(video.index, span, recipe))


def is_held(video: Video, span: Span) -> bool:
    """Whether a span's bytes can be held in memory."""
    assert video.index is not None
    lead_in = np.arange(span.sync, int(span.shown.min()))
    lead_in_bytes = int(video.index.video_track.size[lead_in].sum(dtype=np.int64))
    return lead_in_bytes <= LARGEST_LEAD_IN_BYTES or bool(video.pieces)


def ranges_for(index: Index, span: Span, recipe: Recipe) -> Ranges:
    ranges = ranges_of(index, span)
    if recipe.mode == "keyframe":
        with suppress(Unsupported):
            return ranges_of(index, keyframe_span(index, span))
    return ranges
