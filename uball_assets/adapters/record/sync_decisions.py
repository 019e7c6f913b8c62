"""What people decided of cameras whose sound speaks against their stored offset, on the record.

A decision is about one video and one offset: where either changes, it is a new question.

Belongs here: writing and reading decisions. Not here: what is in doubt (`domain.footage.sync_verdict`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from uball_assets.adapters.record.registry import Registry
from uball_assets.adapters.record.segments import Entry
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.rig import Camera, Rig
from uball_assets.domain.footage.sync import AGAINST, Accepted, SyncAudit
from uball_assets.domain.hashing import content_hash
from uball_assets.domain.record import DECISIONS


def accept(registry: Registry, rig: Rig, audit: SyncAudit, angle: Angle, by: str, why: str) -> Entry:
    """Puts on the record, once, that the stored offset holds. Permanent where nothing is in doubt."""
    camera, doubted = rig.camera(angle), audit.camera(angle)
    if camera is None or doubted is None:
        raise Permanent(f"game {rig.game_id} has no sound video of {angle}: there is no offset to accept")
    if doubted.verdict not in AGAINST:
        raise Permanent(f"the sound does not speak against the offset of {angle}: there is nothing to accept")
    if not by.strip() or not why.strip():
        raise Permanent("a decision needs a name and a reason: give --by and --why")
    entry = {
        "game_id": rig.game_id,
        "camera": str(angle),
        "stored_offset_s": camera.sync_offset_s,
        "off_by_s": doubted.off_by_s,
        "doubt": doubted.reason,
        "fingerprint": camera.fingerprint,
        "by": by.strip(),
        "why": why.strip(),
    }
    return registry.append(DECISIONS, entry, key=f"{rig.game_id}:{_about(camera)}")


def with_decisions(registry: Registry, rig: Rig, audit: SyncAudit) -> SyncAudit:
    """The audit with what people decided of these very videos and offsets."""
    decided = {entry["key"]: entry for entry in registry.about(DECISIONS, rig.game_id)}
    found = [(camera.angle, decided.get(f"{rig.game_id}:{_about(camera)}")) for camera in rig.cameras]
    accepted = tuple(
        Accepted(angle, entry["by"], entry["why"], entry["recorded_at"]) for angle, entry in found if entry
    )
    return replace(audit, accepted=accepted, decided_hash=content_hash(list(decided)) if decided else "")


def decided_hashes(registry: Registry) -> dict[str, str]:
    """By game, of all that was ever decided of it."""
    keys: dict[str, list[str]] = defaultdict(list)
    for entry in registry.entries(DECISIONS):
        keys[entry["game_id"]].append(entry["key"])
    return {game_id: content_hash(of_game) for game_id, of_game in keys.items()}


def _about(camera: Camera) -> str:
    return content_hash([str(camera.angle), camera.fingerprint, camera.sync_offset_s])
