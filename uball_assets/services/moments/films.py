"""What moves in a camera's film, measured once a video and kept beside its game.

Belongs here: finding what is kept, measuring what is not. Not here: the measure (`media.vision.motion_grid`),
what it means (`domain.moments`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.rig import Camera
from uball_assets.domain.hashing import content_hash
from uball_assets.domain.moments.motion import RECIPE, STEP_S, Floats, Motion
from uball_assets.domain.moments.sieve import worth_looking
from uball_assets.media.bytes.range_file import RangeFile
from uball_assets.media.vision.motion_grid import bytes_by_step, from_bytes, motion_in, to_bytes
from uball_assets.services.camera_video import camera_pieces, open_camera


@dataclass(frozen=True)
class Films:
    video_store: ObjectStore
    training: ObjectStore
    work_folder: Path

    def motion(self, game_id: str, camera: Camera, quietest_play: float | None = None) -> Motion:
        """`quietest_play`: as `sieve.worth_looking` wants it; None: the whole film is looked at.

        Raises Permanent for a video that is gone or cannot be read, where nothing is kept of it.
        """
        name, key = object_names.motion(game_id, camera.angle), content_hash([RECIPE, camera.fingerprint])
        kept = next((info for info in self.training.list(name) if info.name == name), None)
        if kept and kept.metadata.get("key") == key:
            return from_bytes(self.training.read(name))
        motion = self._measured(camera, quietest_play)
        self.training.write(name, to_bytes(motion), {"key": key})
        return motion

    def _measured(self, camera: Camera, quietest_play: float | None) -> Motion:
        spent = self._bytes_a_step(camera)
        pieces = [
            (piece.source.local_path or RangeFile(piece.source), piece.shift_s)
            for piece in camera_pieces(self.video_store, camera)
        ]
        motion = motion_in(pieces, worth_looking(spent, quietest_play))
        count = len(motion.codes)
        return replace(motion, bytes_a_step=np.pad(spent, (0, max(0, count - len(spent))))[:count])

    def _bytes_a_step(self, camera: Camera) -> Floats:
        """By the film's index; none where it has none, and would have to be read through to tell."""
        steps = int(camera.filmed.end_s / STEP_S) + 1
        if camera.is_walked:
            return np.zeros(steps, dtype=np.float32)
        with open_camera(self.video_store, camera, self.work_folder) as video:
            if video.index is None:
                return np.zeros(steps, dtype=np.float32)
            track = video.index.video_track
            return bytes_by_step(track.pts / track.timescale, track.size, steps)
