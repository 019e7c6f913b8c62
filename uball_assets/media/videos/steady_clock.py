"""When frames of DVD's PCM are heard: they follow on one another, whatever their packets tell.

A packet tells the time of the first access unit that begins in it, which is later than its first sample, and
recorders round it. Belongs here: that one rule, for cutting and for the proof. Not here: decoding.
"""

from __future__ import annotations

from fractions import Fraction

import av

HOLE_S = Fraction(1, 50)
"""What is told to be further off than this was lost on the way; no rounding goes so far."""


class SteadyClock:
    """For frames from the beginning of a video on, in their order."""

    def __init__(self) -> None:
        self._due_s: Fraction | None = None

    def begin_s(self, frame: av.AudioFrame) -> Fraction | None:
        """Seconds of the file's own clock; None up to the first frame that tells a time."""
        is_told = frame.pts is not None and frame.time_base is not None
        told_s = Fraction(frame.pts or 0) * (frame.time_base or 1) if is_told else None
        begin_s = self._due_s
        if told_s is not None and (begin_s is None or abs(told_s - begin_s) > HOLE_S):
            begin_s = told_s
        if begin_s is not None:
            self._due_s = begin_s + Fraction(frame.samples, frame.sample_rate)
        return begin_s
