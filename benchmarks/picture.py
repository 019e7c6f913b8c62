"""The picture of a benchmark's video: hard enough for an encoder, and its frame number can be read back.

Belongs here: drawing frame `n` and reading a decoded frame's number. Not here: encoding (`videos`).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

NUMBER_BITS, CHECK_BITS = 24, 16
"""The check tells which way up a frame is, and a number from a picture that shows none."""
DARK, BRIGHT = 40, 210
STRIP_OF_HEIGHT = 1 / 8
PATCHES = 10
NOISE_PICTURES = 8

Luma = NDArray[np.uint8]


def pictures(frame_count: int, width_px: int, height_px: int, seed: int) -> Iterator[bytes]:
    """Frames 0, 1, … as yuv420p bytes: a court-like texture that pans, patches that move, sensor noise."""
    chance = np.random.default_rng(seed)
    court = _smooth(chance, height_px + 128, width_px + 256, 24)
    colour = _smooth(chance, height_px // 2 + 64, width_px // 2 + 128, 32)
    grain = [_grain(chance, height_px, width_px) for _ in range(NOISE_PICTURES)]
    size_px = max(8, height_px // 12)
    patches = chance.integers(40, 200, (PATCHES, size_px, size_px), np.uint8)
    at_px = chance.uniform(0, 1, (PATCHES, 2)) * (height_px - size_px, width_px - size_px)
    speeds_px = chance.uniform(-0.006, 0.006, (PATCHES, 2)) * height_px
    for number in range(frame_count):
        down, right = round(60 + 60 * np.sin(number / 97)), round(120 + 120 * np.sin(number / 131))
        luma = court[down : down + height_px, right : right + width_px].copy()
        places = _bounced(at_px + number * speeds_px, luma.shape, size_px)
        for patch, (y, x) in zip(patches, places, strict=True):
            luma[y : y + size_px, x : x + size_px] = patch
        luma += grain[number % NOISE_PICTURES]
        luma[: int(height_px * STRIP_OF_HEIGHT)] = _strip(number, width_px)
        half = colour[down // 2 : down // 2 + height_px // 2, right // 2 : right // 2 + width_px // 2]
        yield b"".join((luma.tobytes(), half.tobytes(), half.tobytes()))


def number_in(luma: Luma) -> int | None:
    """The number of a decoded frame, whichever way it is turned; None where it shows none."""
    for turns in range(4):
        number = _read(np.rot90(luma, turns))
        if number is not None:
            return number
    return None


def _smooth(chance: np.random.Generator, height: int, width: int, grid_px: int) -> Luma:
    """Seeded noise at two scales, 60 to 190."""
    coarse = chance.uniform(0, 1, (height // grid_px + 2, width // grid_px + 2))
    wide = np.kron(coarse, np.ones((grid_px, grid_px)))[:height, :width]
    fine = np.kron(chance.uniform(0, 1, (height // 4 + 1, width // 4 + 1)), np.ones((4, 4)))[:height, :width]
    return (60 + 100 * wide + 30 * fine).astype(np.uint8)


def _grain(chance: np.random.Generator, height: int, width: int) -> Luma:
    return np.clip(np.abs(chance.normal(0, 3, (height, width))), 0, 12).astype(np.uint8)


def _bounced(at_px: NDArray[np.float64], shape: tuple[int, ...], size_px: int) -> NDArray[np.int64]:
    room = np.array(shape) - size_px
    folded: NDArray[np.float64] = room - np.abs(at_px % (2 * room) - room)
    return folded.astype(np.int64)


def _check(number: int) -> int:
    return (number * 40_503 + 0b10110010_01011100 >> 4) & 0xFFFF


def _strip(number: int, width_px: int) -> Luma:
    word = number << CHECK_BITS | _check(number)
    bits = NUMBER_BITS + CHECK_BITS
    places = np.arange(width_px) * bits // width_px
    return np.where((word >> (bits - 1 - places)) & 1, BRIGHT, DARK).astype(np.uint8)


def _read(luma: Luma) -> int | None:
    bits = NUMBER_BITS + CHECK_BITS
    height_px, width_px = luma.shape
    row = luma[int(height_px * STRIP_OF_HEIGHT / 4) : int(height_px * STRIP_OF_HEIGHT * 3 / 4)].mean(axis=0)
    centres = ((np.arange(bits) + 0.5) * width_px / bits).astype(int)
    word = int("".join("1" if bright else "0" for bright in row[centres] > (DARK + BRIGHT) / 2), 2)
    number = word >> CHECK_BITS
    return number if word & 0xFFFF == _check(number) else None
