"""Looking at a game's footage: finds its camera files, proves each, and takes their offsets from the
database.

Belongs here: reading the video store into a `Rig`. Not here: how a file is proved (`media.probing.probe`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.adapters.stores.object_store import ObjectInfo, ObjectStore
from uball_assets.domain.errors import Permanent, Quarantined
from uball_assets.domain.footage.angles import Angle, find_angles
from uball_assets.domain.footage.offsets import offset_losses, offsets_of
from uball_assets.domain.footage.rig import Camera, Rig, short_cameras
from uball_assets.domain.footage.timeline import Window
from uball_assets.media.probing.probe import Probe, Soundness
from uball_assets.services.camera_proof import CameraProof, prove_camera
from uball_assets.services.sources import game_files, videos_hash

PROBED_AT_ONCE = 2
"""The index of a video of four hours takes some 100 MB while it is looked at, and decoding uses all cores."""


def inspect_rig(
    video_store: ObjectStore, plays_db: PlaysDb, game_id: str, files: Mapping[str, ObjectInfo] | None = None
) -> Rig:
    """The game's cameras; a camera that is missing, doubled or not sound is a loss, never an error.

    `files`: of `game_files`, where they have been listed already.
    """
    files = game_files(video_store, game_id) if files is None else files
    rows = plays_db.videos(game_id)
    offsets_s = offsets_of(rows)
    named, quarantined = find_angles(files)
    quarantined += offset_losses(game_id, rows)
    found = {angle: [files[name] for name in names] for angle, names in sorted(named.items())}
    with ThreadPoolExecutor(PROBED_AT_ONCE) as pool:
        proofs = {angle: pool.submit(prove_camera, video_store, parts) for angle, parts in found.items()}
    cameras = []
    for angle, parts in found.items():
        offset_s = offsets_s.get(angle, 0.0)
        if not math.isfinite(offset_s):
            continue
        try:
            proved = proofs[angle].result()
        except Permanent as error:
            quarantined.append(
                Quarantined(f"camera {angle}", parts[0].name, str(error), "make the file readable")
            )
            continue
        if proved.proof.verdict is not Soundness.SOUND:
            quarantined.append(_quarantined(angle, parts[0], proved.proof))
        if proved.proof.verdict is not Soundness.UNUSABLE:
            cameras.append(_camera(angle, proved, offset_s))
    short = short_cameras(cameras)
    quarantined += [_too_short(camera, short[camera.angle]) for camera in cameras if camera.angle in short]
    cameras = [_with_reason(camera, short.get(camera.angle)) for camera in cameras]
    return Rig(
        game_id, tuple(cameras), tuple(quarantined), videos_hash(video_store, list(files.values()), offsets_s)
    )


def _camera(angle: Angle, proved: CameraProof, offset_s: float) -> Camera:
    proof, (first, *more) = proved.proof, proved.files
    return Camera(
        angle=angle,
        name=first.name,
        fingerprint=proved.fingerprint,
        size_bytes=proof.size_bytes,
        filmed=Window(proof.first_frame_s, proof.last_usable_s),
        sync_offset_s=offset_s,
        frame_rate=proof.frame_rate,
        width_px=proof.width_px,
        height_px=proof.height_px,
        codec=proof.codec,
        verdict=str(proof.verdict),
        reasons=proof.reasons,
        notes=proof.notes,
        more_names=tuple(info.name for info in more),
        is_walked=proof.is_walked,
    )


def _with_reason(camera: Camera, reason: str | None) -> Camera:
    return replace(camera, reasons=(*camera.reasons, reason)) if reason else camera


def _too_short(camera: Camera, why: str) -> Quarantined:
    remedy = "look on the camera's card for the part that is missing, or correct which file is this camera's"
    return Quarantined(f"camera {camera.angle}", camera.name, why, remedy)


def _quarantined(angle: Angle, info: ObjectInfo, proof: Probe) -> Quarantined:
    return Quarantined(f"camera {angle}", info.name, "; ".join(proof.reasons), "upload the file again, whole")
