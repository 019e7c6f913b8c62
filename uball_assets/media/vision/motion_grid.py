"""Motion of a whole film by part of the picture: what moments of plays are told by.

Belongs here: gray thumbnails to `domain.moments.motion.Motion`, and that as bytes to keep. Not here: what the
numbers mean. Two thumbnails are in memory at a time, and some 50 bytes a step of the film.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.moments.motion import (
    CELL_COLUMNS,
    CELL_ROWS,
    CELLS,
    STEP_S,
    Codes,
    Floats,
    Motion,
    coded,
)
from uball_assets.media.videos.frames import Pixels, Source, Times, gray_frames, name_of
from uball_assets.media.vision.ball import excess

Sizes = NDArray[np.int32]

NOISE = 4
"""Gray levels that a pixel of a still picture differs by from one look to the next."""
LONGEST_GAP_S = 1.0
"""Of what is between two looks further apart nothing is known."""


def motion_in(pieces: Sequence[tuple[Source, float]], within: Sequence[Window] | None = None) -> Motion:
    """A camera's files in order, each with what its own clock lacks to the camera's, as one film.

    `within`: the only stretches, file time of the camera, that are decoded; None for all. Raises Permanent
    where no two pictures can be read; a file that breaks off is measured up to there.
    """
    times: list[float] = []
    codes: list[Codes] = []
    before: Pixels | None = None
    with suppress(Permanent):
        for time_file_s, gray in _looks(pieces, within):
            codes.append(_change(gray if before is None else before, gray))
            times.append(time_file_s)
            before = gray
    if len(times) < 2:
        raise Permanent(f"{name_of(pieces[0][0])} has no two readable frames: replace the file")
    return _in_steps(np.array(times), np.stack(codes))


def to_bytes(motion: Motion) -> bytes:
    """The same motion, the same bytes."""
    file = io.BytesIO()
    np.savez_compressed(file, codes=motion.codes, seen=motion.seen, bytes_a_step=motion.bytes_a_step)
    return file.getvalue()


def from_bytes(data: bytes) -> Motion:
    with np.load(io.BytesIO(data), allow_pickle=False) as kept:
        return Motion(kept["codes"], kept["seen"], kept["bytes_a_step"])


def bytes_by_step(times_file_s: Times, sizes_bytes: Sizes, steps: int) -> Floats:
    """How many bytes of a film stand for each of its first steps; frames in any order."""
    step = (times_file_s / STEP_S).astype(np.int64)
    inside = (step >= 0) & (step < steps)
    counted = np.bincount(step[inside], sizes_bytes[inside], minlength=steps)
    return np.asarray(counted, dtype=np.float32)


def _looks(
    pieces: Sequence[tuple[Source, float]], within: Sequence[Window] | None
) -> Iterator[tuple[float, Pixels]]:
    for source, shift_s in pieces:
        stretches = None if within is None else [stretch.shifted(-shift_s) for stretch in within]
        for time_s, gray in gray_frames(source, 1 / STEP_S, stretches):
            yield time_s + shift_s, gray


def _change(before: Pixels, now: Pixels) -> Codes:
    """Of each cell, the mean change of its pixels beyond noise."""
    change = excess(now, before) + excess(before, now)
    height, width = change.shape
    cells = excess(change, np.full_like(change, NOISE)).reshape(
        CELL_ROWS, height // CELL_ROWS, CELL_COLUMNS, width // CELL_COLUMNS
    )
    return coded(cells.mean(axis=(1, 3), dtype=np.float32).reshape(CELLS))


def _in_steps(times_file_s: Times, codes: Codes) -> Motion:
    """What changed between the two looks that the middle of a step is between."""
    middles = np.arange(STEP_S / 2, times_file_s[-1], STEP_S)
    after = np.clip(np.searchsorted(times_file_s, middles), 1, len(times_file_s) - 1)
    gaps_s = times_file_s[after] - times_file_s[after - 1]
    seen = (gaps_s <= LONGEST_GAP_S) & (middles >= times_file_s[0])
    return Motion(codes[after] * seen[:, None], seen, np.zeros(len(middles), dtype=np.float32))
