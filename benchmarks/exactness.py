"""How far a clip is from its window, read from its decoded pixels and sound.

Belongs here: one clip against the truth. Not here: cutting, or knowing the truth (`truth`).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.truth import Shown, Sound, shown_by, shown_in, sound_in

MARGIN_S = 3.0
"""Frames this far outside the window are recognised; a clip that is further off counts as lost."""
SOUND_S = 8.0
LARGEST_SHIFT_S = 0.3


@dataclass(frozen=True)
class Exactness:
    """One clip; errors in frames are negative where the clip is early."""

    first_frames: int
    last_frames: int
    holes: int
    """Frames missing between the first and the last."""
    doubles: int
    """Frames shown twice or out of order."""
    frame_count: int
    identical_count: int
    """Frames whose decoded planes are the video's, bit for bit."""
    copied_count: int
    """Frames that the cutter says it copied."""
    time_ms: float
    """The largest error of a frame's time, the video's counted from the first frame shown."""
    sound_ms: float | None
    """How much later the sound is than the picture; None for a silent video."""

    @property
    def is_frame_exact(self) -> bool:
        return not (self.first_frames or self.last_frames or self.holes or self.doubles)


LOST = Exactness(9999, 9999, 0, 0, 0, 0, 0, 9999.0, None)
"""A clip that shows nothing of its window."""


def exactness_of(clip: bytes, video: Path, start_s: float, end_s: float, copied_count: int = 0) -> Exactness:
    """The clip against the frames with `start <= time < end` of the video."""
    around = shown_in(video, start_s - MARGIN_S, end_s + MARGIN_S)
    place_of = {shown.number: place for place, shown in enumerate(around)}
    assert len(place_of) == len(around), f"{video}: each frame around the window must show its own number"
    wanted = [place for place, shown in enumerate(around) if start_s <= shown.time_s < end_s]
    frames = [frame for frame in shown_by(clip) if frame.number in place_of]
    if not frames:
        return LOST
    places = np.array([place_of[frame.number] for frame in frames])
    steps = np.diff(places)
    video_s = np.array([around[place].time_s for place in places])
    clip_s = np.array([frame.time_s for frame in frames])
    return Exactness(
        first_frames=int(places[0] - wanted[0]),
        last_frames=int(places[-1] - wanted[-1]),
        holes=int(np.maximum(steps - 1, 0).sum()),
        doubles=int((steps < 1).sum()),
        frame_count=len(frames),
        identical_count=_identical(frames, [around[place] for place in places]),
        copied_count=copied_count,
        time_ms=float(np.abs((video_s - video_s[0]) - clip_s).max() * 1000),
        sound_ms=_sound_late_ms(clip, video, float(np.median(video_s - clip_s)), end_s - start_s),
    )


def _identical(frames: Sequence[Shown], truth: Sequence[Shown]) -> int:
    return sum(frame.digest == true.digest for frame, true in zip(frames, truth, strict=True))


def _sound_late_ms(clip: bytes, video: Path, zero_video_s: float, duration_s: float) -> float | None:
    """`zero_video_s` is the video's time at the clip's time 0, by its pictures."""
    length_s = min(SOUND_S, duration_s)
    true = sound_in(video, zero_video_s, zero_video_s + length_s)
    heard = sound_in(io.BytesIO(clip), 0.0, length_s)
    if true is None:
        return None
    if heard is None or heard[1] != true[1]:
        return float("inf")
    return _lag(heard[0], true[0], round(LARGEST_SHIFT_S * true[1])) / true[1] * 1000


def _lag(late: Sound, sound: Sound, largest: int) -> float:
    """By how many samples `late` is later, to a fraction of one; infinite where the two are not alike."""
    size = 1 << (len(sound) + largest).bit_length()
    likeness = np.fft.irfft(np.fft.rfft(late, size) * np.conj(np.fft.rfft(sound, size)))
    shifts = np.arange(-largest, largest + 1)
    peaks = likeness[shifts]
    best = int(np.argmax(peaks))
    if peaks[best] < 0.3 * np.sqrt((late**2).sum() * (sound**2).sum()) or best in (0, len(peaks) - 1):
        return float("inf")
    before, top, after = peaks[best - 1 : best + 2]
    return float(shifts[best] + (before - after) / (2 * (before - 2 * top + after)))
