"""When a video's frames are shown, as whole ticks of its clock: no rounding stands between file and plan.

The video clock: 0 is the first frame shown, whatever the file's own clock says there, and it only goes on. An
MP4 keeps its own, whose 0 is a player's. What stands in the file is called `own`.

A time in seconds is the number nearest to `ticks x tick`, made by one division; a window's second that means
the same instant is the same number, so a frame on a border falls on its one side.
Belongs here: arithmetic on ticks. Not here: where they come from (`samples`, `mp4.index`).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Times = NDArray[np.float64]
Flags = NDArray[np.bool_]

RESTART_S = 1
"""A clock that goes back by more starts anew; less is a recorder's stumble."""

BEFORE_SEAM = 8
"""Samples in front of a seam within which a demuxer marks the break, as it finds numbers missing late."""


@dataclass(frozen=True)
class Shown:
    """The frames that a player shows, by time."""

    ticks: Ints
    """Video clock, sorted."""
    tick_s: Fraction
    own_zero_tick: int = 0
    """The video's time 0 in the file's own clock, which begins anywhere in a broadcast."""

    def __len__(self) -> int:
        return len(self.ticks)

    @cached_property
    def times_s(self) -> Times:
        return seconds_of(self.ticks, self.tick_s)

    @property
    def own_zero_s(self) -> float:
        return float(self.own_zero_tick * self.tick_s)


def seconds_of(ticks: Ints, tick_s: Fraction) -> Times:
    """The nearest numbers; a product with a rounded tick would be off by one in some thousand."""
    seconds: Times = (ticks * tick_s.numerator) / tick_s.denominator
    return seconds


def from_the_first_frame(
    own_tick: Ints, own_decode_tick: Ints, is_keyframe: Flags, is_marked: Flags, tick_s: Fraction
) -> tuple[Ints, int, int]:
    """Samples' ticks by the video clock, its 0 by the file's own, and how often that starts anew.

    Arrays in decode order. Where two recordings were joined the second one follows a frame after the first.
    `is_marked`: the container's packets break off there.
    """
    starts = np.flatnonzero(_goes_back(own_tick, own_decode_tick, is_keyframe, is_marked, tick_s))
    tick = own_tick.copy()
    for start in starts.tolist():
        before, after = np.sort(tick[:start]), tick[start:]
        step = round(float(np.median(np.diff(before)))) if len(before) > 1 else 1
        end = int(starts[starts > start].min(initial=len(tick)))
        tick[start:] += before[-1] + max(1, step) - after[: end - start].min()
    if not len(tick):
        return tick, 0, 0
    begin = int(np.argmax(is_keyframe)) if is_keyframe.any() else 0
    # What stands before the first keyframe cannot be shown; what follows it is not shown before it.
    zero = int(tick[begin]) if is_keyframe.any() else int(tick.min())
    return tick - zero, int(own_tick[begin]) if is_keyframe.any() else zero, len(starts)


def _goes_back(
    own_tick: Ints, own_decode_tick: Ints, is_keyframe: Flags, is_marked: Flags, tick_s: Fraction
) -> Flags:
    """At which samples, in decode order, the file's own clock starts anew: where it goes back far, or at all
    where a keyframe stands behind a break."""
    steps = np.diff(own_decode_tick, prepend=own_decode_tick[:1])
    marks = np.r_[0, np.cumsum(is_marked)]
    places = np.arange(len(is_marked))
    is_behind_break = is_keyframe & (marks[places] > marks[np.maximum(0, places - BEFORE_SEAM)])
    is_over = own_tick <= np.append([np.iinfo(np.int64).min], np.maximum.accumulate(own_tick)[:-1])
    back: Flags = steps * tick_s.numerator < -RESTART_S * tick_s.denominator
    back |= is_behind_break & is_over
    return back
