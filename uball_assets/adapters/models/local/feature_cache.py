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

from uball_assets.adapters.stores.object_store import ObjectInfo, ObjectStore
from uball_assets.domain.footage.angles import Angle, Side
from uball_assets.media.vision.ball import Floats
from uball_assets.media.vision.features import FEATURE_COUNT, FEATURES_VERSION, clip_features


class FeatureCache:
    """A folder of float32 vectors keyed by the clip's content (or its address and version), its flip and the
    features' version.

    Safe to share between threads and processes, and to delete at any time.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FEATURES_VERSION

    def features(self, clip: bytes, angle: Angle) -> Floats:
        """As `clip_features`, with the right half of the court flipped: both halves then look alike."""
        place = self._place(clip, angle)
        kept = _kept(place)
        if kept is None:
            kept = clip_features(clip, angle.play_side is Side.RIGHT)
            _write_whole(place, kept.astype("<f4").tobytes())
        return kept

    def of_clip(self, store: ObjectStore, name: str, angle: Angle, listed: ListedClips | None) -> Floats:
        """A stored clip's features. Where it is `listed`, it is read only if its version was never seen here.

        Raises as the store does for a clip that is not there, and Permanent for one that cannot be read.
        """
        info = listed.find(name) if listed else None
        if info is None:
            return self.features(store.read(name), angle)
        place = self._place(f"{store.uri(name)}@{info.version}".encode(), angle)
        kept = _kept(place)
        if kept is None:
            kept = self.features(store.read(name), angle)
            _write_whole(place, kept.astype("<f4").tobytes())
        return kept

    def _place(self, told: bytes, angle: Angle) -> Path:
        """By what tells a clip: its content, or its address and version."""
        mirrored = "-mirrored" if angle.play_side is Side.RIGHT else ""
        key = hashlib.sha256(told).hexdigest() + mirrored
        return self._folder / key[:2] / f"{key}.f32"


class ListedClips:
    """The versions of clips as they stand now: one listing for each folder of them, at its first clip."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self._folders: dict[str, dict[str, ObjectInfo]] = {}
        self._listing = threading.Lock()

    def find(self, name: str) -> ObjectInfo | None:
        folder = name.rpartition("/")[0]
        with self._listing:
            if folder not in self._folders:
                listed = self._store.list(f"{folder}/" if folder else "")
                self._folders[folder] = {info.name: info for info in listed}
        return self._folders[folder].get(name)


def _kept(place: Path) -> Floats | None:
    kept = np.fromfile(place, dtype="<f4") if place.is_file() else np.empty(0)
    return kept.astype(np.float32) if kept.shape == (FEATURE_COUNT,) else None


def _write_whole(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.partial")
    partial.write_bytes(data)
    partial.replace(path)
