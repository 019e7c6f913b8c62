"""The grade that an imported game can get at best, told before anything is cut.

Belongs here: what the platform would find if every clip turned out as planned. Not here: the rule
(`quality`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from uball_assets.domain.clipping.clips import Recipe, plan_clips
from uball_assets.domain.footage.rig import Camera
from uball_assets.domain.plays.plays import check_rows
from uball_assets.domain.plays.quality import GameFacts, Grade, grade
from uball_assets.importing.cameras import CameraFile


def best_grade(
    game_id: str, rows: Sequence[Mapping[str, Any]], cameras: Sequence[CameraFile], recipe: Recipe
) -> Grade:
    """The sound of the videos is not listened to yet: it may speak against an offset."""
    plays, _ = check_rows(rows, {camera.angle: camera.filmed_game for camera in cameras})
    planned = [
        (plan.play_id, camera.angle)
        for camera in cameras
        for plan in plan_clips(game_id, _as_found(camera), plays, recipe)[0]
    ]
    return grade(
        GameFacts(
            row_count=len(rows),
            plays=tuple(plays),
            clips_wanted=len(planned),
            clips_accepted=frozenset(planned),
            cameras=frozenset(camera.angle for camera in cameras),
        )
    )


def _as_found(camera: CameraFile) -> Camera:
    """As `raw_videos` will find it; its content's key plays no part here."""
    return Camera(
        angle=camera.angle,
        name=camera.name,
        fingerprint="",
        size_bytes=camera.size_bytes,
        filmed=camera.filmed,
        sync_offset_s=camera.sync_offset_s,
        frame_rate=camera.proof.frame_rate,
        width_px=camera.proof.width_px,
        height_px=camera.proof.height_px,
        codec=camera.proof.codec,
        verdict=str(camera.proof.verdict),
    )
