"""Does a clip show the video's very frames? Told by their pictures, where counts and times prove nothing.

A frame of a clip must be more like the source's frame than like that frame's neighbours. Source frames are
decoded in sequence from a keyframe and told by their packets (`sequence`): nothing that made the clip has a
part in it.
Belongs here: small pictures and comparing them. Not here: which frames are looked at (`cut`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import av
import numpy as np
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from uball_assets.media.videos.frames import upright

Small = NDArray[np.float32]
WIDTH_PX, HEIGHT_PX = 96, 54
"""A ball that moves by its own size is seen; what coding adds is averaged away."""
CODING_LEVELS = 0.5
"""Of 255: by so much more a neighbour must be like a clip's frame before it is told from coding noise."""
OTHER_LEVELS, OTHER_SHARE = 3.0, 0.35
"""What differs by more levels, and by more of the picture's own contrast, is another picture: the worst that
x264 can do (crf 51) is a share of 0.15."""


def small(frame: av.VideoFrame, scaler: VideoReformatter) -> Small:
    return upright(frame, WIDTH_PX, HEIGHT_PX, "gray", scaler).astype(np.float32)


def ends_of(count: int) -> list[int]:
    """The frames of a clip that are looked at: two at each end, and its middle."""
    return sorted({place for place in (0, 1, count // 2, count - 2, count - 1) if 0 <= place < count})


def with_neighbours(places: Iterable[int], count: int) -> list[int]:
    around = {place + step for place in places for step in (-1, 0, 1)}
    return sorted(place for place in around if 0 <= place < count)


def unlike(shown: Mapping[int, Small], source: Mapping[int, Small], planned: Mapping[int, int]) -> str | None:
    """Why a clip's frames are not those planned, by their pictures; None where they are.

    `shown` by place in the clip, `source` by place in the video, `planned` from one to the other.
    """
    for place, wanted in planned.items():
        if place not in shown or wanted not in source:
            return f"its frame {place} cannot be compared with the video's"
        own = _levels(shown[place], source[wanted])
        for step in (-1, 1):
            other = source.get(wanted + step)
            if other is not None and 2 * _levels(shown[place], other) < own - CODING_LEVELS:
                when = "earlier" if step < 0 else "later"
                return f"its frame {place} shows the video a frame {when} than planned"
        contrast = float(np.abs(source[wanted] - source[wanted].mean()).mean())
        if own > OTHER_LEVELS and own > OTHER_SHARE * contrast:
            return f"its frame {place} shows another picture than the video"
    return None


def _levels(one: Small, other: Small) -> float:
    """Mean difference once brightness and contrast are made alike: ranges of levels may differ."""
    a, b = one - one.mean(), other - other.mean()
    gain = float((a * b).sum() / max(1e-6, float((b * b).sum())))
    return float(np.abs(a - np.clip(gain, 0.8, 1.25) * b).mean())
