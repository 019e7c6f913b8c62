"""Looking at a game's footage: finds its camera files, proves each, and takes their offsets from the
database.

Belongs here: reading the video store into a `Rig`. Not here: how a file is proved (`media.probe`).
"""

from __future__ import annotations

import math

from uball_assets.adapters.fetching import local_file
from uball_assets.adapters.object_store import ObjectInfo, ObjectStore
from uball_assets.adapters.plays_db import PlaysDb
from uball_assets.adapters.sources import videos_hash
from uball_assets.domain import places
from uball_assets.domain.angles import Angle, find_angles
from uball_assets.domain.errors import Loss, Permanent
from uball_assets.domain.rig import Camera, Rig
from uball_assets.domain.timeline import Window
from uball_assets.media.probe import Probe, Soundness, probe


def inspect_rig(videos: ObjectStore, plays_db: PlaysDb, game_id: str) -> Rig:
    """The game's cameras; a camera that is missing, doubled or not sound is a loss, never an error."""
    files = {info.name: info for info in videos.list(places.videos(game_id))}
    offsets_s = plays_db.sync_offsets(game_id)
    by_name = {name.removeprefix(places.videos(game_id)): name for name in files}
    named, losses = find_angles(by_name)
    cameras = []
    for angle, short_name in sorted(named.items()):
        info, offset_s = files[by_name[short_name]], offsets_s.get(angle, 0.0)
        if not math.isfinite(offset_s):
            losses.append(_untimed(angle, game_id, offset_s))
            continue
        try:
            fingerprint = videos.fingerprint(info)
            with local_file(videos, info.name) as path:
                proof = probe(path)
        except Permanent as error:
            losses.append(Loss(f"camera {angle}", info.name, str(error), "make the file readable"))
            continue
        if proof.verdict is not Soundness.SOUND:
            losses.append(_loss(angle, info, proof))
        if proof.verdict is not Soundness.UNUSABLE:
            cameras.append(_camera(angle, info, fingerprint, proof, offset_s))
    return Rig(game_id, tuple(cameras), tuple(losses), videos_hash(videos, list(files.values()), offsets_s))


def _camera(angle: Angle, info: ObjectInfo, fingerprint: str, proof: Probe, offset_s: float) -> Camera:
    return Camera(
        angle=angle,
        name=info.name,
        fingerprint=fingerprint,
        size_bytes=info.size_bytes,
        filmed=Window(proof.first_frame_s, proof.last_usable_s),
        sync_offset_s=offset_s,
        frame_rate=proof.frame_rate,
        width_px=proof.width_px,
        height_px=proof.height_px,
        codec=proof.codec,
        verdict=str(proof.verdict),
        reasons=proof.reasons,
    )


def _untimed(angle: Angle, game_id: str, offset_s: float) -> Loss:
    row = f"video_metadata row of game {game_id}, {angle}"
    return Loss(
        f"camera {angle}", row, f"its sync offset is {offset_s}, not a number of seconds", "correct the row"
    )


def _loss(angle: Angle, info: ObjectInfo, proof: Probe) -> Loss:
    return Loss(f"camera {angle}", info.name, "; ".join(proof.reasons), "upload the file again, whole")
