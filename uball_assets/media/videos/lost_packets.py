"""Frames behind which a transport stream's packets do not follow each other: whole ones or damaged ones?

Its packets are numbered. Where a number is missing packets were lost on the way, or another recording was
joined there: the demuxer marks the frame in front in both cases. At a seam all frames decode; after a loss
some do not, up to the next keyframe.
Belongs here: telling the two apart by decoding. Not here: the walk that finds the marks (`samples`), what
becomes of a clip (`anew`).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import av
import numpy as np

from uball_assets.media.bytes.ranges import Ranged
from uball_assets.media.videos.samples import Samples
from uball_assets.media.videos.sequence import decoded_from, keyframe_before

MOST_TRIED = 32
"""Marks looked into; a video that has more of them was not joined of so many recordings."""
MOST_NAMED = 5
"""Places named in a reason."""


def settled(source: Ranged, samples: Samples) -> Samples:
    """The samples with marks only where frames are damaged. What breaks off at the end is not shown."""
    marks = np.flatnonzero(samples.is_marked)
    if not len(marks):
        return samples
    is_marked = samples.is_marked.copy()
    for position in marks[:MOST_TRIED].tolist():
        is_marked[position] = not _decodes(source, samples, position)
    is_shown = samples.is_shown.copy()
    whole = np.flatnonzero(~is_marked)
    is_shown[int(whole[-1]) + 1 if len(whole) else 0 :] = False
    return replace(samples, is_marked=is_marked & is_shown, is_shown=is_shown)


def losses_between(samples: Samples, begin: int, end: int) -> str:
    """What is damaged of the samples from `begin` up to `end`, in words; '' where nothing is."""
    marked = np.flatnonzero(samples.is_marked[begin:end]) + begin
    if not len(marked):
        return ""
    places = ", ".join(f"{time_s:.1f} s" for time_s in sorted(samples.time_s[marked])[:MOST_NAMED])
    return (
        f"packets were lost on its way at {places}: frames from there to the next keyframe are damaged; "
        "record or transfer it again"
    )


def _decodes(source: Ranged, samples: Samples, position: int) -> bool:
    """Whether a sample and those after it, up to the next keyframe, decode without any error."""
    after = np.flatnonzero(samples.is_keyframe[position + 1 :])
    end = position + 1 + int(after[0]) if len(after) else len(samples.tick)
    left = set(range(position, end))
    with suppress(av.error.FFmpegError):
        begin = keyframe_before(samples, position)
        for found, _ in decoded_from(source, samples, begin, end, is_strict=True):
            left.discard(found)
            if not left:
                return True
    return False
