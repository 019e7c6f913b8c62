"""Features of clips, computed once a clip: by the trainer, by the endpoint, by every later training.

Belongs here: where they are kept on this machine, under which key. Not here: the features
(`media.vision.features`).
"""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path

import numpy as np

from uball_assets.domain.footage.angles import Angle, Side
from uball_assets.media.vision.ball import Floats
from uball_assets.media.vision.features import FEATURE_COUNT, FEATURES_VERSION, clip_features


class FeatureCache:
    """A folder of float32 vectors keyed by the clip's content, its flip and the features' version.

    Safe to share between threads and processes, and to delete at any time.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FEATURES_VERSION

    def features(self, clip: bytes, angle: Angle) -> Floats:
        """As `clip_features`, with the right half of the court flipped: both halves then look alike."""
        mirror = angle.play_side is Side.RIGHT
        key = hashlib.sha256(clip).hexdigest() + ("-mirrored" if mirror else "")
        path = self._folder / key[:2] / f"{key}.f32"
        kept = np.fromfile(path, dtype="<f4") if path.is_file() else np.empty(0)
        if kept.shape == (FEATURE_COUNT,):
            return kept.astype(np.float32)
        features = clip_features(clip, mirror)
        _write_whole(path, features.astype("<f4").tobytes())
        return features


def _write_whole(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.partial")
    partial.write_bytes(data)
    partial.replace(path)
