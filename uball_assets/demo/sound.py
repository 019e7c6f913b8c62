"""What the hall sounds like: one signal for all four microphones, and each one's own noise.

Belongs here: audio samples. Not here: when something sounds (`moves`). The common signal is what lets a tool
measure the cameras' true offsets by correlation.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from uball_assets.demo.scene import Sound

RATE_HZ = 8_000
"""Enough for a whistle, and half the work of 16 kHz."""
BEFORE_GAME_S = 4.0
"""The hall is heard this long before game time 0."""

Samples = NDArray[np.float32]


def hall(sounds: Iterable[Sound], length_game_s: float, rng: np.random.Generator) -> Samples:
    """The hall's own sound from `BEFORE_GAME_S` before game time 0 to a second after the game."""
    count = round((BEFORE_GAME_S + length_game_s + 1.0) * RATE_HZ)
    murmur = np.repeat(rng.standard_normal(count // 2 + 1, dtype=np.float32), 2)[:count]
    mixed: Samples = murmur * np.float32(0.02)
    clips = {kind: _clip(kind, rng) for kind in ("bounce", "swish", "clank", "whistle", "cheer", "clap")}
    for sound in sounds:
        clip, start = clips[sound.kind], round((BEFORE_GAME_S + sound.game_s) * RATE_HZ)
        if 0 <= start < count - len(clip):
            mixed[start : start + len(clip)] += clip
    return mixed


def microphone(
    hall_sound: Samples, offset_s: float, length_file_s: float, rng: np.random.Generator
) -> Samples:
    """What one camera recorded, with its own noise; `offset_s` is its file time minus game time."""
    start = round((BEFORE_GAME_S - offset_s) * RATE_HZ)
    count = round(length_file_s * RATE_HZ)
    heard = hall_sound[start : start + count]
    heard = np.pad(heard, (0, count - len(heard)))
    own = rng.standard_normal(count, dtype=np.float32) * np.float32(0.012)
    return np.clip(heard * np.float32(rng.uniform(0.7, 1.0)) + own, -1, 1).astype(np.float32)


def _clip(kind: str, rng: np.random.Generator) -> Samples:
    length_s, pitch_hz, noise, decay, loud = {
        "bounce": (0.12, 110, 0.15, 40.0, 0.45),
        "swish": (0.25, 0, 1.0, 14.0, 0.25),
        "clank": (0.30, 620, 0.1, 16.0, 0.5),
        "whistle": (0.55, 2600, 0.05, 2.0, 0.35),
        "cheer": (1.1, 0, 1.0, 2.5, 0.18),
        "clap": (0.08, 0, 1.0, 50.0, 0.5),
    }[kind]
    t = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
    trill = 1 + 0.03 * np.sin(2 * np.pi * 28 * t) if kind == "whistle" else 1.0
    tone = np.sin(2 * np.pi * pitch_hz * t * trill) if pitch_hz else 0.0
    wave = tone * (1 - noise) + rng.standard_normal(len(t)) * noise * 0.6
    return np.asarray(loud * wave * np.exp(-decay * t), dtype=np.float32)
